/** One contact: every column of the contacts file, and the custom ones. */
import { html } from '../../html.js';
import { Icon } from '../../icons.js';
import { useState } from '../../vendor/preact-hooks.js';
import { Field, Refusal } from '../parts/field.js';
import { refusal } from '../parts/refused.js';
import { Sure } from '../parts/sure.js';
import { parts } from '../parts/words.js';
import { go } from '../router.js';
import { admin, may } from '../shell.js';
import { Done } from './done.js';
import { asFormNames, bodyOf, formOf, said, STAGES } from './model.js';
import { deleteContact, done, loadList, saveContact } from './store.js';
import { words } from './words.js';

/** @typedef {import('./model.js').Contact} Contact */
/** @typedef {import('./model.js').Form} Form */

/** Columns that are plain text, in the order of the form, with how long they may be. */
const TEXTS = /** @type {const} */ ([['company', 200], ['email', 254], ['tier', 64], ['language', 35], ['timezone', 64], ['lead_source', 200], ['campaign', 200], ['external_id', 200]]);

/** @param {{contact: Contact|null}} props */
export function ContactForm({ contact }) {
  const [form, setForm] = useState(() => formOf(contact));
  const [busy, setBusy] = useState(false);
  const [asking, setAsking] = useState(false);
  const [refused, setRefused] = useState({ fields: /** @type {Record<string, string>} */ ({}), message: /** @type {string|null} */ (null) });
  const change = (/** @type {Event} */ event) => {
    const field = /** @type {HTMLInputElement} */ (event.currentTarget);
    setForm({ ...form, [field.name]: field.value });
  };
  const submit = async (/** @type {SubmitEvent} */ event) => {
    event.preventDefault();
    setBusy(true);
    const answer = await saveContact(contact?.id ?? null, bodyOf(form));
    setBusy(false);
    if (!answer.ok) return setRefused(inWords(answer));
    done.value = { said: contact ? words.saved : words.added(answer.data.name), undo: contact && (() => takeBack(contact)) };
    return contact ? setRefused({ fields: {}, message: null }) : go('contacts', answer.data.id);
  };
  const is_changed = JSON.stringify(form) !== JSON.stringify(formOf(contact));
  return html`<${Done} /><form class="panel sheet form contact-form" onSubmit=${submit} aria-label=${words.contact}>
    <${Columns} form=${form} errors=${refused.fields} change=${change} />
    <${Custom} rows=${form.fields} change=${(/** @type {[string, string][]} */ fields) => setForm({ ...form, fields })} />
    <${Refusal} message=${refused.message} />
    ${may('configure') && html`<div class="acts"><button class="button primary" disabled=${busy || !is_changed}>${busy ? parts.doing : parts.save}</button>
      ${contact && html`<span class="grow"></span><button type="button" class="button decline" onClick=${() => setAsking(true)}><${Icon} name="trash" />${words.delete}</button>`}</div>`}
    ${asking && contact && html`<${Delete} contact=${contact} onClose=${() => setAsking(false)} />`}</form>`;
}

/** @param {import('../../api.js').Answer} answer */
function inWords(answer) {
  const { fields, message } = refusal(answer, parts, words.refused);
  const named = Object.fromEntries(Object.entries(asFormNames(fields)).map(([field, one]) => [field, said(one, words.reasons)]));
  const known = new Set(['name', 'phones', 'owner', 'stage', 'notes', 'tags', ...TEXTS.map(([column]) => column)]);
  const others = Object.entries(named).filter(([field]) => !known.has(field)).map(([field, one]) => (field === one ? one : `${field}: ${one}`));
  return { fields: named, message: message ?? (others.length > 0 ? others.join(' ') : null) };
}

