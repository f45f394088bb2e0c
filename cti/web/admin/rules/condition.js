/**
 * A condition as rows of a form, and back. Guarantees that nobody's writing is changed: each row keeps its own text, and
 * only a row that was made or changed in the form is written anew. What is none of the usual tests is a row of text. Pure.
 */
import { bare, meaning, parts, quoted, tokensOf } from './cel.js';

/**
 * @typedef {'is'|'is_not'|'one_of'|'none_of'|'contains'|'starts_with'|'ends_with'|'known'|'unknown'|'has'|'has_not'
 *   |'at_least'|'at_most'|'open'|'closed'|'holiday'|'no_holiday'} Op
 */
/** @typedef {{kind: 'test', field: string, op: Op, values: string[], text: string}} Test `field`: `call.to`, `caller.tier`, `hours.office` */
/** @typedef {{kind: 'expression', text: string}} Expression */
/** @typedef {Test | Expression} Row */
/** @typedef {{join: 'all'|'any', rows: Row[]}} Rows without rows: every call */

const NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;
const LISTS = new Set(['call.answers', 'call.lists', 'caller.tags']);
const COUNTS = new Set(['call.attempts']);
const PHONES = new Set(['call.from', 'call.to', 'call.forwarded_from']);
const STANDARD = new Set(
  'match name tier owner stage language timezone company email lead_source campaign external_id last tags'.split(' ').map((name) => `caller.${name}`),
);
const CALLS = 'starts_with:startsWith ends_with:endsWith contains:contains'.split(' ').map((pair) => pair.split(':'));
/** @type {Record<string, Op>} */
const OPPOSITE = { is: 'is_not', is_not: 'is', one_of: 'none_of', has: 'has_not', open: 'closed', holiday: 'no_holiday', known: 'unknown', unknown: 'known' };

/** What may be asked of a field. @param {string} field @returns {Op[]} */
export function opsOf(field) {
  if (field.startsWith('hours.')) return ['open', 'closed', 'holiday', 'no_holiday'];
  if (LISTS.has(field)) return ['has', 'has_not'];
  if (COUNTS.has(field)) return ['at_least', 'at_most', 'is'];
  if (field === 'caller.match') return ['is', 'is_not', 'one_of', 'none_of'];
  if (field === 'call.to') return ['is', 'is_not', 'one_of', 'none_of'];
  return ['is', 'is_not', 'one_of', 'none_of', 'starts_with', 'contains', 'ends_with', 'known', 'unknown'];
}

/** How many values a test takes. @param {Op} op @returns {'none'|'one'|'many'} */
export function takes(op) {
  if (['known', 'unknown', 'open', 'closed', 'holiday', 'no_holiday'].includes(op)) return 'none';
  return op === 'one_of' || op === 'none_of' ? 'many' : 'one';
}

/** A field of the caller that is none of the standard ones. @param {string} field */
const isCustom = (field) => field.startsWith('caller.') && !STANDARD.has(field);

// From text

/** @param {unknown} when a condition as written; not a text, or blank: every call @returns {Rows} */
export function readCondition(when) {
  const text = typeof when === 'string' ? when.trim() : '';
  if (text === '' || text === 'true') return { join: 'all', rows: [] };
  if (parts(text, '?').length > 1 || hasComment(text)) return { join: 'all', rows: [{ kind: 'expression', text }] };
  const whole = bare(text);
  const absent = readAbsent(whole);
  if (absent) return { join: 'all', rows: [{ kind: 'test', ...absent, text }] };
  const either = parts(text, '||');
  if (either.length > 1) return { join: 'any', rows: either.map(readAlternative) };
  if (whole !== text && parts(whole, '||').length > 1) return readCondition(whole);
  return { join: 'all', rows: joinGuards(parts(text, '&&').map(readRow)) };
}

