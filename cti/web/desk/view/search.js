/** Finding a customer by hand, while one types. */
import { html } from '../../html.js';
import { Icon } from '../../icons.js';
import { text } from '../../strings/text.js';
import { useEffect } from '../../vendor/preact-hooks.js';
import { searchContacts } from '../actions.js';
import { desk, dispatch } from '../store.js';
import { ContactList } from './people.js';

const words = text.customer;
const AFTER_MS = 250;

export function SearchByHand() {
  const { search } = desk.value;
  const query = search.query;
  useEffect(() => {
    if (query.trim() === '') return undefined;
    const timer = setTimeout(() => searchContacts(query), AFTER_MS);
    return () => clearTimeout(timer);
  }, [query]);
  const typed = (/** @type {InputEvent} */ event) =>
    dispatch({ type: 'search_typed', query: /** @type {HTMLInputElement} */ (event.currentTarget).value });
  return html`<search class="by-hand">
    <label class="hidden-text" for="by-hand">${words.search}</label>
    <span class="search-field"><${Icon} name="search" />
      <input class="input" id="by-hand" type="search" autocomplete="off" placeholder=${words.search_placeholder} value=${query} onInput=${typed} /></span>
    <div role="status" class="tiny">
      ${search.state === 'searching' && words.searching}
      ${search.state === 'failed' && words.search_failed}
      ${search.state === 'done' && search.contacts.length === 0 && words.no_results}</div>
    ${search.state !== 'idle' && search.contacts.length > 0 && html`<${ContactList} contacts=${search.contacts} />`}
  </search>`;
}
