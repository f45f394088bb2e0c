/** The floor at this moment: live calls, reps with their state and the time in it, queues with who waits. */
import { moment, phone } from '../../format.js';
import { html } from '../../html.js';
import { Icon } from '../../icons.js';
import { Bar } from '../../parts/notice.js';
import { text } from '../../strings/text.js';
import { admin } from '../shell.js';
import { Callbacks, isPromise } from './callbacks.js';
import { Part, repName, Since, State, whoOf } from './parts.js';

const words = text.floor;
/** The busiest first, those off shift last. */
const ORDER = ['not_responding', 'on_call', 'reserved', 'wrap_up', 'available', 'away', 'offline'];

export function FloorNow() {
  const { floor, live, floor_at_ms } = admin.value;
  if (!floor) return html`<h1 class="page-title">${words.title}</h1><p class="muted" role="status">${text.calls.loading}</p>`;
  return html`<h1 class="page-title">${words.title}</h1>
    ${!live && floor_at_ms !== null && html`<div role="alert"><${Bar} kind="stop" icon="unplug">${words.stale} ${moment(floor_at_ms)}.</${Bar}></div>`}
    <div class=${`floor ${live ? '' : 'stale'}`}>
      <${LiveCalls} calls=${floor.calls.filter((call) => !isPromise(call))} /><${Reps} reps=${floor.reps} /><${Queues} queues=${floor.queues} />
      <${Callbacks} calls=${floor.calls} />
    </div>`;
}

/** @param {{calls: import('../model.js').FloorCall[]}} props */
const LiveCalls = ({ calls }) => html`<${Part} id="live-title" title=${words.calls} count=${calls.length}>
  ${calls.length === 0 && html`<p class="empty tiny">${words.no_calls}</p>`}
  <ul class="scroll">${calls.map((call) => html`<li key=${call.id}><a class="live-call" href=${`#/calls/${call.id}`}>
    <span class="live-who"><strong>${whoOf(call)}</strong><span class="tiny">${call.queue ?? phone(call.to)}${call.rep && ` · ${words.with(repName(call.rep))}`}</span></span>
    ${call.short_staffed && html`<span class="chip warn"><${Icon} name="alert" />${words.short}</span>`}
    <${State} state=${call.state} /><span class="live-since"><${Since} since=${call.since} /></span></a></li>`)}</ul>
</${Part}>`;

/** @param {{reps: import('../model.js').FloorRep[]}} props */
function Reps({ reps }) {
  const sorted = [...reps].sort((a, b) => ORDER.indexOf(a.status) - ORDER.indexOf(b.status) || a.name.localeCompare(b.name));
  const on = reps.filter((rep) => rep.status !== 'offline').length;
  return html`<${Part} id="reps-title" title=${words.reps} count=${words.on_shift(on, reps.length)}>
    ${reps.length === 0 && html`<p class="empty tiny">${words.no_reps}</p>`}
    <ul class="scroll">${sorted.map((rep) => html`<li class="rep" key=${rep.id}>
      <span class=${`dot ${rep.status}`} aria-hidden="true"></span>
      <span class="live-who"><strong>${rep.name}</strong><span class="tiny">${statusOf(rep)}</span></span>
      ${!rep.connected && rep.status !== 'offline' && html`<span class="chip warn"><${Icon} name="unplug" />${words.disconnected}</span>`}
      <span class="live-since">${rep.status !== 'offline' && html`<${Since} since=${rep.since} />`}</span></li>`)}</ul>
  </${Part}>`;
}

/** @param {import('../model.js').FloorRep} rep @returns {string} */
function statusOf(rep) {
  const reason = rep.reason && (text.presence.reasons[rep.reason] ?? rep.reason);
  return [text.presence[rep.status], reason].filter(Boolean).join(' · ');
}

/** @param {{queues: import('../model.js').FloorQueue[]}} props */
const Queues = ({ queues }) => html`<${Part} id="queues-title" title=${words.queues} count=${queues.reduce((sum, queue) => sum + queue.waiting, 0)}>
  <ul class="scroll">${queues.map((queue) => html`<li class="queue" key=${queue.id}>
    <span class="live-who"><strong>${queue.id}</strong>
      <span class="tiny">${queue.waiting > 0 ? html`${words.longest} <${Since} since=${queue.longest_since} />` : text.queues.nobody}</span></span>
    ${(queue.short_staffed ?? 0) > 0 && html`<span class="chip warn"><${Icon} name="alert" />${words.short_in(queue.short_staffed ?? 0)}</span>`}
    <strong class=${`count num ${queue.waiting > 0 ? 'some' : ''}`}>${queue.waiting}<span class="hidden-text"> ${words.waiting}</span></strong></li>`)}</ul>
</${Part}>`;
