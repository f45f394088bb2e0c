/**
 * What the form of a rule does to the configuration: each an undoable change of the draft's document, with what belongs
 * to it (a rule's new name in its examples). Pure but for the document that it is given.
 */
import { isMap } from '../../vendor/yaml/index.js';
import { fieldsOf, itemsOf, textOf } from './names.js';
import { blockOf, insertItem, listAt, moveItem, nodeAt, put, removeItem } from './nodes.js';

/** @typedef {import('./nodes.js').Doc} Doc */
/** @typedef {{index: number, test: Record<string, unknown>}} Example `index`: among the file's `tests:` */

const RULES = ['rules'];
const TESTS = ['tests'];

// Reading

/** @param {unknown} config as plain values @returns {Record<string, unknown>[]} */
export const rulesOf = (config) => itemsOf(fieldsOf(config).rules).map(fieldsOf);

/** @param {unknown} config @returns {Example[]} */
export const testsOf = (config) => itemsOf(fieldsOf(config).tests).map((test, index) => ({ index, test: fieldsOf(test) }));

/** @param {unknown} config @param {string} name of a rule @returns {Example[]} the examples that expect it */
export const examplesOf = (config, name) => testsOf(config).filter(({ test }) => name !== '' && textOf(fieldsOf(test.expect).rule) === name);

/** @param {unknown} config @param {string} wanted @returns {string} or the first of `wanted 2`, `wanted 3`… that no rule has */
export const freeName = (config, wanted) => free(rulesOf(config), wanted);

/** @param {unknown} config @param {string} wanted @returns {string} the same, of examples */
export const freeExampleName = (config, wanted) => free(testsOf(config).map(({ test }) => test), wanted);

/** @param {Record<string, unknown>[]} taken @param {string} wanted @returns {string} */
function free(taken, wanted) {
  const names = new Set(taken.map(({ name }) => textOf(name)));
  let name = wanted;
  for (let n = 2; names.has(name); n += 1) name = `${wanted} ${n}`;
  return name;
}

// The list

/** @param {Doc} doc @param {number} from @param {number} to */
export const moveRule = (doc, from, to) => moveItem(doc, RULES, from, to);

/** @param {Doc} doc @param {number} at @param {Record<string, unknown>} rule as plain values */
export const addRule = (doc, at, rule) => insertItem(doc, RULES, at, blockOf(doc, rule));

/** Behind itself, under another name. @param {Doc} doc @param {number} at @param {string} name */
export function duplicateRule(doc, at, name) {
  const node = listAt(doc, RULES)?.items[at];
  if (!isMap(node)) return;
  const copy = /** @type {import('./nodes.js').YamlMap} */ (node.clone());
  copy.commentBefore = undefined;
  copy.set('name', name);
  insertItem(doc, RULES, at + 1, copy);
}

/** With the examples that expect it, which would fail for ever. @param {Doc} doc @param {number} at */
export function deleteRule(doc, at) {
  const config = doc.toJS();
  const name = textOf(rulesOf(config)[at]?.name);
  const again = rulesOf(config).some((rule, n) => n !== at && textOf(rule.name) === name);
  if (!again) for (const { index } of examplesOf(config, name).reverse()) removeItem(doc, TESTS, index, 0);
  removeItem(doc, RULES, at);
}

// One rule

/** @param {Doc} doc @param {number} at @param {string} name */
export function renameRule(doc, at, name) {
  const config = doc.toJS();
  const before = textOf(rulesOf(config)[at]?.name);
  const alone = rulesOf(config).filter((rule) => textOf(rule.name) === before).length === 1;
  put(doc, ['rules', at, 'name'], name);
  if (alone) for (const { index } of examplesOf(config, before)) put(doc, ['tests', index, 'expect', 'rule'], name);
}

/** @param {Doc} doc @param {number} at @param {string|null} when null: for every call */
export const setWhen = (doc, at, when) => put(doc, ['rules', at, 'when'], when ?? undefined);

/** A key of the rule, `['route', 'priority']`; undefined takes it away. @param {Doc} doc @param {number} at @param {(string|number)[]} path @param {unknown} value */
export const setIn = (doc, at, path, value) => put(doc, ['rules', at, ...path], value);

/** What a rule does: ask, route, ask and route, or refuse. What the other kind needs goes. @param {Doc} doc @param {number} at @param {'route'|'ask'|'ask_route'|'block'} kind @param {{queue: string, say: string}} usual */
export function setKind(doc, at, kind, { queue, say }) {
  const rule = rulesOf(doc.toJS())[at] ?? {};
  const wants = { ask: kind === 'ask' || kind === 'ask_route', route: kind === 'route' || kind === 'ask_route', block: kind === 'block' };
  const fresh = { ask: { say, keys: { 1: 'sales' } }, route: { queue }, block: 'busy' };
  for (const key of /** @type {('ask'|'block'|'route')[]} */ (['ask', 'block', 'route'])) {
    if (!wants[key]) put(doc, ['rules', at, key], undefined);
    else if (rule[key] === undefined || rule[key] === null) put(doc, ['rules', at, key], fresh[key]);
  }
}

/** @param {Record<string, unknown>} rule @returns {'route'|'ask'|'ask_route'|'block'} */
export function kindOf({ ask, block, route }) {
  if (block !== undefined) return 'block';
  if (ask === undefined) return 'route';
  return route === undefined ? 'ask' : 'ask_route';
}

/** A step at its moment, behind those before it. @param {Doc} doc @param {number} at @param {Record<string, unknown>} step @param {number} place */
export function addStep(doc, at, step, place) {
  const path = ['rules', at, 'route', 'steps'];
  if (listAt(doc, path)) insertItem(doc, path, place, doc.createNode(step, { flow: true }));
  else put(doc, path, [step]);
}

/** @param {Doc} doc @param {number} at @param {number} place */
export const removeStep = (doc, at, place) => removeItem(doc, ['rules', at, 'route', 'steps'], place);

/** A mapping's key under another name, in its place. @param {Doc} doc @param {(string|number)[]} path of the mapping @param {string} from @param {string} to */
export function renameKey(doc, path, from, to) {
  const map = nodeAt(doc, path);
  if (!isMap(map) || map.has(to)) return;
  const pair = map.items.find(({ key }) => String(/** @type {any} */ (key)?.value ?? key) === from);
  if (pair) pair.key = doc.createNode(to);
}

// Examples

/** @param {Doc} doc @param {Record<string, unknown>} test */
export function addExample(doc, test) {
  const there = listAt(doc, TESTS);
  insertItem(doc, TESTS, there ? there.items.length : 0, blockOf(doc, test));
}

/** @param {Doc} doc @param {number} index @param {(string|number)[]} path @param {unknown} value */
export const setInExample = (doc, index, path, value) => put(doc, ['tests', index, ...path], value);

/** @param {Doc} doc @param {number} index */
export const removeExample = (doc, index) => removeItem(doc, TESTS, index, 0);
