/**
 * Changes to a YAML document that leave everything else as it is written: comments stay with what they are about, new
 * keys stand where one expects them, small things stay on one line. Where the text is not of the expected shape nothing
 * happens. Pure but for the document that it is given.
 */
import { isMap, isNode, isPair, isScalar, isSeq } from '../../vendor/yaml/index.js';

/** @typedef {import('../../vendor/yaml/index.js').Document} Doc */
/** @typedef {import('../../vendor/yaml/index.js').YAMLMap} YamlMap */
/** @typedef {import('../../vendor/yaml/index.js').YAMLSeq} YamlSeq */
/** @typedef {(string|number)[]} Path */

/** In which order the keys of something stand, by the name of what holds it. @type {Record<string, string[]>} */
const ORDER = {
  rule: ['name', 'when', 'ask', 'block', 'route'],
  ask: ['say', 'keys', 'speech', 'tries', 'timeout'],
  route: ['queue', 'priority', 'head_start', 'prefer_rep', 'needs', 'prefers', 'steps', 'closing'],
  prefer_rep: ['who', 'wait', 'team_wait', 'must_qualify'],
  step: ['after', 'queues', 'needs', 'prefers', 'priority', 'offer_callback', 'then', 'skip_if'],
  rep: ['id', 'name', 'email', 'device', 'skills', 'queues', 'team', 'language'],
  queue: ['id', 'name', 'strategy', 'max_wait', 'offer_timeout', 'wrap_up', 'max_size', 'callback', 'announce', 'service_level'],
  number: ['number', 'name', 'language', 'greeting'],
  test: ['name', 'call', 'caller', 'expect'],
  file: ['skills', 'reps', 'numbers', 'queues', 'hours', 'holidays', 'lists', 'dispositions', 'away_reasons', 'language', 'prompts', 'rules', 'tests'],
};
const ITEM = /** @type {Record<string, string>} */ ({ rules: 'rule', steps: 'step', tests: 'test', reps: 'rep', queues: 'queue', numbers: 'number' });

/** @param {Path} path of a mapping @returns {string[]} its keys in order */
function orderOf(path) {
  const last = path[path.length - 1];
  if (last === undefined) return ORDER.file;
  return ORDER[typeof last === 'number' ? ITEM[path[path.length - 2]] ?? '' : last] ?? [];
}

/** @param {Doc} doc @param {Path} path @returns {unknown} the node there */
export const nodeAt = (doc, path) => (path.length === 0 ? doc.contents : doc.getIn(path, true));

/** @param {Doc} doc @param {Path} path @returns {YamlSeq|null} */
export function listAt(doc, path) {
  const node = nodeAt(doc, path);
  return isSeq(node) ? node : null;
}

/**
 * Sets a value, or takes it away: `undefined` deletes the key, and what is empty thereby up to `keep` keys of the path.
 * @param {Doc} doc @param {Path} path @param {unknown} value @param {number} [keep]
 */
export function put(doc, path, value, keep = 2) {
  if (value === undefined) return remove(doc, path, keep);
  const [parent, key] = [path.slice(0, -1), path[path.length - 1]];
  begin(doc);
  const there = nodeAt(doc, path);
  if (isScalar(there) && (value === null || typeof value !== 'object')) {
    there.value = value;
    return undefined;
  }
  const holder = nodeAt(doc, parent);
  if (isMap(holder)) return setKey(doc, holder, String(key), value, orderOf(parent));
  if (parent.length > 0 && typeof key === 'string' && !isSeq(holder)) put(doc, parent, { [key]: value }, keep);
  return undefined;
}

/** Where nothing is in the file, or comments alone. @param {Doc} doc */
function begin(doc) {
  const { contents } = doc;
  if (contents === null || (isScalar(contents) && contents.value === null)) doc.contents = /** @type {any} */ (doc.createNode({}));
}

/** @param {Doc} doc @param {YamlMap} map @param {string} key @param {unknown} value @param {string[]} order */
function setKey(doc, map, key, value, order) {
  const node = made(doc, value);
  const pair = map.items.find((each) => keyOf(each) === key);
  if (pair) {
    pair.value = node;
    return;
  }
  const place = order.indexOf(key);
  const behind = place < 0 ? -1 : map.items.findIndex((each) => order.indexOf(keyOf(each)) > place);
  map.items.splice(behind < 0 ? map.items.length : behind, 0, doc.createPair(key, node));
}

