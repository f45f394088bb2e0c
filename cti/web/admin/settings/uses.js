/** Who in a configuration speaks of a skill, a rep, a queue, a number or opening hours. Takes whatever the text parsed to. Pure. */
import { meaning, tokensOf } from '../rules/cel.js';
import { digitsOf, fieldsOf, itemsOf, textOf } from '../rules/names.js';

/** @typedef {(string|number)[]} Path */
/** @typedef {Record<string, unknown>} Fields */
/**
 * @typedef {object} Use a place that names it
 * @property {'rule'|'test'|'rep'} kind
 * @property {number} index among the rules, tests or reps
 * @property {string} name of that rule, test or rep
 * @property {Path} path in the document
 * @property {boolean} key it is a key there, not the value
 * @property {boolean} [loose] it is meant without being named: a family of skills, a text in a condition
 */

/** @param {unknown} config @param {'skills'|'reps'|'queues'|'numbers'|'rules'|'tests'} section @returns {unknown[]} */
export const sectionOf = (config, section) => itemsOf(fieldsOf(config)[section]);

/** @param {unknown} config @param {'reps'|'queues'|'numbers'|'rules'|'tests'} section @returns {Fields[]} */
export const listOf = (config, section) => sectionOf(config, section).map(fieldsOf);

/** @param {unknown} config @returns {string[]} */
export const skillsOf = (config) => sectionOf(config, 'skills').map(textOf).filter((name) => name !== '');

/** @param {unknown} rule @param {number} index @returns {{plan: Fields, path: Path}[]} its route and the steps of it */
function plansOf(rule, index) {
  const route = fieldsOf(fieldsOf(rule).route);
  const path = ['rules', index, 'route'];
  return [{ plan: route, path }, ...itemsOf(route.steps).map((step, n) => ({ plan: fieldsOf(step), path: [...path, 'steps', n] }))];
}

/** @param {unknown} config @param {string} skill @returns {Use[]} */
export function usesOfSkill(config, skill) {
  const reps = listOf(config, 'reps').flatMap((rep, index) => (skill in fieldsOf(rep.skills)
    ? [/** @type {Use} */ ({ kind: 'rep', index, name: nameOf(rep), path: ['reps', index, 'skills', skill], key: true })] : []));
  const rules = listOf(config, 'rules').flatMap((rule, index) => plansOf(rule, index).flatMap(({ plan, path }) =>
    ['needs', 'prefers'].flatMap((where) => Object.entries(fieldsOf(plan[where])).flatMap(([asked, least]) => {
      const family = !isLevel(least) && skill.startsWith(`${asked}-`);
      if (asked !== skill && !family) return [];
      return [/** @type {Use} */ ({ kind: 'rule', index, name: textOf(rule.name), path: [...path, where, asked], key: true, ...(family && { loose: true }) })];
    }))));
  return [...reps, ...rules];
}

/** @param {unknown} value */
const isLevel = (value) => typeof value === 'number' || value === null;

/** @param {unknown} config @param {string} id @returns {Use[]} */
export function usesOfRep(config, id) {
  const rules = listOf(config, 'rules').flatMap((rule, index) => [
    ...(textOf(fieldsOf(fieldsOf(rule.route).prefer_rep).who) === id
      ? [use('rule', index, textOf(rule.name), ['rules', index, 'route', 'prefer_rep', 'who'])] : []),
    ...(textsOf(rule.when).includes(id) ? [{ ...use('rule', index, textOf(rule.name), ['rules', index, 'when']), loose: true }] : []),
  ]);
  const tests = listOf(config, 'tests').flatMap((test, index) => [
    ...(textOf(fieldsOf(test.expect).rep) === id ? [use('test', index, textOf(test.name), ['tests', index, 'expect', 'rep'])] : []),
    ...['owner', 'last'].filter((fact) => textOf(fieldsOf(test.caller)[fact]) === id)
      .map((fact) => use('test', index, textOf(test.name), ['tests', index, 'caller', fact])),
  ]);
  return [...rules, ...tests];
}

