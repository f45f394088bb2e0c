/** Which form a counted word takes in Polish: one, two to four (but not twelve to fourteen), all others. */

/** @param {number} n @param {string} one @param {string} few @param {string} many @returns {string} */
export function plural(n, one, few, many) {
  if (n === 1) return one;
  const [ten, hundred] = [n % 10, n % 100];
  return ten >= 2 && ten <= 4 && (hundred < 12 || hundred > 14) ? few : many;
}

/** @param {number} n @param {string} one `1 token` @param {string} few `2 tokeny` @param {string} many `5 tokenów` @returns {string} with the number */
export const counted = (n, one, few, many) => `${n} ${plural(n, one, few, many)}`;
