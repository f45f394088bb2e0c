/** What stands around a room that edits a part of the draft: its heading, and why it cannot be edited just now. */
import { html } from '../../html.js';
import { Icon } from '../../icons.js';
import { Bar } from '../../parts/notice.js';
import { computed } from '../../vendor/signals.js';
import { draft, look, mayEdit, syntax } from '../draft.js';
import { addressOf } from '../place.js';
import { words } from './words.js';

/** Forms change something: the role may, and the text can be read. */
export const canEdit = computed(() => mayEdit.value && syntax.value === null && draft.value.phase === 'ready');

// What is being typed is not lost when the page goes: leaving a field puts it into the draft.
addEventListener('pagehide', () => /** @type {HTMLElement|null} */ (document.activeElement)?.blur(), { capture: true });

/**
 * @param {{title: string, lead?: string|null, back?: {href: string, label: string}|null, acts?: import('../../html.js').Children,
 *   children: () => import('../../html.js').Children}} props `children` is asked once the draft is there
 */
export function Frame({ title, lead = null, back = null, acts = null, children }) {
  const { phase } = draft.value;
  return html`${back && html`<a class="back" href=${back.href}><${Icon} name="left" />${back.label}</a>`}
    <div class="room-head"><div><h1 class="page-title">${title}</h1>${lead && html`<p class="muted">${lead}</p>`}</div>
      ${phase === 'ready' && canEdit.value && acts && html`<div class="acts">${acts}</div>`}</div>
    ${phase === 'loading' && html`<p class="muted" role="status">${words.loading}</p>`}
    ${phase === 'failed' && html`<div role="alert"><${Bar} kind="stop" icon="unplug" act=${html`<button type="button" class="button tiny-button" onClick=${look}>${words.retry}</button>`}>${words.failed}</${Bar}></div>`}
    ${phase === 'ready' && html`<${Locked} />${children()}`}`;
}

/** Why nothing can be changed. */
function Locked() {
  if (!mayEdit.value) return html`<${Bar} icon="eye">${words.read_only}</${Bar}>`;
  if (!syntax.value) return null;
  const act = html`<a class="button tiny-button" href=${addressOf('versions', 'draft')}>${words.to_text}</a>`;
  return html`<div role="alert"><${Bar} kind="warn" icon="alert" act=${act}>${words.broken(syntax.value.line)}</${Bar}></div>`;
}

/** Rules by name, each a way to it. @param {{uses: import('./uses.js').Use[], empty: string}} props */
export function RuleLinks({ uses, empty }) {
  const rules = [...new Map(uses.filter(({ kind }) => kind === 'rule').map((each) => [each.index, each.name])).entries()];
  if (rules.length === 0) return html`<p class="muted">${empty}</p>`;
  return html`<ul class="rule-links">${rules.map(([index, name]) => html`<li key=${index}><a href=${addressOf('rules', index)}>${name || index + 1}</a></li>`)}</ul>`;
}
