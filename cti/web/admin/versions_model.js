/** Versions as values: which one was active before, and a difference as the lines to be shown. Pure. */
import { hunksOf } from './lines.js';

/** @typedef {import('./draft_server.js').Version & {state: 'active'|'former'|'draft', created_at: string, based_on: number|null}} Info without its text in a list */
/** @typedef {{kind: 'same'|'added'|'removed', text: string, n: number}} Line `n`: its number, of the text it stands in */
/** @typedef {{skipped: number, lines: Line[]}} Part `skipped`: how many equal lines are left out before it */

const AROUND = 3;
const NOT_WORTH_HIDING = 2;

/** @param {readonly Info[]} versions @returns {Info|null} the version that was active before the active one */
export function formerOf(versions) {
  const former = versions.filter(({ state, activated_at }) => state === 'former' && activated_at !== null);
  const at = (/** @type {Info} */ { activated_at }) => Date.parse(activated_at ?? '');
  return former.reduce((/** @type {Info|null} */ best, one) => (best === null || at(one) > at(best) ? one : best), null);
}

/** @param {string} before @param {string} after @returns {{parts: Part[], rest: number}} `rest`: equal lines after the last part */
export function differenceOf(before, after) {
  const all = linesOf(before, after);
  const seen = new Uint8Array(all.length);
  let last = -1;
  all.forEach(({ kind }, n) => {
    if (kind === 'same') return;
    const start = Math.max(0, n - AROUND);
    seen.fill(1, start - last - 1 <= NOT_WORTH_HIDING ? last + 1 : start, n + AROUND + 1);
    last = n + AROUND;
  });
  /** @type {Part[]} */
  const parts = [];
  let skipped = 0;
  all.forEach((line, n) => {
    if (!seen[n]) skipped += 1;
    else if (skipped === 0 && parts.length > 0) parts[parts.length - 1].lines.push(line);
    else {
      parts.push({ skipped, lines: [line] });
      skipped = 0;
    }
  });
  return { parts, rest: skipped };
}

/** @param {string} before @param {string} after @returns {Line[]} both texts, each line once */
function linesOf(before, after) {
  const old = before.split('\n');
  /** @type {Line[]} */
  const all = [];
  let [at, shift] = [0, 0];
  const equal = (/** @type {number} */ to) => {
    for (; at < to; at += 1) all.push({ kind: 'same', text: old[at], n: at + shift + 1 });
  };
  for (const { from, to, lines } of hunksOf(before, after)) {
    equal(from);
    for (; at < to; at += 1) all.push({ kind: 'removed', text: old[at], n: at + 1 });
    lines.forEach((text, n) => all.push({ kind: 'added', text, n: from + shift + n + 1 }));
    shift += lines.length - (to - from);
  }
  equal(old.length);
  return all;
}
