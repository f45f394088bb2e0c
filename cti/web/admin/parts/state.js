/** What stands in a room's place while its answer is not here, or will not come. */
import { html } from '../../html.js';
import { Icon } from '../../icons.js';
import { Bar } from '../../parts/notice.js';
import { parts as words } from './words.js';

/** @param {{state: import('./asked.js').Asked, missing?: string, retry: () => void}} props null where there is a body and nothing failed */
export function Waiting({ state, missing = words.gone, retry }) {
  if (state.state === 'loading') return html`<p class="muted" role="status">${words.loading}</p>`;
  if (state.state === 'missing') return html`<div class="refused sheet" role="alert"><h2>${missing}</h2></div>`;
  if (state.state !== 'failed') return null;
  const again = html`<button type="button" class="button tiny-button" onClick=${retry}>${words.retry}</button>`;
  return html`<div role="alert"><${Bar} kind="stop" icon="unplug" act=${again}>${state.status === 403 ? words.forbidden : words.not_loaded}</${Bar}></div>`;
}

/** @param {{icon: import('../../icons.js').IconName, title: string, children?: import('../../html.js').Children, kind?: ''|'go'}} props nothing here, and why that is so */
export const Empty = ({ icon, title, children = null, kind = '' }) => html`<div class=${`nothing sheet ${kind}`}><${Icon} name=${icon} /><h2>${title}</h2>${children}</div>`;
