/** The right zone: who the caller is, in every state of not knowing. */
import { html } from '../../html.js';
import { Icon } from '../../icons.js';
import { phone } from '../../format.js';
import { text } from '../../strings/text.js';
import { contactOf, mayBeChosen } from '../caller.js';
import { customerOf, faceOf } from '../selectors.js';
import { desk } from '../store.js';
import { Choose, Suggested } from './choose.js';
import { Record } from './record.js';
import { SearchByHand } from './search.js';

const words = text.customer;

export function Customer() {
  const face = faceOf(desk.value);
  if (face === 'no_desk' || face === 'start') return null;
  return html`<aside class="customer" aria-label=${words.region}><${Inside} /></aside>`;
}

function Inside() {
  const shown = customerOf(desk.value);
  if (!shown || (!shown.caller && desk.value.link !== 'live')) return html`<${State} icon="person" title=${words.empty} />`;
  const { caller, from, call_id } = shown;
  if (!caller) return html`<${State} icon="search" title=${words.looking_up} busy />`;
  const contact = contactOf(caller);
  if (contact) return html`<${Record} contact=${contact} key=${`${call_id} ${contact.id}`} />`;
  switch (caller.match) {
    case 'many': return html`<${Choose} contacts=${caller.contacts} />`;
    case 'withheld': return html`<${State} icon="eye" title=${words.withheld} hint=${words.withheld_hint}><${SearchByHand} /></${State}>`;
    case 'unavailable': return html`<${State} icon="unplug" title=${words.unavailable} hint=${words.unavailable_hint} busy><${SearchByHand} /></${State}>`;
    default:
      if (mayBeChosen(caller)) return html`<${Suggested} contacts=${caller.contacts} />`;
      return html`<${State} icon="person" title=${words.none} hint=${`${phone(caller.number ?? from)}. ${words.none_hint}`}><${SearchByHand} /></${State}>`;
  }
}

/**
 * @param {{icon: import('../../icons.js').IconName, title: string, hint?: string, busy?: boolean,
 *   children?: import('../../html.js').Children}} props
 */
const State = ({ icon, title, hint, busy = false, children = null }) => html`
  <div class=${`customer-state sheet ${children ? '' : 'bare'}`}>
    <div class="customer-head" role="status"><span class=${`mark-disc ${busy ? 'busy' : ''}`} aria-hidden="true"><${Icon} name=${icon} /></span>
      <div><h2>${title}</h2>${hint && html`<p class="small muted">${hint}</p>`}</div></div>
    ${children}
  </div>`;
