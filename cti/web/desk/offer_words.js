/** What an offer is: somebody who calls, or somebody to be called back. One wording for the card, the title and every alert. Pure. */
import { dayAndTime, instant } from '../format.js';
import { text } from '../strings/text.js';
import { isToBeCalled, nextTry } from './callback.js';
import { nameOf } from './caller.js';

/** @typedef {import('./model.js').Pop} Pop */

/** @param {Pop} pop @returns {string} what rings: an incoming call, or a call-back */
const regionOf = ({ call }) => (call.callback ? text.callback.region : text.offer.region);

/** @param {Pop} pop @returns {{region: string, who: string, body: string, accept: string, hint: string}} */
export function offerWords(pop) {
  const region = regionOf(pop);
  const name = nameOf(pop.caller, pop.call.from);
  const body = text.offer.body(region, pop.call.queue);
  if (isToBeCalled(pop.call.callback)) {
    return { region, body, who: text.callback.call(name), accept: text.callback.accept, hint: text.callback.hint };
  }
  const who = pop.call.callback ? text.callback.on_line(name) : text.offer.calling(name);
  return { region, body, who, accept: text.offer.accept, hint: text.offer.hint };
}

/** @param {import('./model.js').Callback} callback @param {number} now_ms @returns {{promise: string, what: string}} */
export function promiseOf(callback, now_ms) {
  const at = instant(callback.promised_at);
  const promise = text.callback.promised(at === null ? '' : dayAndTime(at, now_ms), callback.why === 'scheduled');
  if (callback.answered) return { promise, what: text.callback.answered };
  const tries = callback.tries > 0 ? `${text.callback.try_of(nextTry(callback))} ` : '';
  return { promise, what: `${tries}${text.callback.why[callback.why] ?? ''} ${text.callback.rings}` };
}
