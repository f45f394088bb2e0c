/** When a rule holds: the usual tests as rows, anything else as it is written. */
import { html } from '../../html.js';
import { Icon } from '../../icons.js';
import { useState } from '../../vendor/preact-hooks.js';
import { opsOf, readCondition, takes, testOf, writeCondition } from './condition.js';
import { choicesOf, edit, isFixed, wrongAt } from './fields.js';
import { Field } from '../parts/field.js';
import { setWhen } from './rule_form.js';
import { fields, Values, valuesOf, vocabulary } from './vocabulary.js';
import { rule_words, words } from './words.js';

/** @typedef {import('./condition.js').Row} Row */
/** @typedef {import('./condition.js').Op} Op */
/** @typedef {{index: number, field: string, op: Op, values: string[]}} Open a row whose value is not said yet; it is not in the draft */

/** @param {{index: number, rule: Record<string, unknown>}} props */
export function When({ index, rule }) {
  const { join, rows } = readCondition(rule.when);
  const [open, setOpen] = useState(/** @type {Open|null} */ (null));
  const wrong = wrongAt(['rules', index, 'when']);
  const write = (/** @type {Row[]} */ fresh, /** @type {'all'|'any'} */ how = join) => edit(index, words.when, (doc) => setWhen(doc, index, writeCondition({ join: how, rows: fresh })));
  const replace = (/** @type {number} */ n, /** @type {Row|null} */ row) => write([...rows.slice(0, n), ...(row ? [row] : []), ...rows.slice(n + 1)]);
  const said = (/** @type {Open} */ one) => {
    const isWhole = takes(one.op) === 'none' || one.values.some((value) => value.trim() !== '');
    setOpen(isWhole ? null : one);
    if (isWhole) replace(one.index, testOf(one.field, one.op, one.values.filter((value) => value.trim() !== '')));
  };
  const shown = rows.map((row, n) => (open?.index === n ? { ...open, kind: /** @type {const} */ ('test'), text: '' } : row));
  if (open && open.index === rows.length) shown.push({ ...open, kind: 'test', text: '' });
  return html`<fieldset class="part-form"><legend><h2>${words.when}</h2></legend>
    ${shown.length === 0 && html`<p class="muted">${words.always}</p>`}
    ${rows.length > 1 && html`<label class="join"><span>${words.join}</span><select class="input" value=${join} disabled=${isFixed()} onChange=${(/** @type {any} */ event) => write(rows, event.target.value)}>
      ${choicesOf(words.joins).map(({ value, name }) => html`<option key=${value} value=${value}>${name}</option>`)}</select></label>`}
    ${shown.map((row, n) => html`<${OneRow} key=${n} row=${row} n=${n} index=${index} isOpen=${open?.index === n} onSay=${said}
      onText=${(/** @type {string} */ text) => replace(n, { kind: 'expression', text })} onRemove=${() => (open?.index === n && n === rows.length ? setOpen(null) : (setOpen(null), replace(n, null)))} />`)}
    ${wrong && html`<p class="error" role="alert"><${Icon} name="alert" />${wrong}</p>`}
    ${!isFixed() && html`<div class="acts"><button type="button" class="button quiet" onClick=${() => setOpen({ index: rows.length, field: 'caller.tier', op: 'is', values: [''] })}><${Icon} name="plus" />${words.add_condition}</button>
      <button type="button" class="button quiet" onClick=${() => write([...rows, { kind: 'expression', text: 'caller.tier != null' }])}><${Icon} name="plus" />${words.add_expression}</button></div>`}
  </fieldset>`;
}

/** @param {{row: Row, n: number, index: number, isOpen: boolean, onSay: (open: Open) => void, onText: (text: string) => void, onRemove: () => void}} props */
function OneRow({ row, n, index, isOpen, onSay, onText, onRemove }) {
  const what = row.kind === 'test' ? nameOf(row.field) : row.text;
  return html`<div class="condition" role="group" aria-label=${what}>
    ${row.kind === 'test' ? html`<${TestRow} row=${row} n=${n} isOpen=${isOpen} onSay=${onSay} />` : html`<${Expression} key=${row.text} text=${row.text} id=${`when-${index}-${n}`} onText=${onText} />`}
    <button type="button" class="button quiet icon-only" disabled=${isFixed()} aria-label=${words.remove_condition(what)} onClick=${onRemove}><${Icon} name="close" /></button>
    ${isOpen && html`<p class="tiny pending">${words.pending}</p>`}</div>`;
}

/** @param {{text: string, id: string, onText: (text: string) => void}} props */
function Expression({ text, id, onText }) {
  const changed = (/** @type {any} */ event) => event.target.value.trim() !== '' && event.target.value !== text && onText(event.target.value.trim());
  return html`<${Field} name=${id} within="rule" label=${words.expression}>${(/** @type {any} */ given) => html`
    <textarea ...${given} class="input mono" rows=${Math.min(6, 1 + Math.ceil(text.length / 60))} spellcheck=${false} disabled=${isFixed()} onChange=${changed}>${text}</textarea>`}</${Field}>`;
}

