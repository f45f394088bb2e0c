/** Everybody, found by what one types; and every token that holds. */
import { dayAndTime, instant } from '../../format.js';
import { html } from '../../html.js';
import { Icon } from '../../icons.js';
import { useState } from '../../vendor/preact-hooks.js';
import { addressOf } from '../place.js';
import { parts } from '../parts/words.js';
import { go } from '../router.js';
import { admin, now } from '../shell.js';
import { AddPerson } from './add_person.js';
import { found, withoutAccount } from './effects.js';
import { done, people } from './store.js';
import { TokenList } from './token_list.js';
import { words } from './words.js';

const PAGE = 100;

/** @param {{given: Readonly<Record<string, string>>}} props */
export function PeopleList({ given }) {
  const [typed, setTyped] = useState('');
  const [shown, setShown] = useState(PAGE);
  const rep = given.rep ?? null;
  const [adding, setAdding] = useState(given.add !== undefined || rep !== null);
  const all = people();
  const some = found(all, typed, ({ role }) => words.roles[role]);
  const close = () => {
    setAdding(false);
    if (rep !== null || given.add !== undefined) go('people');
  };
  return html`<div class="room-head"><h1 class="page-title">${words.title}</h1>
      <button type="button" class="button primary" onClick=${() => setAdding(true)}><${Icon} name="plus" />${words.add}</button></div>
    <p class="done-line" role="status" hidden=${!done.value}>${done.value && html`<${Icon} name="check" />`}${done.value}</p>
    <${Missing} />
    <section class="calls" aria-label=${words.people}>
      <search class="filters"><span class="search-field"><${Icon} name="search" />
        <input class="input" type="search" aria-label=${words.search} placeholder=${words.search} value=${typed}
          onInput=${(/** @type {InputEvent} */ event) => setTyped(/** @type {HTMLInputElement} */ (event.currentTarget).value)} /></span>
        <span class="muted small num count-line" role="status">${words.count(some.length, all.length)}</span></search>
      ${some.length > 0 && html`<${Table} some=${some.slice(0, shown)} />`}
      ${some.length > shown && html`<div class="list-foot"><button type="button" class="button" onClick=${() => setShown(shown + PAGE)}>${parts.more}</button></div>`}
    </section>
    <${TokenList} />
    ${adding && html`<${AddPerson} rep=${rep} onClose=${close} />`}`;
}

/** Reps of the configuration with whom nobody can log in. */
function Missing() {
  const missing = withoutAccount(admin.value.floor?.reps ?? [], people());
  if (missing.length === 0) return null;
  return html`<p class="small muted missing">${words.missing(missing.length)}
    ${missing.slice(0, 6).map(({ id, name }) => html`<a class="chip accent" key=${id} href=${addressOf('people', null, { rep: id })}><${Icon} name="plus" />${name}</a>`)}</p>`;
}

/** @param {{some: import('./effects.js').Person[]}} props */
const Table = ({ some }) => html`<div class="table named sheet"><table>
  <thead><tr><th scope="col">${words.name}</th><th scope="col">${words.email}</th><th scope="col">${words.role}</th><th scope="col">${words.rep}</th>
    <th scope="col">${words.last_login}</th><th scope="col">${words.last_seen}</th></tr></thead>
  <tbody>${some.map((person) => html`<${Row} key=${person.id} person=${person} />`)}</tbody></table></div>`;

/** @param {{person: import('./effects.js').Person}} props */
const Row = ({ person }) => html`<tr>
  <td><a class="row-link" href=${addressOf('people', person.id)}>${person.name}</a>${person.disabled && html` <span class="chip stop">${words.disabled}</span>`}</td>
  <td class="wrap">${person.email}</td>
  <td>${words.roles[person.role]}</td>
  <td data-label=${person.rep ? words.rep : undefined}>${person.rep ?? ''}</td>
  <td class="num" data-label=${words.last_login}>${whenOf(person.last_login_at)}</td>
  <td class="num" data-label=${words.last_seen}>${whenOf(person.last_seen_at)}</td></tr>`;

/** @param {string|null} at @returns {string} */
export function whenOf(at) {
  const ms = instant(at);
  return ms === null ? words.never : dayAndTime(ms, now.value);
}