/** @param {string} text @returns {Row} */
function readAlternative(text) {
  const rows = joinGuards(parts(bare(text), '&&').map(readRow));
  return rows.length === 1 ? { ...rows[0], text } : { kind: 'expression', text };
}

/** `x != null && x.startsWith("es")`, `has(caller.x) && caller.x == "5"`: one row. @param {Row[]} rows @returns {Row[]} */
function joinGuards(rows) {
  /** @type {Row[]} */
  const found = [];
  for (const row of rows) {
    const guard = found[found.length - 1];
    if (guard?.kind === 'test' && row.kind === 'test' && guard.op === 'known' && guard.field === row.field && isGuarded(row)) {
      found[found.length - 1] = { ...row, text: `${guard.text} && ${row.text}` };
    } else found.push(row);
  }
  return found;
}

/** @param {Test} test @returns {boolean} it fails where the field is not known */
const isGuarded = ({ field, op }) => ['starts_with', 'ends_with', 'contains'].includes(op) || (isCustom(field) && op !== 'unknown');

/** @param {string} text @returns {Row} */
function readRow(text) {
  const found = readAbsent(bare(text)) ?? readTest(bare(text));
  return found ? { kind: 'test', ...found, text } : { kind: 'expression', text };
}

/** @typedef {{field: string, op: Op, values: string[]}} Said */

/** @param {string} text @returns {Said|null} */
function readTest(text) {
  const tokens = tokensOf(text);
  if (tokens[0]?.text === '!') return readNegation(text.slice(tokens[0].at + 1).trim());
  return readHours(tokens) ?? readHas(tokens) ?? readIn(tokens) ?? readFunction(tokens) ?? readComparison(tokens);
}

/** `!hours.office.open`, `!(…)`; not `!a == b`, which is `(!a) == b`. @param {string} text @returns {Said|null} */
function readNegation(text) {
  const tokens = tokensOf(text);
  const alone = tokens[0]?.text === 'hours' && tokens.length === 5;
  return bare(text) !== text || alone ? opposite(readTest(bare(text))) : null;
}

/**
 * `!(has(caller.seats)) || caller.seats != "5"`: how a form says that a field of one's own is not something.
 * @param {string} text @returns {Said|null}
 */
function readAbsent(text) {
  const [guard, test, more] = parts(text, '||');
  if (test === undefined || more !== undefined || tokensOf(guard)[0]?.text !== '!') return null;
  const [there, said] = [readTest(bare(guard.trim().slice(1))), readTest(bare(test))];
  const told = there?.op === 'known' && said?.field === there.field && isCustom(there.field);
  return told && ['unknown', 'is_not', 'none_of'].includes(said.op) ? said : null;
}

/** @param {Said|null} test @returns {Said|null} */
function opposite(test) {
  const op = test && OPPOSITE[test.op];
  return op && (!isCustom(test.field) || op === 'none_of') ? { ...test, op } : null;
}

/**
 * @typedef {import('./cel.js').Token} Token
 * @param {Token[]} tokens @returns {{field: string, rest: Token[]}|null} the field that they begin with
 */
function readField(tokens) {
  const [root, sign, name, close] = tokens;
  if (root?.text !== 'call' && root?.text !== 'caller' && root?.text !== 'hours') return null;
  if (sign?.text === '.' && name?.kind === 'name') return { field: `${root.text}.${name.text}`, rest: tokens.slice(3) };
  const custom = sign?.text === '[' && close?.text === ']' && root.text === 'caller' && name?.kind === 'text' ? meaning(name) : null;
  return custom === null ? null : { field: `caller.${custom}`, rest: tokens.slice(4) };
}

/** `hours.office.open`, perhaps compared with true or false. @param {Token[]} tokens @returns {Said|null} */
function readHours(tokens) {
  const found = readField(tokens);
  if (!found?.field.startsWith('hours.')) return null;
  const [dot, what, sign, value, more] = found.rest;
  if (dot?.text !== '.' || !['open', 'holiday'].includes(what?.text) || more) return null;
  /** @type {Said} */
  const said = { field: found.field, op: what.text === 'open' ? 'open' : 'holiday', values: [] };
  if (!sign) return said;
  if (!['==', '!='].includes(sign.text) || !['true', 'false'].includes(value?.text)) return null;
  return (sign.text === '==') === (value.text === 'true') ? said : opposite(said);
}

