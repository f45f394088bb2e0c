/**
 * Carries a change over to another writing of the same text: what differs between `before` and `after` is done to
 * `written`, which says the same as `before` with other spaces. Lines that the change does not touch stay. Pure.
 */
import { equalLines, hunksOf, spliceOf } from './lines.js';

/** @typedef {import('./lines.js').Hunk} Hunk */

/** @param {string} before @param {string} after @param {string} written @returns {{text: string, simple: boolean}} `simple`: only parts of single lines were exchanged */
export function carried(before, after, written) {
  if (before === written) return { text: after, simple: true };
  const [lines, own] = [before.split('\n'), written.split('\n')];
  const places = placesOf(lines, own);
  let simple = true;
  const out = [...own];
  for (const hunk of hunksOf(before, after).reverse()) {
    const exchanged = exchangedLines(hunk, lines, own, places);
    if (exchanged) {
      exchanged.forEach((line, n) => (out[places[hunk.from + n]] = line));
      continue;
    }
    simple = false;
    const { from, to, fresh } = spread(hunk, lines, own, places);
    out.splice(from, to - from, ...fresh);
  }
  return { text: out.join('\n'), simple };
}

/** @param {string[]} lines @param {string[]} own @returns {Int32Array} where each line is in the other writing; −1: nowhere */
function placesOf(lines, own) {
  const places = new Int32Array(lines.length).fill(-1);
  for (const [here, there] of equalLines(lines.map(squeezed), own.map(squeezed))) places[here] = there;
  return places;
}

/** @param {string} line */
const squeezed = (line) => line.replace(/\s+/g, '');

/**
 * A part of each of some lines, exchanged within the author's line.
 * @param {Hunk} hunk @param {string[]} lines @param {string[]} own @param {Int32Array} places
 * @returns {string[]|null} null where lines come or go
 */
function exchangedLines({ from, to, lines: fresh }, lines, own, places) {
  if (to - from !== fresh.length) return null;
  const exchanged = fresh.map((line, n) => (places[from + n] < 0 ? null : withPart(own[places[from + n]], lines[from + n], line)));
  return exchanged.every((line) => line !== null) ? /** @type {string[]} */ (exchanged) : null;
}

/** @param {string} own @param {string} before the same but for its spaces @param {string} after @returns {string|null} */
function withPart(own, before, after) {
  const { at, removed, inserted } = spliceOf(before, after);
  const [start, end] = [placeIn(own, before, at), placeIn(own, before, at + removed.length)];
  const part = own.slice(start, end);
  return squeezed(part) === squeezed(removed) && indentOf(before) === indentOf(after) ? own.slice(0, start) + inserted + own.slice(end) : null;
}

/** @param {string} own @param {string} before @param {number} at a place in it @returns {number} the same place in `own` */
function placeIn(own, before, at) {
  const [seen, spaces] = [squeezed(before.slice(0, at)).length, /\s*$/.exec(before.slice(0, at))?.[0].length ?? 0];
  let place = 0;
  for (let left = seen; left > 0; place += 1) if (!/\s/.test(own[place])) left -= 1;
  const gap = /^\s*/.exec(own.slice(place))?.[0].length ?? 0;
  return place + (seen === 0 ? gap : Math.min(spaces, gap));
}

/**
 * Lines that come or go, with as many around them as have no place in the other writing.
 * @param {Hunk} hunk @param {string[]} lines @param {string[]} own @param {Int32Array} places
 * @returns {{from: number, to: number, fresh: string[]}}
 */
function spread({ from, to, lines: fresh }, lines, own, places) {
  let [low, high] = [from, to];
  while (low > 0 && places[low - 1] < 0) low -= 1;
  while (high < lines.length && places[high] < 0) high += 1;
  const start = low === 0 ? 0 : places[low - 1] + 1;
  const added = low === high;
  const end = added ? start : high === lines.length ? own.length : places[high];
  const text = [...lines.slice(low, from), ...fresh, ...lines.slice(to, high)];
  return { from: start, to: end, fresh: shifted(text, lines, own, places, low) };
}

/** In the author's indentation. @param {string[]} fresh @param {string[]} lines @param {string[]} own @param {Int32Array} places @param {number} at */
function shifted(fresh, lines, own, places, at) {
  const first = fresh.find((line) => line.trim() !== '');
  if (first === undefined) return fresh;
  const wanted = indentOf(first);
  const isLike = (/** @type {number} */ n) => places[n] >= 0 && lines[n].trim() !== '' && indentOf(lines[n]) === wanted;
  let [above, below] = [at - 1, at];
  while (above >= 0 && !isLike(above)) above -= 1;
  while (below < lines.length && !isLike(below)) below += 1;
  const like = above >= 0 && (below >= lines.length || at - above <= below - at + 1) ? above : below;
  if (like >= lines.length) return fresh;
  const shift = indentOf(own[places[like]]) - wanted;
  return fresh.map((line) => (line.trim() === '' ? line : shift > 0 ? ' '.repeat(shift) + line : line.slice(Math.min(-shift, indentOf(line)))));
}

/** @param {string} line */
const indentOf = (line) => line.length - line.trimStart().length;
