/** What is being tried, kept while one looks elsewhere; and what the service said. Nothing here draws. */
import { request } from '../../api.js';
import { signal } from '../../vendor/signals.js';
import { bodyOf } from './ask.js';
import { FIRST_FORM } from './model.js';

const PATH = '/api/v1/routing/dry-run';
const TIMEOUT_MS = 30_000;

/** @typedef {import('./model.js').Form} Form */
/** @typedef {'broken'|'not_ready'|'unreachable'|'failed'} Refused */
/**
 * @typedef {{state: 'none'|'trying', outcome: null} | {state: 'refused', why: Refused, outcome: null}
 *   | {state: 'ready', outcome: import('./model.js').Outcome, form: Form, text: string|null}} Tried
 */

/** @type {import('@preact/signals').Signal<Form>} */
export const form = signal(FIRST_FORM);
/** @type {import('@preact/signals').Signal<Tried>} */
export const tried = signal({ state: 'none', outcome: null });
let asked = 0;

/** @param {string|null} text a draft; null: by the active configuration */
export async function tryIt(text) {
  const [number, said] = [(asked += 1), form.peek()];
  tried.value = { state: 'trying', outcome: null };
  const answer = await request('POST', PATH, bodyOf(said, text), { timeout_ms: TIMEOUT_MS });
  if (number !== asked) return;
  if (answer.ok) tried.value = { state: 'ready', outcome: answer.data, form: said, text };
  else tried.value = { state: 'refused', why: refusal(answer.status, 'problems' in answer.problem), outcome: null };
}

/** @param {number} status @param {boolean} withProblems @returns {Refused} */
function refusal(status, withProblems) {
  if (status === 0) return 'unreachable';
  if (status === 503) return 'not_ready';
  return withProblems ? 'broken' : 'failed';
}
