/** Changing one's own password. */
import { put } from '../api.js';
import { html } from '../html.js';
import { Icon } from '../icons.js';
import { text } from '../strings/text.js';
import { useState } from '../vendor/preact-hooks.js';
import { Dialog } from './dialog.js';
import { Bar } from './notice.js';

/** @typedef {'editing'|'sending'|'wrong'|'weak'|'failed'|'done'} Step */

const STEP_BY_STATUS = /** @type {Record<number, Step>} */ ({ 204: 'done', 200: 'done', 403: 'wrong', 422: 'weak' });

/** @param {{onClose: () => void}} props */
export function PasswordDialog({ onClose }) {
  const [step, setStep] = useState(/** @type {Step} */ ('editing'));
  const submit = async (/** @type {SubmitEvent} */ event) => {
    event.preventDefault();
    const form = new FormData(/** @type {HTMLFormElement} */ (event.currentTarget));
    setStep('sending');
    const answer = await put('/api/v1/me/password', { current: form.get('current'), new: form.get('new') });
    setStep(STEP_BY_STATUS[answer.status] ?? 'failed');
  };
  const words = text.password;
  if (step === 'done') {
    return html`<${Dialog} title=${words.title} close_label=${words.close} onClose=${onClose}>
      <div role="status"><${Bar} kind="go" icon="check">${words.done}</${Bar}></div>
    </${Dialog}>`;
  }
  return html`<${Dialog} title=${words.title} close_label=${words.close} onClose=${onClose}>
    <form class="form" onSubmit=${submit}>
      <${Secret} name="current" label=${words.current} autocomplete="current-password" error=${step === 'wrong' ? words.wrong : null} />
      <${Secret} name="new" label=${words.fresh} autocomplete="new-password" hint=${words.rule} error=${step === 'weak' ? words.weak : null} />
      ${step === 'failed' && html`<p class="error" role="alert"><${Icon} name="alert" />${words.failed}</p>`}
      <div class="acts">
        <button class="button primary" disabled=${step === 'sending'}>${step === 'sending' ? words.submitting : words.submit}</button>
        <button type="button" class="button quiet" onClick=${onClose}>${words.cancel}</button>
      </div>
    </form>
  </${Dialog}>`;
}

/** @param {{name: string, label: string, autocomplete: string, hint?: string|null, error?: string|null}} props */
function Secret({ name, label, autocomplete, hint = null, error = null }) {
  const id = `password-${name}`;
  return html`<div class="field">
    <label for=${id}>${label}</label>
    <input class="input" id=${id} name=${name} type="password" required autocomplete=${autocomplete}
      aria-invalid=${error ? 'true' : undefined} aria-describedby=${`${id}-note`} />
    <p id=${`${id}-note`} class=${error ? 'error' : 'tiny'} role=${error ? 'alert' : undefined}>${error ?? hint}</p>
  </div>`;
}
