/** Which form a counted word takes in Polish. */

/** @param {number} n @param {string} one `1 token` @param {string} few `2 tokeny` @param {string} many `5 tokenów` @returns {string} with the number */
export function counted(n, one, few, many) {
  const [ten, hundred] = [n % 10, n % 100];
  const word = n === 1 ? one : ten >= 2 && ten <= 4 && (hundred < 12 || hundred > 14) ? few : many;
  return `${n} ${word}`;
}
