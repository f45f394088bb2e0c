/** The list of calls, newest first, with filters. */
import { day, duration, instant, phone, timeOfDay } from '../../format.js';
import { html } from '../../html.js';
import { Icon } from '../../icons.js';
import { text } from '../../strings/text.js';
import { useEffect } from '../../vendor/preact-hooks.js';
import { words as trace } from '../calls/words.js';
import { NO_FILTERS } from '../model.js';
import { admin, dispatch, loadCalls, now, watchCalls } from '../shell.js';
import { between, repName, State, whoOf } from './parts.js';

const words = text.calls;
/** As the record says why a call ended. */
const ENDS = ['completed', 'abandoned', 'nobody_free', 'voicemail', 'forwarded', 'unreached', 'merged', 'cancelled', 'blocked', 'lost', 'failed'];
const STATES = ['waiting', 'offered', 'connecting', 'talking', 'wrap_up', 'later', 'diverted', 'ended'];
/** What a person may have to look at, and what went as it should. @type {Record<string, string>} */
const LOOKS = { completed: 'go', forwarded: 'go', voicemail: 'accent', merged: '', cancelled: '', failed: 'stop', lost: 'stop' };

export function Calls() {
  const { calls } = admin.value;
  useEffect(watchCalls, []);
  return html`<section class="calls" aria-labelledby="calls-title">
    <h1 class="page-title" id="calls-title">${words.title}</h1>
    <${Filters} />
    ${calls.items.length > 0 && html`<${List} items=${calls.items} />`}
    <${Foot} />
  </section>`;
}

function Filters() {
  const { filters, floor, calls } = admin.value;
  const change = (/** @type {Event} */ event) => {
    const field = /** @type {HTMLInputElement} */ (event.currentTarget);
    dispatch({ type: 'filters_changed', filters: { [field.name]: field.value } });
  };
  const reps = [...(floor?.reps ?? [])].sort((a, b) => a.name.localeCompare(b.name)).map((rep) => [rep.id, rep.name]);
  const queues = (floor?.queues ?? []).map(({ id }) => [id, id]);
  const states = STATES.map((state) => [state, text.floor.states[state]]);
  const outcomes = ENDS.map((end) => [end, words.outcomes[end] ?? end]);
  const rules = [...new Set(calls.items.map(({ rule }) => rule).filter(Boolean))].sort();
  const filtered = JSON.stringify(filters) !== JSON.stringify(NO_FILTERS);
  return html`<search class="filters">
    <span class="search-field"><${Icon} name="search" />
      <input class="input" type="search" name="q" aria-label=${words.search} placeholder=${words.search} value=${filters.q} onInput=${change} /></span>
    <${Select} name="state" label=${words.state} any=${words.any_state} options=${states} value=${filters.state} change=${change} />
    <${Select} name="queue" label=${words.queue} any=${words.any_queue} options=${queues} value=${filters.queue} change=${change} />
    <${Select} name="rep" label=${words.rep} any=${words.any_rep} options=${reps} value=${filters.rep} change=${change} />
    <${Select} name="outcome" label=${words.outcome} any=${trace.any_outcome} options=${outcomes} value=${filters.outcome} change=${change} />
    <input class="input" name="rule" list="rules-seen" aria-label=${text.detail.rule_label} placeholder=${text.detail.rule_label} autocomplete="off" value=${filters.rule} onInput=${change} />
    <datalist id="rules-seen">${rules.map((rule) => html`<option key=${rule} value=${rule} />`)}</datalist>
    <label class="period"><span class="tiny">${trace.since}</span><input class="input" type="date" name="since" value=${filters.since} max=${filters.until || undefined} onInput=${change} /></label>
    <label class="period"><span class="tiny">${trace.until}</span><input class="input" type="date" name="until" value=${filters.until} min=${filters.since || undefined} onInput=${change} /></label>
    ${filtered && html`<button type="button" class="button quiet" onClick=${() => dispatch({ type: 'filters_cleared' })}>${words.clear}</button>`}
  </search>`;
}

/** @param {{name: string, label: string, any: string, options: string[][], value: string, change: (event: Event) => void}} props */
const Select = ({ name, label, any, options, value, change }) => html`
  <select class="input" name=${name} aria-label=${label} value=${value} onChange=${change}>
    <option value="">${any}</option>
    ${options.map(([id, shown]) => html`<option key=${id} value=${id}>${shown}</option>`)}
  </select>`;

/** @param {{items: import('../model.js').ListedCall[]}} props */
const List = ({ items }) => html`<div class="table sheet"><table>
  <thead><tr><th scope="col">${words.when}</th><th scope="col">${words.caller}</th><th scope="col">${words.line}</th>
    <th scope="col">${words.queue}</th><th scope="col">${words.rep}</th><th scope="col">${words.outcome}</th>
    <th scope="col" class="right">${words.waited}</th><th scope="col" class="right">${words.talked}</th></tr></thead>
  <tbody>${items.map((call) => html`<${Row} key=${call.id} call=${call} />`)}</tbody></table></div>`;

/** @param {{call: import('../model.js').ListedCall}} props */
function Row({ call }) {
  const arrived = instant(call.arrived_at) ?? now.value;
  const date = day(arrived, now.value);
  const time = timeOfDay(arrived);
  return html`<tr>
    <td class="num">${time}${date !== time && html` <span class="tiny">${date}</span>`}</td>
    <td><a class="row-link" href=${`#/calls/${call.id}`} aria-label=${words.open(whoOf(call))}>${whoOf(call)}</a>
      ${call.caller_name && html`<span class="tiny num block">${phone(call.from)}</span>`}</td>
    <td class="num" data-label=${words.line}>${phone(call.to)}</td>
    <td data-label=${words.queue}>${call.queue ?? words.nobody}</td>
    <td data-label=${words.rep}>${repName(call.rep)}</td>
    <td data-label=${words.outcome}><${Outcome} call=${call} /></td>
    <td class="num right" data-label=${words.waited}>${waitedOf(call)}</td>
    <td class="num right" data-label=${words.talked}>${between(call.answered_at, call.ended_at)}</td></tr>`;
}

/** @param {{call: import('../model.js').ListedCall}} props */
function Outcome({ call }) {
  if (call.state && call.state !== 'ended') return html`<${State} state=${call.state} />`;
  const outcome = call.end_reason ?? call.outcome ?? '';
  const kind = LOOKS[outcome] ?? 'warn';
  return html`<span class=${`chip ${kind}`}>${words.outcomes[outcome] ?? outcome}</span>
    ${call.disposition && html`<span class="tiny block">${call.disposition}</span>`}`;
}

/** @param {import('../model.js').ListedCall} call @returns {string} */
function waitedOf(call) {
  const arrived = instant(call.arrived_at);
  const over = instant(call.answered_at ?? call.ended_at);
  return arrived === null || over === null ? words.nobody : duration(over - arrived);
}

function Foot() {
  const { calls, filters } = admin.value;
  const empty = JSON.stringify(filters) === JSON.stringify(NO_FILTERS) ? words.none_yet : words.none;
  if (calls.state === 'failed') {
    return html`<p class="error" role="alert"><${Icon} name="alert" />${words.failed}
      <button type="button" class="button tiny-button" onClick=${() => loadCalls()}>${words.retry}</button></p>`;
  }
  return html`<div class="list-foot" role="status">
    ${calls.items.length === 0 && html`<p class="muted">${calls.state === 'loading' ? words.loading : empty}</p>`}
    ${calls.next && html`<button type="button" class="button" onClick=${() => loadCalls(calls.next)}>${words.more}</button>`}
  </div>`;
}
