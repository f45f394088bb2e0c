/** Asks before something is done: what it will affect stands above the button that does it. */
import { html } from '../../html.js';
import { Icon } from '../../icons.js';
import { Dialog } from '../../parts/dialog.js';
import { useState } from '../../vendor/preact-hooks.js';
import { Refusal } from './field.js';
import { refusal } from './refused.js';
import { parts as words } from './words.js';

/**
 * @param {{title: string, effects: readonly string[], sure: string, act: () => Promise<import('../../api.js').Answer>,
 *   onDone: (data: any) => void, onClose: () => void, grave?: boolean, own?: Readonly<Record<string, string>>,
 *   children?: import('../../html.js').Children}} props `children`: what else one may do, below the effects
 */
export function Sure({ title, effects, sure, act, onDone, onClose, grave = true, own = {}, children = null }) {
  const [busy, setBusy] = useState(false);
  const [message, setMessage] = useState(/** @type {string|null} */ (null));
  const pressed = async () => {
    setBusy(true);
    const answer = await act();
    setBusy(false);
    if (answer.ok) return onDone(answer.data);
    const refused = refusal(answer, words, own);
    return setMessage(refused.message ?? Object.values(refused.fields).join(' '));
  };
  return html`<${Dialog} title=${title} close_label=${words.close} onClose=${onClose}>
    <ul class="effects">${effects.map((effect) => html`<li key=${effect}><${Icon} name="right" />${effect}</li>`)}</ul>
    ${children}
    <${Refusal} message=${message} />
    <div class="acts dialog-acts">
      <button type="button" class="button" onClick=${onClose}>${words.cancel}</button>
      <button type="button" class=${`button ${grave ? 'stop' : 'primary'}`} disabled=${busy} onClick=${pressed}>${busy ? words.doing : sure}</button></div>
  </${Dialog}>`;
}
