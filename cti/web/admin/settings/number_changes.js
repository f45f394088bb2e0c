/** What the room of numbers does to the configuration. Pure but for the document that it is given. */
import { fieldsOf, textOf } from '../rules/names.js';
import { insertItem, listAt, put, removeItem } from '../rules/nodes.js';
import { digitsOf } from '../rules/names.js';
import { listOf, usesOfNumber } from './uses.js';

/** @typedef {import('./changes.js').Doc} Doc */

/** @param {string} text @returns {boolean} with plus and country code, however it is grouped */
export const isNumber = (text) => /^\+[\d ().-]+$/.test(text) && /^\+[1-9]\d{6,14}$/.test(digitsOf(text));

/** @param {Doc} doc @param {string} number */
export function addNumber(doc, number) {
  insertItem(doc, ['numbers'], listAt(doc, ['numbers'])?.items.length ?? 0, doc.createNode({ number }, { flow: true }));
}

/** @param {Doc} doc @param {number} index */
export const removeNumber = (doc, index) => removeItem(doc, ['numbers'], index, 0);

/** @param {Doc} doc @param {number} index @param {'number'|'name'|'language'} key @param {string} text empty: left out */
export const setNumber = (doc, index, key, text) => put(doc, ['numbers', index, key], text === '' ? undefined : text);

/** @param {Record<string, unknown>} line @param {string} usual the language of a single text @returns {[string, string][]} language and what is said in it */
export function greetingsOf(line, usual) {
  const { greeting } = line;
  if (typeof greeting === 'string') return greeting === '' ? [] : [[textOf(line.language) || usual, greeting]];
  return Object.entries(fieldsOf(greeting)).map(([language, text]) => [language, textOf(text)]);
}

/** A single text stays one as long as it is the only one. @param {Doc} doc @param {number} index @param {string} language @param {string} text empty: the usual greeting @param {string} usual */
export function setGreeting(doc, index, language, text, usual) {
  const line = listOf(doc.toJS(), 'numbers')[index] ?? {};
  const now = new Map(greetingsOf(line, usual));
  if (text === '') now.delete(language);
  else now.set(language, text);
  const own = textOf(line.language) || usual;
  const [only] = now.keys();
  const path = ['numbers', index, 'greeting'];
  if (now.size === 0) put(doc, path, undefined);
  else if (now.size === 1 && only === own && typeof line.greeting !== 'object') put(doc, path, now.get(own));
  else if (typeof line.greeting === 'object' && line.greeting !== null) put(doc, [...path, language], text === '' ? undefined : text);
  else put(doc, path, Object.fromEntries(now));
}

/** The rules without a condition on the line: who takes a call to a number that none looks at. @param {unknown} config @returns {string[]} */
export function rulesForAnyLine(config) {
  const lines = listOf(config, 'numbers').map(({ number }) => textOf(number));
  const looking = new Set(lines.flatMap((number) => usesOfNumber(config, number).filter(({ kind }) => kind === 'rule').map(({ index }) => index)));
  return listOf(config, 'rules').filter((rule, index) => !looking.has(index) && !/\bcall\s*\.\s*to\b/.test(textOf(rule.when))).map(({ name }) => textOf(name));
}
