/** Rules: the list as sentences, or one rule. */
import { html } from '../../html.js';
import { Icon } from '../../icons.js';
import { useEffect } from '../../vendor/preact-hooks.js';
import { draft } from '../draft.js';
import { addressOf } from '../place.js';
import { RuleList } from './list.js';
import { OneRule } from './one.js';
import { told } from './told.js';
import { loadVocabulary } from './vocabulary.js';
import { words } from './words.js';

/** @type {import('../rooms.js').RoomView} */
export function RulesRoom({ id }) {
  useEffect(() => void loadVocabulary(), []);
  const { phase } = draft.value;
  if (phase !== 'ready') return html`<h1 class="page-title">${words.title}</h1>
    <p class="muted" role="status">${phase === 'failed' ? words.failed : words.loading}</p>`;
  if (id === null) return html`<${RuleList} />`;
  const index = /^\d{1,4}$/.test(id) ? Number(id) : -1;
  if (index in told.value) return html`<${OneRule} index=${index} />`;
  return html`<a class="back" href=${addressOf('rules')}><${Icon} name="left" />${words.back}</a>
    <h1 class="page-title">${words.title}</h1><p class="sheet pad" role="status">${words.missing}</p>`;
}