/** @param {unknown} pair @returns {string} */
const keyOf = (pair) => (isPair(pair) ? String(isScalar(pair.key) ? pair.key.value : pair.key) : '');

/** @param {Doc} doc @param {unknown} value @returns {any} a node; mappings and lists of plain values on one line */
function made(doc, value) {
  const block = Array.isArray(value) && value.some((item) => typeof item === 'object' && item !== null);
  if (!block) return doc.createNode(value, { flow: typeof value === 'object' });
  const list = /** @type {any} */ (doc.createNode([]));
  for (const item of value) list.items.push(made(doc, item));
  return list;
}

/** @param {Doc} doc @param {Path} path @param {number} keep */
function remove(doc, path, keep) {
  if (!doc.hasIn(path)) return;
  doc.deleteIn(path);
  const parent = path.slice(0, -1);
  const node = nodeAt(doc, parent);
  if (parent.length > keep && (isMap(node) || isSeq(node)) && node.items.length === 0) remove(doc, parent, keep);
}

/** A rule or an example as a block, its parts on a line each. @param {Doc} doc @param {Record<string, unknown>} fields */
export function blockOf(doc, fields) {
  const map = /** @type {YamlMap} */ (doc.createNode({}));
  for (const [key, value] of Object.entries(fields)) map.items.push(doc.createPair(key, key === 'route' ? routeOf(doc, value) : made(doc, value)));
  return map;
}

/** On one line where it is short. @param {Doc} doc @param {unknown} route */
function routeOf(doc, route) {
  const fields = /** @type {Record<string, unknown>} */ (route);
  return 'steps' in fields || Object.keys(fields).length > 3 ? blockOf(doc, fields) : made(doc, fields);
}

// Items of a list, with the comments before them

/**
 * A change of a list's items in which each keeps its comment. The comment before the first is written on the list: what
 * stands before a blank line in it is about the list. Blank lines between items stay as they were.
 * @param {YamlSeq} list @param {() => void} change
 */
function keepingComments(list, change) {
  const before = list.commentBefore ?? '';
  const at = before.endsWith('\n') ? before.length - 1 : before.lastIndexOf('\n\n');
  const [about, first] = at < 0 ? [null, before] : [before.slice(0, at), before.slice(at + 2)];
  const spaced = list.items.some((item, n) => n > 0 && isNode(item) && item.spaceBefore);
  if (isNode(list.items[0])) list.items[0].commentBefore = first || undefined;
  change();
  for (const item of list.items) if (isNode(item)) item.spaceBefore = spaced || item.spaceBefore;
  const [head] = list.items;
  const own = (isNode(head) && head.commentBefore) || '';
  if (isNode(head)) Object.assign(head, { commentBefore: undefined, spaceBefore: undefined });
  list.commentBefore = (about === null ? own : `${about}\n${own && `\n${own}`}`) || undefined;
}

/** @param {Doc} doc @param {Path} path of the list @param {number} from @param {number} to */
export function moveItem(doc, path, from, to) {
  const list = listAt(doc, path);
  if (!list || from === to || !(from in list.items) || !(to in list.items)) return;
  keepingComments(list, () => list.items.splice(to, 0, ...list.items.splice(from, 1)));
}

/** @param {Doc} doc @param {Path} path @param {number} at @param {any} node */
export function insertItem(doc, path, at, node) {
  begin(doc);
  const list = listAt(doc, path);
  if (list) keepingComments(list, () => list.items.splice(at, 0, node));
  else if (nodeAt(doc, path) === undefined) {
    const fresh = /** @type {YamlSeq} */ (doc.createNode([]));
    fresh.items.push(node);
    const holder = nodeAt(doc, path.slice(0, -1));
    if (isMap(holder)) setNode(doc, holder, String(path[path.length - 1]), fresh, orderOf(path.slice(0, -1)));
  }
}

/** @param {Doc} doc @param {YamlMap} map @param {string} key @param {any} node @param {string[]} order */
function setNode(doc, map, key, node, order) {
  setKey(doc, map, key, '', order);
  const pair = map.items.find((each) => keyOf(each) === key);
  if (pair) pair.value = node;
}

/** @param {Doc} doc @param {Path} path @param {number} at @param {number} [keep] as of `put` */
export function removeItem(doc, path, at, keep = 2) {
  const list = listAt(doc, path);
  if (!list || !(at in list.items)) return;
  if (list.items.length === 1) remove(doc, path, Math.min(keep, path.length - 1));
  else keepingComments(list, () => list.items.splice(at, 1));
}
