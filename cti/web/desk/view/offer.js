/** An offer ringing: who, through which line, how long they waited, why this rep; accept or decline in time. */
import { phone, placeOf, timeOfDay, duration } from '../../format.js';
import { html } from '../../html.js';
import { Icon } from '../../icons.js';
import { Bar } from '../../parts/notice.js';
import { text } from '../../strings/text.js';
import { accept, decline } from '../actions.js';
import { contactOf } from '../caller.js';
import { shortcuts } from '../shell.js';
import { offerWords, promiseOf } from '../offer_words.js';
import { shown } from '../shortcuts.js';
import { desk, now } from '../store.js';
import { leftUntil } from './time.js';
import { Who } from './who.js';

/** @typedef {import('../model.js').Pop} Pop */

/** Below this the bar changes its colour, beside the number that says the same. */
const HURRY_MS = 5_000;
/** Where the service did not say when the offer was made. */
const USUAL_MS = 20_000;

export function Offer() {
  const offer = desk.value.offer;
  if (!offer) return null;
  const { pop, step } = offer;
  const words = offerWords(pop);
  return html`
    <article class="offer sheet">
      <${TimeLeft} pop=${pop} region=${words.region} />
      <${Who} caller=${pop.caller} from=${pop.call.from} />
      <${Promised} callback=${pop.call.callback} />
      <${Facts} pop=${pop} />
      <${Why} decision=${pop.decision} />
      <div class="acts offer-acts">
        <button type="button" class="button tall decline" disabled=${step !== 'ringing'} onClick=${decline}>
          ${step === 'declining' ? text.offer.declining : text.offer.decline}<kbd>${shown(shortcuts.value.decline)}</kbd></button>
        <button type="button" class="button tall go grow" disabled=${step !== 'ringing'} onClick=${accept}>
          ${step === 'accepting' ? html`<span class="spinner"></span>${text.offer.accepting}` : html`<${Icon} name="phone" />${words.accept}`}
          <kbd>${shown(shortcuts.value.accept)}</kbd></button>
      </div>
    </article>
    <p class="tiny hint">${words.hint}</p>`;
}

/** Who is to be called back: since when, why, which try, and what an accept does. @param {{callback?: import('../model.js').Callback|null}} props */
function Promised({ callback }) {
  if (!callback) return null;
  const { promise, what } = promiseOf(callback, now.value);
  return html`<div class="in-card"><${Bar} icon=${callback.answered ? 'phone_in' : 'clock'}><strong class="num">${promise}</strong> <span class="plain">${what}</span></${Bar}></div>`;
}

/** @param {{pop: Pop, region: string}} props */
function TimeLeft({ pop, region }) {
  const left_ms = leftUntil(pop.offer.expires_at) ?? 0;
  const whole_ms = pop.offer.made_at ? Date.parse(pop.offer.expires_at) - Date.parse(pop.offer.made_at) : USUAL_MS;
  const share = Math.min(1, left_ms / whole_ms);
  return html`<div class=${`time-left ${left_ms < HURRY_MS ? 'hurry' : ''}`}>
    <span class="time-bar" aria-hidden="true"><i style=${{ transform: `scaleX(${share})` }}></i></span>
    <span class="time-words"><span class="ringing"><${Icon} name=${pop.call.callback ? 'phone' : 'phone_in'} />${region}</span>
    <span class="num" role="timer">${text.offer.left(Math.ceil(left_ms / 1000))}</span></span>
  </div>`;
}

/** @param {{pop: Pop}} props */
export function Facts({ pop }) {
  const zone = contactOf(pop.caller)?.timezone;
  const there = zone ? timeOfDay(now.value, zone) : null;
  return html`<dl class="facts">
    <${Fact} label=${text.offer.line}>${phone(pop.call.to)}</${Fact}>
    <${Fact} label=${text.offer.queue}><span class="queue-name">${pop.call.queue}</span></${Fact}>
    <${Fact} label=${text.offer.waited}>${duration(pop.call.waited_s * 1000)}</${Fact}>
    ${pop.call.answers?.length ? html`<${Fact} label=${text.offer.chose}>${pop.call.answers.join(' · ')}</${Fact}>` : null}
    ${zone && there && html`<${Fact} label=${text.offer.there}>${there} <span class="muted">${placeOf(zone)}</span></${Fact}>`}
  </dl>`;
}

/** @param {{label: string, children: import('../../html.js').Children}} props */
const Fact = ({ label, children }) => html`<div><dt class="label">${label}</dt><dd class="num">${children}</dd></div>`;

/** @param {{decision: import('../model.js').Decision|null}} props */
export function Why({ decision }) {
  if (!decision) return null;
  const [first, ...others] = decision.reasons ?? [];
  const rule = decision.rule && text.offer.rule(decision.rule);
  return html`<div class="why"><${Icon} name="signpost" />
    <p><strong>${text.offer.why}:</strong> ${first}${' '}
      <span class="muted">${others.join(' ')} ${rule}</span></p>
  </div>`;
}
