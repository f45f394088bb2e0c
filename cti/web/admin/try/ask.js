/** The form of Try it as the question to the service, and as an example for the rules. Pure. */
import { withOffset } from '../what_if/period.js';

/** @typedef {import('./model.js').Form} Form */

/** @param {Form} form @param {string|null} text a draft; null: by the active configuration */
export function bodyOf(form, text) {
  const caller = callerOf(form);
  return {
    ...(form.from.trim() === '' ? {} : { from: form.from.trim() }),
    to: form.to.trim(),
    ...(form.at === '' ? {} : { at: momentOf(form.at) }),
    ...(caller === null ? {} : { caller }),
    ...(form.answers.length === 0 ? {} : { answers: form.answers }),
    everybody: true,
    ...(text === null ? {} : { text }),
  };
}

/** @param {Form} form @returns {Record<string, string|string[]>|null} null: the contacts are asked */
function callerOf({ who, caller }) {
  if (who === 'looked_up') return null;
  if (who === 'nobody') return { match: 'none' };
  const said = caller.map(({ field, value }) => [field.trim(), value.trim()]).filter(([field, value]) => field !== '' && value !== '');
  return Object.fromEntries(said.map(([field, value]) => [field, field === 'tags' ? listOf(value) : value]));
}

/** @param {string} text `a, b` @returns {string[]} */
export const listOf = (text) => text.split(',').map((one) => one.trim()).filter((one) => one !== '');

/** @param {string} local @returns {string} with the offset that this machine has then */
function momentOf(local) {
  const date = new Date(local);
  return Number.isNaN(date.getTime()) ? local : withOffset(date);
}

/**
 * What was tried, as an entry of `tests:` that expects what came.
 * @param {Form} form @param {import('./model.js').Outcome} outcome @param {string} name @returns {Record<string, unknown>}
 */
export function exampleOf(form, outcome, name) {
  const caller = form.who === 'looked_up' ? known(outcome.facts.caller) : form.who === 'nobody' ? null : callerOf(form);
  const call = { from: form.from.trim(), to: form.to.trim(), at: form.at === '' ? '' : momentOf(form.at), answers: form.answers };
  return {
    name,
    call: Object.fromEntries(Object.entries(call).filter(([, value]) => value.length > 0)),
    ...(caller && Object.keys(caller).length > 0 ? { caller } : {}),
    expect: { rule: outcome.rule, ...(outcome.plan && outcome.course === 'route' ? { queue: outcome.plan.queue } : {}) },
  };
}

/** Without what names a person. @param {Record<string, unknown>} caller @returns {Record<string, unknown>|null} */
function known({ match, name, email, company, external_id, ...facts }) {
  if (match === 'none' || match === undefined) return null;
  return match === 'one' ? facts : { match, ...facts };
}
