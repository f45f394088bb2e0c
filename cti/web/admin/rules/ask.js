/** What a rule asks its callers, and how it refuses them. */
import { language } from '../../format.js';
import { html } from '../../html.js';
import { Icon } from '../../icons.js';
import { useState } from '../../vendor/preact-hooks.js';
import { config } from '../draft.js';
import { ChoiceField, choicesOf, edit, isFixed, LengthField, NumberField, put, TextField } from './fields.js';
import { fieldsOf, itemsOf, textOf } from './names.js';
import { renameKey, setIn } from './rule_form.js';
import { words } from './words.js';

/** @typedef {(string|number)[]} Path */

/** One text, or one in each language. @param {{index: number, path: Path, value: unknown}} props */
function Said({ index, path, value }) {
  const texts = Object.entries(fieldsOf(value));
  const at = ['rules', index, ...path];
  if (texts.length === 0) return html`<${TextField} path=${at} label=${words.say} value=${textOf(value)} rows=${2} needed=${true} onCommit=${(/** @type {string} */ said) => put(index, path, said, words.say)} />`;
  return html`${texts.map(([code, said]) => html`<${TextField} key=${code} path=${[...at, code]} label=${words.say_in(language(code))} value=${textOf(said)} rows=${2} needed=${true}
    onCommit=${(/** @type {string} */ fresh) => put(index, [...path, code], fresh, words.say_in(language(code)))} />`)}`;
}

/** @param {{index: number, ask: Record<string, unknown>}} props */
export function Ask({ index, ask }) {
  return html`<${Said} index=${index} path=${['ask', 'say']} value=${ask.say} />
    <${Keys} index=${index} keys=${fieldsOf(ask.keys)} /><${Speech} index=${index} speech=${fieldsOf(ask.speech)} />
    <div class="fields"><${NumberField} path=${['rules', index, 'ask', 'tries']} label=${words.tries} value=${ask.tries} least=${1} most=${5} onCommit=${(/** @type {unknown} */ n) => put(index, ['ask', 'tries'], n, words.tries)} />
      <${LengthField} path=${['rules', index, 'ask', 'timeout']} label=${words.timeout} value=${ask.timeout} onCommit=${(/** @type {unknown} */ time) => put(index, ['ask', 'timeout'], time, words.timeout)} /></div>`;
}

/** @param {{index: number, keys: Record<string, unknown>}} props */
function Keys({ index, keys }) {
  const all = Object.entries(keys);
  const next = ['1', '2', '3', '4', '5', '6', '7', '8', '9', '0', '*', '#'].find((key) => !(key in keys)) ?? '';
  const path = ['ask', 'keys'];
  return html`<${Pairs} label=${words.keys} onAdd=${() => put(index, [...path, next], words.answer.toLowerCase(), words.add_key)} add=${words.add_key}>
    ${all.map(([key, answer]) => html`<${Pair} key=${key} path=${['rules', index, ...path]} names=${[words.key, words.answer]} left=${key} right=${textOf(answer)}
      onLeft=${(/** @type {string} */ to) => edit(index, words.keys, (doc) => renameKey(doc, ['rules', index, ...path], key, to))}
      onRight=${(/** @type {string} */ to) => put(index, [...path, key], to, words.keys)} onRemove=${() => put(index, [...path, key], undefined, words.keys)} />`)}</${Pairs}>`;
}

/** @param {{index: number, speech: Record<string, unknown>}} props */
function Speech({ index, speech }) {
  const path = ['ask', 'speech'];
  const wordsOf = (/** @type {unknown} */ value) => (Array.isArray(value) ? itemsOf(value).map(textOf).join(', ') : textOf(value));
  const free = (/** @type {string} */ name) => (name in speech ? `${name} 2` : name);
  return html`<${Pairs} label=${words.speech} add=${words.add_speech} onAdd=${() => put(index, [...path, free(words.answer.toLowerCase())], [words.answer.toLowerCase()], words.add_speech)}>
    ${Object.entries(speech).map(([answer, said]) => html`<${Pair} key=${answer} path=${['rules', index, ...path]} names=${[words.answer, words.speech_words]} left=${answer} right=${wordsOf(said)}
      onLeft=${(/** @type {string} */ to) => edit(index, words.speech, (doc) => renameKey(doc, ['rules', index, ...path], answer, to))}
      onRight=${(/** @type {string} */ to) => edit(index, words.speech, (doc) => setIn(doc, index, [...path, answer], to.split(',').map((one) => one.trim()).filter(Boolean)))}
      onRemove=${() => put(index, [...path, answer], undefined, words.speech)} />`)}</${Pairs}>`;
}

/** @param {{label: string, add: string, onAdd: () => void, children: import('../../html.js').Children}} props */
const Pairs = ({ label, add, onAdd, children }) => html`<div class="levels" role="group" aria-label=${label}><span class="label">${label}</span>${children}
  ${!isFixed() && html`<button type="button" class="button quiet start-aligned" onClick=${onAdd}><${Icon} name="plus" />${add}</button>`}</div>`;

/** @param {{path: Path, names: [string, string], left: string, right: string, onLeft: (to: string) => void, onRight: (to: string) => void, onRemove: () => void}} props */
const Pair = ({ path, names, left, right, onLeft, onRight, onRemove }) => html`<div class="pair">
  <${TextField} path=${[...path, left, 'name']} label=${names[0]} value=${left} needed=${true} onCommit=${onLeft} />
  <${TextField} path=${[...path, left]} label=${names[1]} value=${right} needed=${true} onCommit=${onRight} />
  <button type="button" class="button quiet icon-only" disabled=${isFixed()} aria-label=${words.remove_pair(left)} onClick=${onRemove}><${Icon} name="close" /></button></div>`;

/** @param {{index: number, block: unknown}} props */
export function Block({ index, block }) {
  const say = fieldsOf(block).say;
  const kind = say === undefined ? textOf(block) : 'say';
  const [before] = useState(say);
  const spoken = textOf(fieldsOf(config.value).language) || 'en';
  const chosen = (/** @type {string} */ value) => put(index, ['block'], value === 'say' ? { say: before ?? { [spoken]: words.said.closed } } : value, words.block);
  return html`<${ChoiceField} path=${['rules', index, 'block']} label=${words.block} value=${kind} choices=${choicesOf(words.blocks)} below=${false} onCommit=${chosen} />
    ${say !== undefined && html`<${Said} index=${index} path=${['block', 'say']} value=${say} />`}`;
}
