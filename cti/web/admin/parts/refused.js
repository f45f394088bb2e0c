/** Why the service did not do something, in the page's language. Pure. */

/**
 * @typedef {object} RefusalWords
 * @property {string} unreachable
 * @property {string} unavailable
 * @property {string} forbidden
 * @property {string} gone
 * @property {string} failed
 * @property {Readonly<Record<string, string>>} messages the service's own sentences that have a translation
 */

/**
 * @param {import('../../api.js').Answer} answer one that is not ok
 * @param {RefusalWords} words @param {Readonly<Record<string, string>>} [own] further sentences, of one room
 * @returns {{fields: Record<string, string>, message: string|null}} what is wrong with which field; what belongs to none
 */
export function refusal(answer, words, own = {}) {
  if (answer.ok) return { fields: {}, message: null };
  const said = (/** @type {string} */ message) => own[message] ?? words.messages[message] ?? message;
  const problem = answer.problem ?? {};
  const fields = Object.fromEntries((problem.errors ?? []).filter(({ field }) => field).map(({ field, message }) => [lastOf(field), said(message)]));
  if (Object.keys(fields).length > 0) return { fields, message: null };
  return { fields: {}, message: generally(answer.status, words) ?? (problem.title ? said(problem.title) : words.failed) };
}

/** @param {string} field `body.email` @returns {string} `email` */
const lastOf = (field) => field.slice(field.lastIndexOf('.') + 1);

/** @param {number} status @param {RefusalWords} words @returns {string|null} */
function generally(status, words) {
  if (status === 0) return words.unreachable;
  if (status === 503) return words.unavailable;
  if (status === 403) return words.forbidden;
  if (status === 404) return words.gone;
  return status >= 500 ? words.failed : null;
}
