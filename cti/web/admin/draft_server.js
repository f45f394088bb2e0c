/** What the draft asks of the service. Expected outcomes are values; nothing is retried here. */
import { get, request } from '../api.js';

/** @typedef {{line: number, field: string, message: string}} Problem */
/** @typedef {{name: string, passed: boolean, message: string, [more: string]: unknown}} Example what came of one of the text's own tests */
/**
 * @typedef {object} Report what the service says of a text
 * @property {string} text the one it speaks of
 * @property {Problem[]} problems @property {Problem[]} warnings @property {Example[]|null} tests
 * @property {string[]|null} differences from the version it is based on; null where that cannot be told
 * @property {{queue: string, calls: string[]}|null} stranding callers in line of a queue that is not in it
 */
/** @typedef {{n: number, text: string, author: string, comment: string, activated_at: string|null, activated_by: string|null, activation_comment: string|null}} Version */
/** @typedef {Version & {differences: string[]|null}} Newer `differences`: from the version that the draft is based on */
/**
 * @typedef {{state: 'active', n: number} | {state: 'newer'} | {state: 'problems', report: Report}
 *   | {state: 'stranding', queue: string, calls: number} | {state: 'away'} | {state: 'refused', status: number}} Activation
 */

/** Reading 1 MiB of configuration takes the service seconds. */
const LONG_MS = 60_000;

/** @param {string} name @param {number|null} n @returns {Record<string, string>} */
const tagged = (name, n) => (n === null ? {} : { [name]: `"${n}"` });

/** @param {number|null} known @returns {Promise<{state: 'same'|'none'|'away'|'forbidden'} | {state: 'found', version: Version}>} the active version, unless it is the known one */
export async function askActive(known) {
  const answer = await request('GET', '/api/v1/config', undefined, { headers: tagged('if-none-match', known), timeout_ms: LONG_MS });
  if (answer.ok) return { state: 'found', version: answer.data };
  if (answer.status === 304) return { state: 'same' };
  if (answer.status === 404) return { state: 'none' };
  return { state: answer.status === 401 || answer.status === 403 ? 'forbidden' : 'away' };
}

/** @param {string} text @param {number|null} base @returns {Promise<Report|null>} null while the service is away */
export async function askCheck(text, base) {
  const answer = await request('POST', '/api/v1/config/check', { text, against: base }, { timeout_ms: LONG_MS });
  if (answer.ok) return { differences: null, stranding: null, ...answer.data, text };
  if (answer.status === 0 || answer.status >= 500) return null;
  const message = answer.problem.errors?.[0]?.message ?? answer.problem.detail ?? answer.problem.title ?? '';
  return { text, problems: [{ line: 0, field: '(file)', message }], warnings: [], tests: null, differences: null, stranding: null };
}

/** @param {number} n @param {number} to @returns {Promise<string[]|null>} what differs, in sentences; null where that cannot be told */
export async function askDifferences(n, to) {
  const answer = await get(`/api/v1/config/versions/${n}/difference?to=${to}`);
  return answer.ok ? answer.data.differences : null;
}

/** @param {string} text @param {number|null} base @param {string} comment @returns {Promise<{n: number} | {refused: Activation}>} the draft as a version */
export async function sendDraft(text, base, comment) {
  const answer = await request('POST', '/api/v1/config/versions', { text, comment, based_on: base }, { timeout_ms: LONG_MS });
  return answer.ok ? { n: answer.data.n } : { refused: refusal(answer, text) };
}

/** @param {number} n @param {number|null} seen the version that was seen active @param {string} comment @param {string} [text] @returns {Promise<Activation>} */
export async function sendActivation(n, seen, comment, text = '') {
  const options = { headers: tagged('if-match', seen), timeout_ms: LONG_MS };
  const answer = await request('POST', `/api/v1/config/versions/${n}/activate`, { comment }, options);
  return answer.ok ? { state: 'active', n } : refusal(answer, text);
}

/** @param {import('../api.js').Answer & {ok: false}} answer @param {string} text @returns {Activation} */
function refusal({ status, problem }, text) {
  const { problems, queue, calls } = /** @type {any} */ (problem);
  if (status === 0 || status >= 500) return { state: 'away' };
  if (status === 412) return { state: 'newer' };
  if (status === 409 && queue) return { state: 'stranding', queue, calls: calls.length };
  if (problems) return { state: 'problems', report: { differences: null, stranding: null, tests: null, warnings: [], .../** @type {any} */ (problem), text } };
  return { state: 'refused', status };
}
