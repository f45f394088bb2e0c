/** The sheet of reps and skills: a grid that is edited like one of a spreadsheet. Only the rows in sight are drawn. */
import { html } from '../../html.js';
import { useEffect, useLayoutEffect, useRef, useState } from '../../vendor/preact-hooks.js';
import { redo, undo } from '../draft.js';
import { canEdit } from './frame.js';
import { edgesOf, isAllowed, moved, pasted, rowsOf, tsvOf } from './matrix.js';
import { enter, settle, shownText } from './sheet_edits.js';
import { ROW_PX, SheetRow } from './sheet_row.js';
import { words } from './words.js';

/** @typedef {import('./matrix.js').Cell} Cell */
/** @typedef {{columns: import('./matrix.js').Column[], rows: import('./matrix.js').Row[]}} Table */
/** @typedef {{text: string, whole: boolean}} Typing `whole`: the cell is edited, arrows move within it */

const AHEAD = 8;
const said = words.reps;

/** @param {{table: Table, queues: string[]}} props */
export function Sheet({ table, queues }) {
  const grid = useGrid(table, queues);
  const { at, view, root } = grid;
  const first = Math.max(0, Math.floor(view.top / ROW_PX) - AHEAD);
  const last = Math.min(table.rows.length - 1, Math.ceil((view.top + view.height) / ROW_PX) + AHEAD);
  const shown = Array.from({ length: Math.max(0, last - first + 1) }, (_, n) => first + n);
  if (table.rows.length > 0 && (at.row < first || at.row > last)) shown.push(at.row);
  const skills = table.columns.filter(({ kind }) => kind === 'skill').length;
  return html`<div class="sheet-scroll" ref=${root} onScroll=${grid.scrolled}>
      <div class="grid" role="grid" aria-label=${said.sheet} aria-multiselectable="true" aria-readonly=${!canEdit.value} aria-rowcount=${table.rows.length + 1} aria-colcount=${table.columns.length}
        style=${{ '--skills': String(skills) }} onKeyDown=${grid.pressed} onCopy=${grid.copied} onCut=${grid.cut} onPaste=${grid.put} onFocusOut=${grid.left}>
        <div class="grid-row grid-head" role="row" aria-rowindex="1">${table.columns.map((column, n) => html`<div key=${column.kind + column.id} class=${`cell ${column.kind}`} role="columnheader" aria-colindex=${n + 1} title=${column.kind === 'skill' ? column.id : null}><span>${column.kind === 'skill' ? column.id : said[column.kind]}</span></div>`)}</div>
        <div class="grid-body" role="rowgroup" style=${{ height: `${table.rows.length * ROW_PX}px` }}>
          ${shown.map((n) => html`<${SheetRow} key=${table.rows[n].index} row=${table.rows[n]} place=${n} columns=${table.columns} at=${at} block=${grid.block} typing=${grid.typing} hand=${grid.hand} />`)}</div>
      </div></div>
    <p class="small muted" role="status">${grid.message}</p>`;
}

/** @param {Table} table @param {string[]} queues */
function useGrid(table, queues) {
  const root = useRef(/** @type {HTMLElement|null} */ (null));
  const focus = useRef(false);
  const [place, setPlace] = useState({ at: { row: 0, col: 0 }, from: { row: 0, col: 0 } });
  const [typing, setTyping] = useState(/** @type {Typing|null} */ (null));
  const hand = useRef(/** @type {any} */ (null));
  const [message, setMessage] = useState('');
  const [view, setView] = useState({ top: 0, height: 600 });
  const size = { rows: table.rows.length, cols: table.columns.length };
  const within = (/** @type {Cell} */ { row, col }) => ({ row: Math.max(0, Math.min(size.rows - 1, row)), col: Math.min(size.cols - 1, col) });
  const [at, from] = [within(place.at), within(place.from)];
  const block = edgesOf({ from, to: at });
  useEffect(() => settle, []);
  useLayoutEffect(() => reveal(root.current, at, focus));
  useEffect(() => setView({ top: root.current?.scrollTop ?? 0, height: root.current?.clientHeight ?? 600 }), []);

  const go = (/** @type {Cell} */ to, extend = false) => {
    focus.current = true;
    setMessage('');
    setPlace({ at: to, from: extend ? from : to });
  };
  const begin = (/** @type {string|null} */ text) => {
    if (!canEdit.peek() || !table.rows[at.row]) return;
    focus.current = true;
    setPlace({ at, from: at });
    setTyping({ text: text ?? shownText(table.rows[at.row], table.columns[at.col]), whole: text === null });
  };
  /** @returns {boolean} false: it does not fit, and stays to be mended */
  const finish = () => {
    if (!typing) return true;
    const [row, column] = [table.rows[at.row], table.columns[at.col]];
    if (!isAllowed(column, typing.text, queues)) {
      setMessage(said.bad[column.kind]);
      return false;
    }
    if (typing.text.trim() !== shownText(row, column)) enter([{ index: row.index, column, text: typing.text }]);
    setTyping(null);
    return true;
  };
  const fill = (/** @type {string[][]} */ rows) => {
    settle();
    const { edits, refused, outside } = pasted(rows, { from, to: at }, table, queues);
    enter(edits);
    setMessage([said.pasted(edits.length), refused > 0 && said.refused(refused), outside > 0 && said.outside(outside)].filter(Boolean).join(' '));
    const [down, right] = [Math.max(rows.length, block.bottom - block.top + 1), Math.max(rows[0].length, block.right - block.left + 1)];
    setPlace({ from: { row: block.top, col: block.left }, at: within({ row: block.top + down - 1, col: block.left + right - 1 }) });
  };
  hand.current = { begin, finish, go, isTyping: typing !== null, type: (/** @type {string} */ text) => typing && setTyping({ ...typing, text }) };
  const keys = { at, from, size, typing, go, begin, finish, fill, setPlace, setTyping, focus };
  return {
    root, at, block, view, message, typing, hand,
    pressed: (/** @type {KeyboardEvent} */ event) => (typing ? pressedInCell(event, keys) : pressedOnGrid(event, keys)),
    scrolled: () => root.current && setView({ top: root.current.scrollTop, height: root.current.clientHeight }),
    left: (/** @type {FocusEvent} */ event) => {
      if (root.current?.contains(/** @type {Node|null} */ (event.relatedTarget))) return;
      if (typing && event.relatedTarget && !finish()) setTyping(null);
      if (event.relatedTarget) settle();
    },
    ...clipboard(table, block, typing !== null, fill, setMessage),
  };
}

