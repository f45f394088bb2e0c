/** What differs between two texts, line by line, and three texts joined into one. Pure. */

/** @typedef {{from: number, to: number, lines: readonly string[]}} Hunk lines `from` to `to` (not included) become `lines` */
/** @typedef {{mine: readonly string[], theirs: readonly string[]}} Clash the same lines, changed in two ways */

/** Beyond so many lines that differ the middle is replaced as a whole: nobody reads such a difference line by line. */
const MOST_STEPS = 1_500;

/** @param {string} before @param {string} after @returns {Hunk[]} in order, none empty, none touching another */
export const hunksOf = (before, after) => (before === after ? [] : hunksBetween(before.split('\n'), after.split('\n')));

/** @param {readonly string[]} a @param {readonly string[]} b @returns {Hunk[]} */
const hunksBetween = (a, b) => joined(equalLines(a, b), a.length, b);

/** @param {readonly string[]} a @param {readonly string[]} b @returns {[number, number][]} which lines are the same, in order */
export function equalLines(a, b) {
  let start = 0;
  while (start < a.length && start < b.length && a[start] === b[start]) start += 1;
  let end = 0;
  while (end < a.length - start && end < b.length - start && a[a.length - 1 - end] === b[b.length - 1 - end]) end += 1;
  const between = pathThrough(a.slice(start, a.length - end), b.slice(start, b.length - end)) ?? [];
  return [
    ...Array.from({ length: start }, (_, n) => /** @type {[number, number]} */ ([n, n])),
    ...between.map(([x, y]) => /** @type {[number, number]} */ ([x + start, y + start])),
    ...Array.from({ length: end }, (_, n) => /** @type {[number, number]} */ ([a.length - end + n, b.length - end + n])),
  ];
}

/**
 * Myers' greedy search. @param {string[]} a @param {string[]} b
 * @returns {[number, number][]|null} the pairs of equal lines, in order; null where the texts are too different
 */
function pathThrough(a, b) {
  const most = Math.min(a.length + b.length, MOST_STEPS);
  const middle = most + 1;
  const reach = new Int32Array(2 * most + 3);
  /** @type {Int32Array[]} */
  const trace = [];
  for (let steps = 0; steps <= most; steps += 1) {
    trace.push(reach.slice(middle - steps - 1, middle + steps + 2));
    for (let k = -steps; k <= steps; k += 2) {
      const down = k === -steps || (k !== steps && reach[middle + k - 1] < reach[middle + k + 1]);
      let x = down ? reach[middle + k + 1] : reach[middle + k - 1] + 1;
      while (x < a.length && x - k < b.length && a[x] === b[x - k]) x += 1;
      reach[middle + k] = x;
      if (x >= a.length && x - k >= b.length) return backwards(trace, a.length, b.length);
    }
  }
  return null;
}

/** @param {Int32Array[]} trace @param {number} x @param {number} y @returns {[number, number][]} */
function backwards(trace, x, y) {
  /** @type {[number, number][]} */
  const equal = [];
  for (let steps = trace.length - 1; steps >= 0; steps -= 1) {
    const [reach, k, middle] = [trace[steps], x - y, steps + 1];
    const down = k === -steps || (k !== steps && reach[middle + k - 1] < reach[middle + k + 1]);
    const before = steps === 0 ? 0 : down ? reach[middle + k + 1] : reach[middle + k - 1];
    const beforeY = steps === 0 ? 0 : before - (down ? k + 1 : k - 1);
    while (x > before && y > beforeY) equal.push([(x -= 1), (y -= 1)]);
    [x, y] = [before, beforeY];
  }
  return equal.reverse();
}

/** @param {[number, number][]} equal @param {number} length of the old text @param {readonly string[]} b @returns {Hunk[]} */
function joined(equal, length, b) {
  /** @type {Hunk[]} */
  const hunks = [];
  let [x, y] = [0, 0];
  for (const [nextX, nextY] of [...equal, [length, b.length]]) {
    if (nextX > x || nextY > y) hunks.push({ from: x, to: nextX, lines: b.slice(y, nextY) });
    [x, y] = [nextX + 1, nextY + 1];
  }
  return hunks;
}

/**
 * Two changes of one text, joined. Where both only add at the same place, theirs comes first and nothing is lost; where
 * both change the same lines in different places of them, both stand; where they change the same words, mine stand and
 * the clash is told.
 * @param {string} base @param {string} mine @param {string} theirs
 * @returns {{text: string, clashes: Clash[]}}
 */
