/** One example: who calls, what is known, and what is expected. Changes the draft when it is saved. */
import { html } from '../../html.js';
import { useState } from '../../vendor/preact-hooks.js';
import { Field } from '../parts/field.js';
import { listOf } from '../try/ask.js';
import { Facts } from '../try/room.js';
import { fieldsOf, itemsOf, textOf } from './names.js';
import { setInExample } from './rule_form.js';
import { told } from './told.js';
import { known, Values } from './vocabulary.js';
import { words } from './words.js';

/** @typedef {Record<string, unknown>} Test */
/** @typedef {Record<'name'|'from'|'to'|'at'|'answers'|'rule'|'queue'|'rep'|'priority', string>} Said */

/** @param {Test} test @returns {Said} */
function saidOf(test) {
  const [call, expect] = [fieldsOf(test.call), fieldsOf(test.expect)];
  const answers = itemsOf(call.answers).map(textOf).join(', ');
  return { name: textOf(test.name), from: textOf(call.from), to: textOf(call.to), at: textOf(call.at), answers, rule: textOf(expect.rule), queue: textOf(expect.queue), rep: textOf(expect.rep), priority: textOf(expect.priority) };
}

/** @param {Test} test @returns {import('../try/model.js').Fact[]} */
const factsOf = (test) => Object.entries(fieldsOf(test.caller)).map(([field, value]) => ({ field, value: Array.isArray(value) ? itemsOf(value).map(textOf).join(', ') : textOf(value) }));

/** What was said, with whatever else the example has. @param {Test} test @param {Said} said @param {import('../try/model.js').Fact[]} facts @returns {Test} */
function testOf(test, said, facts) {
  const filled = (/** @type {Record<string, unknown>} */ fields) => Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== '' && !(Array.isArray(value) && value.length === 0)));
  const call = filled({ ...fieldsOf(test.call), from: said.from.trim(), to: said.to.trim(), at: said.at.trim(), answers: listOf(said.answers) });
  const caller = Object.fromEntries(facts.map(({ field, value }) => [field.trim(), field.trim() === 'tags' ? listOf(value) : value.trim()]).filter(([field, value]) => field !== '' && value.length > 0));
  const expect = filled({ rule: said.rule, queue: said.queue, rep: said.rep, priority: /^\d+$/.test(said.priority.trim()) ? Number(said.priority) : '' });
  return { name: said.name.trim(), call, ...(Object.keys(caller).length > 0 || test.caller !== undefined ? { caller } : {}), expect };
}

/** @param {{test: Test, onSave: (test: Test) => void, onClose: () => void}} props */
export function ExampleForm({ test, onSave, onClose }) {
  const [said, setSaid] = useState(saidOf(test));
  const [facts, setFacts] = useState(factsOf(test));
  const [tried, setTried] = useState(false);
  const set = (/** @type {keyof Said} */ key) => (/** @type {any} */ event) => setSaid({ ...said, [key]: event.target.value });
  const expectsNothing = !said.rule && !said.queue && !said.rep && !said.priority.trim();
  const submitted = (/** @type {Event} */ event) => {
    event.preventDefault();
    setTried(true);
    if (said.name.trim() !== '' && !expectsNothing) onSave(testOf(test, said, facts));
  };
  const { queues, reps, lines } = known.value;
  return html`<form class="example-form form" aria-label=${words.example_of(said.name)} onSubmit=${submitted}>
    <${Field} name="name" within="example" label=${words.name} error=${tried && said.name.trim() === '' ? words.value_missing : null}>${(/** @type {any} */ given) => html`<input ...${given} class="input" value=${said.name} onInput=${set('name')} />`}</${Field}>
    <div class="fields">
      <${Field} name="from" within="example" label=${words.from}>${(/** @type {any} */ given) => html`<input ...${given} class="input" inputmode="tel" autocomplete="off" value=${said.from} onInput=${set('from')} />`}</${Field}>
      <${Field} name="to" within="example" label=${words.to}>${(/** @type {any} */ given) => html`<input ...${given} class="input" autocomplete="off" list="example-lines" value=${said.to} onInput=${set('to')} /><${Values} id="example-lines" values=${lines} />`}</${Field}>
      <${Field} name="at" within="example" label=${words.at} hint=${words.at_hint}>${(/** @type {any} */ given) => html`<input ...${given} class="input" autocomplete="off" value=${said.at} onInput=${set('at')} />`}</${Field}>
      <${Field} name="answers" within="example" label=${words.answers}>${(/** @type {any} */ given) => html`<input ...${given} class="input" autocomplete="off" value=${said.answers} onInput=${set('answers')} />`}</${Field}></div>
    <div class="levels" role="group" aria-label=${words.caller}><span class="label">${words.caller}</span><${Facts} facts=${facts} onChange=${setFacts} /></div>
    <div class="fields" role="group" aria-label=${words.expects}>
      <${Any} name="rule" label=${words.expect_rule} value=${said.rule} choices=${told.value.map(({ name }) => ({ value: name, name }))} onChange=${set('rule')} />
      <${Any} name="queue" label=${words.expect_queue} value=${said.queue} choices=${queues} onChange=${set('queue')} />
      <${Any} name="rep" label=${words.expect_rep} value=${said.rep} choices=${reps} onChange=${set('rep')} />
      <${Field} name="priority" within="example" label=${words.expect_priority}>${(/** @type {any} */ given) => html`<input ...${given} class="input" inputmode="numeric" autocomplete="off" value=${said.priority} onInput=${set('priority')} />`}</${Field}></div>
    ${tried && expectsNothing && html`<p class="error" role="alert">${words.expects_nothing}</p>`}
    <div class="acts"><button class="button primary">${words.save}</button><button type="button" class="button" onClick=${onClose}>${words.cancel}</button></div></form>`;
}

/** @param {{name: string, label: string, value: string, choices: import('./vocabulary.js').Choice[], onChange: (event: Event) => void}} props */
const Any = ({ name, label, value, choices, onChange }) => html`<${Field} name=${`expect-${name}`} within="example" label=${label}>${(/** @type {any} */ given) => html`
  <select ...${given} class="input" value=${value} onChange=${onChange}><option value="">${words.any}</option>
    ${value && !choices.some((one) => one.value === value) && html`<option value=${value}>${value}</option>`}
    ${choices.map((one) => html`<option key=${one.value} value=${one.value}>${one.name}</option>`)}</select>`}</${Field}>`;

/** Writes an example over the one that is there, key by key. @param {import('./nodes.js').Doc} doc @param {number} index @param {Test} fresh */
ExampleForm.write = (doc, index, fresh) => {
  const before = fieldsOf(/** @type {any} */ (doc.toJS()).tests?.[index]);
  for (const key of ['name', 'call', 'caller', 'expect']) {
    const [was, is] = [before[key], fresh[key]];
    if (typeof is !== 'object' || is === null) setInExample(doc, index, [key], is);
    else writeFields(doc, index, key, fieldsOf(was), fieldsOf(is));
  }
};

/** @param {import('./nodes.js').Doc} doc @param {number} index @param {string} key @param {Test} was @param {Test} is */
function writeFields(doc, index, key, was, is) {
  if (Object.keys(is).length === 0) return setInExample(doc, index, [key], undefined);
  for (const field of new Set([...Object.keys(is), ...Object.keys(was)])) {
    if (JSON.stringify(was[field]) !== JSON.stringify(is[field])) setInExample(doc, index, [key, field], is[field]);
  }
  return undefined;
}
