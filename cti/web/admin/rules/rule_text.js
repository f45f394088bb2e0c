/** Where a rule stands in the text: its lines with the comments before it. Pure. */

/**
 * @param {string} text
 * @param {number|null} line where the rule begins, from 1; null: unknown
 * @returns {{from: number, to: number, line: number}|null} offsets, and the first line; null where it is no block of its own
 */
export function placeOf(text, line) {
  if (line === null) return null;
  const lines = text.split('\n');
  const dash = /^( *)- /.exec(lines[line - 1] ?? '');
  if (!dash) return null;
  const indent = dash[1].length;
  let first = line - 1;
  while (first > 0 && isComment(lines[first - 1])) first -= 1;
  let last = line;
  while (last < lines.length && (lines[last].trim() === '' || isComment(lines[last]) || indentOf(lines[last]) > indent)) last += 1;
  while (last > line && (lines[last - 1].trim() === '' || (isComment(lines[last - 1]) && indentOf(lines[last - 1]) <= indent))) last -= 1;
  const from = lengthOf(lines.slice(0, first));
  return { from, to: from + lengthOf(lines.slice(first, last)) - 1, line: first + 1 };
}

/** @param {string} line */
const isComment = (line) => /^ *#/.test(line);
/** @param {string} line */
const indentOf = (line) => line.length - line.trimStart().length;
/** @param {string[]} lines */
const lengthOf = (lines) => lines.reduce((sum, line) => sum + line.length + 1, 0);
