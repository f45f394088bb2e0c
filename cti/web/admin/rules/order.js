/** Where a row that is dragged would go. Pure. */

/**
 * @param {readonly number[]} middles of the rows, from above
 * @param {number} y of the pointer
 * @param {number} from the row that is dragged
 * @returns {number} its new place
 */
export function placeAt(middles, y, from) {
  const above = middles.filter((middle, n) => n !== from && middle < y).length;
  return Math.min(above, middles.length - 1);
}
