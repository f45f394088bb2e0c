/** Which recorded calls are to be played: a period, as instants with their offset. Pure: now and the zone are arguments. */

/** @typedef {'last_week'|'last_7_days'|'yesterday'|'chosen'} Which */

const DAY_MS = 86_400_000;

/** @param {Date} date @returns {Date} midnight of that day, by this machine's clock */
const midnight = (date) => new Date(date.getFullYear(), date.getMonth(), date.getDate());
/** @param {Date} date @param {number} days */
const plus = (date, days) => new Date(date.getFullYear(), date.getMonth(), date.getDate() + days);

/**
 * @param {Which} which @param {Date} now @param {{since: string, until: string}} chosen days, `2026-11-16`; both count
 * @returns {{since: string, until: string}|null} null: no period
 */
export function periodOf(which, now, chosen) {
  const today = midnight(now);
  const monday = plus(today, -((today.getDay() + 6) % 7));
  /** @type {Record<Exclude<Which, 'chosen'>, [Date, Date]>} */
  const usual = { last_week: [plus(monday, -7), monday], last_7_days: [plus(today, -7), today], yesterday: [plus(today, -1), today] };
  const days = which === 'chosen' ? chosenDays(chosen, now) : usual[which];
  return days && { since: withOffset(days[0]), until: withOffset(days[1]) };
}

/** @param {{since: string, until: string}} chosen @param {Date} now @returns {[Date, Date]|null} */
function chosenDays({ since, until }, now) {
  const [from, to] = [dayOf(since), dayOf(until)];
  if (!from || !to || to < from || from > now) return null;
  return [from, plus(to, 1)];
}

/** @param {string} text @returns {Date|null} */
function dayOf(text) {
  const match = /^(\d{4})-(\d\d)-(\d\d)$/.exec(text);
  if (!match) return null;
  const date = new Date(Number(match[1]), Number(match[2]) - 1, Number(match[3]));
  return date.getMonth() === Number(match[2]) - 1 ? date : null;
}

/** @param {Date} date @returns {string} `2026-11-16T00:00:00+01:00` */
export function withOffset(date) {
  const two = (/** @type {number} */ n) => String(n).padStart(2, '0');
  const minutes = -date.getTimezoneOffset();
  const offset = `${minutes < 0 ? '-' : '+'}${two(Math.floor(Math.abs(minutes) / 60))}:${two(Math.abs(minutes) % 60)}`;
  return `${dayText(date)}T${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}${offset}`;
}

/** @param {Date} date @returns {string} `2026-11-16` */
export const dayText = (date) => `${date.getFullYear()}-${String(date.getMonth() + 1).padStart(2, '0')}-${String(date.getDate()).padStart(2, '0')}`;

/** How long ago at most the form proposes. @param {Date} now */
export const weekBefore = (now) => dayText(new Date(now.getTime() - 7 * DAY_MS));
