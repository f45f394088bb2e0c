/**
 * What the rooms of reps, skills and queues do to the configuration: each an undoable change of the draft's document,
 * with every place that speaks of it. Pure but for the document that it is given.
 */
import { isMap, isScalar } from '../../vendor/yaml/index.js';
import { fieldsOf, itemsOf, textOf } from '../rules/names.js';
import { renameKey } from '../rules/rule_form.js';
import { insertItem, listAt, nodeAt, put, removeItem } from '../rules/nodes.js';
import { listOf, skillsOf, usesOfQueue, usesOfRep, usesOfSkill } from './uses.js';

/** @typedef {import('../rules/nodes.js').Doc} Doc */
/** @typedef {import('./uses.js').Use} Use */

// Skills

/** @param {Doc} doc @param {string} skill */
export function addSkill(doc, skill) {
  const list = listAt(doc, ['skills']);
  if (list) insertItem(doc, ['skills'], list.items.length, doc.createNode(skill));
  else put(doc, ['skills'], [skill]);
}

/** Everywhere: with the reps who have it and the rules that ask for it by name. @param {Doc} doc @param {string} from @param {string} to */
export function renameSkill(doc, from, to) {
  const config = doc.toJS();
  put(doc, ['skills', skillsOf(config).indexOf(from)], to);
  for (const { path, loose } of usesOfSkill(config, from)) if (!loose) renameKey(doc, path.slice(0, -1), from, to);
}

/** With every level in it; no rule asks for it any more. @param {Doc} doc @param {string} skill */
export function removeSkill(doc, skill) {
  const config = doc.toJS();
  for (const { path, loose } of usesOfSkill(config, skill)) if (!loose) put(doc, path, undefined, path.includes('steps') ? path.length : 2);
  const at = skillsOf(config).indexOf(skill);
  if (at >= 0) removeItem(doc, ['skills'], at, 0);
}

// Reps

/** @param {Doc} doc @param {number} index @param {string} skill @param {number|null} level */
export function setLevel(doc, index, skill, level) {
  if (level !== null || doc.hasIn(['reps', index, 'skills', skill])) put(doc, ['reps', index, 'skills', skill], level ?? undefined);
}

/** @param {Doc} doc @param {number} index @param {'name'|'email'|'team'|'language'} key @param {string} text empty: left out */
export const setRepText = (doc, index, key, text) => put(doc, ['reps', index, key], text === '' ? undefined : text);

/** @param {Doc} doc @param {number} index @param {string[]|null} queues null: every queue */
export const setRepQueues = (doc, index, queues) => put(doc, ['reps', index, 'queues'], queues ?? undefined);

/** @param {Doc} doc @param {Record<string, unknown>} rep */
export function addRep(doc, rep) {
  insertItem(doc, ['reps'], listAt(doc, ['reps'])?.items.length ?? 0, doc.createNode(rep, { flow: true }));
}

/** With the rules that prefer them and the examples that expect them. @param {Doc} doc @param {number} index @param {string} id */
export function renameRep(doc, index, id) {
  const config = doc.toJS();
  const before = textOf(listOf(config, 'reps')[index]?.id);
  put(doc, ['reps', index, 'id'], id);
  for (const { path, loose } of usesOfRep(config, before)) if (!loose) put(doc, path, id);
}

/** No rule prefers them, no example expects them any more. @param {Doc} doc @param {number} index */
export function removeRep(doc, index) {
  const config = doc.toJS();
  const uses = usesOfRep(config, textOf(listOf(config, 'reps')[index]?.id)).filter(({ loose }) => !loose);
  for (const { path } of uses.filter(({ kind }) => kind === 'rule')) put(doc, path.slice(0, -1), undefined);
  for (const { index: test, path } of uses.filter(({ kind }) => kind === 'test').reverse()) if (path[2] === 'expect') unexpect(doc, test);
  removeItem(doc, ['reps'], index, 0);
}

