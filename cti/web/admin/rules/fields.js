/** Fields of a rule's form: each shows the draft, changes it in one step once it is left, and says what is wrong there. */
import { html } from '../../html.js';
import { useState } from '../../vendor/preact-hooks.js';
import { change, mayEdit, problemsAt, syntax, warningsAt } from '../draft.js';
import { Field } from '../parts/field.js';
import { readLength } from './length.js';
import { setIn } from './rule_form.js';
import { told } from './told.js';
import { Values } from './vocabulary.js';
import { words } from './words.js';

/** @typedef {(string|number)[]} Path */
/** @typedef {import('./vocabulary.js').Choice} Choice */

/** Forms wait while the text cannot be read. */
export const isFixed = () => !mayEdit.value || syntax.value !== null;

/** @param {number} rule @param {string} what @param {(doc: import('./nodes.js').Doc) => void} act one step of the draft */
export const edit = (rule, what, act) => change(words.did.changed(told.peek()[rule]?.name || words.unnamed, what), act);

/** @param {number} rule @param {Path} path below the rule @param {unknown} value undefined takes it away @param {string} what */
export const put = (rule, path, value, what) => edit(rule, what, (doc) => setIn(doc, rule, path, value));

/** @param {Path} path @param {boolean} [below] what lies under it, too @returns {string|null} what the check says of exactly this place */
export function wrongAt(path, below = true) {
  const found = [...problemsAt(path), ...warningsAt(path)].filter(({ field }) => below || depthOf(field) === path.length);
  return found.length === 0 ? null : found.map(({ message }) => message).join(' · ');
}

/** @param {string} field `rules[3].route.queue` @returns {number} */
const depthOf = (field) => field.split(/[.[]/).length;

/** @param {Path} path */
const idOf = (path) => path.join('-').replace(/[^\w-]/g, '_');

/**
 * A text, a number or a length of time. `read` makes the value of what was typed; null: it is none, and stays to be mended.
 * @template T
 * @param {{path: Path, label: string, value: string, hint?: string|null, read: (text: string) => T|null, error: string,
 *   onCommit: (value: T) => void, list?: Choice[], mono?: boolean, numeric?: boolean, rows?: number, below?: boolean}} props
 */
function Typed({ path, label, value, hint = null, read, error, onCommit, list = [], mono = false, numeric = false, rows = 0, below = true }) {
  const [typed, setTyped] = useState(/** @type {string|null} */ (null));
  const [wrong, setWrong] = useState(false);
  const id = idOf(path);
  const left = (/** @type {any} */ event) => {
    const made = event.target.value === value ? undefined : read(event.target.value);
    setWrong(made === null);
    if (made === null) return;
    setTyped(null);
    if (made !== undefined) onCommit(made);
  };
  const shared = {
    class: `input ${mono ? 'mono' : ''}`, value: typed ?? value, disabled: isFixed(), autocomplete: 'off', spellcheck: !mono,
    onInput: (/** @type {any} */ event) => setTyped(event.target.value), onChange: left,
  };
  const listed = list.length > 0 ? `${id}-list` : undefined;
  return html`<${Field} name=${id} within="rule" label=${label} hint=${hint} error=${wrong ? error : wrongAt(path, below)}>${(/** @type {any} */ given) => html`
    ${rows > 0 ? html`<textarea ...${given} ...${shared} rows=${rows}></textarea>` : html`<input ...${given} ...${shared} list=${listed} inputmode=${numeric ? 'numeric' : undefined} />`}
    ${listed && html`<${Values} id=${listed} values=${list} />`}`}</${Field}>`;
}

/** @param {{path: Path, label: string, value: string, onCommit: (value: string) => void, hint?: string, list?: Choice[], mono?: boolean, rows?: number, needed?: boolean, below?: boolean}} props */
export const TextField = ({ needed = false, ...props }) => html`<${Typed} ...${props} error=${words.value_missing} read=${(/** @type {string} */ text) => (needed && text.trim() === '' ? null : text.trim())} />`;

/** @param {{path: Path, label: string, value: unknown, onCommit: (value: string|undefined) => void, hint?: string, needed?: boolean}} props an empty one is taken away */
export const LengthField = ({ needed = false, value, onCommit, ...props }) => html`<${Typed} ...${props} value=${value === undefined || value === null ? '' : String(value)} error=${words.length_wrong}
  read=${(/** @type {string} */ text) => (text.trim() === '' && !needed ? '' : readLength(text))} onCommit=${(/** @type {string} */ text) => onCommit(text === '' ? undefined : text)} />`;

/** @param {{path: Path, label: string, value: unknown, least: number, most: number, onCommit: (value: number|undefined) => void, hint?: string, needed?: boolean}} props */
export const NumberField = ({ least, most, needed = false, value, onCommit, ...props }) => html`<${Typed} ...${props} numeric=${true} value=${value === undefined || value === null ? '' : String(value)} error=${words.number_wrong(least, most)}
  read=${(/** @type {string} */ text) => wholeNumber(text, least, most, needed)} onCommit=${(/** @type {number|''} */ n) => onCommit(n === '' ? undefined : n)} />`;

/** @param {string} text @param {number} least @param {number} most @param {boolean} needed @returns {number|''|null} */
function wholeNumber(text, least, most, needed) {
  if (text.trim() === '') return needed ? null : '';
  const n = Number(text.trim());
  return Number.isInteger(n) && n >= least && n <= most ? n : null;
}

/** @param {{path: Path, label: string, value: string, choices: Choice[], onCommit: (value: string) => void, hint?: string|null, below?: boolean}} props a value that is none of them stays one of them */
export function ChoiceField({ path, label, value, choices, onCommit, hint = null, below = true }) {
  const all = choices.some((one) => one.value === value) ? choices : [...choices, { value, name: value }];
  return html`<${Field} name=${idOf(path)} within="rule" label=${label} hint=${hint} error=${wrongAt(path, below)}>${(/** @type {any} */ given) => html`
    <select ...${given} class="input" value=${value} disabled=${isFixed()} onChange=${(/** @type {any} */ event) => onCommit(event.target.value)}>
      ${all.map((one) => html`<option key=${one.value} value=${one.value}>${one.name}</option>`)}</select>`}</${Field}>`;
}

/** @param {{label: string, value: boolean, onCommit: (value: boolean) => void}} props */
export const TruthField = ({ label, value, onCommit }) => html`<label class="tick"><input type="checkbox" checked=${value} disabled=${isFixed()} onChange=${(/** @type {any} */ event) => onCommit(event.target.checked)} /><span>${label}</span></label>`;

/** @param {Readonly<Record<string, string>>} named value → name @returns {Choice[]} */
export const choicesOf = (named) => Object.entries(named).map(([value, name]) => ({ value, name }));