/** @param {unknown} config @param {string} id @returns {Use[]} */
export function usesOfQueue(config, id) {
  const reps = listOf(config, 'reps').flatMap((rep, index) => placesOf(rep.queues, id)
    .map((n) => use('rep', index, nameOf(rep), ['reps', index, 'queues', n])));
  const rules = listOf(config, 'rules').flatMap((rule, index) => plansOf(rule, index).flatMap(({ plan, path }) => [
    ...(textOf(plan.queue) === id ? [[...path, 'queue']] : []),
    ...placesOf(plan.queues, id).map((n) => [...path, 'queues', n]),
    ...(textOf(fieldsOf(plan.then).queue) === id ? [[...path, 'then', 'queue']] : []),
    ...(textOf(fieldsOf(fieldsOf(plan.closing).then).queue) === id ? [[...path, 'closing', 'then', 'queue']] : []),
  ].map((at) => use('rule', index, textOf(rule.name), at))));
  const tests = listOf(config, 'tests').flatMap((test, index) => (textOf(fieldsOf(test.expect).queue) === id
    ? [use('test', index, textOf(test.name), ['tests', index, 'expect', 'queue'])] : []));
  return [...reps, ...rules, ...tests];
}

/** @param {unknown} config @param {string} number @returns {Use[]} the rules whose condition, and the tests whose call, has it */
export function usesOfNumber(config, number) {
  const wanted = digitsOf(number);
  const rules = listOf(config, 'rules').flatMap((rule, index) => (textsOf(rule.when).some((text) => digitsOf(text) === wanted)
    ? [{ ...use('rule', index, textOf(rule.name), ['rules', index, 'when']), loose: true }] : []));
  const tests = listOf(config, 'tests').flatMap((test, index) => (digitsOf(textOf(fieldsOf(test.call).to)) === wanted
    ? [use('test', index, textOf(test.name), ['tests', index, 'call', 'to'])] : []));
  return wanted === '' ? [] : [...rules, ...tests];
}

/** @param {unknown} config @param {string} name @returns {Use[]} the rules that ask whether it is open, and those that end when it closes */
export function usesOfHours(config, name) {
  return listOf(config, 'rules').flatMap((rule, index) => [
    ...(asksFor(rule.when, name) ? [{ ...use('rule', index, textOf(rule.name), ['rules', index, 'when']), loose: true }] : []),
    ...(textOf(fieldsOf(fieldsOf(rule.route).closing).hours) === name
      ? [use('rule', index, textOf(rule.name), ['rules', index, 'route', 'closing', 'hours'])] : []),
  ]);
}

/** @param {unknown} when @param {string} name */
function asksFor(when, name) {
  const tokens = tokensOf(textOf(when));
  return tokens.some(({ text }, n) => text === 'hours' && ((tokens[n + 1]?.text === '.' && tokens[n + 2]?.text === name)
    || (tokens[n + 1]?.text === '[' && tokens[n + 2] && meaning(tokens[n + 2]) === name)));
}

/** @param {unknown} when a condition @returns {string[]} the texts in it */
const textsOf = (when) => tokensOf(textOf(when)).map(meaning).filter((text) => text !== null);

/** @param {unknown} list @param {string} id @returns {number[]} */
const placesOf = (list, id) => itemsOf(list).flatMap((item, n) => (textOf(item) === id ? [n] : []));

/** @param {Use['kind']} kind @param {number} index @param {string} name @param {Path} path @returns {Use} */
const use = (kind, index, name, path) => ({ kind, index, name, path, key: false });

/** @param {Fields} thing @returns {string} */
export const nameOf = (thing) => textOf(thing.name) || textOf(thing.id);

/** Each rule, test or rep once. @param {Use[]} uses @param {Use['kind']} kind @returns {string[]} their names */
export const namesIn = (uses, kind) => [...new Set(uses.filter((each) => each.kind === kind).map(({ name }) => name))];

/** @param {unknown} rep @param {string} queue @returns {boolean} */
export function serves(rep, queue) {
  const { queues } = fieldsOf(rep);
  return queues === undefined || queues === null || itemsOf(queues).map(textOf).includes(queue);
}
