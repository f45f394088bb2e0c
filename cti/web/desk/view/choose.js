/** Several customers share the number, or some only may be meant: one is chosen, and the call and its log are linked to that one. */
import { html } from '../../html.js';
import { text } from '../../strings/text.js';
import { ContactList } from './people.js';
import { SearchByHand } from './search.js';

/** @typedef {import('../model.js').Contact} Contact */

const words = text.customer;

/** @param {{contacts: Contact[]}} props */
export const Choose = ({ contacts }) => html`<div class="customer-state sheet">
  <div><h2>${words.many}</h2><p class="small muted">${words.many_hint(contacts.length)}</p></div>
  <${ContactList} contacts=${contacts} /></div>`;

/** Nobody has this very number, somebody a similar one. @param {{contacts: Contact[]}} props */
export const Suggested = ({ contacts }) => html`<div class="customer-state sheet">
  <div><h2>${words.suggested}</h2><p class="small muted">${words.suggested_hint}</p></div>
  <${ContactList} contacts=${contacts} />
  <${SearchByHand} /></div>`;
