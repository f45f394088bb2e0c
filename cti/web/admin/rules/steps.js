/** What the wait changes: steps in order, each with the things that it changes. */
import { html } from '../../html.js';
import { Icon } from '../../icons.js';
import { ChoiceField, choicesOf, edit, isFixed, LengthField, NumberField, put, wrongAt } from './fields.js';
import { lengthText, parseLength } from './length.js';
import { Levels } from './levels.js';
import { fieldsOf, itemsOf, textOf } from './names.js';
import { addStep, removeStep } from './rule_form.js';
import { Then } from './then.js';
import { known } from './vocabulary.js';
import { words } from './words.js';

/** @typedef {keyof typeof words.step_keys} Key */

/** @param {{index: number, steps: unknown}} props */
export function Steps({ index, steps }) {
  const all = itemsOf(steps).map(fieldsOf);
  const wrong = wrongAt(['rules', index, 'route', 'steps'], false);
  const add = () => {
    const last = parseLength(all[all.length - 1]?.after) ?? 0;
    edit(index, words.add_step, (doc) => addStep(doc, index, { after: lengthText(last + (last < 60_000 ? 30_000 : 60_000)), offer_callback: true }, all.length));
  };
  return html`<section class="stack" aria-labelledby="steps-title"><h3 id="steps-title">${words.steps}</h3>
    ${all.length === 0 && html`<p class="tiny">${words.no_steps}</p>`}
    ${wrong && html`<p class="error"><${Icon} name="alert" />${wrong}</p>`}
    <ol class="steps">${all.map((step, n) => html`<${Step} key=${n} index=${index} n=${n} step=${step} />`)}</ol>
    ${!isFixed() && html`<button type="button" class="button quiet start-aligned" onClick=${add}><${Icon} name="plus" />${words.add_step}</button>`}</section>`;
}

/** What a key begins with. @param {Key} key @returns {unknown} */
function usual(key) {
  const skill = known.peek().skills[0];
  const queue = known.peek().queues[0]?.value;
  return { needs: skill ? { [skill]: 1 } : {}, prefers: skill ? { [skill]: 1 } : {}, queues: queue ? [queue] : [], priority: 10, offer_callback: true, then: 'voicemail', skip_if: 'nobody_on_duty' }[key];
}

/** @param {{index: number, n: number, step: Record<string, unknown>}} props */
function Step({ index, n, step }) {
  const path = ['route', 'steps', n];
  const at = (/** @type {(string|number)[]} */ ...more) => ['rules', index, ...path, ...more];
  const missing = /** @type {Key[]} */ (Object.keys(words.step_keys)).filter((key) => step[key] === undefined);
  const wrong = wrongAt(at(), false);
  const add = (/** @type {any} */ event) => {
    const key = /** @type {Key} */ (event.target.value);
    event.target.value = '';
    if (key in words.step_keys) put(index, [...path, key], usual(key), words.step_keys[key]);
  };
  return html`<li><div class="step" role="group" aria-label=${words.step(n + 1)}>
    <div class="step-head"><${LengthField} path=${at('after')} label=${words.after} value=${step.after} needed=${true} onCommit=${(/** @type {string} */ value) => put(index, [...path, 'after'], value, words.after)} />
      <button type="button" class="button quiet icon-only" disabled=${isFixed()} aria-label=${`${words.remove_step}: ${words.step(n + 1)}`} onClick=${() => edit(index, words.remove_step, (doc) => removeStep(doc, index, n))}><${Icon} name="trash" /></button></div>
    ${wrong && html`<p class="error"><${Icon} name="alert" />${wrong}</p>`}
    ${/** @type {Key[]} */ (Object.keys(words.step_keys)).filter((key) => step[key] !== undefined).map((key) => html`<div class="step-part" key=${key}>
      <div class="grow"><${Part} index=${index} path=${path} name=${key} value=${step[key]} /></div>
      <button type="button" class="button quiet icon-only" disabled=${isFixed()} aria-label=${words.remove_key(words.step_keys[key])} onClick=${() => put(index, [...path, key], undefined, words.step_keys[key])}><${Icon} name="close" /></button></div>`)}
    ${!isFixed() && missing.length > 0 && html`<select class="input add-skill" aria-label=${words.step_adds} value="" onChange=${add}><option value="">${words.step_adds}</option>
      ${missing.map((key) => html`<option key=${key} value=${key}>${words.step_keys[key]}</option>`)}</select>`}</div></li>`;
}

/** @param {{index: number, path: (string|number)[], name: Key, value: unknown}} props */
function Part({ index, path, name, value }) {
  const own = [...path, name];
  const at = ['rules', index, ...own];
  const set = (/** @type {unknown} */ fresh) => put(index, own, fresh, words.step_keys[name]);
  switch (name) {
    case 'needs': case 'prefers': return html`<${Levels} rule=${index} path=${own} kind=${name} value=${value} />`;
    case 'queues': return html`<${Queues} at=${at} value=${itemsOf(value).map(textOf)} onSet=${set} />`;
    case 'priority': return html`<${NumberField} path=${at} label=${words.priority} value=${value} least=${0} most=${1000} needed=${true} onCommit=${set} />`;
    case 'offer_callback': return html`<${ChoiceField} path=${at} label=${words.step_keys.offer_callback} value=${value === false ? 'no' : 'yes'} choices=${choicesOf(words.offers)} onCommit=${(/** @type {string} */ chosen) => set(chosen === 'yes')} />`;
    case 'then': return html`<div class="fields"><${Then} index=${index} path=${own} then=${value} moves=${true} /></div>`;
    default: return html`<${ChoiceField} path=${at} label=${words.skip} value=${textOf(value)} choices=${choicesOf(words.skips)} onCommit=${set} />`;
  }
}

/** @param {{at: (string|number)[], value: string[], onSet: (queues: string[]) => void}} props */
function Queues({ at, value, onSet }) {
  const all = [...known.value.queues, ...value.filter((id) => !known.value.queues.some((queue) => queue.value === id)).map((id) => ({ value: id, name: id }))];
  const wrong = wrongAt(at);
  return html`<fieldset class="field"><legend class="label">${words.other_queues}</legend>
    ${all.map((queue) => html`<label class="tick" key=${queue.value}><input type="checkbox" checked=${value.includes(queue.value)} disabled=${isFixed()}
      onChange=${(/** @type {any} */ event) => onSet(event.target.checked ? [...value, queue.value] : value.filter((id) => id !== queue.value))} /><span>${queue.name}</span></label>`)}
    ${wrong && html`<p class="error"><${Icon} name="alert" />${wrong}</p>`}</fieldset>`;
}
