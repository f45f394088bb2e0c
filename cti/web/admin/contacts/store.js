/** The list of contacts: a search while one types, else everybody by name, page by page; and what is done to one. */
import { get, post, put, remove } from '../../api.js';
import { signal } from '../../vendor/signals.js';
import { asked, heard } from '../parts/asked.js';

/** @typedef {import('./model.js').Contact} Contact */
/** @typedef {{state: 'loading'|'ready'|'failed', status: number, q: string, items: Contact[], next: string|null}} List */

const PAGE = 50;
const MOST_FOUND = 100;

/** @type {import('@preact/signals').Signal<List>} */
export const list = signal({ state: 'loading', status: 0, q: '', items: [], next: null });
/** What was just done, and how it is taken back. @type {import('@preact/signals').Signal<{said: string, undo: (() => Promise<boolean>)|null}|null>} */
export const done = signal(null);
const one = asked();
export const contact_seen = one.seen;

/** @param {string} q @param {string|null} after the next page of the same list */
export async function loadList(q, after = null) {
  list.value = { ...list.peek(), q, state: 'loading', ...(q !== list.peek().q && { next: null }) };
  /** @type {Record<string, string>} */
  const wanted = q === '' ? { limit: String(PAGE), ...(after !== null && { after }) } : { q, limit: String(MOST_FOUND) };
  const answer = heard(await get(`/api/v1/contacts?${new URLSearchParams(wanted)}`));
  if (list.peek().q !== q) return;
  if (!answer.ok) return void (list.value = { ...list.peek(), state: 'failed', status: answer.status });
  const before = after === null ? [] : list.peek().items;
  list.value = { state: 'ready', status: answer.status, q, items: before.concat(answer.data.contacts), next: answer.data.next ?? null };
}

const at = (/** @type {string} */ id) => `/api/v1/contacts/${encodeURIComponent(id)}`;

/** @param {string} id */
export function loadContact(id) {
  one.forget();
  return one.ask(at(id));
}

/** @param {string|null} id null: a new one @param {Record<string, unknown>} body */
export async function saveContact(id, body) {
  const answer = heard(await (id === null ? post('/api/v1/contacts', body) : put(at(id), body)));
  if (answer.ok && id !== null) await one.ask(at(id));
  return answer;
}

/** @param {string} id */
export const deleteContact = async (id) => heard(await remove(at(id)));