export function mergedLines(base, mine, theirs) {
  const { out, clashes } = mergedLists(base.split('\n'), mine.split('\n'), theirs.split('\n'), withinLines);
  return { text: out.join('\n'), clashes };
}

/** @typedef {(before: string[], mine: string[], theirs: string[]) => string[]|null} Settle what two changes of the same become */

/** @type {Settle} */
function withinLines(before, mine, theirs) {
  if (before.length !== mine.length || before.length !== theirs.length) return null;
  const { out, clashes } = mergedLists(wordsOf(before), wordsOf(mine), wordsOf(theirs), () => null);
  return clashes.length === 0 ? out.join('').split('\n') : null;
}

/** @param {string[]} lines @returns {string[]} words, and each mark and space between them */
const wordsOf = (lines) => lines.join('\n').match(/[^\s,:{}[\]]+|[^]/g) ?? [];

/** @param {string[]} base @param {string[]} mine @param {string[]} theirs @param {Settle} settle @returns {{out: string[], clashes: Clash[]}} */
function mergedLists(base, mine, theirs, settle) {
  const [ours, others] = [hunksBetween(base, mine), hunksBetween(base, theirs)];
  /** @type {string[]} */
  const out = [];
  /** @type {Clash[]} */
  const clashes = [];
  let at = 0;
  while (ours.length > 0 || others.length > 0) {
    const [from, to, group] = nextGroup(ours, others);
    out.push(...base.slice(at, from));
    const [told, other] = group.map((hunks) => changedLines(base, from, to, hunks));
    const both = group[0].length > 0 && group[1].length > 0 && !same(told, other);
    const one = both ? bothOf(base.slice(from, to), told, other, settle) : group[0].length > 0 ? told : other;
    out.push(...(one ?? told));
    if (one === null) clashes.push({ mine: told, theirs: other });
    at = to;
  }
  return { out: [...out, ...base.slice(at)], clashes };
}

/** @param {string[]} before empty where both only add @param {string[]} mine @param {string[]} theirs @param {Settle} settle @returns {string[]|null} */
const bothOf = (before, mine, theirs, settle) => (before.length === 0 ? [...theirs, ...mine] : settle(before, mine, theirs));

/** Takes the next hunks that overlap off both lists. @param {Hunk[]} ours @param {Hunk[]} others @returns {[number, number, [Hunk[], Hunk[]]]} */
function nextGroup(ours, others) {
  const first = Math.min(ours[0]?.from ?? Infinity, others[0]?.from ?? Infinity);
  /** @type {[Hunk[], Hunk[]]} */
  const group = [[], []];
  const added = [ours, others].map((list) => list[0]?.from === first && list[0].to === first);
  if (added[0] !== added[1]) {
    const side = added[0] ? 0 : 1;
    group[side].push(/** @type {Hunk} */ ([ours, others][side].shift()));
    return [first, first, group];
  }
  let to = first;
  for (let grown = true; grown; ) {
    grown = false;
    for (const [side, list] of [ours, others].entries()) {
      while (list.length > 0 && (list[0].from < to || list[0].from === first)) {
        const hunk = /** @type {Hunk} */ (list.shift());
        group[side].push(hunk);
        to = Math.max(to, hunk.to);
        grown = true;
      }
    }
  }
  return [first, to, group];
}

/** @param {string[]} lines @param {number} from @param {number} to @param {Hunk[]} hunks @returns {string[]} */
function changedLines(lines, from, to, hunks) {
  /** @type {string[]} */
  const out = [];
  let at = from;
  for (const hunk of hunks) {
    out.push(...lines.slice(at, hunk.from), ...hunk.lines);
    at = hunk.to;
  }
  return [...out, ...lines.slice(at, to)];
}

/** @param {readonly string[]} one @param {readonly string[]} other */
const same = (one, other) => one.length === other.length && one.every((line, n) => line === other[n]);

/** @param {string} before @param {string} after @returns {{at: number, removed: string, inserted: string}} the one part that differs */
export function spliceOf(before, after) {
  const most = Math.min(before.length, after.length);
  let at = 0;
  while (at < most && before.charCodeAt(at) === after.charCodeAt(at)) at += 1;
  let end = 0;
  while (end < most - at && before.charCodeAt(before.length - 1 - end) === after.charCodeAt(after.length - 1 - end)) end += 1;
  return { at, removed: before.slice(at, before.length - end), inserted: after.slice(at, after.length - end) };
}