/** An example that expects nothing besides goes with it. @param {Doc} doc @param {number} test */
function unexpect(doc, test) {
  const others = Object.keys(fieldsOf(doc.toJS().tests?.[test]?.expect)).filter((key) => key !== 'rep');
  if (others.length === 0) removeItem(doc, ['tests'], test, 0);
  else put(doc, ['tests', test, 'expect', 'rep'], undefined, 4);
}

// Queues

/** @param {Doc} doc @param {Record<string, unknown>} queue */
export function addQueue(doc, queue) {
  insertItem(doc, ['queues'], listAt(doc, ['queues'])?.items.length ?? 0, doc.createNode(queue, { flow: true }));
}

/** @param {Doc} doc @param {number} index @param {(string|number)[]} path below the queue @param {unknown} value undefined: the usual one */
export const setQueue = (doc, index, path, value) => put(doc, ['queues', index, ...path], value);

/** A rep serves it, or not; who serves all of them is written as before. @param {Doc} doc @param {number} rep @param {string} queue @param {boolean} whether */
export function setServes(doc, rep, queue, whether) {
  const config = doc.toJS();
  const all = listOf(config, 'queues').map(({ id }) => textOf(id));
  const given = fieldsOf(itemsOf(fieldsOf(config).reps)[rep]).queues;
  const now = given === undefined || given === null ? all : itemsOf(given).map(textOf);
  const then = all.filter((id) => (id === queue ? whether : now.includes(id)));
  setRepQueues(doc, rep, then.length === all.length ? null : then);
}

/** Its calls go to another one, whose reps stay as they are. @param {Doc} doc @param {number} index @param {string} heir */
export function removeQueue(doc, index, heir) {
  const config = doc.toJS();
  const id = textOf(listOf(config, 'queues')[index]?.id);
  const uses = usesOfQueue(config, id);
  for (const { kind, path } of uses) if (kind !== 'rep' && !isAmong(path)) put(doc, path, heir);
  for (const { path } of uses.filter((each) => isAmong(each.path)).reverse()) leaveOut(doc, path, heir);
  removeItem(doc, ['queues'], index, 0);
}

/** @param {import('./uses.js').Path} path */
const isAmong = (path) => path[path.length - 2] === 'queues';

/** Of a list of queues: a rep's, which stays, if empty; a step's, which means the heir then. @param {Doc} doc @param {import('./uses.js').Path} path @param {string} heir */
function leaveOut(doc, path, heir) {
  const list = listAt(doc, path.slice(0, -1));
  if (!list) return;
  const others = list.items.map((item) => textOf(isScalar(item) ? item.value : item)).filter((_, n) => n !== path[path.length - 1]);
  const step = path[0] === 'rules';
  if (step && !others.includes(heir)) put(doc, path, heir);
  else if (others.length > 0) list.items.splice(Number(path[path.length - 1]), 1);
  else put(doc, path.slice(0, -1), step ? [heir] : []);
}

// Ids

/** @param {string} name @param {readonly string[]} taken @returns {string} an id made of a name, that nobody has */
export function freeId(name, taken) {
  const plain = name.normalize('NFKD').replace(/[\u0300-\u036f]/g, '').replaceAll('ł', 'l').replaceAll('Ł', 'L').toLowerCase();
  const id = plain.replace(/[^a-z0-9_-]+/g, '-').replace(/^-+|-+$/g, '').slice(0, 60) || 'new';
  if (!taken.includes(id)) return id;
  for (let n = 2; ; n += 1) if (!taken.includes(`${id}-${n}`)) return `${id}-${n}`;
}

/** @param {string} text @returns {boolean} */
export const isId = (text) => /^[a-z0-9_-]{1,64}$/.test(text);

/** @param {Doc} doc @param {import('./uses.js').Path} path @returns {boolean} there is a mapping */
export const hasMap = (doc, path) => isMap(nodeAt(doc, path));
