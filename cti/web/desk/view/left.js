/** My day: queues with who waits, the calls of today, the missed ones. */
import { day, duration, instant, phone } from '../../format.js';
import { html } from '../../html.js';
import { Icon } from '../../icons.js';
import { text } from '../../strings/text.js';
import { useState } from '../../vendor/preact-hooks.js';
import { faceOf } from '../selectors.js';
import { desk, now } from '../store.js';

export function Left() {
  if (faceOf(desk.value) === 'no_desk') return null;
  return html`<nav class="left" aria-label=${text.today.title}><${Queues} /><${Today} /></nav>`;
}

function Queues() {
  const { queues, link } = desk.value;
  return html`<section aria-labelledby="queues-title"><h2 class="zone-title" id="queues-title">${text.queues.title}</h2>
    <ul class="rows sheet">
      ${link !== 'live' && html`<li class="empty tiny">${text.queues.paused}</li>`}
      ${link === 'live' && queues.length === 0 && html`<li class="empty tiny">${text.queues.none}</li>`}
      ${link === 'live' && queues.map((queue) => html`<${Queue} key=${queue.id} queue=${queue} />`)}
    </ul></section>`;
}

/** @param {{queue: import('../model.js').Queue}} props */
function Queue({ queue }) {
  const since = instant(queue.longest_since);
  const longest = queue.waiting > 0 && since !== null ? text.queues.longest(duration(now.value - since)) : text.queues.nobody;
  return html`<li class="queue-row"><div><p class="row-name">${queue.id}</p><p class="tiny num">${longest}</p></div>
    <strong class=${`count num ${queue.waiting > 0 ? 'some' : ''}`} title=${text.queues.waiting}>${queue.waiting}
      <span class="hidden-text"> ${text.queues.waiting}</span></strong></li>`;
}

function Today() {
  const [only, setOnly] = useState(false);
  const calls = (desk.value.today ?? []).filter((call) => isToday(call.arrived_at));
  const missed = calls.filter((call) => call.missed);
  const shown = only && missed.length > 0 ? missed : calls;
  return html`<section aria-labelledby="today-title">
    <div class="zone-head"><h2 class="zone-title" id="today-title">${text.today.title}</h2>
      ${missed.length > 0 && html`<button type="button" class="chip stop chip-button" aria-pressed=${only} onClick=${() => setOnly(!only)}>
        <${Icon} name="phone_missed" />${text.today.missed_count(missed.length)}</button>`}</div>
    <ul class="rows sheet">
      ${desk.value.today === null && html`<li class="empty tiny">${text.today.loading}</li>`}
      ${desk.value.today !== null && shown.length === 0 && html`<li class="empty tiny">${text.today.none}</li>`}
      ${shown.map((call) => html`<${Row} key=${call.id} call=${call} />`)}
    </ul></section>`;
}

/** @param {string} iso */
const isToday = (iso) => new Date(iso).toDateString() === new Date(now.value).toDateString();

/** @param {{call: import('../model.js').PastCall}} props */
function Row({ call }) {
  const arrived = instant(call.arrived_at);
  return html`<li class="call-row"><p class="row-name">${call.caller_name ?? (/\d/.test(call.from) ? phone(call.from) : text.caller.withheld)}</p>
    <span class="tiny num">${arrived === null ? '' : day(arrived, now.value)}</span>
    <p class=${call.missed ? 'tiny missed-mark' : 'tiny'}>${call.missed && html`<${Icon} name="phone_missed" />`}${outcomeOf(call)}</p></li>`;
}

/** @param {import('../model.js').PastCall} call @returns {string} */
function outcomeOf(call) {
  if (call.missed) return text.today.missed;
  const [start, end] = [instant(call.answered_at), instant(call.ended_at)];
  const label = desk.value.me?.dispositions.find(({ id }) => id === call.disposition)?.label ?? call.disposition;
  if (start === null) return text.calls.outcomes[call.outcome ?? ''] ?? call.outcome ?? '';
  const talked = end === null ? text.presence.on_call : duration(end - start);
  return `${label ?? text.today.no_disposition} · ${talked}`;
}