/** @param {{row: import('./condition.js').Test, n: number, isOpen: boolean, onSay: (open: Open) => void}} props */
function TestRow({ row, n, isOpen, onSay }) {
  const { field, op, values } = row;
  const said = (/** @type {Partial<Open>} */ change) => onSay({ index: n, field, op, values, ...change });
  const ops = opsOf(field).includes(op) ? opsOf(field) : [op, ...opsOf(field)];
  const toField = (/** @type {string} */ name) => said({ field: name, op: opsOf(name)[0], values: takes(opsOf(name)[0]) === 'none' ? [] : [''] });
  const toOp = (/** @type {Op} */ name) => said({ op: name, values: takes(name) === 'none' ? [] : takes(name) === 'one' ? [values[0] ?? ''] : values });
  return html`
    <select class="input" aria-label=${words.field} value=${field} disabled=${isFixed()} onChange=${(/** @type {any} */ event) => toField(event.target.value)}><${FieldOptions} field=${field} /></select>
    <select class="input" aria-label=${words.op} value=${op} disabled=${isFixed()} onChange=${(/** @type {any} */ event) => toOp(event.target.value)}>
      ${ops.map((one) => html`<option key=${one} value=${one}>${words.ops[one]}</option>`)}</select>
    ${takes(op) === 'one' && html`<${Value} field=${field} value=${values[0] ?? ''} isOpen=${isOpen} onSay=${(/** @type {string} */ value) => said({ values: [value] })} />`}
    ${takes(op) === 'many' && html`<${Many} field=${field} values=${values} isOpen=${isOpen} onSay=${(/** @type {string[]} */ some) => said({ values: some })} />`}`;
}

/** @param {string} field @returns {string} */
const nameOf = (field) => (field.startsWith('hours.') ? words.hours_of(field.slice('hours.'.length)) : (rule_words.fields[field] ?? field.replace(/^caller\./, '')));

/** @param {{field: string}} props those of the service, and this one */
function FieldOptions({ field }) {
  const all = [...new Set([...fields.value, field])];
  const custom = new Set(vocabulary.value.fields.filter((one) => one.custom).map(({ path }) => path));
  const groupOf = (/** @type {string} */ path) => (path.startsWith('hours.') ? 'hours' : path.startsWith('call.') ? 'call' : custom.has(path) || !(path in rule_words.fields) ? 'custom' : 'caller');
  return html`${/** @type {const} */ (['call', 'caller', 'custom', 'hours']).map((group) => {
    const some = all.filter((path) => groupOf(path) === group);
    return some.length > 0 && html`<optgroup key=${group} label=${words.groups[group]}>${some.map((path) => html`<option key=${path} value=${path}>${nameOf(path)}</option>`)}</optgroup>`;
  })}`;
}

/** Fields whose values are all known. */
const CLOSED = new Set(['caller.match', 'call.lists', 'call.answers', 'call.to', 'caller.owner', 'caller.last']);

/** @param {{field: string, value: string, isOpen: boolean, onSay: (value: string) => void}} props */
function Value({ field, value, isOpen, onSay }) {
  const known = valuesOf(field).map((one) => (field === 'caller.match' ? { ...one, name: rule_words.match_values[one.value] ?? one.value } : one));
  const id = `values-${field.replace(/\W/g, '-')}-${value.replace(/\W/g, '-')}`;
  const left = (/** @type {any} */ event) => (event.target.value !== value || isOpen) && onSay(event.target.value);
  if (CLOSED.has(field) && known.length > 0) return html`<select class="input" aria-label=${words.value} value=${value} disabled=${isFixed()} onChange=${left}>
    ${!known.some((one) => one.value === value) && html`<option value=${value}>${value}</option>`}${known.map((one) => html`<option key=${one.value} value=${one.value}>${one.name === one.value ? one.name : `${one.name} (${one.value})`}</option>`)}</select>`;
  return html`<span class="value"><input class="input" aria-label=${words.value} value=${value} list=${id} autocomplete="off" disabled=${isFixed()} onChange=${left} /><${Values} id=${id} values=${known} /></span>`;
}

/** @param {{field: string, values: string[], isOpen: boolean, onSay: (values: string[]) => void}} props */
function Many({ field, values, isOpen, onSay }) {
  const shown = values.filter((value) => value !== '');
  return html`<span class="many">${shown.map((value, n) => html`<span class="chip" key=${value}>${value}
      <button type="button" class="chip-button" disabled=${isFixed() || (shown.length === 1 && !isOpen)} aria-label=${words.remove_value(value)} onClick=${() => onSay(shown.filter((_, m) => m !== n))}><${Icon} name="close" /></button></span>`)}
    ${!isFixed() && html`<${Value} key=${shown.length} field=${field} value="" isOpen=${false} onSay=${(/** @type {string} */ value) => value.trim() !== '' && onSay([...shown, value])} />`}</span>`;
}
