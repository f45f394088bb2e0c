/** One simulation: how far it is, and what it says so far. */
import { html } from '../../html.js';
import { Icon } from '../../icons.js';
import { Bar } from '../../parts/notice.js';
import { wordsFor } from '../../strings/text.js';
import { useEffect } from '../../vendor/preact-hooks.js';
import { config } from '../draft.js';
import { addressOf } from '../place.js';
import { lengthText, lengthWords } from '../rules/length.js';
import { namesOf } from '../rules/names.js';
import { may } from '../shell.js';
import { State, titleOf } from './parts.js';
import { cancel, isLive, opened, watch } from './store.js';
import { shown, spread, verdicts } from './verdict.js';

const { what_if: words } = /** @type {typeof import('../../strings/en/what_if.js')} */ (await wordsFor('what_if'));
const { rule_words } = /** @type {typeof import('../../strings/en/rule_words.js')} */ (await wordsFor('rule_words'));

/** @typedef {import('./store.js').Simulation} Simulation */
/** @typedef {import('./verdict.js').Result} Result */
/** @typedef {import('./verdict.js').Figures} Figures */
/** @typedef {{a: Result, b: Result|null, difference: Result|null}} Found */

/** @param {{id: string}} props */
export function Opened({ id }) {
  useEffect(() => watch(id), [id]);
  const { state, body } = opened.value;
  return html`<a class="back" href=${addressOf('what-if')}><${Icon} name="left" />${words.back}</a>
    ${state === 'missing' && html`<p class="sheet pad" role="status">${words.missing}</p>`}
    ${state === 'failed' && html`<${Bar} kind="warn" icon="unplug">${words.unreachable}</${Bar}>`}
    ${body ? html`<${Known} one=${body} />` : html`<h1 class="page-title">${words.title}</h1>`}`;
}

/** @param {{one: Simulation}} props */
function Known({ one }) {
  const found = one.result ? foundIn(one.result) : null;
  return html`<div class="room-head"><h1 class="page-title">${titleOf(one)}</h1><span role="status"><${State} state=${one.state} /></span></div>
    ${isLive(one) && html`<${Progress} one=${one} />`}
    ${one.state === 'failed' && html`<${Bar} kind="stop" icon="alert">${one.detail}</${Bar}>`}
    ${one.state === 'cancelled' && html`<${Bar} icon="info">${words.cancelled_hint}</${Bar}>`}
    ${found && html`<${Says} found=${found} partial=${isLive(one)} /><${Classes} found=${found} /><${Busy} found=${found} />`}`;
}

/** @param {any} result @returns {Found} */
const foundIn = (result) => ('a' in result ? { a: result.a, b: result.b, difference: result.difference } : { a: result, b: null, difference: null });

/** @param {{one: Simulation}} props */
function Progress({ one }) {
  const left = one.seconds_left === null ? '' : words.left(lengthWords(lengthText(Math.ceil(one.seconds_left) * 1000), rule_words.units));
  return html`<div class="sheet pad progress-row"><progress max="1" value=${one.progress} aria-label=${words.progress}></progress>
    <span class="num">${Math.round(one.progress * 100)} %</span>
    <span class="muted small num">${[words.known(one.known, one.replications), left].filter(Boolean).join(' · ')}</span>
    <span class="grow"></span>
    ${may('configure') && html`<button type="button" class="button" onClick=${() => cancel(one.id)}>${words.cancel}</button>`}</div>`;
}

/** @param {{found: Found, partial: boolean}} props */
function Says({ found, partial }) {
  if (!found.difference) return partial ? html`<p class="muted small">${words.partial}</p>` : null;
  const said = verdicts(found.difference, words);
  const warnings = [...new Set([...found.a.warnings, ...(found.b?.warnings ?? [])])];
  return html`<section class="sheet pad stack says" aria-labelledby="says"><h2 id="says">${words.says}</h2>
    ${partial && html`<p class="muted small">${words.partial}</p>`}
    ${said.length === 0 ? html`<p>${words.no_difference}</p>` : html`<dl>${[...said].sort((one) => (one.name === null ? -1 : 1)).map(({ name, said: sentences }) => html`
      <div key=${name}><dt>${words.callers_of(name)}</dt>${sentences.map((sentence) => html`<dd key=${sentence}>${sentence}</dd>`)}</div>`)}</dl>`}
    ${warnings.map((warning) => html`<${Bar} key=${warning} kind="warn" icon="alert">${words.warnings}: ${warning}</${Bar}>`)}
  </section>`;
}

