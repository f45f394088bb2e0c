/** What was typed into the sheet and is not in the draft yet: a large one takes it in when the typing pauses, so that no key waits. */
import { signal } from '../../vendor/signals.js';
import { change, config, draft } from '../draft.js';
import { applyEdits, cellText } from './matrix.js';
import { listOf, nameOf } from './uses.js';
import { words } from './words.js';

/** @typedef {import('./matrix.js').Edit} Edit */
/** @typedef {import('./matrix.js').Column} Column */

/** Up to so long a text each cell is one step at once; a change of a longer one takes longer than a key may. */
const AT_ONCE_UP_TO = 30_000;
const PAUSE_MS = 900;

/** @type {import('@preact/signals').Signal<ReadonlyMap<string, Edit>>} */
const pending = signal(new Map());
let timer = 0;

/** @param {number} index @param {Column} column */
const keyOf = (index, column) => `${index} ${column.kind} ${column.id}`;

/** @param {import('./matrix.js').Row} row @param {Column} column @returns {string} with what is not in the draft yet */
export const shownText = ({ index, rep }, column) => pending.value.get(keyOf(index, column))?.text.trim() ?? cellText(rep, column);

/** @param {number} index @returns {string} changes with what is pending of that rep */
export const pendingOf = (index) => (pending.value.size === 0 ? '' : [...pending.value.values()].filter((edit) => edit.index === index).map(({ column, text }) => `${column.id} ${text}`).join('\n'));

/** @param {readonly Edit[]} edits each allowed */
export function enter(edits) {
  if (edits.length === 0) return;
  pending.value = new Map([...pending.peek(), ...edits.map((edit) => /** @type {[string, Edit]} */ ([keyOf(edit.index, edit.column), edit]))]);
  clearTimeout(timer);
  if (draft.peek().text.length <= AT_ONCE_UP_TO) settle();
  else timer = setTimeout(settle, PAUSE_MS);
}

/** Everything is in the draft. */
export function settle() {
  clearTimeout(timer);
  const edits = [...pending.peek().values()];
  if (edits.length === 0) return;
  pending.value = new Map();
  change(labelOf(edits), (doc) => applyEdits(doc, edits));
}

addEventListener('pagehide', settle, { capture: true });

/** @param {readonly Edit[]} edits @returns {string} */
function labelOf([first, ...others]) {
  if (others.length > 0) return words.reps.steps.cells(others.length + 1);
  const { kind, id } = first.column;
  const rep = nameOf(listOf(config.peek(), 'reps')[first.index] ?? {});
  return words.reps.steps.cell(rep, kind === 'skill' ? id : words.reps[kind], first.text);
}
