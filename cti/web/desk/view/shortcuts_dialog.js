/** The keyboard shortcuts, listed and remappable. */
import { html } from '../../html.js';
import { Dialog } from '../../parts/dialog.js';
import { text } from '../../strings/text.js';
import { useState } from '../../vendor/preact-hooks.js';
import { shortcuts } from '../shell.js';
import { DEFAULTS, isSafe, keysOf, shown } from '../shortcuts.js';

/** @typedef {import('../shortcuts.js').Action} Action */

const words = text.shortcuts;
const ACTIONS = /** @type {Action[]} */ (Object.keys(words.actions));

/** @param {{onClose: () => void}} props */
export function ShortcutsDialog({ onClose }) {
  const [changing, setChanging] = useState(/** @type {Action|null} */ (null));
  const [problem, setProblem] = useState('');
  const pressed = (/** @type {KeyboardEvent} */ event) => {
    const keys = keysOf(event);
    if (!changing || keys === null || keys === 'Tab') return;
    event.preventDefault();
    event.stopPropagation();
    if (keys === 'Escape') return setChanging(null);
    const taken = ACTIONS.find((action) => action !== changing && shortcuts.value[action] === keys);
    if (!isSafe(keys)) return setProblem(words.needs_modifier);
    if (taken) return setProblem(words.taken(words.actions[taken]));
    shortcuts.value = { ...shortcuts.value, [changing]: keys };
    setProblem('');
    return setChanging(null);
  };
  const reset = () => {
    shortcuts.value = { ...DEFAULTS };
    setChanging(null);
  };
  return html`<${Dialog} title=${words.title} close_label=${words.close} onClose=${onClose}>
    <ul class="keys" onKeyDown=${pressed}>${ACTIONS.map((action) => html`<li key=${action}><span>${words.actions[action]}</span>
      ${changing === action ? html`<span class="chip accent" role="status">${words.press}</span>` : html`<kbd>${shown(shortcuts.value[action])}</kbd>`}
      <button type="button" class="button tiny-button" aria-label=${words.change_of(words.actions[action])} onClick=${() => setChanging(action)}>${words.change}</button></li>`)}
    </ul>
    <p class=${problem ? 'error' : 'tiny'} role="status">${problem || words.hint}</p>
    <div class="acts"><button type="button" class="button" onClick=${reset}>${words.reset}</button></div>
  </${Dialog}>`;
}
