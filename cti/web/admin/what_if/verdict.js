/** What a comparison says, in words, where the interval allows it: as `cti simulate --compare` says it. Pure. */

/** @typedef {{mean: number|null, ci95_low: number|null, ci95_high: number|null}} Figure */
/** @typedef {Record<string, Figure>} Figures */
/**
 * @typedef {object} Result of one configuration
 * @property {Figures} all
 * @property {Record<string, Figures>} classes
 * @property {Record<string, Figures>} reps
 * @property {Record<string, Figures>} queues
 * @property {Record<string, Figures>} skills
 * @property {number} calls
 * @property {number} replications
 * @property {string[]} warnings
 */
/** @typedef {typeof import('../../strings/en/what_if.js').what_if} Words */
/** @typedef {{name: string|null, said: string[]}} Verdict `name`: the rule whose callers they are; null: all callers */

/** Smaller differences are none. */
const LEAST = { share: 0.0005, s: 0.05 };
/** Figure → whether it is a share or a time. @type {[string, 'share'|'s'][]} */
const KINDS = [['by_preferred', 'share'], ['mean_wait_s', 's'], ['service_level', 'share'], ['abandoned_share', 'share'], ['answered_share', 'share']];

/** @param {Result} difference @param {Words} words @returns {Verdict[]} none: chance may explain everything */
export function verdicts(difference, words) {
  /** @type {[string|null, Figures][]} */
  const named = [...Object.entries(difference.classes), [null, difference.all]];
  return named.map(([name, figures]) => ({ name, said: said(figures, words) })).filter((one) => one.said.length > 0);
}

/** @param {Figures} figures @param {Words} words @returns {string[]} */
function said(figures, words) {
  return KINDS.filter(([key, unit]) => tells(figures, key, unit)).map(([key, unit]) => {
    const { mean, half } = /** @type {{mean: number, half: number}} */ (spread(figures[key]));
    return words.verdict[key](amount(mean, half, unit, words), mean > 0);
  });
}

/** @param {Figures} figures @param {string} key @param {'share'|'s'} unit */
function tells(figures, key, unit) {
  const found = spread(figures[key]);
  if (!found || found.byChance || Math.abs(found.mean) < LEAST[unit]) return false;
  const gives_up = figures.abandoned_share?.mean;
  return key !== 'answered_share' || gives_up == null || Math.abs(found.mean + gives_up) >= LEAST.share;
}

/** @param {Figure|undefined} figure @returns {{mean: number, half: number, byChance: boolean}|null} null: nothing to tell */
export function spread(figure) {
  if (!figure || figure.mean === null || figure.ci95_low === null || figure.ci95_high === null) return null;
  return { mean: figure.mean, half: figure.ci95_high - figure.mean, byChance: figure.ci95_low <= 0 && figure.ci95_high >= 0 };
}

/** @param {number} mean @param {number} half @param {'share'|'s'} unit @param {Words} words */
const amount = (mean, half, unit, words) =>
  (unit === 'share' ? words.points(digits(Math.abs(mean) * 100, half * 100, words)) : words.seconds(digits(Math.abs(mean), half, words)));

/** As many decimals as the interval bears: `12 ± 3`, `1.9 ± 1.7`, `0.35 ± 0.06`. @param {number} value @param {number} half @param {Words} words */
function digits(value, half, words) {
  const decimals = half >= 3 ? 0 : half >= 0.3 ? 1 : 2;
  return `${number(value, decimals, words)} ± ${number(Math.max(half, 10 ** -decimals), decimals, words)}`;
}

/** @param {number} value @param {number} decimals @param {Words} words */
export const number = (value, decimals, words) =>
  new Intl.NumberFormat(words.locale, { minimumFractionDigits: decimals, maximumFractionDigits: decimals, useGrouping: false }).format(value);

/** One figure for the table: `82 %`, `14.2 s`, `327`; and half its interval. @param {Figure|undefined} figure @param {'share'|'s'|'count'} unit @param {Words} words */
export function shown(figure, unit, words) {
  if (!figure || figure.mean === null) return { value: words.nothing, half: '' };
  const factor = unit === 'share' ? 100 : 1;
  const half = figure.ci95_low === null || figure.ci95_high === null ? null : (figure.ci95_high - figure.mean) * factor;
  const decimals = unit === 'count' ? 0 : unit === 'share' ? 1 : 1;
  const value = number(figure.mean * factor, decimals, words);
  const named = { share: words.percent(value), s: words.seconds(value), count: value }[unit];
  return { value: named, half: half === null || half === 0 ? '' : `± ${number(half, decimals, words)}` };
}