/** @param {{form: Form, errors: Record<string, string>, change: (event: Event) => void}} props */
function Columns({ form, errors, change }) {
  const reps = [...(admin.value.floor?.reps ?? [])].sort((a, b) => a.name.localeCompare(b.name));
  const known = reps.some(({ id }) => id === form.owner);
  const hints = /** @type {Record<string, string>} */ (words.hints);
  /** @param {keyof typeof words.fields} name @param {(given: object) => unknown} input */
  const field = (name, input) => html`<${Field} key=${name} name=${name} label=${words.fields[name]} hint=${hints[name] ?? null} error=${errors[name] ?? null} within="contact">${input}</${Field}>`;
  return html`<div class="fields">
    ${field('name', (given) => html`<input class="input" ...${given} required maxlength="200" autocomplete="off" value=${form.name} onInput=${change} />`)}
    ${field('phones', (given) => html`<textarea class="input num short" ...${given} required rows="2" value=${form.phones} onInput=${change}></textarea>`)}
    ${TEXTS.map(([name, longest]) => field(name, (given) => html`<input class="input" ...${given} maxlength=${longest} autocomplete="off" value=${form[name]} onInput=${change} />`))}
    ${field('owner', (given) => html`<select class="input" ...${given} value=${form.owner} onChange=${change}><option value=""></option>
      ${form.owner && !known && html`<option value=${form.owner}>${form.owner}</option>`}
      ${reps.map(({ id, name }) => html`<option key=${id} value=${id}>${name}</option>`)}</select>`)}
    ${field('stage', (given) => html`<select class="input" ...${given} value=${form.stage} onChange=${change}><option value=""></option>
      ${STAGES.map((stage) => html`<option key=${stage} value=${stage}>${words.stages[stage]}</option>`)}</select>`)}
    ${field('tags', (given) => html`<input class="input" ...${given} autocomplete="off" value=${form.tags} onInput=${change} />`)}</div>
    ${field('notes', (given) => html`<textarea class="input" ...${given} maxlength="10000" value=${form.notes} onInput=${change}></textarea>`)}`;
}

/** Columns that only this directory has. @param {{rows: [string, string][], change: (rows: [string, string][]) => void}} props */
function Custom({ rows, change }) {
  const typed = (/** @type {number} */ at, /** @type {0|1} */ side) => (/** @type {InputEvent} */ event) => {
    const { value } = /** @type {HTMLInputElement} */ (event.currentTarget);
    change(rows.map((row, n) => (n !== at ? row : side === 0 ? [value, row[1]] : [row[0], value])));
  };
  return html`<fieldset class="custom"><legend class="label">${words.custom}</legend>
    ${rows.map(([name, value], n) => html`<div class="custom-row" key=${n}>
      <input class="input" maxlength="64" aria-label=${words.custom_name(n + 1)} placeholder=${words.custom_name_short} value=${name} onInput=${typed(n, 0)} />
      <input class="input" maxlength="2000" aria-label=${words.custom_value(n + 1)} value=${value} onInput=${typed(n, 1)} />
      <button type="button" class="button quiet icon-only" aria-label=${words.custom_remove(n + 1)} onClick=${() => change(rows.filter((_, at) => at !== n))}><${Icon} name="close" /></button></div>`)}
    <button type="button" class="button tiny-button" onClick=${() => change([...rows, ['', '']])}><${Icon} name="plus" />${words.custom_add}</button></fieldset>`;
}

/** @param {Contact} before @returns {Promise<boolean>} */
async function takeBack(before) {
  const answer = await saveContact(before.id, bodyOf(formOf(before)));
  if (answer.ok) done.value = { said: words.undone, undo: null };
  return answer.ok;
}

/** @param {{contact: Contact, onClose: () => void}} props */
function Delete({ contact, onClose }) {
  const again = async () => {
    const answer = await saveContact(null, bodyOf(formOf(contact)));
    if (!answer.ok) return false;
    done.value = { said: words.back_again(contact.name), undo: null };
    loadList('');
    return true;
  };
  const told = () => {
    done.value = { said: words.deleted(contact.name), undo: again };
    onClose();
    go('contacts');
  };
  return html`<${Sure} title=${words.delete_ask(contact.name)} effects=${words.delete_effects(contact.name, (contact.interactions ?? []).length)} sure=${words.delete}
    act=${() => deleteContact(contact.id)} onDone=${told} onClose=${onClose} />`;
}