/** `has(caller.seats)`. @param {Token[]} tokens @returns {Said|null} */
function readHas(tokens) {
  if (tokens[0]?.text !== 'has' || tokens[1]?.text !== '(') return null;
  const found = readField(tokens.slice(2));
  return found && isCustom(found.field) && found.rest.length === 1 ? { field: found.field, op: 'known', values: [] } : null;
}

/** `caller.tier in ["gold", "silver"]`, `"vip" in caller.tags`. @param {Token[]} tokens @returns {Said|null} */
function readIn(tokens) {
  const found = readField(tokens);
  if (found && found.rest[0]?.text === 'in' && found.rest[1]?.text === '[') {
    const values = readItems(found.rest.slice(2));
    return values && !LISTS.has(found.field) && !COUNTS.has(found.field) ? { field: found.field, op: 'one_of', values } : null;
  }
  const [value, sign, ...rest] = tokens;
  const list = value?.kind === 'text' && sign?.text === 'in' ? readField(rest) : null;
  const said = list && list.rest.length === 0 && LISTS.has(list.field) ? meaning(value) : null;
  return said === null || list === null ? customKnown(tokens) : { field: list.field, op: 'has', values: [said] };
}

/** `"Account size" in caller`: how one asks for a name that `has` cannot. @param {Token[]} tokens @returns {Said|null} */
function customKnown([name, sign, root, more]) {
  const said = name?.kind === 'text' && sign?.text === 'in' && root?.text === 'caller' && !more ? meaning(name) : null;
  return said === null || !isCustom(`caller.${said}`) ? null : { field: `caller.${said}`, op: 'known', values: [] };
}

/** @param {Token[]} tokens behind `[` @returns {string[]|null} null: not only texts */
function readItems(tokens) {
  if (tokens[tokens.length - 1]?.text !== ']') return null;
  const items = tokens.slice(0, -1);
  if (items.length % 2 === 0 || items.some((token, n) => n % 2 === 1 && token.text !== ',')) return null;
  const values = items.filter((_, n) => n % 2 === 0).map(meaning);
  return values.includes(null) ? null : /** @type {string[]} */ (values);
}

/** `caller.language.startsWith("es")`. @param {Token[]} tokens @returns {Said|null} */
function readFunction(tokens) {
  const found = readField(tokens);
  const [dot, name, open, value, close, more] = found?.rest ?? [];
  const op = CALLS.find(([, cel]) => cel === name?.text)?.[0];
  if (!found || !op || dot.text !== '.' || open?.text !== '(' || close?.text !== ')' || more) return null;
  const said = value.kind === 'text' ? meaning(value) : null;
  return said === null || LISTS.has(found.field) ? null : { field: found.field, op: /** @type {Op} */ (op), values: [said] };
}

/** `caller.tier == "gold"`, `call.from == null`, `call.attempts >= 2`. @param {Token[]} tokens @returns {Said|null} */
function readComparison(tokens) {
  const found = readField(tokens);
  const [sign, value, more] = found?.rest ?? [];
  if (!found || !value || more || LISTS.has(found.field) || found.field.startsWith('hours.')) return null;
  if (COUNTS.has(found.field)) return readCount(found.field, sign.text, value);
  if (sign.text !== '==' && sign.text !== '!=') return null;
  const equal = sign.text === '==';
  if (value.text === 'null') return { field: found.field, op: equal ? 'unknown' : 'known', values: [] };
  const said = value.kind === 'text' ? meaning(value) : null;
  return said === null ? null : { field: found.field, op: equal ? 'is' : 'is_not', values: [said] };
}

