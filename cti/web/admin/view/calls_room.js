/** The list of calls, and one call of it. */
import { html } from '../../html.js';
import { useEffect } from '../../vendor/preact-hooks.js';
import { admin, openCall } from '../shell.js';
import { Calls } from './calls.js';
import { CallDetail } from './detail.js';

/** @param {{id: string|null}} props */
export function CallsRoom({ id }) {
  const { detail } = admin.value;
  useEffect(() => (id === null ? undefined : openCall(id)), [id]);
  if (id === null) return html`<${Calls} />`;
  return html`<${CallDetail} detail=${detail?.id === id ? detail : { id, state: 'loading', body: null }} />`;
}
