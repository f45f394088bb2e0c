/** What a room has asked of the service: being fetched, here, or refused; a later question's answer is never overtaken. */
import { get } from '../../api.js';
import { signal } from '../../vendor/signals.js';
import { dispatch } from '../shell.js';

/**
 * @typedef {object} Asked
 * @property {'loading'|'ready'|'missing'|'failed'} state `failed`: a body that is there stays
 * @property {any} body the last answer
 * @property {number} status of the last answer; 0: none came
 */

/** @type {Asked} */
const NOTHING = { state: 'loading', body: null, status: 0 };

/**
 * @returns {{seen: import('@preact/signals').Signal<Asked>, ask: (path: string) => Promise<void>, forget: () => void}}
 *   `ask` keeps what is seen until the answer is here; `forget` begins anew
 */
export function asked() {
  const seen = signal(NOTHING);
  let turn = 0;
  const ask = async (/** @type {string} */ path) => {
    const mine = ++turn;
    const answer = await get(path);
    if (mine !== turn) return;
    seen.value = after(seen.peek(), heard(answer));
  };
  const forget = () => {
    turn += 1;
    seen.value = NOTHING;
  };
  return { seen, ask, forget };
}

/** @param {Asked} before @param {import('../../api.js').Answer} answer @returns {Asked} */
function after(before, answer) {
  if (answer.ok) return { state: 'ready', body: answer.data, status: answer.status };
  return { state: answer.status === 404 ? 'missing' : 'failed', body: answer.status === 404 ? null : before.body, status: answer.status };
}

/**
 * A session that is over is said once, for the whole page.
 * @param {import('../../api.js').Answer} answer @returns {import('../../api.js').Answer} the same
 */
export function heard(answer) {
  if (answer.status === 401) dispatch({ type: 'access_refused', access: 'signed_out' });
  return answer;
}