/** @param {string} field @param {string} sign @param {Token} value @returns {Said|null} */
function readCount(field, sign, value) {
  const n = /^\d{1,6}$/.test(value.text) ? Number(value.text) : null;
  if (n === null) return null;
  const said = /** @type {Record<string, [Op, number]>} */ ({ '>=': ['at_least', n], '>': ['at_least', n + 1], '<=': ['at_most', n], '<': ['at_most', n - 1], '==': ['is', n] })[sign];
  return said && said[1] >= 0 ? { field, op: said[0], values: [String(said[1])] } : null;
}

/** @param {string} text @returns {boolean} */
const hasComment = (text) => text.includes('//') && /\/\//.test(tokensOf(text).reduce((rest, token) => rest.replace(token.text, ''), text));

// To text

/** @param {Rows} rows @returns {string|null} null: every call */
export function writeCondition({ join, rows }) {
  const texts = rows.map(({ text }) => text.trim()).filter((text) => text !== '');
  if (texts.length === 0) return null;
  if (texts.length === 1) return texts[0];
  return texts.map((text) => enclosed(text, join)).join(join === 'all' ? ' && ' : ' || ');
}

/** @param {string} text @param {'all'|'any'} join */
function enclosed(text, join) {
  const loose = parts(text, '?').length > 1 || (join === 'all' && parts(text, '||').length > 1);
  return loose ? `(${text})` : text;
}

/** A row of the form. @param {string} field @param {Op} op @param {string[]} values @returns {Test} */
export const testOf = (field, op, values) => ({ kind: 'test', field, op, values, text: textOf(field, op, values) });

/** @param {string} field @param {Op} op @param {string[]} values @returns {string} */
function textOf(field, op, values) {
  if (field.startsWith('hours.')) return hoursText(field, op);
  const name = field.slice(field.indexOf('.') + 1);
  const seen = NAME.test(name) ? field : `caller[${quoted(name)}]`;
  const said = values.map((value) => quoted(PHONES.has(field) ? value.trim() : value));
  const text = plainText(seen, field, op, said);
  if (!isCustom(field)) return ['starts_with', 'ends_with', 'contains'].includes(op) ? `${seen} != null && ${text}` : text;
  const there = NAME.test(name) ? `has(${seen})` : `${quoted(name)} in caller`;
  if (op === 'unknown') return `(!(${there}) || ${seen} == null)`;
  if (op === 'is_not' || op === 'none_of') return `(!(${there}) || ${text})`;
  return op === 'known' || ['starts_with', 'ends_with', 'contains'].includes(op) ? `${there} && ${op === 'known' ? text : `${seen} != null && ${text}`}` : `${there} && ${text}`;
}

/** @param {string} field @param {Op} op */
const hoursText = (field, op) =>
  `${op === 'closed' || op === 'no_holiday' ? '!' : ''}${field}.${op === 'open' || op === 'closed' ? 'open' : 'holiday'}`;

/** @param {string} seen @param {string} field @param {Op} op @param {string[]} said */
function plainText(seen, field, op, said) {
  const first = said[0] ?? '""';
  const count = String(Number.parseInt(first.slice(1), 10) || 0);
  switch (op) {
    case 'is': return `${seen} == ${COUNTS.has(field) ? count : first}`;
    case 'is_not': return `${seen} != ${first}`;
    case 'one_of': return `${seen} in [${said.join(', ')}]`;
    case 'none_of': return `!(${seen} in [${said.join(', ')}])`;
    case 'has': return `${first} in ${seen}`;
    case 'has_not': return `!(${first} in ${seen})`;
    case 'known': return `${seen} != null`;
    case 'unknown': return `${seen} == null`;
    case 'at_least': return `${seen} >= ${count}`;
    case 'at_most': return `${seen} <= ${count}`;
    default: return `${seen}.${CALLS.find(([name]) => name === op)?.[1]}(${first})`;
  }
}
