/** Making a version active that was written before: what becomes different, said first, and why. */
import { html } from '../../html.js';
import { Icon } from '../../icons.js';
import { Dialog } from '../../parts/dialog.js';
import { wordsFor } from '../../strings/text.js';
import { useEffect, useState } from '../../vendor/preact-hooks.js';
import { draft, isChanged, look } from '../draft.js';
import { askDifferences, sendActivation } from '../draft_server.js';
import { Sentences } from './draft_banners.js';

/** @typedef {import('../draft.js').Activation} Activation */

const { versions: words } = /** @type {typeof import('../../strings/en/versions.js')} */ (await wordsFor('versions'));

/** @param {{n: number, onClose: () => void}} props */
export function AgainDialog({ n, onClose }) {
  const [step, setStep] = useState(/** @type {'asked'|'sending'|Activation} */ ('asked'));
  const [told, setTold] = useState(/** @type {string[]|null|undefined} */ (undefined));
  const active = draft.value.newer?.n ?? draft.value.base;
  useEffect(() => void (active === null ? setTold([]) : askDifferences(active, n).then(setTold)), [active]);
  const submit = async (/** @type {SubmitEvent} */ event) => {
    event.preventDefault();
    const comment = String(new FormData(/** @type {HTMLFormElement} */ (event.currentTarget)).get('comment')).trim();
    setStep('sending');
    const outcome = await sendActivation(n, active, comment);
    if (outcome.state === 'active' || outcome.state === 'newer') await look();
    if (outcome.state === 'active') return onClose();
    return setStep(outcome);
  };
  return html`<${Dialog} title=${words.sure_title(n)} close_label=${words.close} onClose=${onClose}>
    <form class="form" onSubmit=${submit}>
      <p class="label">${words.effect}</p>
      ${told === undefined ? html`<p class="muted" role="status">${words.loading}</p>` : html`<${Sentences} said=${told} />`}
      <p class="small muted">${words.hint}${isChanged.value && ` ${words.draft_kept}`}</p>
      <div class="field"><label for="again-comment">${words.comment}</label>
        <input class="input" id="again-comment" name="comment" maxlength="1000" autocomplete="off" required /></div>
      <div role="alert">${typeof step !== 'string' && html`<${Refused} outcome=${step} />`}</div>
      <div class="acts dialog-acts"><button type="button" class="button" onClick=${onClose}>${words.leave}</button>
        <button class="button primary" disabled=${step === 'sending' || told === undefined}>${step === 'sending' ? words.sending : words.sure(n)}</button></div>
    </form></${Dialog}>`;
}

/** @param {{outcome: Activation}} props */
function Refused({ outcome }) {
  if (outcome.state === 'problems') {
    return html`<p class="error"><${Icon} name="alert" />${words.unfit}</p><ul class="sentences">${outcome.report.problems.slice(0, 6).map((one, n) => html`<li key=${n}>${one.message}</li>`)}</ul>`;
  }
  const said = outcome.state === 'stranding' ? words.stranding(outcome.queue, outcome.calls)
    : outcome.state === 'newer' ? words.newer : outcome.state === 'away' ? words.away : words.refused;
  return html`<p class="error"><${Icon} name="alert" />${said}</p>`;
}
