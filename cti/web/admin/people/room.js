/** People who may log in, and the tokens of their programs; one person's page. */
import { html } from '../../html.js';
import { useEffect } from '../../vendor/preact-hooks.js';
import { Waiting } from '../parts/state.js';
import { PersonPage } from './person.js';
import { PeopleList } from './list.js';
import { done, loadPeople, loadTokens, people, people_seen } from './store.js';
import { words } from './words.js';

/** @type {import('../rooms.js').RoomView} */
export function PeopleRoom({ id, given }) {
  useEffect(() => {
    loadPeople();
    loadTokens();
    return () => void (done.value = null);
  }, []);
  const state = people_seen.value;
  if (state.body === null) return html`<h1 class="page-title">${words.title}</h1><${Waiting} state=${state} retry=${loadPeople} />`;
  if (id === null) return html`<${Waiting} state=${state} retry=${loadPeople} /><${PeopleList} given=${given} />`;
  return html`<${Waiting} state=${state} retry=${loadPeople} /><${PersonPage} key=${id} person=${people().find((one) => one.id === id) ?? null} />`;
}
