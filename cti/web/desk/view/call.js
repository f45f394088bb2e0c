/** The call after the accept: connecting, talking, coming back after a lost leg, or held in another tab. */
import { duration, phone } from '../../format.js';
import { html } from '../../html.js';
import { Icon } from '../../icons.js';
import { Bar } from '../../parts/notice.js';
import { text } from '../../strings/text.js';
import { useState } from '../../vendor/preact-hooks.js';
import { endCall } from '../actions.js';
import { isToBeCalled } from '../callback.js';
import { nameOf, numberOf } from '../caller.js';
import { legPlaceOf } from '../selectors.js';
import { keeper, shortcuts, takeLeg } from '../shell.js';
import { shown } from '../shortcuts.js';
import { desk } from '../store.js';
import { Why } from './offer.js';
import { Since } from './time.js';
import { Who } from './who.js';

export function CallCard() {
  const { call } = desk.value;
  if (!call) return null;
  return html`<article class=${`call sheet ${call.state}`}>
    <${Status} call=${call} />
    <${Who} caller=${call.caller} from=${call.from} />
    <${LegNote} call=${call} />
    <p class="call-facts muted small">
      <span>${call.queue}</span>${call.answers?.map((answer) => html`<span>${answer}</span>`)}<span class="num">${phone(call.to)}</span>
      <span class="num">${text.call.waited(duration(call.waited_s * 1000))}</span></p>
    <${Controls} />
    <${Why} decision=${call.decision} />
  </article>`;
}

/** @param {{call: import('../model.js').Call}} props */
function Status({ call }) {
  if (call.state === 'talking') {
    return html`<div class="call-status talking"><span class="live-dot" aria-hidden="true"></span>${text.call.talking}
      <span class="clock" role="timer"><${Since} since=${call.answered_at ?? call.since} /></span></div>`;
  }
  const words = call.returning ? text.call.returning : rings(call) ? text.callback.calling(numberOf(call.caller, call.from)) : text.call.connecting;
  return html`<div class=${`call-status ${call.returning ? 'warn' : ''}`} role="status"><span class="spinner" aria-hidden="true"></span>${words}</div>`;
}

/** The other telephone rings: the rep's side is there, and nobody has answered yet. @param {import('../model.js').Call} call */
const rings = (call) => isToBeCalled(call.callback) && (desk.value.phone.leg === 'live' || legPlaceOf(desk.value) === 'other_tab');

/** @param {import('../model.js').Call} call @returns {string} */
function connectingHint(call) {
  if (!isToBeCalled(call.callback)) return text.call.connecting_hint;
  return rings(call) ? text.callback.calling_hint : text.callback.joining_hint;
}

/** What is particular about this tab's own leg. @param {{call: import('../model.js').Call}} props */
function LegNote({ call }) {
  const { phone: softphone } = desk.value;
  const place = legPlaceOf(desk.value);
  if (place) {
    const act = html`<button type="button" class="button tiny-button" onClick=${takeLeg}>${text.call.take_over}</button>`;
    return html`<div class="in-card" role="status"><${Bar} icon="info" act=${act}><strong>${text.call[place]}.</strong> ${text.call[`${place}_hint`]}</${Bar}></div>`;
  }
  if (softphone.leg === 'failed') {
    return html`<div class="in-card" role="alert"><${Bar} kind="stop" icon="mic_off"><strong>${text.call.leg_failed}</strong> ${text.call.leg_failed_hint}</${Bar}></div>`;
  }
  if (call.returning || softphone.leg === 'lost') {
    return html`<div class="in-card" role="status"><${Bar} kind="warn" icon="unplug">${text.call.returning_hint(nameOf(call.caller, call.from))}</${Bar}></div>`;
  }
  if (softphone.muted) return html`<div class="in-card" role="status"><${Bar} kind="warn" icon="mic_off">${text.call.muted}.</${Bar}></div>`;
  return call.state === 'connecting' ? html`<p class="in-card small muted">${connectingHint(call)}</p>` : null;
}

export function Controls() {
  const { phone: softphone, call } = desk.value;
  const [ending, setEnding] = useState(false);
  const end = async () => {
    setEnding(true);
    await endCall();
    setEnding(false);
  };
  const mute = () => keeper.mute(!softphone.muted);
  return html`<div class="acts call-acts">
    ${softphone.leg === 'live' && html`
      <button type="button" class=${`button tall ${softphone.muted ? 'on' : ''}`} aria-pressed=${softphone.muted} onClick=${mute}>
        <${Icon} name=${softphone.muted ? 'mic_off' : 'mic'} />${softphone.muted ? text.call.unmute : text.call.mute}
        <kbd>${shown(shortcuts.value.mute)}</kbd></button>`}
    ${call && html`
      <button type="button" class="button tall stop grow" disabled=${ending} onClick=${end}>
        <${Icon} name="phone_end" />${ending ? text.call.ending : text.call.end}<kbd>${shown(shortcuts.value.end)}</kbd></button>`}
  </div>`;
}
