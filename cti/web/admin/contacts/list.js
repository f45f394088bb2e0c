/** Everybody by name, or who was searched for. */
import { phone } from '../../format.js';
import { html } from '../../html.js';
import { Icon } from '../../icons.js';
import { useEffect, useState } from '../../vendor/preact-hooks.js';
import { parts } from '../parts/words.js';
import { Empty, Waiting } from '../parts/state.js';
import { addressOf } from '../place.js';
import { may } from '../shell.js';
import { Done } from './done.js';
import { list, loadList } from './store.js';
import { words } from './words.js';

const TYPED_AFTER_MS = 250;

export function ContactList() {
  const [typed, setTyped] = useState(list.peek().q);
  const keeps = may('configure');
  const q = typed.trim();
  useEffect(() => {
    if (q === '' && !keeps) return undefined;
    const timer = setTimeout(() => loadList(q), q === list.peek().q ? 0 : TYPED_AFTER_MS);
    return () => clearTimeout(timer);
  }, [q, keeps]);
  const { items, state, next, status } = list.value;
  const shown = q !== '' || keeps ? items : [];
  return html`<div class="room-head"><h1 class="page-title">${words.title}</h1>
      ${keeps && html`<a class="button primary" href=${addressOf('contacts', 'new')}><${Icon} name="plus" />${words.add}</a>`}</div>
    <${Done} />
    <search class="filters"><span class="search-field"><${Icon} name="search" />
      <input class="input" type="search" aria-label=${words.search} placeholder=${words.search} value=${typed}
        onInput=${(/** @type {InputEvent} */ event) => setTyped(/** @type {HTMLInputElement} */ (event.currentTarget).value)} /></span></search>
    ${state === 'failed' && html`<${Waiting} state=${{ state, status, body: null }} retry=${() => loadList(q)} />`}
    ${shown.length > 0 && html`<${Table} items=${shown} />`}
    <div class="list-foot" role="status">${shown.length === 0 && html`<${Nobody} q=${q} loading=${state === 'loading'} keeps=${keeps} />`}
      ${q === '' && next && html`<button type="button" class="button" disabled=${state === 'loading'} onClick=${() => loadList('', next)}>${parts.more}</button>`}</div>`;
}

/** @param {{q: string, loading: boolean, keeps: boolean}} props */
function Nobody({ q, loading, keeps }) {
  if (q === '' && !keeps) return html`<p class="muted">${words.search_only}</p>`;
  if (loading) return html`<p class="muted">${parts.loading}</p>`;
  if (q !== '') return html`<p class="muted">${words.none_found}</p>`;
  return html`<${Empty} icon="book" title=${words.none}><p class="muted">${words.none_lead}</p></${Empty}>`;
}

/** @param {{items: import('./model.js').Contact[]}} props */
const Table = ({ items }) => html`<div class="table named sheet"><table>
  <thead><tr><th scope="col">${words.fields.name}</th><th scope="col">${words.fields.phones}</th><th scope="col">${words.fields.company}</th>
    <th scope="col">${words.fields.tier}</th><th scope="col">${words.fields.owner}</th><th scope="col">${words.fields.stage}</th></tr></thead>
  <tbody>${items.map((one) => html`<tr key=${one.id}>
    <td><a class="row-link" href=${one.link ?? addressOf('contacts', one.id)}>${one.name}</a></td>
    <td class="num">${one.phones.map((number) => html`<span class="block" key=${number}>${phone(number)}</span>`)}</td>
    <td>${one.company ?? ''}</td><td>${one.tier && html`<span class="chip tier">${one.tier}</span>`}</td>
    <td data-label=${one.owner ? words.fields.owner : undefined}>${one.owner_name ?? one.owner ?? ''}</td><td>${one.stage ? (words.stages[/** @type {'lead'} */ (one.stage)] ?? one.stage) : ''}</td></tr>`)}</tbody></table></div>`;
