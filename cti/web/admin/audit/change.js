/** One change as a sentence, with what was before and after. Pure. */
import { addressOf } from '../place.js';

/** @typedef {{id: number, at: string, actor: string, action: string, detail: Record<string, any>, before: Record<string, unknown>|null, after: Record<string, unknown>|null}} Change */
/** @typedef {typeof import('../../strings/en/audit.js').audit} Words */
/** @typedef {{q: string, actor: string, about: string, since: string, until: string}} Asked empty: any */

/** @param {Change} change @param {Words} words @returns {string} */
export function sentence({ action, detail }, words) {
  const say = /** @type {Record<string, ((detail: Record<string, any>) => string)|undefined>} */ (words.say)[action];
  return say ? say(detail) : [action.replaceAll('_', ' '), detail.user ?? detail.name ?? detail.n].filter(Boolean).join(': ');
}

/** @param {Change} change @returns {string|null} where the thing is now; null where it is not any more */
export function thingAddress({ action, detail }) {
  if (action.startsWith('config_') && detail.n != null) return addressOf('versions', detail.n);
  if (action === 'contact_added' || action === 'contact_changed') return detail.contact ? addressOf('contacts', detail.contact) : null;
  return null;
}

/** @param {Change} change @returns {{name: string, before: string|null, after: string|null}[]} of each thing that differs; null: the change has no such side */
export function sides({ before, after }) {
  const names = [...new Set([...Object.keys(before ?? {}), ...Object.keys(after ?? {})])];
  const side = (/** @type {Record<string, unknown>|null} */ values, /** @type {string} */ name) => (values === null ? null : plain(values[name]));
  return names.map((name) => ({ name, before: side(before, name), after: side(after, name) }));
}

/** @param {unknown} value @returns {string} empty for nothing */
function plain(value) {
  if (value === null || value === undefined) return '';
  if (Array.isArray(value)) return value.map(plain).join(', ');
  return typeof value === 'object' ? Object.entries(value).map(([name, one]) => `${name}: ${plain(one)}`).join(', ') : String(value);
}
