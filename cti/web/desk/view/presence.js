/** The rep's own status: what it is, since when, who changed it, what comes after this call; and how to change it. */
import { html } from '../../html.js';
import { Icon } from '../../icons.js';
import { Popup } from '../../parts/popup.js';
import { text } from '../../strings/text.js';
import { useState } from '../../vendor/preact-hooks.js';
import { setStatus, undoNext } from '../actions.js';
import { faceOf } from '../selectors.js';
import { endShift } from '../shell.js';
import { desk } from '../store.js';
import { Since } from './time.js';

const words = text.presence;
/** Reasons that only the service gives. */
const BY_SYSTEM = new Set(['missed', 'softphone', 'disconnected']);

/** The configuration's own label goes first. @param {string|null} reason @returns {string|null} */
export const reasonOf = (reason) =>
  (reason ? (desk.value.me?.away_reasons?.find(({ id }) => id === reason)?.label ?? words.reasons[reason] ?? reason) : null);

export function Presence() {
  const { presence, link } = desk.value;
  if (link !== 'live' || faceOf(desk.value) === 'no_desk') return null;
  const reason = reasonOf(presence.reason);
  const status = words[presence.status];
  const button = html`
    <span class=${`dot ${presence.status}`} aria-hidden="true"></span>
    <span class="hidden-text">${words.label}</span>
    <span class="presence-words"><strong>${status}</strong>${reason && html`<span class="muted presence-reason">${reason}</span>`}</span>
    <span class="muted"><${Since} since=${presence.since} /></span>
    <span class="hidden-text">${words.change}</span>
    <${Icon} name="down" />`;
  return html`
    <span role="status" class="hidden-text">${words.label}${status}${reason && `, ${reason}`}</span>
    <${Popup} id="presence" style="button presence" button=${button}>
      ${(/** @type {() => void} */ close) => html`<${Choices} close=${close} />`}
    </${Popup}>
    ${BY_SYSTEM.has(presence.reason ?? '') && html`<span class="chip warn wide-only">${words.by_system}</span>`}
    <${Next} />`;
}

/** What was planned for after this call, with a way back. */
function Next() {
  const { next_status } = desk.value.presence;
  if (!next_status || next_status === 'available') return null;
  return html`<span class="chip next">${words.next(words[next_status])}
    <button type="button" class="chip-close" aria-label=${words.undo_next} title=${words.undo_next} onClick=${undoNext}><${Icon} name="close" /></button>
  </span>`;
}

/** @param {{close: () => void}} props */
function Choices({ close }) {
  const { status, reason } = desk.value.presence;
  const [writing, setWriting] = useState(false);
  const given = desk.value.me?.away_reasons ?? null;
  const choices = given ? given.map(({ id, label }) => [id, label]) : words.choices;
  const choose = (/** @type {() => unknown} */ act) => () => {
    close();
    act();
  };
  return html`
    <button type="button" class="choice" aria-current=${status === 'available'} onClick=${choose(() => setStatus('available'))}>
      <span class="dot available"></span>${words.available}</button>
    <hr /><span class="label">${words.choose_away}</span>
    ${choices.map(([id, label]) => html`
      <button type="button" key=${id} class="choice" aria-current=${status === 'away' && reason === id} onClick=${choose(() => setStatus('away', id))}>
        <span class="dot away"></span>${label}</button>`)}
    ${given ? null : writing
      ? html`<${OwnReason} done=${(/** @type {string} */ own) => choose(() => setStatus('away', own))()} />`
      : html`<button type="button" class="choice" onClick=${() => setWriting(true)}><span class="dot away"></span>${words.other}</button>`}
    <hr />
    <button type="button" class="choice" onClick=${choose(endShift)}><span class="dot offline"></span>${words.end_shift}</button>`;
}

/** @param {{done: (reason: string) => void}} props */
function OwnReason({ done }) {
  const submit = (/** @type {SubmitEvent} */ event) => {
    event.preventDefault();
    const reason = String(new FormData(/** @type {HTMLFormElement} */ (event.currentTarget)).get('reason')).trim();
    if (reason) done(reason);
  };
  return html`<form class="own-reason" onSubmit=${submit}>
    <input class="input" name="reason" maxlength="60" autocomplete="off" aria-label=${words.other_label} placeholder=${words.other_label}
      ref=${(/** @type {HTMLInputElement|null} */ input) => input?.focus()} />
    <button class="button">${words.other_set}</button>
  </form>`;
}
