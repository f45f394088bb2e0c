/** Small dialogs of these rooms: a name for something new, and what a removal affects before it is done. */
import { html } from '../../html.js';
import { Icon } from '../../icons.js';
import { Dialog } from '../../parts/dialog.js';
import { useState } from '../../vendor/preact-hooks.js';
import { Field } from '../parts/field.js';
import { words } from './words.js';

/**
 * @param {{title: string, effects: readonly string[], onSure: () => void, onClose: () => void, refused?: string|null,
 *   children?: import('../../html.js').Children}} props `refused`: why it cannot be done at all
 */
export const RemoveDialog = ({ title, effects, onSure, onClose, refused = null, children = null }) => html`<${Dialog} title=${title} close_label=${words.close} onClose=${onClose}>
  ${refused ? html`<p>${refused}</p>` : html`
    ${effects.length > 0 ? html`<p>${words.affected}</p><ul class="effects">${effects.map((effect) => html`<li key=${effect}><${Icon} name="right" />${effect}</li>`)}</ul>` : html`<p>${words.nothing_affected}</p>`}
    ${children}<p class="small muted">${words.undo_hint}</p>`}
  <div class="acts dialog-acts"><button type="button" class="button" onClick=${onClose}>${refused ? words.close : words.cancel}</button>
    ${!refused && html`<button type="button" class="button stop" onClick=${onSure}>${words.sure}</button>`}</div></${Dialog}>`;

/**
 * @param {{title: string, label: string, check: import('./inputs.js').Check, hint?: string|null, onAdd: (name: string) => void, onClose: () => void}} props
 */
export function AddDialog({ title, label, check, hint = null, onAdd, onClose }) {
  const [name, setName] = useState('');
  const [asked, setAsked] = useState(false);
  const error = name.trim() === '' ? words.empty : check(name.trim());
  const submitted = (/** @type {Event} */ event) => {
    event.preventDefault();
    if (error) return setAsked(true);
    return onAdd(name.trim());
  };
  return html`<${Dialog} title=${title} close_label=${words.close} onClose=${onClose}>
    <form class="form" onSubmit=${submitted}>
      <${Field} name="name" label=${label} hint=${hint} error=${asked ? error : null} within="add">
        ${(/** @type {import('../parts/field.js').Given} */ given) => html`<input ...${given} class="input" autofocus autocomplete="off" value=${name} onInput=${(/** @type {any} */ event) => setName(event.target.value)} />`}</${Field}>
      <div class="acts dialog-acts"><button type="button" class="button" onClick=${onClose}>${words.cancel}</button>
        <button class="button primary">${words.add}</button></div></form></${Dialog}>`;
}