/** @type {[keyof typeof words.figure_names, 'share'|'s'|'count'][]} */
const FIGURES = [['arrived', 'count'], ['answered_share', 'share'], ['service_level', 'share'], ['mean_wait_s', 's'], ['abandoned_share', 'share'], ['by_preferred', 'share']];

/** @param {{found: Found}} props */
function Classes({ found }) {
  const names = [...new Set([...Object.keys(found.a.classes), ...Object.keys(found.b?.classes ?? {})])];
  const of = (/** @type {Result|null} */ result, /** @type {string|null} */ name) => (name === null ? result?.all : result?.classes[name]);
  return html`<section class="part sheet" aria-labelledby="figures"><div class="part-head"><h2 id="figures">${words.figures}</h2></div>
    <p class="pad tiny">${words.intervals}</p>
    ${[null, ...names].map((name) => html`<details key=${name} class="class" open=${name === null}><summary>
      <span class="grow">${words.callers_of(name)}</span></summary>
      <${Table} of=${[of(found.a, name), of(found.b, name), of(found.difference, name)]} compared=${found.b !== null} label=${words.callers_of(name)} /></details>`)}
  </section>`;
}

/** @param {{of: (Figures|undefined)[], compared: boolean, label: string}} props */
const Table = ({ of: [a, b, difference], compared, label }) => html`<div class="table"><table class="figures" aria-label=${label}>
  <${Head} compared=${compared} />
  <tbody>${FIGURES.map(([key, unit]) => html`<tr key=${key}><th scope="row">${words.figure_names[key]}</th>
    <${Cells} figures=${[a?.[key], b?.[key], difference?.[key]]} unit=${unit} compared=${compared} /></tr>`)}</tbody></table></div>`;

/** @param {{compared: boolean}} props */
const Head = ({ compared }) => html`<thead><tr><td></td><th scope="col">${words.today}</th>
  ${compared && html`<th scope="col">${words.with_draft}</th><th scope="col">${words.difference}</th>`}</tr></thead>`;

/** @param {{figures: (import('./verdict.js').Figure|undefined)[], unit: 'share'|'s'|'count', compared: boolean}} props */
function Cells({ figures: [a, b, difference], unit, compared }) {
  const told = spread(difference);
  return html`<${Cell} figure=${a} unit=${unit} label=${words.today} />
    ${compared && html`<${Cell} figure=${b} unit=${unit} label=${words.with_draft} />
      <${Cell} figure=${difference} unit=${unit} label=${words.difference} strong=${told !== null && !told.byChance} />`}`;
}

/** @param {{figure: import('./verdict.js').Figure|undefined, unit: 'share'|'s'|'count', label: string, strong?: boolean}} props */
function Cell({ figure, unit, label, strong = false }) {
  const { value, half } = shown(figure, unit, words);
  return html`<td class="num" data-label=${label}>${strong ? html`<strong>${value}</strong>` : value} <span class="tiny">${half}</span></td>`;
}

/** @param {{found: Found}} props */
function Busy({ found }) {
  const names = namesOf(config.value);
  return html`${/** @type {const} */ (['queues', 'reps']).map((kind) => html`<section key=${kind} class="part sheet" aria-labelledby=${kind}><details class="class">
    <summary><h2 id=${kind}>${words[kind]}</h2></summary><div class="table"><table class="figures" aria-labelledby=${kind}><${Head} compared=${found.b !== null} />
    <tbody>${Object.keys({ ...found.a[kind], ...found.b?.[kind] }).map((id) => html`<tr key=${id}><th scope="row">${kind === 'reps' ? names.rep(id) : names.queue(id)}</th>
      <${Cells} figures=${[found.a[kind][id]?.occupancy, found.b?.[kind][id]?.occupancy, found.difference?.[kind][id]?.occupancy]} unit="share" compared=${found.b !== null} /></tr>`)}</tbody></table></div></details></section>`)}`;
}