/** @typedef {{at: Cell, from: Cell, size: {rows: number, cols: number}, typing: Typing|null, go: (to: Cell, extend?: boolean) => void,
 *   begin: (text: string|null) => void, finish: () => boolean, fill: (rows: string[][]) => void,
 *   setPlace: (place: {at: Cell, from: Cell}) => void, setTyping: (typing: Typing|null) => void, focus: {current: boolean}}} Keys */

/** @param {KeyboardEvent} event @param {Keys} keys */
function pressedOnGrid(event, { at, size, go, begin, fill, setPlace, focus }) {
  const far = event.ctrlKey || event.metaKey;
  if (event.altKey || size.rows === 0) return;
  const to = moved(event.key, far, at, size);
  const act = to ? () => go(to, event.shiftKey)
    : far && event.key.toLowerCase() === 'a' ? () => (focus.current = true, setPlace({ from: { row: 0, col: 0 }, at: { row: size.rows - 1, col: size.cols - 1 } }))
      : far && /^[zy]$/i.test(event.key) ? () => (settle(), event.key.toLowerCase() === 'y' || event.shiftKey ? redo() : undo())
        : far ? null
          : event.key === 'Enter' || event.key === 'F2' ? () => begin(null)
            : event.key === 'Delete' || event.key === 'Backspace' ? () => canEdit.peek() && fill([['']])
              : event.key.length === 1 && event.key !== ' ' ? () => begin(event.key) : null;
  if (!act) return;
  event.preventDefault();
  event.stopPropagation();
  act();
}

/** @param {KeyboardEvent} event @param {Keys} keys */
function pressedInCell(event, { at, size, typing, go, finish, setTyping, focus }) {
  const forth = { Enter: event.shiftKey ? 'ArrowUp' : 'ArrowDown', Tab: event.shiftKey ? 'ArrowLeft' : 'ArrowRight' }[event.key];
  const to = moved(forth ?? (typing?.whole ? '' : event.key), false, at, size);
  event.stopPropagation();
  if (event.key === 'Escape') {
    focus.current = true;
    setTyping(null);
  } else if (to && (forth || event.key.startsWith('Arrow'))) {
    event.preventDefault();
    if (finish()) go(to);
  }
}

/**
 * @param {Table} table @param {ReturnType<typeof edgesOf>} block @param {boolean} typing @param {(rows: string[][]) => void} fill
 * @param {(message: string) => void} tell
 */
function clipboard(table, block, typing, fill, tell) {
  const copied = (/** @type {ClipboardEvent} */ event) => {
    if (typing || !event.clipboardData) return;
    const rows = table.rows.slice(block.top, block.bottom + 1).map((row) => table.columns.slice(block.left, block.right + 1).map((column) => shownText(row, column)));
    event.clipboardData.setData('text/plain', tsvOf(rows));
    event.preventDefault();
    tell(said.copied(rows.length * (rows[0]?.length ?? 0)));
  };
  return {
    copied,
    cut: (/** @type {ClipboardEvent} */ event) => {
      copied(event);
      if (!typing && canEdit.peek()) fill([['']]);
    },
    put: (/** @type {ClipboardEvent} */ event) => {
      if (typing || !canEdit.peek()) return;
      event.preventDefault();
      fill(rowsOf(event.clipboardData?.getData('text/plain') ?? ''));
    },
  };
}

/** The active cell is in sight, and has the focus if the sheet has it. @param {HTMLElement|null} root @param {Cell} at @param {{current: boolean}} focus */
function reveal(root, at, focus) {
  const cell = /** @type {HTMLElement|null|undefined} */ (root?.querySelector('[role="grid"] [tabindex="0"]'));
  if (!root || !cell || !focus.current) return;
  focus.current = false;
  const [top, head] = [at.row * ROW_PX, ROW_PX];
  if (top < root.scrollTop) root.scrollTop = top;
  if (top + ROW_PX > root.scrollTop + root.clientHeight - head) root.scrollTop = top + ROW_PX + head - root.clientHeight;
  cell.scrollIntoView({ block: 'nearest', inline: 'nearest' });
  const input = cell.querySelector('input');
  (input ?? cell).focus({ preventScroll: true });
}
