/** Making the draft active: what becomes different, what stands against it, why; and giving it up. */
import { html } from '../../html.js';
import { Icon } from '../../icons.js';
import { Dialog } from '../../parts/dialog.js';
import { Bar } from '../../parts/notice.js';
import { wordsFor } from '../../strings/text.js';
import { useState } from '../../vendor/preact-hooks.js';
import { activate, draft, revert, syntax } from '../draft.js';
import { admin } from '../shell.js';
import { Sentences } from './draft_banners.js';

/** @typedef {import('../draft.js').Activation} Activation */

const { draft: words } = /** @type {typeof import('../../strings/en/draft.js')} */ (await wordsFor('draft'));
const MOST_PROBLEMS = 6;

/** @param {{onClose: () => void, onDone: (n: number) => void}} props */
export function ActivateDialog({ onClose, onDone }) {
  const [step, setStep] = useState(/** @type {'asked'|'empty'|'sending'|Activation} */ ('asked'));
  const { report, text, newer } = draft.value;
  const current = report?.text === text ? report : null;
  const blocked = !current || syntax.value !== null || current.problems.length > 0 || current.stranding !== null || newer !== null;
  const submit = async (/** @type {SubmitEvent} */ event) => {
    event.preventDefault();
    const comment = String(new FormData(/** @type {HTMLFormElement} */ (event.currentTarget)).get('comment')).trim();
    if (!comment) {
      setStep('empty');
      return document.getElementById('activate-comment')?.focus();
    }
    setStep('sending');
    const outcome = await activate(comment);
    if (outcome.state === 'active') return onDone(outcome.n);
    return setStep(outcome);
  };
  return html`<${Dialog} title=${words.activate_title} close_label=${words.close} onClose=${onClose}>
    <form class="form" onSubmit=${submit} novalidate>
      ${current ? html`<${Effects} report=${current} />` : html`<p class="muted" role="status">${draft.value.online ? words.checking : words.away}</p>`}
      <div class="field"><label for="activate-comment">${words.comment}</label>
        <input class="input" id="activate-comment" name="comment" maxlength="1000" autocomplete="off" aria-invalid=${step === 'empty' ? 'true' : undefined} aria-describedby="activate-said" /></div>
      <div id="activate-said" role="alert">${said(step) && html`<p class="error"><${Icon} name="alert" />${said(step)}</p>`}
        ${newer && step !== 'sending' && html`<p class="error"><${Icon} name="people" />${words.overtaken}</p>`}</div>
      <div class="acts dialog-acts"><button type="button" class="button" onClick=${onClose}>${words.keep_editing}</button>
        <button class="button primary" disabled=${blocked || step === 'sending'}>${step === 'sending' ? words.sending : words.sure}</button></div>
    </form></${Dialog}>`;
}

/** @param {{report: import('../draft.js').Report}} props */
function Effects({ report }) {
  const { problems, differences, tests, stranding } = report;
  const waiting = admin.value.floor?.queues.reduce((sum, queue) => sum + queue.waiting, 0) ?? 0;
  if (problems.length > 0 || stranding) {
    return html`<div role="alert"><${Bar} kind="stop" icon="alert">${words.blocked}</${Bar}></div>
      <ul class="sentences">${problems.slice(0, MOST_PROBLEMS).map((one, n) => html`<li key=${n}>${one.line > 0 && html`<span class="chip">${words.at_line(one.line)}</span> `}${one.message}</li>`)}
        ${problems.length > MOST_PROBLEMS && html`<li class="muted">${words.more(problems.length - MOST_PROBLEMS)}</li>`}
        ${stranding && html`<li>${words.stranding(stranding.queue, stranding.calls.length)}</li>`}</ul>`;
  }
  return html`<p class="label">${words.what}</p><${Sentences} said=${differences} />
    <p class="small muted">${words.examples(tests?.length ?? 0)} ${words.effect(waiting)}</p>`;
}

/** @param {'asked'|'empty'|'sending'|Activation} step @returns {string|null} */
function said(step) {
  if (step === 'empty') return words.comment_missing;
  if (typeof step === 'string') return null;
  if (step.state === 'away') return words.not_sent;
  if (step.state === 'stranding') return words.stranding(step.queue, step.calls);
  return step.state === 'refused' ? words.refused : null;
}

/** @param {{n: number, onClose: () => void}} props */
export const Done = ({ n, onClose }) => html`<div class="draft-done" role="status"><${Bar} kind="go" icon="check"
  act=${html`<button type="button" class="button tiny-button" onClick=${onClose}>${words.close}</button>`}>${words.done(n)}</${Bar}></div>`;

/** @param {{onClose: () => void}} props */
export function RevertDialog({ onClose }) {
  const sure = () => {
    revert();
    onClose();
  };
  return html`<${Dialog} title=${words.revert_title} close_label=${words.close} onClose=${onClose}>
    <p>${words.revert_effect}</p>
    <div class="acts dialog-acts"><button type="button" class="button" onClick=${onClose}>${words.keep_editing}</button>
      <button type="button" class="button stop" onClick=${sure}>${words.revert_sure}</button></div></${Dialog}>`;
}
