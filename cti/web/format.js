/** How values read: durations, numbers, dates, names. Pure: the time and the locale are arguments where they matter. */
import { locale } from './strings/language.js';

const TWO_DIGIT_CODES = new Set(
  '20 27 30 31 32 33 34 36 39 40 41 43 44 45 46 47 48 49 51 52 53 54 55 56 57 58 60 61 62 63 64 65 66 81 82 84 86 90 91 92 93 94 95 98'.split(' '),
);

/** @param {number} ms @returns {string} `0:09`, `12:34`, `1:02:03` */
export function duration(ms) {
  const s = Math.max(0, Math.floor(ms / 1000));
  const two = (/** @type {number} */ n) => String(n).padStart(2, '0');
  const [hours, minutes, seconds] = [Math.floor(s / 3600), Math.floor(s / 60) % 60, s % 60];
  return hours > 0 ? `${hours}:${two(minutes)}:${two(seconds)}` : `${minutes}:${two(seconds)}`;
}

/** @param {string|null|undefined} iso @returns {number|null} ms since the epoch; null for nothing or nonsense */
export function instant(iso) {
  const ms = iso ? Date.parse(iso) : Number.NaN;
  return Number.isNaN(ms) ? null : ms;
}

/**
 * How numbers are written where they belong: country code, area code where its length is certain, the rest. What fits
 * none of these is not grouped: a wrong group is read out wrongly.
 */
const SHAPES = [
  /^(1)(\d{3})(\d{3})(\d{4})$/,
  /^(1)(555)(01\d\d)$/,
  /^(33)(\d)(\d\d)(\d\d)(\d\d)(\d\d)$/,
  /^(34)(\d{3})(\d{3})(\d{3})$/,
  /^(44)(2\d)(\d{4})(\d{4})$/,
  /^(44)(7\d{3})(\d{6})$/,
  /^(44)(11\d|1\d1|[389]\d\d)(\d{3})(\d{4})$/,
  /^(48)((?:45|5[0137]|6[069]|7[02389]|8[08])\d)(\d{3})(\d{3})$/,
  /^(48)([1-9]\d)(\d{3})(\d\d)(\d\d)$/,
  /^(49)(1[567]\d|30|40|69|89)(\d{5,8})$/,
  /^(52)(33|55|56|81)(\d{4})(\d{4})$/,
  /^(52)(\d{3})(\d{3})(\d{4})$/,
];

/** @param {string} number E.164, or any text a caller's network sent @returns {string} `+48 600 100 200` */
export function phone(number) {
  if (!/^\+[1-9]\d{6,14}$/.test(number)) return number;
  const digits = number.slice(1);
  const [, ...groups] = SHAPES.map((shape) => shape.exec(digits)).find(Boolean) ?? ['', ...codeAndRest(digits)];
  return `+${groups.join(' ')}`;
}

/** @param {string} digits @returns {string[]} */
function codeAndRest(digits) {
  const length = /^[17]/.test(digits) ? 1 : TWO_DIGIT_CODES.has(digits.slice(0, 2)) ? 2 : 3;
  return [digits.slice(0, length), digits.slice(length)];
}

/** @param {string} name @returns {string} at most two initials */
export function initials(name) {
  const words = name.trim().split(/\s+/).filter((word) => /^\p{L}/u.test(word));
  const ends = words.length > 1 ? [words[0], words[words.length - 1]] : words;
  return ends.map((word) => [...word][0].toUpperCase()).join('');
}

/** @param {number} ms @param {string} [zone] IANA name @returns {string|null} `11:04`; null for a zone nobody knows */
export function timeOfDay(ms, zone) {
  try {
    return new Intl.DateTimeFormat(locale, { hour: '2-digit', minute: '2-digit', timeZone: zone }).format(ms);
  } catch {
    return null;
  }
}

/** @param {string} zone `Europe/Warsaw` @returns {string} `Warsaw` */
export const placeOf = (zone) => zone.slice(zone.lastIndexOf('/') + 1).replaceAll('_', ' ');

/** @param {number} ms @param {number} now @returns {string} a time today, else a day */
export function day(ms, now) {
  const sameDay = new Date(ms).toDateString() === new Date(now).toDateString();
  if (sameDay) return timeOfDay(ms) ?? '';
  const sameYear = new Date(ms).getFullYear() === new Date(now).getFullYear();
  /** @type {Intl.DateTimeFormatOptions} */
  const shape = { day: 'numeric', month: 'short', ...(sameYear ? { weekday: 'short' } : { year: 'numeric' }) };
  return new Intl.DateTimeFormat(locale, shape).format(ms);
}

/** @param {number} ms @param {number} now @returns {string} `14:03` today, else `Mon, 23 Nov, 14:03` */
export function dayAndTime(ms, now) {
  const [date, time] = [day(ms, now), timeOfDay(ms) ?? ''];
  return date === time ? time : `${date}, ${time}`;
}

/** @param {number} ms @returns {string} date and time to the second */
export const moment = (ms) => new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'medium' }).format(ms);

/** @param {string} tag BCP 47 @returns {string} `Polish`; the tag itself when it is none */
export function language(tag) {
  try {
    return new Intl.DisplayNames([locale], { type: 'language' }).of(tag) ?? tag;
  } catch {
    return tag;
  }
}
