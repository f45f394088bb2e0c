/** One call: who, when, what came of it; then its time line, with each routing decision explained in sentences. */
import { duration, instant, moment, phone } from '../../format.js';
import { html } from '../../html.js';
import { Icon } from '../../icons.js';
import { text } from '../../strings/text.js';
import { useState } from '../../vendor/preact-hooks.js';
import { MakeExample } from '../calls/example.js';
import { Scale } from '../calls/scale.js';
import { WhyNot } from '../calls/why_not.js';
import { words as trace } from '../calls/words.js';
import { explain } from '../explain.js';
import { addressOf } from '../place.js';
import { loadDetail } from '../shell.js';
import { between, repName, State, whoOf } from './parts.js';

/** @typedef {import('../model.js').Detail} Detail */

const words = text.detail;

/** @param {{detail: NonNullable<import('../model.js').AdminState['detail']>}} props */
export function CallDetail({ detail }) {
  return html`<a class="back" href="#/calls"><${Icon} name="left" />${words.back}</a>
    ${detail.body ? html`<${Body} body=${detail.body} />` : html`<${Without} detail=${detail} />`}`;
}

/** @param {{detail: NonNullable<import('../model.js').AdminState['detail']>}} props */
function Without({ detail }) {
  if (detail.state === 'loading') return html`<p class="muted" role="status">${text.calls.loading}</p>`;
  return html`<div class="refused sheet" role="alert"><h1>${detail.state === 'missing' ? words.missing : words.failed}</h1>
    ${detail.state === 'failed' && html`<button type="button" class="button" onClick=${() => loadDetail(detail.id)}>${text.calls.retry}</button>`}</div>`;
}

/** @param {{body: Detail}} props */
function Body({ body }) {
  const { call } = body;
  return html`<div class="detail-head"><h1>${whoOf(call)}</h1><${State} state=${call.state} /></div>
    <div class="detail"><div class="detail-side"><${Summary} call=${call} />${call.end_reason === 'voicemail' && html`<${Message} key=${call.id} id=${call.id} />`}
      <${WhyNot} key=${call.id} id=${call.id} start=${instant(call.arrived_at) ?? 0} /><${MakeExample} key=${call.id} id=${call.id} /></div>
      <div class="detail-main"><${Scale} body=${body} /><${TimeLine} body=${body} /></div></div>`;
}

/** @param {{call: Detail['call']}} props */
function Summary({ call }) {
  const arrived = instant(call.arrived_at);
  /** @type {[string, unknown][]} */
  const rows = [
    [words.from, /\d/.test(call.from) ? phone(call.from) : text.caller.withheld], [words.to, phone(call.to)],
    [text.calls.when, arrived !== null && moment(arrived)],
    [text.calls.queue, call.queue], [words.rule_label, call.rule && html`${call.rule} <a class="small" href=${addressOf('calls', null, { rule: call.rule })}>${trace.same_rule}</a>`], [words.rep, call.rep && repName(call.rep)],
    [words.ended, call.end_reason && (text.calls.outcomes[call.end_reason] ?? call.end_reason)],
    [words.waited, call.answered_at && between(call.arrived_at, call.answered_at)],
    [words.talked, call.ended_at && call.answered_at && between(call.answered_at, call.ended_at)],
    [words.disposition, call.disposition], [words.notes, call.notes],
  ];
  return html`<section class="summary sheet"><dl class="facts-list">
    ${rows.filter(([, value]) => value).map(([label, value]) => html`<div key=${label}><dt>${label}</dt><dd class="num">${value}</dd></div>`)}</dl></section>`;
}

/** What the caller said, asked for when it is to be heard. @param {{id: string}} props */
function Message({ id }) {
  const [failed, setFailed] = useState(false);
  return html`<section class="message sheet" aria-labelledby="message-title"><h2 id="message-title"><${Icon} name="voicemail" />${words.message}</h2>
    <audio controls preload="none" aria-labelledby="message-title" src=${`/api/v1/calls/${encodeURIComponent(id)}/voicemail`} onError=${() => setFailed(true)} onPlaying=${() => setFailed(false)}></audio>
    ${failed && html`<p class="error" role="alert"><${Icon} name="alert" />${words.message_failed}</p>`}</section>`;
}

/** @param {{body: Detail}} props */
function TimeLine({ body }) {
  const start = instant(body.call.arrived_at) ?? 0;
  const moments = body.timeline.filter(({ kind }) => kind !== 'decision').map((one) => ({ at: one.at, order: 1, content: html`<${Moment} one=${one} />`, decision: false }));
  const decisions = body.decisions.map((one) => ({ at: one.at, order: 0, content: html`<${Decision} one=${one} />`, decision: true }));
  const all = [...moments, ...decisions].sort((a, b) => Date.parse(a.at) - Date.parse(b.at) || b.order - a.order);
  return html`<section aria-labelledby="line-title"><h2 id="line-title" class="hidden-text">${words.timeline}</h2>
    <ol class="line">${all.map((entry, n) => html`<li key=${n} class=${entry.decision ? 'decided' : ''}>
      <time class="tiny num" datetime=${entry.at} title=${moment(Date.parse(entry.at))}>${words.after(duration(Date.parse(entry.at) - start))}</time>
      <div>${entry.content}</div></li>`)}</ol></section>`;
}

/** @param {{one: import('../model.js').Moment}} props */
const Moment = ({ one }) => html`<p>${one.text ?? one.kind.replaceAll('_', ' ')}</p>`;

/** @param {{one: import('../model.js').Decision}} props */
function Decision({ one }) {
  const { verdict, sentences } = explain(one, repName);
  return html`<div class="decision sheet"><p><${Icon} name="signpost" /><strong>${verdict}</strong></p>
    <ul>${sentences.map((sentence) => html`<li key=${sentence} class="small muted">${sentence}</li>`)}</ul>
    ${one.version != null && html`<p class="tiny">${words.version(one.version)}</p>`}</div>`;
}
