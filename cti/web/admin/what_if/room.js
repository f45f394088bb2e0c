/** What if: calls that really came, through the draft and through the rules of today. */
import { dayAndTime, instant } from '../../format.js';
import { html } from '../../html.js';
import { Icon } from '../../icons.js';
import { Bar } from '../../parts/notice.js';
import { wordsFor } from '../../strings/text.js';
import { useEffect, useState } from '../../vendor/preact-hooks.js';
import { draft, syntax } from '../draft.js';
import { addressOf } from '../place.js';
import { go } from '../router.js';
import { may, now } from '../shell.js';
import { State, titleOf } from './parts.js';
import { periodOf, weekBefore } from './period.js';
import { Opened } from './result.js';
import { simulations, start, watchList } from './store.js';

const { what_if: words } = /** @type {typeof import('../../strings/en/what_if.js')} */ (await wordsFor('what_if'));

/** @typedef {import('./store.js').Simulation} Simulation */
/** @typedef {keyof typeof words.periods} Which */

/** @param {{id: string|null, given: Readonly<Record<string, string>>}} props */
export function WhatIf({ id }) {
  return id === null ? html`<${Start} />` : html`<${Opened} key=${id} id=${id} />`;
}

function Start() {
  useEffect(watchList, []);
  return html`<div class="room-head"><div><h1 class="page-title">${words.title}</h1><p class="muted">${words.lead}</p></div></div>
    ${may('configure') ? html`<${Form} />` : html`<${Bar} icon="info">${words.may_not}</${Bar}>`}
    <${Earlier} />`;
}

const ROUNDS = [5, 10, 20, 50];

function Form() {
  const [which, setWhich] = useState(/** @type {Which} */ ('last_week'));
  const [days, setDays] = useState({ since: weekBefore(new Date()), until: weekBefore(new Date()) });
  const [rounds, setRounds] = useState(10);
  const [problem, setProblem] = useState('');
  const [busy, setBusy] = useState(false);
  const { text, base_text } = draft.value;
  const changed = text !== base_text;
  const play = async (/** @type {boolean} */ compared) => {
    const period = periodOf(which, new Date(), days);
    if (!period) return setProblem(words.wrong_days);
    setProblem('');
    setBusy(true);
    const asked = await start({ period, replications: rounds, text: compared ? text : null });
    setBusy(false);
    return 'id' in asked ? go('what-if', asked.id) : setProblem(problemWords(asked));
  };
  const submitted = (/** @type {Event} */ event) => {
    event.preventDefault();
    if (!busy && changed && !syntax.value) play(true);
  };
  return html`<form class="sheet pad stack" onSubmit=${submitted} aria-label=${words.title}>
    <div class="fields">
      <div class="field"><label for="period">${words.period}</label>
        <select id="period" class="input" value=${which} onChange=${(/** @type {any} */ event) => setWhich(event.target.value)}>
          ${Object.entries(words.periods).map(([key, name]) => html`<option key=${key} value=${key}>${name}</option>`)}</select></div>
      ${which === 'chosen' && ['since', 'until'].map((key) => html`<div class="field" key=${key}><label for=${`period-${key}`}>${/** @type {any} */ (words)[key]}</label>
        <input id=${`period-${key}`} class="input" type="date" value=${/** @type {any} */ (days)[key]}
          onInput=${(/** @type {any} */ event) => setDays({ ...days, [key]: event.target.value })} /></div>`)}
      <div class="field"><label for="rounds">${words.rounds}</label>
        <select id="rounds" class="input" value=${rounds} aria-describedby="rounds-hint" onChange=${(/** @type {any} */ event) => setRounds(Number(event.target.value))}>
          ${ROUNDS.map((n) => html`<option key=${n} value=${n}>${n}</option>`)}</select></div>
    </div>
    <p id="rounds-hint" class="tiny">${words.rounds_hint}</p>
    ${!changed && html`<${Bar} icon="info">${words.no_changes}</${Bar}>`}
    ${changed && syntax.value && html`<${Bar} kind="warn" icon="alert">${words.broken}</${Bar}>`}
    ${problem && html`<p class="error" role="alert"><${Icon} name="alert" />${problem}</p>`}
    <div class="acts">
      <button class="button primary" disabled=${busy || !changed || syntax.value !== null}>${busy ? words.starting : words.start}</button>
      <button type="button" class="button" disabled=${busy} onClick=${() => play(false)}>${words.alone}</button></div>
  </form>`;
}

/** @param {{problem: 'no_calls'|'busy'|'broken'|'failed'|'unreachable', said: string}} refused */
function problemWords({ problem, said }) {
  if (problem === 'broken') return `${words.broken} ${said}`.trim();
  if (problem === 'failed') return said || words.failed_start;
  return { no_calls: words.no_calls, busy: words.busy, unreachable: words.failed_start }[problem];
}

function Earlier() {
  const { state, items } = simulations.value;
  return html`<section class="part sheet" aria-labelledby="earlier"><div class="part-head"><h2 id="earlier">${words.earlier}</h2></div>
    ${state === 'failed' && html`<p class="empty muted" role="status">${words.unreachable}</p>`}
    ${state === 'ready' && items.length === 0 && html`<p class="empty muted">${words.none_yet}</p>`}
    <ul class="rows">${items.map((one) => html`<${Row} key=${one.id} one=${one} />`)}</ul></section>`;
}

/** @param {{one: Simulation}} props */
const Row = ({ one }) => html`<li><a class="row-entry" href=${addressOf('what-if', one.id)}>
  <span class="grow"><strong>${titleOf(one)}</strong><span class="block tiny">${words.by(one.by, dayAndTime(instant(one.created_at) ?? 0, now.value))}</span></span>
  ${one.state === 'running' && html`<progress max="1" value=${one.progress} aria-label=${words.progress}></progress>`}
  <${State} state=${one.state} /></a></li>`;
