/** The list of calls, and one call of it. */
import { html } from '../../html.js';
import { useEffect } from '../../vendor/preact-hooks.js';
import { NO_FILTERS } from '../model.js';
import { admin, dispatch, openCall } from '../shell.js';
import { Calls } from './calls.js';
import { CallDetail } from './detail.js';

/** @type {import('../rooms.js').RoomView} */
export function CallsRoom({ id, given }) {
  const { detail } = admin.value;
  useEffect(() => (id === null ? undefined : openCall(id)), [id]);
  useEffect(() => (id === null ? filterBy(given) : undefined), [id, JSON.stringify(given)]);
  if (id === null) return html`<${Calls} />`;
  return html`<${CallDetail} detail=${detail?.id === id ? detail : { id, state: 'loading', body: null }} />`;
}

/** What another room wants to be seen: `#/calls?rule=gold`. @param {Readonly<Record<string, string>>} given */
function filterBy(given) {
  const wanted = Object.entries(given).filter(([name]) => Object.hasOwn(NO_FILTERS, name));
  if (wanted.length > 0) dispatch({ type: 'filters_changed', filters: { ...NO_FILTERS, ...Object.fromEntries(wanted) } });
}
