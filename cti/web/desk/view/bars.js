/** Lines across the desk: what just happened, what is wrong with this tab or its softphone. And the pop's one alert. */
import { html } from '../../html.js';
import { Icon } from '../../icons.js';
import { Bar } from '../../parts/notice.js';
import { dayAndTime, instant } from '../../format.js';
import { text } from '../../strings/text.js';
import { offerWords } from '../offer_words.js';
import { faceOf } from '../selectors.js';
import { keeper, sound, takeRinging } from '../shell.js';
import { desk, dispatch, now } from '../store.js';

/** @type {Record<import('../model.js').Notice['kind'], [''|'go'|'warn'|'stop', import('../../icons.js').IconName]>} */
const LOOKS = {
  caller_left: ['', 'phone_missed'], withdrawn: ['', 'info'], too_late: ['', 'clock'], accepted_elsewhere: ['', 'info'],
  back_in_line: ['warn', 'alert'], not_sent: ['stop', 'alert'], filed: ['go', 'check'], ended_early: ['', 'phone_missed'],
  offer_gone: ['', 'clock'], not_reached: ['', 'phone_missed'], last_try: ['', 'phone_missed'], called_again: ['', 'info'], not_dialled: ['', 'clock'],
};

export const Bars = () => html`
  <section class="bars" aria-label=${text.notice.region}>
    <${PopAlert} />
    <${TabBar} />
    <${PhoneBar} />
    <div role="status"><${NoticeBar} /></div>
  </section>`;

/** Said once per pop; the card itself changes each second and would be read out again and again. */
function PopAlert() {
  const { offer, link } = desk.value;
  const pop = link === 'live' ? offer?.pop : null;
  const words = pop && offerWords(pop);
  return html`<div role="alert" class="hidden-text">
    ${words && html`<p key=${pop.offer.id}>${words.who}. ${words.body}</p>`}
  </div>`;
}

function NoticeBar() {
  const { notice } = desk.value;
  if (!notice) return null;
  const [kind, icon] = LOOKS[notice.kind];
  const next = instant(notice.at);
  const close = html`<button type="button" class="button quiet icon-only" aria-label=${text.notice.close} onClick=${() => dispatch({ type: 'notice_closed' })}>
    <${Icon} name="close" /></button>`;
  return html`<${Bar} kind=${kind} icon=${icon} act=${close}>${text.notice[notice.kind](notice.who, next === null ? '' : dayAndTime(next, now.peek()))}</${Bar}>`;
}

function TabBar() {
  const { primary, audible, link, phone } = desk.value;
  if (link !== 'live') return null;
  if (!primary) {
    const act = html`<button type="button" class="button tiny-button" onClick=${takeRinging}>${text.tabs.here}</button>`;
    return html`<${Bar} icon="info" act=${act}>${text.tabs.secondary}</${Bar}>`;
  }
  if (audible || phone.state === 'off') return null;
  const act = html`<button type="button" class="button tiny-button" onClick=${() => sound.unlock()}>${text.tabs.unmute_sound}</button>`;
  return html`<${Bar} kind="warn" icon="speaker" act=${act}>${text.tabs.muted_sound}</${Bar}>`;
}

function PhoneBar() {
  const { phone, link } = desk.value;
  if (phone.problem === null || link !== 'live' || faceOf(desk.value) === 'start') return null;
  const busy = phone.state === 'starting';
  const act = html`<button type="button" class="button tiny-button" disabled=${busy} onClick=${() => keeper.start()}>${text.phone.retry}</button>`;
  return html`<div role="alert"><${Bar} kind="stop" icon="mic_off" act=${act}>
    <strong>${text.phone[phone.problem]}.</strong> ${text.phone[`${phone.problem}_hint`]}
  </${Bar}></div>`;
}
