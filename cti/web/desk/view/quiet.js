/** The centre without a call: idle, without a queue, away, missed, expected, disconnected, loading, no desk. Each says what comes next. */
import { duration, instant } from '../../format.js';
import { html } from '../../html.js';
import { Icon } from '../../icons.js';
import { text } from '../../strings/text.js';
import { logOut, setStatus } from '../actions.js';
import { dialog, link } from '../shell.js';
import { desk } from '../store.js';
import { Controls } from './call.js';
import { reasonOf } from './presence.js';
import { Since } from './time.js';

/**
 * @param {{icon: import('../../icons.js').IconName, kind?: string, title: string, hint: string, live?: 'status'|'alert',
 *   children?: import('../../html.js').Children}} props
 */
function Quiet({ icon, kind = '', title, hint, live, children = null }) {
  return html`<div class=${`rest sheet ${kind}`} role=${live}>
    <span class="mark-disc" aria-hidden="true"><${Icon} name=${icon} /></span>
    <h1>${title}</h1>
    <p class="muted">${hint}</p>
    ${children}
  </div>`;
}

const goAvailable = () => setStatus('available');

export function Idle() {
  const waiting = desk.value.queues.reduce((sum, queue) => sum + queue.waiting, 0);
  const hint = waiting === 0 ? text.idle.quiet : `${text.idle.waiting(waiting)}. ${text.idle.waiting_hint}`;
  return html`<${Quiet} icon="headset" kind="ready" title=${text.idle.title} hint=${hint}><${Day} /></${Quiet}>`;
}

/** Available, but nothing leads here; the queues are asked for again and again, so it goes by itself. */
export const NoQueue = () =>
  html`<${Quiet} icon="alert" kind="paused" live="status" title=${text.no_queue.title} hint=${text.no_queue.hint(desk.value.me?.rep?.id ?? '')} />`;

/** The day so far, in three figures. */
function Day() {
  const calls = desk.value.today ?? [];
  const talks = calls.flatMap((call) => {
    const [start, end] = [instant(call.answered_at), instant(call.ended_at)];
    return start !== null && end !== null ? [end - start] : [];
  });
  if (calls.length === 0) return null;
  const average = talks.length ? duration(talks.reduce((sum, ms) => sum + ms, 0) / talks.length) : '–';
  const figures = [
    [calls.filter((call) => call.answered_at && !call.missed).length, text.idle.answered],
    [calls.filter((call) => call.missed).length, text.idle.missed],
    [average, text.idle.talk],
  ];
  return html`<dl class="figures">${figures.map(([value, label]) => html`<div key=${label}><dt class="tiny">${label}</dt><dd class="num">${value}</dd></div>`)}</dl>`;
}

export function Away() {
  const { presence } = desk.value;
  const reason = reasonOf(presence.reason);
  return html`<${Quiet} icon="coffee" kind="paused" title=${reason ? text.away.title(reason) : text.away.title_plain} hint=${text.away.hint}>
    <p class="clock"><${Since} since=${presence.since} /></p>
    <button type="button" class="button tall go" onClick=${goAvailable}>${text.presence.go_available}</button>
  </${Quiet}>`;
}

export function Missed() {
  const { presence, missed } = desk.value;
  if (presence.reason === 'softphone') {
    return html`<${Quiet} icon="mic_off" kind="trouble" title=${text.missed.softphone} hint=${text.missed.softphone_hint}>
      <div class="acts"><button type="button" class="button tall" onClick=${() => (dialog.value = 'sound')}>${text.missed.check}</button>
      <button type="button" class="button tall go" onClick=${goAvailable}>${text.missed.back}</button></div>
    </${Quiet}>`;
  }
  const hint = missed ? `${text.missed.who(missed.who)} ${text.missed.hint}` : text.missed.hint;
  return html`<${Quiet} icon="phone_missed" kind="trouble" title=${text.missed.title} hint=${hint}>
    <p class="clock"><${Since} since=${presence.since} /></p>
    <button type="button" class="button tall go" onClick=${goAvailable}>${text.missed.back}</button>
  </${Quiet}>`;
}

export const Expected = () =>
  html`<div class="rest sheet" role="status"><span class="spinner large" aria-hidden="true"></span><h1>${text.call.expected}</h1></div>`;

export const Loading = () =>
  html`<div class="rest sheet" role="status"><span class="spinner large" aria-hidden="true"></span><h1>${text.offline.loading}</h1></div>`;

export function Disconnected() {
  if (desk.value.link === 'signed_out') {
    return html`<${Quiet} icon="door" kind="paused" live="alert" title=${text.offline.logged_out} hint=${text.offline.logged_out_hint}>
      <a class="button tall primary" href="/login">${text.offline.log_in}</a></${Quiet}>`;
  }
  const retry = html`<button type="button" class="button" onClick=${() => link.retryNow()}>${text.offline.retry}</button>`;
  if (desk.value.phone.leg === 'live') {
    return html`<${Quiet} icon="unplug" kind="trouble" live="alert" title=${text.offline.talking} hint=${text.offline.talking_hint}>
      <${Controls} />${retry}</${Quiet}>`;
  }
  return html`<${Quiet} icon="unplug" kind="trouble" live="alert" title=${text.offline.title} hint=${text.offline.hint}>${retry}</${Quiet}>`;
}

export const NoDesk = () => html`<${Quiet} icon="sliders" title=${text.offline.no_desk} hint=${text.offline.no_desk_hint}>
  <div class="acts"><a class="button primary" href="/admin">${text.menu.admin}</a>
  <button type="button" class="button" onClick=${logOut}>${text.menu.log_out}</button></div></${Quiet}>`;
