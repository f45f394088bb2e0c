/** People and tokens as the service has them: asked for when the room opens and after each change. */
import { post, put, remove } from '../../api.js';
import { signal } from '../../vendor/signals.js';
import { asked, heard } from '../parts/asked.js';

/** @typedef {import('./effects.js').Person} Person */
/** @typedef {import('./effects.js').Token} Token */

const users = asked();
const held = asked();
export const people_seen = users.seen;
export const tokens_seen = held.seen;
/** What was just done, in words. @type {import('@preact/signals').Signal<string|null>} */
export const done = signal(null);

export const loadPeople = () => users.ask('/api/v1/users');
export const loadTokens = () => held.ask('/api/v1/tokens');

/** @returns {Person[]} */
export const people = () => people_seen.value.body?.users ?? [];
/** @param {string} [user] of one person @returns {Token[]} */
export const tokens = (user) => (tokens_seen.value.body?.tokens ?? []).filter((/** @type {Token} */ token) => user === undefined || token.user.id === user);

/** @param {Promise<import('../../api.js').Answer>} asking */
async function changed(asking) {
  const answer = heard(await asking);
  if (answer.ok) await Promise.all([loadPeople(), loadTokens()]);
  return answer;
}

const at = (/** @type {string} */ id) => `/api/v1/users/${encodeURIComponent(id)}`;

/** @param {{email: string, name: string|null, role: string, rep: string|null, password: string}} body */
export const addPerson = (body) => changed(post('/api/v1/users', body));

/** @param {string} id @param {import('./effects.js').Wanted} wanted */
export const changePerson = (id, { name, role, rep, disabled, password }) =>
  changed(put(at(id), { name, role, rep: rep || null, disabled, ...(password && { password }) }));

/** @param {string} id */
export const deletePerson = (id) => changed(remove(at(id)));
/** @param {string} id */
export const logOutEverywhere = (id) => changed(remove(`${at(id)}/sessions`));
/** @param {{email: string, label: string, days: number}} body */
export const addToken = (body) => changed(post('/api/v1/tokens', body));
/** @param {string} id */
export const revokeToken = (id) => changed(remove(`/api/v1/tokens/${encodeURIComponent(id)}`));
