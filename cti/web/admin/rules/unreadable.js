/** What stands above a form while the text cannot be read. */
import { html } from '../../html.js';
import { Bar } from '../../parts/notice.js';
import { syntax } from '../draft.js';
import { words } from './words.js';

export function Unreadable() {
  const wrong = syntax.value;
  return wrong && html`<div role="alert"><${Bar} kind="warn" icon="alert">${words.broken(wrong.line)}</${Bar}></div>`;
}
