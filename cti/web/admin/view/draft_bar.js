/** Below every room while something is not active yet: what, whether it is sound, undo, activate. */
import { html } from '../../html.js';
import { Icon } from '../../icons.js';
import { wordsFor } from '../../strings/text.js';
import { useEffect } from '../../vendor/preact-hooks.js';
import { signal } from '../../vendor/signals.js';
import { changes, draft, isChanged, mayEdit, redo, syntax, undo } from '../draft.js';
import { addressOf } from '../place.js';
import { ActivateDialog, Done, RevertDialog } from './activate.js';
import { Banners } from './draft_banners.js';

const { draft: words } = /** @type {typeof import('../../strings/en/draft.js')} */ (await wordsFor('draft'));
/** Which dialog is open, or the version that has just become active. @type {import('@preact/signals').Signal<'activate'|'revert'|number|null>} */
const open = signal(null);

export const DraftBanners = Banners;

export function DraftBar() {
  const { phase, past, future, undoes, redoes } = draft.value;
  useEffect(() => {
    addEventListener('keydown', undoKeys);
    return () => removeEventListener('keydown', undoKeys);
  }, []);
  const close = () => (open.value = null);
  if (phase !== 'ready' || !mayEdit.value) return null;
  const done = typeof open.value === 'number' && html`<${Done} n=${open.value} onClose=${close} />`;
  if (!isChanged.value && future === 0) return done || null;
  return html`${done}<section class="draft-bar" aria-label=${words.label}>
      <p class="draft-said"><strong>${isChanged.value ? words.changes(changes.value) : words.none}</strong><${Sound} /></p>
      <div class="acts">
        ${isChanged.value && html`<a class="button quiet" href=${addressOf('versions', 'draft')}><${Icon} name="eye" /><span class="wide-text">${words.see}</span></a>`}
        <button type="button" class="button icon-only" disabled=${past === 0} title=${words.undo_of(undoes ?? '')} aria-label=${words.undo_of(undoes ?? '')} onClick=${undo}><${Icon} name="undo" /></button>
        <button type="button" class="button icon-only" disabled=${future === 0} title=${words.redo_of(redoes ?? '')} aria-label=${words.redo_of(redoes ?? '')} onClick=${redo}><${Icon} name="redo" /></button>
        ${isChanged.value && html`<button type="button" class="button quiet" onClick=${() => (open.value = 'revert')}><${Icon} name="trash" /><span class="wide-text">${words.revert}</span></button>
          <button type="button" class="button primary" onClick=${() => (open.value = 'activate')}>${words.activate}</button>`}
      </div></section>
    ${open.value === 'activate' && html`<${ActivateDialog} onClose=${close} onDone=${(/** @type {number} */ n) => (open.value = n)} />`}
    ${open.value === 'revert' && html`<${RevertDialog} onClose=${close} />`}`;
}

/** Whether the service finds anything wrong, and whether the draft is safe. */
function Sound() {
  const { report, checking, online, saved_at, text } = draft.value;
  const problems = syntax.value ? 1 : report?.text === text ? report.problems.length : null;
  const [kind, icon, said] = !online ? ['warn', 'unplug', words.away]
    : problems ? ['stop', 'alert', words.problems(problems)]
      : problems === 0 && !checking ? ['go', 'check', words.fine]
        : ['', 'clock', words.checking];
  return html`<span class="draft-chips" role="status"><span class=${`chip ${kind} draft-chip`}><${Icon} name=${icon} /><span>${said}</span></span>
    ${isChanged.value && html`<span class=${saved_at === null ? 'chip warn draft-chip' : 'tiny'}>${saved_at === null ? words.unsaved : words.saved}</span>`}</span>`;
}

/** Undo and redo by keys, where no field has its own. @param {KeyboardEvent} event */
function undoKeys(event) {
  const target = /** @type {HTMLElement} */ (event.target);
  if (!(event.ctrlKey || event.metaKey) || event.altKey || target.closest('input, textarea, [contenteditable="true"], dialog')) return;
  const key = event.key.toLowerCase();
  if (key !== 'z' && key !== 'y') return;
  event.preventDefault();
  if (key === 'y' || event.shiftKey) redo();
  else undo();
}
