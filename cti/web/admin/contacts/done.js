/** What was just done, and the way back where there is one. */
import { html } from '../../html.js';
import { Icon } from '../../icons.js';
import { Bar } from '../../parts/notice.js';
import { useState } from '../../vendor/preact-hooks.js';
import { done } from './store.js';
import { words } from './words.js';

export function Done() {
  const [failed, setFailed] = useState(false);
  const last = done.value;
  const undo = async () => setFailed(!(await last?.undo?.()));
  const button = last?.undo && html`<button type="button" class="button tiny-button" onClick=${undo}><${Icon} name="undo" />${words.undo}</button>`;
  return html`<div role="status">${last && html`<${Bar} kind="go" icon="check" act=${button}>${last.said}</${Bar}>`}
    ${failed && html`<p class="error"><${Icon} name="alert" />${words.not_undone}</p>`}</div>`;
}
