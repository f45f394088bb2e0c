/** A modal dialog: the browser's own, so that focus stays inside and Escape closes it. */
import { html } from '../html.js';
import { Icon } from '../icons.js';
import { useEffect, useRef } from '../vendor/preact-hooks.js';

/** @param {{title: string, close_label: string, onClose: () => void, children: import('../html.js').Children}} props */
export function Dialog({ title, close_label, onClose, children }) {
  const root = useRef(/** @type {HTMLDialogElement|null} */ (null));
  useEffect(() => root.current?.showModal(), []);
  return html`
    <dialog ref=${root} onClose=${onClose} aria-labelledby="dialog-title">
      <div class="dialog-head">
        <h2 id="dialog-title">${title}</h2>
        <button type="button" class="button quiet icon-only" aria-label=${close_label} onClick=${() => root.current?.close()}>
          <${Icon} name="close" />
        </button>
      </div>
      <div class="dialog-body">${children}</div>
    </dialog>`;
}
