/** A button that opens a small panel below it. Escape, a click elsewhere or a choice closes it; arrows move in it. */
import { html } from '../html.js';
import { useEffect, useRef, useState } from '../vendor/preact-hooks.js';

/**
 * @param {{button: import('../html.js').Children, children: (close: () => void) => import('../html.js').Children,
 *   style?: string, end?: boolean, id: string}} props
 */
export function Popup({ button, children, style = 'button', end = false, id }) {
  const [open, setOpen] = useState(false);
  const root = useRef(/** @type {HTMLDivElement|null} */ (null));
  const trigger = () => root.current?.querySelector('button');
  const close = () => {
    setOpen(false);
    trigger()?.focus();
  };
  useEffect(() => {
    if (!open) return undefined;
    const outside = (/** @type {PointerEvent} */ event) => {
      if (!root.current?.contains(/** @type {Node} */ (event.target))) setOpen(false);
    };
    addEventListener('pointerdown', outside);
    items(root.current)[0]?.focus();
    return () => removeEventListener('pointerdown', outside);
  }, [open]);
  const moved = (/** @type {KeyboardEvent} */ event) => {
    if (!open) return;
    if (event.key === 'Escape') close();
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault();
      step(root.current, event.key === 'ArrowDown' ? 1 : -1);
    }
  };
  const left = (/** @type {FocusEvent} */ event) => {
    const to = /** @type {Node|null} */ (event.relatedTarget);
    if (to && !root.current?.contains(to)) setOpen(false);
  };
  return html`
    <div class="popup" ref=${root} onKeyDown=${moved} onFocusOut=${left}>
      <button type="button" class=${style} aria-expanded=${open} aria-controls=${id} onClick=${() => setOpen(!open)}>
        ${button}
      </button>
      <div id=${id} class=${`popup-panel ${end ? 'end' : ''}`} hidden=${!open}>${open && children(close)}</div>
    </div>`;
}

/** @param {HTMLElement|null} root @returns {HTMLElement[]} */
const items = (root) => [...(root?.querySelectorAll('.popup-panel .choice, .popup-panel .input') ?? [])].map((item) => /** @type {HTMLElement} */ (item));

/** @param {HTMLElement|null} root @param {number} by */
function step(root, by) {
  const all = items(root);
  const at = all.indexOf(/** @type {HTMLElement} */ (document.activeElement));
  all[(at + by + all.length) % all.length]?.focus();
}
