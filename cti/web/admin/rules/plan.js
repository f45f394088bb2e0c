/** Where a rule's calls go: the queue, who is asked first, what is needed, and when it closes. */
import { html } from '../../html.js';
import { ChoiceField, choicesOf, edit, LengthField, NumberField, put, TruthField } from './fields.js';
import { Levels } from './levels.js';
import { fieldsOf, textOf } from './names.js';
import { setIn } from './rule_form.js';
import { Steps } from './steps.js';
import { Then } from './then.js';
import { known } from './vocabulary.js';
import { words } from './words.js';

/** @param {{index: number, route: Record<string, unknown>}} props */
export function Plan({ index, route }) {
  const at = (/** @type {string[]} */ ...path) => ['rules', index, 'route', ...path];
  const set = (/** @type {string} */ key, /** @type {string} */ what) => (/** @type {unknown} */ value) => put(index, ['route', key], value, what);
  return html`
    <div class="fields">
      <${ChoiceField} path=${at('queue')} label=${words.queue} value=${textOf(route.queue)} choices=${known.value.queues} onCommit=${set('queue', words.queue)} />
      <${NumberField} path=${at('priority')} label=${words.priority} hint=${words.priority_hint} value=${route.priority} least=${0} most=${1000} onCommit=${set('priority', words.priority)} />
      <${LengthField} path=${at('head_start')} label=${words.head_start} hint=${words.head_start_hint} value=${route.head_start} onCommit=${set('head_start', words.head_start)} /></div>
    <${First} index=${index} prefer=${fieldsOf(route.prefer_rep)} />
    <div class="fields two"><${Levels} rule=${index} path=${['route', 'needs']} kind="needs" value=${route.needs} />
      <${Levels} rule=${index} path=${['route', 'prefers']} kind="prefers" value=${route.prefers} /></div>
    <${Steps} index=${index} steps=${route.steps} />
    <${Closing} index=${index} closing=${fieldsOf(route.closing)} />`;
}

/** @param {{index: number, prefer: Record<string, unknown>}} props */
function First({ index, prefer }) {
  const at = (/** @type {string} */ key) => ['rules', index, 'route', 'prefer_rep', key];
  const set = (/** @type {string} */ key, /** @type {string} */ what) => (/** @type {unknown} */ value) => put(index, ['route', 'prefer_rep', key], value, what);
  const who = textOf(prefer.who);
  const choices = [{ value: '', name: words.prefer_nobody }, ...choicesOf(words.prefers_who), ...known.value.reps];
  const chosen = (/** @type {string} */ value) => put(index, value === '' ? ['route', 'prefer_rep'] : ['route', 'prefer_rep', 'who'], value === '' ? undefined : value, words.prefer);
  return html`<div class="fields">
      <${ChoiceField} path=${at('who')} label=${words.prefer} value=${who} choices=${choices} onCommit=${chosen} />
      ${who && html`<${LengthField} path=${at('wait')} label=${words.prefer_wait} hint=${words.prefer_wait_hint} value=${prefer.wait} onCommit=${set('wait', words.prefer_wait)} />
        <${LengthField} path=${at('team_wait')} label=${words.team_wait} hint=${words.team_wait_hint} value=${prefer.team_wait} onCommit=${set('team_wait', words.team_wait)} />`}</div>
    ${who && html`<${TruthField} label=${words.must_qualify} value=${prefer.must_qualify !== false} onCommit=${(/** @type {boolean} */ value) => set('must_qualify', words.must_qualify)(value ? undefined : false)} />`}`;
}

/** @param {{index: number, closing: Record<string, unknown>}} props */
function Closing({ index, closing }) {
  const hours = known.value.hours;
  const name = textOf(closing.hours);
  if (hours.length === 0 && name === '') return null;
  const choices = [{ value: '', name: words.closing_no }, ...hours.map((one) => ({ value: one, name: one }))];
  const chosen = (/** @type {string} */ value) => edit(index, words.closing, (doc) => {
    if (value === '') return setIn(doc, index, ['route', 'closing'], undefined);
    setIn(doc, index, ['route', 'closing', 'hours'], value);
    return closing.then === undefined ? setIn(doc, index, ['route', 'closing', 'then'], 'hang_up') : undefined;
  });
  return html`<div class="fields"><${ChoiceField} path=${['rules', index, 'route', 'closing', 'hours']} label=${words.closing} value=${name} choices=${choices} onCommit=${chosen} />
    ${name && html`<${Then} index=${index} path=${['route', 'closing', 'then']} then=${closing.then} moves=${false} />`}</div>`;
}
