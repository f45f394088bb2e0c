/** Simulations: asked for, watched while they run, cancelled. Nothing here draws. */
import { get, remove, request } from '../../api.js';
import { signal } from '../../vendor/signals.js';

const PATH = '/api/v1/simulations';
const RUNNING_EVERY_MS = 1_000;
const LIST_EVERY_MS = 5_000;
const START_TIMEOUT_MS = 30_000;

/**
 * @typedef {object} Simulation
 * @property {string} id
 * @property {'waiting'|'running'|'done'|'failed'|'cancelled'} state
 * @property {number} progress
 * @property {number|null} seconds_left
 * @property {number} known
 * @property {string} created_at
 * @property {string} by
 * @property {string|null} detail
 * @property {{version: number|null}} config
 * @property {{version: number|null}|null} compare
 * @property {{since: string, until: string}|null} recorded
 * @property {number} replications
 * @property {any} [result]
 */
/** @typedef {{state: 'loading'|'ready'|'missing'|'failed', body: Simulation|null}} Opened */

/** @type {import('@preact/signals').Signal<{state: 'loading'|'ready'|'failed', items: Simulation[]}>} */
export const simulations = signal({ state: 'loading', items: [] });
/** @type {import('@preact/signals').Signal<Opened>} */
export const opened = signal({ state: 'loading', body: null });

/** @param {Simulation|null} simulation @returns {boolean} it may still change */
export const isLive = (simulation) => simulation === null || simulation.state === 'waiting' || simulation.state === 'running';

/**
 * Asks again and again, never two questions at once, while the page is seen.
 * @param {() => Promise<number|null>} ask gives the ms to the next question, or null for the end
 * @returns {() => void} ends it
 */
function repeated(ask) {
  let [timer, over] = [0, false];
  const once = async () => {
    const wait = document.hidden ? LIST_EVERY_MS : await ask();
    if (!over && wait !== null) timer = setTimeout(once, wait);
  };
  once();
  return () => {
    over = true;
    clearTimeout(timer);
  };
}

/** Those of the last day, while their list is seen. */
export const watchList = () => repeated(async () => {
  const answer = await get(PATH);
  simulations.value = answer.ok ? { state: 'ready', items: answer.data.simulations } : { ...simulations.peek(), state: simulations.peek().items.length > 0 ? 'ready' : 'failed' };
  return simulations.peek().items.some(isLive) ? RUNNING_EVERY_MS : LIST_EVERY_MS;
});

/** One, until it is over. @param {string} id */
export function watch(id) {
  if (opened.peek().body?.id !== id) opened.value = { state: 'loading', body: null };
  return repeated(async () => {
    const answer = await get(`${PATH}/${encodeURIComponent(id)}`);
    if (answer.ok) opened.value = { state: 'ready', body: answer.data };
    else if (answer.status === 404) opened.value = { state: 'missing', body: null };
    else opened.value = { ...opened.peek(), state: 'failed' };
    return answer.status === 404 || (answer.ok && !isLive(answer.data)) ? null : RUNNING_EVERY_MS;
  });
}

/**
 * @param {{period: {since: string, until: string}, replications: number, text: string|null}} asked `text`: of the draft; null: nothing to compare with
 * @returns {Promise<{id: string}|{problem: 'no_calls'|'busy'|'broken'|'failed'|'unreachable', said: string}>}
 */
export async function start({ period, replications, text }) {
  const compare = text === null ? {} : { compare: { text } };
  const answer = await request('POST', PATH, { ...compare, recorded: period, replications }, { timeout_ms: START_TIMEOUT_MS });
  if (answer.ok) return { id: answer.data.id };
  const said = answer.problem.detail ?? '';
  if (answer.status === 0) return { problem: 'unreachable', said };
  if (answer.status === 429) return { problem: 'busy', said };
  const [error] = answer.problem.errors ?? [];
  if (error?.field === 'recorded') return { problem: 'no_calls', said };
  return { problem: answer.status === 422 && 'problems' in answer.problem ? 'broken' : 'failed', said: error?.message ?? said };
}

/** @param {string} id */
export async function cancel(id) {
  const answer = await remove(`${PATH}/${encodeURIComponent(id)}`);
  if (answer.ok && opened.peek().body?.id === id) opened.value = { state: 'ready', body: answer.data };
}
