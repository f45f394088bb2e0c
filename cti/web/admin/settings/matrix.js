/** The sheet of reps and skills as values: its columns and rows, what a cell says, blocks from and for spreadsheets. Pure. */
import { fieldsOf, itemsOf, textOf } from '../rules/names.js';
import { setLevel, setRepQueues, setRepText } from './changes.js';
import { listOf, nameOf, skillsOf } from './uses.js';

/** @typedef {{kind: 'name'|'email'|'queues'|'skill', id: string}} Column `id`: of the skill; else the kind */
/** @typedef {{index: number, rep: Record<string, unknown>}} Row `index`: among the file's reps */
/** @typedef {{row: number, col: number}} Cell */
/** @typedef {{from: Cell, to: Cell}} Block both ends are part of it */
/** @typedef {{index: number, column: Column, text: string}} Edit */

export const NO_QUEUE = '–';
/** @type {readonly Column[]} */
const DETAILS = [{ kind: 'name', id: 'name' }, { kind: 'email', id: 'email' }, { kind: 'queues', id: 'queues' }];

/** @param {unknown} config @param {string} filter a name, or a skill @returns {{columns: Column[], rows: Row[]}} */
export function tableOf(config, filter) {
  const wanted = filter.trim().toLowerCase();
  const [skills, reps] = [skillsOf(config), listOf(config, 'reps').map((rep, index) => ({ rep, index }))];
  const named = (/** @type {Row} */ { rep }) => ['id', 'name', 'email'].some((key) => textOf(rep[key]).toLowerCase().includes(wanted));
  const asked = wanted === '' ? [] : skills.filter((skill) => skill.toLowerCase().includes(wanted));
  const rows = wanted === '' ? reps : reps.filter((row) => named(row) || asked.some((skill) => skill in fieldsOf(row.rep.skills)));
  const shown = asked.length > 0 && !reps.some(named) ? asked : skills;
  return { columns: [...DETAILS, ...shown.map((id) => /** @type {Column} */ ({ kind: 'skill', id }))], rows };
}

/** @param {Record<string, unknown>} rep @param {Column} column @returns {string} as it is edited and copied */
export function cellText(rep, column) {
  if (column.kind === 'skill') return textOf(fieldsOf(rep.skills)[column.id]);
  if (column.kind === 'name') return nameOf(rep);
  if (column.kind === 'email') return textOf(rep.email);
  if (rep.queues === undefined || rep.queues === null) return '';
  return itemsOf(rep.queues).map(textOf).join(', ') || NO_QUEUE;
}

/** @param {string} text @returns {string[]|null} null: every queue */
export function queuesIn(text) {
  if (text.trim() === '') return null;
  return text.split(/[\s,;]+/).filter((id) => id !== '' && id !== NO_QUEUE && id !== '-');
}

/** @param {Column} column @param {string} typed @param {readonly string[]} queues that there are @returns {boolean} */
export function isAllowed(column, typed, queues) {
  const text = typed.trim();
  if (column.kind === 'skill') return text === '' || levelOf(text) !== null;
  if (column.kind === 'email') return text === '' || /^[^@\s]+@[^@\s]+$/.test(text);
  if (column.kind === 'name') return text.length <= 200;
  return (queuesIn(text) ?? []).every((id) => queues.includes(id));
}

/** @param {string} text @returns {number|null} 1 to 10 */
export const levelOf = (text) => (/^(?:[1-9]|10)$/.test(text.trim()) ? Number(text) : null);

/** @param {import('./changes.js').Doc} doc @param {readonly Edit[]} edits each allowed */
export function applyEdits(doc, edits) {
  for (const { index, column, text } of edits) {
    if (column.kind === 'skill') setLevel(doc, index, column.id, levelOf(text));
    else if (column.kind === 'queues') setRepQueues(doc, index, queuesIn(text));
    else setRepText(doc, index, column.kind, text.trim());
  }
}

// Blocks

/** @param {Block} block @returns {{top: number, bottom: number, left: number, right: number}} */
export const edgesOf = ({ from, to }) => ({
  top: Math.min(from.row, to.row), bottom: Math.max(from.row, to.row), left: Math.min(from.col, to.col), right: Math.max(from.col, to.col),
});

/** @param {readonly string[][]} rows @returns {string} tab-separated, as spreadsheets read it */
export const tsvOf = (rows) => rows.map((row) => row.map((text) => (/["\t\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text)).join('\t')).join('\n');

/** @param {string} text as spreadsheets write it @returns {string[][]} */
export function rowsOf(text) {
  const rows = [[]];
  for (const match of text.replace(/\r\n?/g, '\n').replace(/\n$/, '').matchAll(/(?:"((?:[^"]|"")*)"|([^\t\n]*))(\t|\n|$)/g)) {
    if (match[0] === '' && match.index > 0 && !/[\t\n]/.test(text.replace(/\r\n?/g, '\n')[match.index - 1] ?? '')) break;
    /** @type {string[]} */ (rows[rows.length - 1]).push((match[1]?.replaceAll('""', '"') ?? match[2] ?? '').trim());
    if (match[3] === '\n') rows.push([]);
    if (match[3] === '') break;
  }
  return rows;
}

/**
 * A block put into the sheet: from its upper left cell on; a single value fills all that is selected.
 * @param {readonly string[][]} rows @param {Block} into @param {{columns: readonly Column[], rows: readonly Row[]}} table
 * @param {readonly string[]} queues
 * @returns {{edits: Edit[], refused: number, outside: number}} `outside`: values that found no cell
 */
export function pasted(rows, into, table, queues) {
  const { top, left, bottom, right } = edgesOf(into);
  const one = rows.length === 1 && rows[0].length === 1;
  const block = one ? Array.from({ length: bottom - top + 1 }, () => Array.from({ length: right - left + 1 }, () => rows[0][0])) : rows;
  /** @type {Edit[]} */
  const edits = [];
  let [refused, outside] = [0, 0];
  block.forEach((texts, down) => texts.forEach((text, across) => {
    const [row, column] = [table.rows[top + down], table.columns[left + across]];
    if (!row || !column) outside += 1;
    else if (!isAllowed(column, text, queues)) refused += 1;
    else if (text.trim() !== cellText(row.rep, column)) edits.push({ index: row.index, column, text });
  }));
  return { edits, refused, outside };
}

// Moving

const PAGE = 15;

/**
 * @param {string} key @param {boolean} far with Ctrl @param {Cell} at @param {{rows: number, cols: number}} size
 * @returns {Cell|null} null: that key moves nothing
 */
export function moved(key, far, { row, col }, { rows, cols }) {
  const [down, right] = [rows - 1, cols - 1];
  const to = {
    ArrowUp: { row: far ? 0 : row - 1, col }, ArrowDown: { row: far ? down : row + 1, col },
    ArrowLeft: { row, col: far ? 0 : col - 1 }, ArrowRight: { row, col: far ? right : col + 1 },
    Home: { row: far ? 0 : row, col: 0 }, End: { row: far ? down : row, col: right },
    PageUp: { row: row - PAGE, col }, PageDown: { row: row + PAGE, col },
  }[key];
  return to ? { row: Math.max(0, Math.min(down, to.row)), col: Math.max(0, Math.min(right, to.col)) } : null;
}
