/** Fields of the draft: what is typed goes into it when one leaves the field or presses Enter, if the service would take it. */
import { html } from '../../html.js';
import { Icon } from '../../icons.js';
import { useEffect, useRef, useState } from '../../vendor/preact-hooks.js';
import { problemsAt } from '../draft.js';
import { Field } from '../parts/field.js';
import { lengthText, parseLength } from '../rules/length.js';
import { canEdit } from './frame.js';
import { words } from './words.js';

/** @typedef {(text: string) => string|null} Check what is wrong with it; null: nothing */

/**
 * @param {{name: string, label: string, value: string, onSet: (text: string) => void, check?: Check, hint?: string|null,
 *   usual?: string, path?: (string|number)[]|null, within?: string, long?: boolean, list?: string, lang?: string,
 *   mode?: 'text'|'numeric'|'decimal'|'email'|'tel'}} props `usual`: what holds while it is empty; `path`: where the check's problems are about it
 */
export function TextField({ name, label, value, onSet, check = () => null, hint = null, usual = '', path = null, within = 'field', long = false, list, lang, mode = 'text' }) {
  const [typed, setTyped] = useState(/** @type {string|null} */ (null));
  const latest = useRef({ typed, value, onSet, check });
  latest.current = { typed, value, onSet, check };
  const enter = () => {
    const now = latest.current;
    if (now.typed === null || now.check(now.typed.trim()) !== null) return;
    latest.current = { ...now, typed: null };
    setTyped(null);
    if (now.typed.trim() !== now.value) now.onSet(now.typed.trim());
  };
  useEffect(() => enter, []);
  const pressed = (/** @type {KeyboardEvent} */ event) => {
    if (event.key === 'Enter' && !long) enter();
    if (event.key === 'Escape' && typed !== null) {
      event.stopPropagation();
      setTyped(null);
    }
  };
  const error = (typed === null ? null : check(typed.trim())) ?? (path && problemsAt(path)[0]?.message) ?? null;
  return html`<${Field} name=${name} label=${label} hint=${hint || null} error=${error} within=${within}>
    ${(/** @type {import('../parts/field.js').Given} */ given) => {
      const shared = { ...given, class: 'input', value: typed ?? value, placeholder: usual, readOnly: !canEdit.value, lang, dir: 'auto', onKeyDown: pressed, onBlur: enter, onInput: (/** @type {any} */ event) => setTyped(event.target.value) };
      return long ? html`<textarea ...${shared} rows="3"></textarea>` : html`<input ...${shared} inputmode=${mode} list=${list} autocomplete="off" spellcheck=${false} />`;
    }}</${Field}>`;
}

/** A length of time within bounds; empty: the usual one. @param {{least_ms: number, most_ms: number} & Omit<Parameters<typeof TextField>[0], 'check'>} props */
export function LengthField({ least_ms, most_ms, ...props }) {
  const check = (/** @type {string} */ text) => {
    if (text === '') return null;
    const ms = parseLength(text);
    if (ms === null) return words.bad_length;
    return ms < least_ms || ms > most_ms ? words.bad_bounds(lengthText(least_ms), lengthText(most_ms)) : null;
  };
  return html`<${TextField} ...${props} check=${check} />`;
}

/**
 * @param {{name: string, label: string, value: string, onSet: (value: string) => void, choices: {value: string, label: string}[],
 *   hint?: string|null, within?: string}} props
 */
export const ChoiceField = ({ name, label, value, onSet, choices, hint = null, within = 'field' }) => html`<${Field} name=${name} label=${label} hint=${hint || null} within=${within}>
  ${(/** @type {import('../parts/field.js').Given} */ given) => html`<select ...${given} class="input" value=${value} disabled=${!canEdit.value} onChange=${(/** @type {any} */ event) => onSet(event.target.value)}>
    ${choices.map((choice) => html`<option key=${choice.value} value=${choice.value}>${choice.label}</option>`)}</select>`}</${Field}>`;

/** @param {{label: string, checked: boolean, onSet: (checked: boolean) => void, hint?: string|null, disabled?: boolean}} props */
export const Tick = ({ label, checked, onSet, hint = null, disabled = false }) => html`<label class="tick">
  <input type="checkbox" checked=${checked} disabled=${disabled || !canEdit.value} onChange=${(/** @type {any} */ event) => onSet(event.target.checked)} />
  <span>${label}${hint && html`<span class="block tiny">${hint}</span>`}</span></label>`;

/** What the service says of a part of the draft besides. @param {{path: (string|number)[]}} props */
export function Problems({ path }) {
  const found = problemsAt(path);
  if (found.length === 0) return null;
  return html`<ul class="stack">${found.map(({ line, message }) => html`<li key=${line + message} class="error"><${Icon} name="alert" />${message}</li>`)}</ul>`;
}
