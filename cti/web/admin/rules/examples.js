/** The examples that expect a rule, green or red; made, changed, deleted, and made of real calls. */
import { instant, moment, phone } from '../../format.js';
import { html } from '../../html.js';
import { Icon } from '../../icons.js';
import { useState } from '../../vendor/preact-hooks.js';
import { change, config } from '../draft.js';
import { ExampleForm } from './example_form.js';
import { isFixed } from './fields.js';
import { fieldsOf, itemsOf, textOf } from './names.js';
import { PickCall } from './pick.js';
import { addExample, freeExampleName, removeExample } from './rule_form.js';
import { examplesByRule } from './told.js';
import { known } from './vocabulary.js';
import { rule_words, words } from './words.js';

/** @typedef {import('./told.js').Example} Example */

/** @param {{index: number, name: string}} props */
export function Examples({ index, name }) {
  const [open, setOpen] = useState(/** @type {number|'new'|'call'|null} */ (null));
  const [made, setMade] = useState('');
  const found = examplesByRule.value.get(name) ?? [];
  const close = () => setOpen(null);
  const save = (/** @type {Record<string, unknown>} */ test) => {
    const fresh = { ...test, name: freeExampleName(config.peek(), textOf(test.name)) };
    change(words.did.example(textOf(fresh.name)), (doc) => addExample(doc, fresh));
    close();
  };
  return html`<section class="sheet pad examples" aria-labelledby="examples-title" key=${index}>
    <div class="room-head"><h2 id="examples-title">${words.examples}</h2>
      ${!isFixed() && html`<span class="acts"><button type="button" class="button" onClick=${() => setOpen('new')}><${Icon} name="plus" />${words.add_example}</button>
        <button type="button" class="button" onClick=${() => setOpen('call')}><${Icon} name="phone" />${words.from_call}</button></span>`}</div>
    <p class="tiny">${words.examples_lead}</p>
    <p role="status" class=${made ? 'done-line' : 'hidden-text'}>${made}</p>
    ${found.length === 0 && open !== 'new' && html`<p class="muted">${words.no_examples}</p>`}
    <ul class="example-list">${found.map((one) => html`<${Row} key=${one.index} one=${one} isOpen=${open === one.index} onOpen=${() => setOpen(one.index)} onClose=${close} />`)}</ul>
    ${open === 'new' && html`<${ExampleForm} test=${{ name: words.new_example(name || words.unnamed), call: { to: known.peek().lines[0]?.value ?? '' }, expect: { rule: name } }} onSave=${save} onClose=${close} />`}
    ${open === 'call' && html`<${PickCall} onClose=${close} onMade=${(/** @type {string} */ said) => { setMade(said); close(); }} />`}</section>`;
}

/** @type {Record<Example['state'], ['go'|'stop'|'', import('../../icons.js').IconName]>} */
const LOOKS = { holds: ['go', 'check'], fails: ['stop', 'close'], not_tried: ['', 'clock'] };

/** @param {{one: Example, isOpen: boolean, onOpen: () => void, onClose: () => void}} props */
function Row({ one: { index, test, state, message }, isOpen, onOpen, onClose }) {
  const name = textOf(test.name);
  const [kind, icon] = LOOKS[state];
  const save = (/** @type {Record<string, unknown>} */ fresh) => {
    change(words.did.example(textOf(fresh.name)), (doc) => ExampleForm.write(doc, index, fresh));
    onClose();
  };
  return html`<li class="example"><div class="example-row">
      <span class=${`chip ${kind}`}><${Icon} name=${icon} />${words[state]}</span>
      <span class="grow"><strong>${name}</strong><span class="block small muted">${summary(test)}</span>
        ${state === 'fails' && html`<span class="block error">${withoutName(message, name)}</span>`}</span>
      ${!isFixed() && html`<span class="acts"><button type="button" class="button quiet icon-only" aria-expanded=${isOpen} aria-label=${`${words.edit}: ${name}`} onClick=${isOpen ? onClose : onOpen}><${Icon} name="pencil" /></button>
        <button type="button" class="button quiet icon-only" aria-label=${`${words.delete_example}: ${name}`} onClick=${() => change(words.did.example_gone(name), (doc) => removeExample(doc, index))}><${Icon} name="trash" /></button></span>`}</div>
    ${isOpen && html`<${ExampleForm} test=${test} onSave=${save} onClose=${onClose} />`}</li>`;
}

/** @param {string} message `a gold caller: expected …` @param {string} name */
const withoutName = (message, name) => (message.startsWith(`${name}: `) ? message.slice(name.length + 2) : message);

/** Who calls which line, and what is known of them. @param {Record<string, unknown>} test @returns {string} */
function summary(test) {
  const [call, caller, expect] = [fieldsOf(test.call), fieldsOf(test.caller), fieldsOf(test.expect)];
  const who = textOf(call.from) ? phone(textOf(call.from).replace(/[^+\d]/g, '')) : words.somebody;
  const line = textOf(call.to) ? known.value.names.line(textOf(call.to)) : '';
  const facts = Object.entries(caller).map(([field, value]) => `${rule_words.fields[`caller.${field}`] ?? field} ${Array.isArray(value) ? itemsOf(value).map(textOf).join(', ') : textOf(value)}`);
  const wanted = [expect.queue && known.value.names.queue(textOf(expect.queue)), expect.rep && known.value.names.rep(textOf(expect.rep))].filter(Boolean);
  return [line ? words.calls(who, line) : who, momentOf(textOf(call.at)), itemsOf(call.answers).map(textOf).join(', '), ...facts, ...(wanted.length > 0 ? [`${words.expects}: ${wanted.join(', ')}`] : [])].filter(Boolean).join(' · ');
}

/** @param {string} at @returns {string} as it is where it is no moment */
function momentOf(at) {
  const ms = instant(at);
  return ms === null ? at : moment(ms);
}
