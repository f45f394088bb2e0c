/** A list of customers, each of whom can be chosen for the call. */
import { html } from '../../html.js';
import { Icon } from '../../icons.js';
import { Face } from '../../parts/face.js';
import { text } from '../../strings/text.js';
import { chooseContact } from '../actions.js';
import { desk } from '../store.js';
import { Tier } from './who.js';

/** @typedef {import('../model.js').Contact} Contact */

const words = text.customer;

/** @param {{contacts: Contact[]}} props */
export const ContactList = ({ contacts }) => html`<ul class="people">
  ${contacts.map((contact) => html`<${Person} key=${contact.id} contact=${contact} />`)}</ul>`;

/** @param {{contact: Contact}} props */
function Person({ contact }) {
  const me = desk.value.me?.rep?.id;
  const owner = contact.owner && (contact.owner === me ? words.you : (contact.owner_name ?? contact.owner));
  const about = [contact.company, owner && `${words.owner}: ${owner}`, contact.email].filter(Boolean).join(' · ');
  return html`<li><button type="button" class="person" onClick=${() => chooseContact(contact.id)}>
    <${Face} name=${contact.name} size="small" />
    <span class="person-words"><span class="hidden-text">${words.choose}: </span><strong>${contact.name}</strong><span class="small muted">${about}</span></span>
    ${contact.quality === 'suggestion' && html`<span class="chip">${words.suggestion}</span>`}
    <${Tier} tier=${contact.tier} />
    <${Icon} name="right" />
  </button></li>`;
}
