/** Days as this machine counts them, as instants for the service. Pure but for the machine's time zone. */

/** @param {{since: string, until: string}} days both included; empty: without an end @returns {{since: string, until: string}} instants, the second left out */
export const periodOf = ({ since, until }) => ({ since: beginOf(since, 0), until: beginOf(until, 1) });

/** @param {string} day `2026-11-23` @param {number} later so many days @returns {string} empty for what is no day */
function beginOf(day, later) {
  const [, year, month, date] = /^(\d{4})-(\d{2})-(\d{2})$/.exec(day) ?? [];
  return year === undefined ? '' : new Date(Number(year), Number(month) - 1, Number(date) + later).toISOString();
}
