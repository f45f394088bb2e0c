/** Call-backs at the desk: who is yet to be called, and the time that one is arranged for. Pure. */

/** @typedef {import('./model.js').Callback} Callback */

const ROUND_MS = 5 * 60_000;
const FARTHEST_MS = 90 * 86_400_000;
/** A time that was right when the form was opened may be sent. */
const GRACE_MS = 60_000;
/** How far ahead the form opens. */
export const USUAL_MS = 3_600_000;

/** @param {Callback|null|undefined} callback @returns {boolean} an accept makes the telephone ring: nobody is on the line yet */
export const isToBeCalled = (callback) => !!callback && !callback.answered;

/** @param {Callback} callback @returns {number} which try an accept begins */
export const nextTry = (callback) => callback.tries + 1;

/** @param {import('./model.js').Form} form @returns {string|null} where, and on which line, the person can be called back */
export function numberOfForm({ caller, from, to }) {
  const number = caller ? caller.number : /^\+[1-9]\d{6,14}$/.test(from) ? from : null;
  return to === null ? null : number;
}

const two = (/** @type {number} */ n) => String(n).padStart(2, '0');

/** @param {number} ms @returns {string} `2026-11-22T15:05` on this machine's clock, the next full five minutes */
export function localTime(ms) {
  const at = new Date(Math.ceil(ms / ROUND_MS) * ROUND_MS);
  return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}T${two(at.getHours())}:${two(at.getMinutes())}`;
}

/** @param {string} local as `localTime` @returns {string} `2026-11-22T15:05:00+01:00`: that time here, told from everywhere */
export function isoOf(local) {
  const minutes = -new Date(local).getTimezoneOffset();
  const away = Math.abs(minutes);
  return `${local}:00${minutes < 0 ? '-' : '+'}${two(Math.floor(away / 60))}:${two(away % 60)}`;
}

/** @param {string} local @param {number} now_ms @returns {'empty'|'past'|'far'|null} why nobody can be called back then */
export function problemOf(local, now_ms) {
  const at = Date.parse(local);
  if (Number.isNaN(at)) return 'empty';
  if (at < now_ms - GRACE_MS) return 'past';
  return at > now_ms + FARTHEST_MS ? 'far' : null;
}
