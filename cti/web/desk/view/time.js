/** Time as it passes, by the service's clock. Each redraws its own text only. */
import { duration, instant } from '../../format.js';
import { html } from '../../html.js';
import { now } from '../store.js';

/** @param {{since: string|null}} props how long ago */
export function Since({ since }) {
  const start = instant(since);
  return start === null ? null : html`<span class="num">${duration(now.value - start)}</span>`;
}

/** @param {string|null} until @returns {number|null} ms left by the service's clock, never below 0 */
export function leftUntil(until) {
  const end = instant(until);
  return end === null ? null : Math.max(0, end - now.value);
}
