/** The list of calls, and one call of it. */
import { html } from '../../html.js';
import { admin } from '../shell.js';
import { Calls } from './calls.js';
import { CallDetail } from './detail.js';

export function CallsRoom() {
  const { detail } = admin.value;
  return detail ? html`<${CallDetail} detail=${detail} />` : html`<${Calls} />`;
}
