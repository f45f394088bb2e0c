/**
 * The words of a condition (CEL), and its parts where && or || joins them. Reads, never evaluates, never throws: of text
 * that is no CEL it says what it can. Pure.
 */

/** @typedef {{kind: 'text'|'number'|'name'|'sign'|'odd', text: string, at: number}} Token `at`: offset in the condition */

const TOKEN =
  /(?<blank>\s+|\/\/[^\n]*)|(?<text>[rRbB]{0,2}(?:'''(?:\\.|[^\\])*?'''|"""(?:\\.|[^\\])*?"""|'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"))|(?<number>0[xX][0-9a-fA-F]+[uU]?|(?:\d+(?:\.\d+)?|\.\d+)(?:[eE][+-]?\d+)?[uU]?)|(?<name>[A-Za-z_][A-Za-z0-9_]*)|(?<sign>&&|\|\||==|!=|<=|>=|[-<>+*/%!?:.,()[\]{}])|(?<odd>[\s\S])/gu;
const OPEN = new Set(['(', '[', '{']);
const CLOSE = new Set([')', ']', '}']);

/** @param {string} text @returns {Token[]} without blanks and comments */
export function tokensOf(text) {
  const found = [];
  for (const match of text.matchAll(TOKEN)) {
    const kind = Object.entries(match.groups ?? {}).find(([, value]) => value !== undefined)?.[0] ?? 'odd';
    if (kind !== 'blank') found.push(/** @type {Token} */ ({ kind, text: match[0], at: match.index }));
  }
  return found;
}

/**
 * The text between the given signs outside all brackets, as it is written, comments at the ends left out.
 * @param {string} text @param {string} sign `&&`, `||` or `?` @returns {string[]} one: the sign is not there
 */
export function parts(text, sign) {
  const tokens = tokensOf(text);
  const pieces = [[/** @type {Token} */ ({ kind: 'sign', text: '', at: 0 })]];
  let depth = 0;
  for (const token of tokens) {
    if (OPEN.has(token.text)) depth += 1;
    if (CLOSE.has(token.text)) depth -= 1;
    if (depth === 0 && token.text === sign) pieces.push([token]);
    else pieces[pieces.length - 1].push(token);
  }
  return pieces.map(([, ...some]) => (some.length === 0 ? '' : text.slice(some[0].at, some[some.length - 1].at + some[some.length - 1].text.length)));
}

/** @param {string} text @returns {string} without the brackets that stand around all of it */
export function bare(text) {
  const tokens = tokensOf(text);
  const last = tokens[tokens.length - 1];
  if (tokens.length < 3 || tokens[0].text !== '(' || last.text !== ')') return text.trim();
  let depth = 0;
  for (const token of tokens) {
    if (OPEN.has(token.text)) depth += 1;
    if (CLOSE.has(token.text)) depth -= 1;
    if (depth === 0 && token !== last) return text.trim();
  }
  return bare(text.slice(tokens[0].at + 1, last.at));
}

/** @param {Token} token of kind text @returns {string|null} what it means; null: raw, bytes, or escaped beyond the usual */
export function meaning(token) {
  const { text } = token;
  if (token.kind !== 'text' || /^[rRbB]/.test(text) || text.startsWith('"""') || text.startsWith("'''")) return null;
  const inner = text.slice(1, -1);
  if (!/^(?:[^\\]|\\[\\"'nt])*$/.test(inner)) return null;
  return inner.replace(/\\(.)/g, (_, escaped) => ({ n: '\n', t: '\t' })[/** @type {string} */ (escaped)] ?? escaped);
}

/** @param {string} value @returns {string} in quotes */
export const quoted = (value) =>
  `"${value.replace(/[\\"]/g, (found) => `\\${found}`).replaceAll('\n', '\\n').replaceAll('\t', '\\t')}"`;
