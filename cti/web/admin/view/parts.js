/** Small things that several parts of the admin console draw. */
import { duration, instant, phone } from '../../format.js';
import { html } from '../../html.js';
import { text } from '../../strings/text.js';
import { admin, now } from '../shell.js';

/** @param {{caller_name: string|null, from: string}} call @returns {string} */
export const whoOf = (call) => call.caller_name ?? (/\d/.test(call.from) ? phone(call.from) : text.caller.withheld);

/** @param {string|null} id @returns {string} */
export const repName = (id) => admin.value.floor?.reps.find((rep) => rep.id === id)?.name ?? id ?? text.calls.nobody;

/** How long something has lasted; stands still while the page is not live. @param {{since: string|null}} props */
export function Since({ since }) {
  const start = instant(since);
  const { live, floor_at_ms, skew_ms } = admin.value;
  const until = live ? now.value : (floor_at_ms ?? 0) + skew_ms;
  return start === null ? null : html`<span class="num">${duration(until - start)}</span>`;
}

/** @param {{state: string}} props */
export function State({ state }) {
  const kind = { waiting: 'warn', offered: 'accent', connecting: 'accent', talking: 'go', diverted: 'accent' }[state] ?? '';
  return html`<span class=${`chip ${kind}`}>${text.floor.states[state] ?? state}</span>`;
}

/**
 * @param {string|null|undefined} from @param {string|null|undefined} to
 * @returns {string} how long between two instants
 */
export function between(from, to) {
  const [start, end] = [instant(from), instant(to)];
  return start === null || end === null ? text.calls.nobody : duration(end - start);
}

/** @param {{id: string, title: string, count: string|number, children: import('../../html.js').Children}} props */
export const Part = ({ id, title, count, children }) => html`<section class="part sheet" aria-labelledby=${id}>
  <div class="part-head"><h2 id=${id}>${title}</h2><span class="muted small num">${count}</span></div>${children}</section>`;
