/** One row of the sheet; drawn again only when something in it changes. */
import { html } from '../../html.js';
import { Icon } from '../../icons.js';
import { useMemo } from '../../vendor/preact-hooks.js';
import { addressOf } from '../place.js';
import { textOf } from '../rules/names.js';
import { nameOf } from './uses.js';
import { pendingOf, shownText } from './sheet_edits.js';
import { words } from './words.js';

export const ROW_PX = 38;

/** @typedef {{begin: (text: string|null) => void, finish: () => boolean, type: (text: string) => void, isTyping: boolean, go: (to: import('./matrix.js').Cell, extend?: boolean) => void}} Hand what a cell does to the sheet */

/**
 * @param {{row: import('./matrix.js').Row, place: number, columns: import('./matrix.js').Column[], at: import('./matrix.js').Cell,
 *   block: ReturnType<typeof import('./matrix.js').edgesOf>, typing: import('./sheet.js').Typing|null, hand: {current: Hand}}} props
 */
export function SheetRow({ row, place, columns, at, block, typing, hand }) {
  const active = at.row === place ? at.col : -1;
  const [left, right] = place >= block.top && place <= block.bottom ? [block.left, block.right] : [-1, -1];
  const typed = active >= 0 ? typing : null;
  return useMemo(() => html`<div class="grid-row" role="row" aria-rowindex=${place + 2} style=${{ transform: `translateY(${place * ROW_PX}px)` }}>
    ${columns.map((column, n) => html`<${SheetCell} key=${column.kind + column.id} row=${row} column=${column} to=${{ row: place, col: n }} active=${active === n}
      selected=${n >= left && n <= right} typing=${active === n ? typed : null} hand=${hand} />`)}</div>`,
  [row.rep, row.index, place, columns.map(({ id }) => id).join(), active, left, right, typed, pendingOf(row.index)]);
}

/** @param {{row: import('./matrix.js').Row, column: import('./matrix.js').Column, to: import('./matrix.js').Cell, active: boolean, selected: boolean, typing: import('./sheet.js').Typing|null, hand: {current: Hand}}} props */
function SheetCell({ row, column, to, active, selected, typing, hand }) {
  const text = shownText(row, column);
  const down = (/** @type {PointerEvent} */ event) => {
    if (event.button !== 0 || /** @type {HTMLElement} */ (event.target).closest('a, input')) return;
    event.preventDefault();
    if (hand.current.finish()) hand.current.go(to, event.shiftKey);
  };
  const over = (/** @type {PointerEvent} */ event) => event.buttons === 1 && !hand.current.isTyping && hand.current.go(to, true);
  return html`<div class=${`cell ${column.kind} ${selected ? 'picked' : ''} ${active ? 'active' : ''} ${column.kind === 'skill' ? bandOf(text) : ''}`}
    role=${column.kind === 'name' ? 'rowheader' : 'gridcell'} aria-colindex=${to.col + 1} aria-selected=${selected} tabindex=${active ? 0 : -1}
    onPointerDown=${down} onPointerEnter=${over} onDblClick=${() => hand.current.begin(null)}>
    ${typing ? html`<input class="cell-input" aria-label=${`${nameOf(row.rep)}, ${labelOf(column)}`} value=${typing.text} ref=${atEnd} onInput=${(/** @type {any} */ event) => hand.current.type(event.target.value)} />`
      : html`<span>${column.kind === 'queues' ? queuesText(text) : text}</span>`}
    ${column.kind === 'name' && !typing && html`<a class="cell-link" tabindex="-1" href=${addressOf('reps', textOf(row.rep.id))} aria-label=${words.reps.details(nameOf(row.rep))}><${Icon} name="right" /></a>`}</div>`;
}

/** @param {import('./matrix.js').Column} column @returns {string} */
export const labelOf = (column) => (column.kind === 'skill' ? column.id : words.reps[column.kind]);

/** @param {string} text */
const queuesText = (text) => (text === '' ? html`<span class="muted">${words.reps.all_queues}</span>` : text);

/** How much of a skill, as a shade beside the number. @param {string} level */
const bandOf = (level) => (level === '' ? '' : Number(level) >= 8 ? 'high' : Number(level) >= 4 ? 'middle' : 'low');

/** @param {HTMLInputElement|null} input */
function atEnd(input) {
  if (!input || input.dataset.ready) return;
  input.dataset.ready = 'yes';
  input.setSelectionRange(input.value.length, input.value.length);
}
