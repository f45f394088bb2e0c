/** Lengths of time as the configuration writes them (`20s`, `15m`, `1h30m`, `1.5m`), as ms, and in words. Pure. */

const PARTS = /^(?:(\d{1,9}(?:\.\d{1,40})?)h)?(?:(\d{1,9}(?:\.\d{1,40})?)m)?(?:(\d{1,9}(?:\.\d{1,40})?)s)?$/;
const UNITS_MS = [3_600_000, 60_000, 1_000];

/** @param {unknown} text @returns {number|null} ms, to the nearest; null: no length of time */
export function parseLength(text) {
  if (text === 0 || text === '0') return 0;
  const match = typeof text === 'string' && text !== '' ? PARTS.exec(text) : null;
  return match && Math.round(UNITS_MS.reduce((sum, unit, n) => sum + Number(match[n + 1] ?? 0) * unit, 0));
}

/** @param {number} ms @returns {[number, number, number]} hours, minutes, seconds */
const split = (ms) => [Math.floor(ms / 3_600_000), Math.floor(ms / 60_000) % 60, (ms % 60_000) / 1_000];

/** @param {number} ms @returns {string} the shortest spelling: `1m30s` */
export function lengthText(ms) {
  const text = split(ms).map((n, place) => (n === 0 ? '' : `${n}${'hms'[place]}`)).join('');
  return text === '' ? '0s' : text;
}

/**
 * @param {unknown} length as the configuration has it
 * @param {readonly [string, string, string]} units of hours, minutes and seconds
 * @returns {string} `1 min 30 s`; what is no length of time as it stands
 */
export function lengthWords(length, units) {
  const ms = typeof length === 'number' && length !== 0 ? null : parseLength(length);
  if (ms === null) return String(length ?? '');
  const words = split(ms).flatMap((n, place) => (n === 0 ? [] : [`${n}\u00a0${units[place]}`])).join(' ');
  return words === '' ? `0\u00a0${units[2]}` : words;
}

/** As people write it: `30`, `2 min`, `1h 30m`. @param {string} written @returns {string|null} as the configuration has it; null: no length of time */
export function readLength(written) {
  const plain = written.toLowerCase().replace(/\s+/g, '').replace(/min(utes?)?|mnt/g, 'm').replace(/sec(onds?)?|saat|dtk/g, 's').replace(/hours?|godz\.?|jam/g, 'h').replace(',', '.');
  const ms = parseLength(/^\d+(\.\d+)?$/.test(plain) ? `${plain}s` : plain);
  return ms === null ? null : lengthText(ms);
}
