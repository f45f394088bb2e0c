/** What the things of a configuration are called, for sentences and forms. Takes whatever the text parsed to. Pure. */
import { phone } from '../../format.js';

/** @typedef {Record<string, unknown>} Fields */
/**
 * @typedef {object} Names
 * @property {(id: string) => string} queue
 * @property {(number: string) => string} line by number, however it is spelt
 * @property {(id: string) => string} rep
 * @property {number} queues how many there are
 */

/** @param {unknown} value @returns {Fields} empty: it was no mapping */
export const fieldsOf = (value) => (typeof value === 'object' && value !== null && !Array.isArray(value) ? /** @type {Fields} */ (value) : {});
/** @param {unknown} value @returns {unknown[]} empty: it was no list */
export const itemsOf = (value) => (Array.isArray(value) ? value : []);
/** @param {unknown} value @returns {string} empty: nothing that can be read */
export const textOf = (value) => (['string', 'number', 'boolean'].includes(typeof value) ? String(value) : '');
/** @param {string} number @returns {string} plus and digits */
export const digitsOf = (number) => number.replace(/[^+\d]/g, '');

/** @param {unknown} config the configuration as plain values @returns {Names} */
export function namesOf(config) {
  const { queues, numbers, reps } = fieldsOf(config);
  const queue = named(queues, 'id');
  const line = named(numbers, 'number', digitsOf);
  const rep = named(reps, 'id');
  return {
    queue: (id) => queue.get(id) ?? id,
    line: (number) => line.get(digitsOf(number)) ?? phone(digitsOf(number) || number),
    rep: (id) => rep.get(id) ?? id,
    queues: queue.size,
  };
}

/** @param {unknown} list @param {string} key @param {(key: string) => string} [tidy] @returns {Map<string, string>} those with a name */
function named(list, key, tidy = (text) => text) {
  const found = itemsOf(list).map(fieldsOf).filter((each) => textOf(each[key]) !== '');
  return new Map(found.map((each) => [tidy(textOf(each[key])), textOf(each.name) || phone(tidy(textOf(each[key])))]));
}
