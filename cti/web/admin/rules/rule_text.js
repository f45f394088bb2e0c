/** Which rule a line of the text belongs to. Pure. */

/**
 * @param {string} text of the whole configuration, its rules as a list of blocks
 * @param {number} line from 1
 * @returns {number} the rule's place; -1: none
 */
export function ruleAtLine(text, line) {
  const lines = text.split('\n');
  const begin = lines.findIndex((one) => /^rules:\s*(#.*)?$/.test(one));
  if (begin < 0 || line <= begin + 1) return -1;
  const first = lines.findIndex((one, n) => n > begin && /^ *- /.test(one));
  const indent = first < 0 ? 0 : lines[first].indexOf('-');
  let place = -1;
  for (let n = begin + 1; n < Math.min(line, lines.length); n += 1) {
    if (/^[^\s#-]/.test(lines[n])) return -1;
    if (lines[n].startsWith(`${' '.repeat(indent)}- `)) place += 1;
  }
  return place;
}
