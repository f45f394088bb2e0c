/** Contacts of the built-in directory: found, listed, one opened, a new one, many from a file. */
import { html } from '../../html.js';
import { Icon } from '../../icons.js';
import { useEffect } from '../../vendor/preact-hooks.js';
import { parts } from '../parts/words.js';
import { Waiting } from '../parts/state.js';
import { ContactForm } from './form.js';
import { ContactList } from './list.js';
import { formOf } from './model.js';
import { contact_seen, done, loadContact } from './store.js';
import { words } from './words.js';

/** @type {import('../rooms.js').RoomView} */
export function ContactsRoom({ id }) {
  useEffect(() => () => void (done.value = null), []);
  if (id === null) return html`<${ContactList} />`;
  return html`<a class="back" href="#/contacts"><${Icon} name="left" />${words.back}</a>
    ${id === 'new' ? html`<h1 class="page-title">${words.add}</h1><${ContactForm} contact=${null} />` : html`<${One} key=${id} id=${id} />`}`;
}

/** @param {{id: string}} props */
function One({ id }) {
  useEffect(() => void loadContact(id), [id]);
  const state = contact_seen.value;
  const contact = state.body?.id === id ? state.body : null;
  return html`<h1 class="page-title">${contact?.name ?? (state.state === 'missing' ? parts.gone : words.title)}</h1>
    ${state.state !== 'missing' && html`<${Waiting} state=${state} retry=${() => loadContact(id)} />`}
    ${contact && html`<${ContactForm} key=${JSON.stringify(formOf(contact))} contact=${contact} />`}`;
}
