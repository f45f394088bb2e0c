/** Who a caller is called: one name for the card, the title, the notification and every notice. Pure. */
import { phone } from '../format.js';
import { text } from '../strings/text.js';

/** @typedef {import('./model.js').Caller} Caller */
/** @typedef {import('./model.js').Contact} Contact */

/** @param {Caller|null} caller @returns {Contact|null} the one contact that is meant, if it is one */
export const contactOf = (caller) => (caller?.match === 'one' ? (caller.contacts[0] ?? null) : null);

/** @param {Caller|null|undefined} caller @returns {boolean} several share the number, or none does and some are suggested */
export const mayBeChosen = (caller) => caller?.match === 'many' || (caller?.match === 'none' && caller.contacts.length > 0);

/** @param {Caller|null} caller @param {string} from @returns {string} */
export function numberOf(caller, from) {
  if (caller?.match === 'withheld') return text.caller.withheld;
  return phone(caller?.number ?? from);
}

/** @param {Caller|null} caller @param {string} from as the network sent it @returns {string} */
export const nameOf = (caller, from) => contactOf(caller)?.name ?? numberOf(caller, from);
