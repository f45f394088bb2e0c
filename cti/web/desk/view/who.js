/** Who is calling, large: face, name, company and number, marks. The head of the offer and of the call. */
import { html } from '../../html.js';
import { Icon } from '../../icons.js';
import { Face } from '../../parts/face.js';
import { text } from '../../strings/text.js';
import { contactOf, mayBeChosen, nameOf, numberOf } from '../caller.js';

/** @typedef {import('../model.js').Caller} Caller */

/** @param {{caller: Caller|null, from: string, aside?: import('../../html.js').Children}} props */
export function Who({ caller, from, aside = null }) {
  const contact = contactOf(caller);
  return html`<div class="who">
    <${Face} name=${contact?.name ?? null} />
    <div class="who-words">
      <h1>${nameOf(caller, from)}</h1>
      <p class="muted who-line"><${WhoLine} caller=${caller} from=${from} /></p>
      <p class="marks"><${Marks} caller=${caller} /></p>
    </div>
    ${aside}
  </div>`;
}

/** @param {{caller: Caller|null, from: string}} props */
function WhoLine({ caller, from }) {
  const contact = contactOf(caller);
  if (contact) {
    return html`${contact.company && html`<span>${contact.company}</span>`}<span class="num">${numberOf(caller, from)}</span>`;
  }
  if (caller && mayBeChosen(caller)) return html`<span>${text.caller.possible(caller.contacts.length)}</span>`;
  if (caller?.match === 'none') return html`<span>${text.caller.unknown}</span>`;
  if (caller?.match === 'unavailable') return html`<span>${text.customer.unavailable}</span>`;
  return caller ? null : html`<span>${text.customer.looking_up}</span>`;
}

/** @param {{tier?: string|null}} props */
export const Tier = ({ tier }) => (tier ? html`<span class="chip warn tier">${tier}</span>` : null);

/** @param {{caller: Caller|null}} props */
function Marks({ caller }) {
  const tier = contactOf(caller)?.tier;
  return html`
    <${Tier} tier=${tier} />
    ${caller?.verified && html`<span class="chip go"><${Icon} name="shield" />${text.caller.verified}</span>`}`;
}
