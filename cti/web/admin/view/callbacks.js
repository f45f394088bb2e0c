/** Who is to be called back: since when, how often it was tried, when next; and calling that off, once one is sure. */
import { dayAndTime, instant, phone } from '../../format.js';
import { html } from '../../html.js';
import { Icon } from '../../icons.js';
import { Dialog } from '../../parts/dialog.js';
import { Bar } from '../../parts/notice.js';
import { text } from '../../strings/text.js';
import { admin, cancelCallback, dispatch, now } from '../shell.js';
import { Part, repName, State, whoOf } from './parts.js';

/** @typedef {import('../model.js').FloorCall} FloorCall */
/** @typedef {import('../model.js').Callback} Callback */

const words = text.callbacks;
/** A rep who has accepted calls now: that is not taken out of their hands. */
const CANCELLABLE = new Set(['arriving', 'waiting', 'offered', 'later']);

/** @param {FloorCall} call @returns {boolean} nobody is on the line: that is no call yet, but the promise of one */
export const isPromise = ({ callback }) => !!callback && !callback.answered;

/** The next to be called first: those in line before those of later. @param {FloorCall} one @param {FloorCall} other */
const bySoonest = (one, other) => place(one) - place(other);
const place = (/** @type {FloorCall} */ { callback, arrived_at }) => instant(callback?.next_at) ?? Date.parse(arrived_at) - 1e13;

/** @param {{calls: FloorCall[]}} props all calls of the floor */
export function Callbacks({ calls }) {
  const promised = calls.filter(isPromise).sort(bySoonest);
  if (promised.length === 0) return null;
  return html`<${Part} id="callbacks-title" title=${words.title} count=${promised.length}>
    <ul class="scroll">${promised.map((call) => call.callback && html`<${Row} key=${call.id} call=${call} callback=${call.callback} />`)}</ul>
  </${Part}>`;
}

/** @param {{call: FloorCall, callback: Callback}} props */
const Row = ({ call, callback }) => html`<li class="promise">
  <a class="live-who promise-who" href=${`#/calls/${call.id}`}><strong>${whoOf(call)}</strong>
    <span class="tiny num">${[call.caller_name && phone(call.from), call.queue ?? phone(call.to), call.rep && text.floor.with(repName(call.rep))].filter(Boolean).join(' · ')}</span></a>
  <span class="promise-when tiny num"><span>${promisedOf(callback)}</span><span>${triesOf(callback)}${nextOf(call, callback)}</span></span>
  <span class="promise-chips">${call.short_staffed && html`<span class="chip warn"><${Icon} name="alert" />${text.floor.short}</span>`}<${State} state=${call.state} /></span>
  <button type="button" class="button tiny-button" disabled=${!CANCELLABLE.has(call.state)} aria-label=${words.cancel_of(whoOf(call))}
    onClick=${() => dispatch({ type: 'cancel_asked', call })}>${words.cancel}</button></li>`;

/** @param {string|null} iso @returns {string} */
const at = (iso) => {
  const ms = instant(iso);
  return ms === null ? '' : dayAndTime(ms, now.peek());
};

/** @param {Callback} callback */
const promisedOf = ({ why, promised_at }) => words.promised(at(promised_at), why === 'scheduled');

/** @param {Callback} callback */
const triesOf = ({ tries }) => (tries > 0 ? `${words.tries(tries)} · ` : '');

/** @param {FloorCall} call @param {Callback} callback */
function nextOf(call, { next_at, promised_at }) {
  if (next_at && next_at === promised_at) return words.then_asked;
  if (next_at) return words.next(at(next_at));
  return call.state === 'connecting' ? words.calling : words.when_free;
}

/** Said before it is done, and what came of it where it was not. */
export function CancelDialog() {
  const { cancelling } = admin.value;
  if (!cancelling) return null;
  const { call, step } = cancelling;
  const close = () => dispatch({ type: 'cancel_closed' });
  const over = step === 'too_late';
  return html`<${Dialog} title=${words.ask} close_label=${words.keep} onClose=${close}>
    ${!over && html`<p>${words.effect(call.caller_name ? `${call.caller_name} (${phone(call.from)})` : phone(call.from), call.state !== 'later' || call.queue !== null)}</p>`}
    ${(over || step === 'not_sent') && html`<div role="alert"><${Bar} kind="stop" icon="alert">${over ? words.too_late : words.not_sent}</${Bar}></div>`}
    <div class="acts dialog-acts"><button type="button" class="button" onClick=${close}>${over ? words.close : words.keep}</button>
      ${!over && html`<button type="button" class="button stop" disabled=${step === 'sending'} onClick=${cancelCallback}>
        ${step === 'sending' ? words.cancelling : words.sure}</button>`}</div>
  </${Dialog}>`;
}
