/** Whoever takes calls: in the draft with their skills, and as an account at once. */
import { html } from '../../html.js';
import { Icon } from '../../icons.js';
import { useState } from '../../vendor/preact-hooks.js';
import { change, config } from '../draft.js';
import { addPerson, people } from '../people/store.js';
import { words as people_words } from '../people/words.js';
import { Field, Refusal } from '../parts/field.js';
import { refusal } from '../parts/refused.js';
import { parts } from '../parts/words.js';
import { put } from '../rules/nodes.js';
import { textOf } from './config_steps.js';
import { repOf } from './steps.js';
import { words } from './words.js';

/** @typedef {{id: string, name: string, skills?: Record<string, number>}} Rep */

/** @param {{finish?: () => void}} props */
export function RepsStep({ finish }) {
  const [busy, setBusy] = useState(false);
  const [refused, setRefused] = useState({ fields: /** @type {Record<string, string>} */ ({}), message: /** @type {string|null} */ (null) });
  const reps = /** @type {Rep[]} */ (config.value.reps ?? []);
  const skills = /** @type {string[]} */ (config.value.skills ?? []);
  const submit = async (/** @type {SubmitEvent} */ event) => {
    event.preventDefault();
    const element = /** @type {HTMLFormElement} */ (event.currentTarget);
    const form = new FormData(element);
    const levels = Object.fromEntries(skills.map((skill) => [skill, Number(form.get(`level-${skill}`)) || 0]));
    const rep = repOf(textOf(form, 'name'), levels, reps.map(({ id }) => id));
    setBusy(true);
    const answer = await addPerson({ email: textOf(form, 'email'), name: String(rep.name), role: 'rep', rep: String(rep.id), password: String(form.get('password')) });
    setBusy(false);
    if (!answer.ok) return setRefused(refusal(answer, parts, people_words.refused));
    change(words.added(String(rep.name)), (doc) => put(doc, ['reps'], [...reps, rep]));
    setRefused({ fields: {}, message: null });
    element.reset();
    return /** @type {HTMLElement|null} */ (element.querySelector('input'))?.focus();
  };
  const staffed = reps.filter(({ id }) => people().some(({ rep }) => rep === id));
  return html`<ul class="effects" aria-label=${words.steps.reps}>${staffed.map((rep) => html`<li key=${rep.id}><${Icon} name="check" />${rep.name} (${Object.entries(rep.skills ?? {}).map(([skill, level]) => `${skill} ${level}`).join(', ') || words.no_skill})</li>`)}</ul>
    <${RepForm} skills=${skills} refused=${refused} busy=${busy} submit=${submit} />
    ${staffed.length > 0 && html`<div class="acts"><button type="button" class="button primary" onClick=${finish}>${words.everybody}</button></div>`}`;
}

/** @param {{skills: string[], refused: {fields: Record<string, string>, message: string|null}, busy: boolean, submit: (event: SubmitEvent) => void}} props */
function RepForm({ skills, refused, busy, submit }) {
  const { fields, message } = refused;
  return html`<form class="form" onSubmit=${submit}><div class="fields">
    <${Field} name="name" label=${people_words.name} error=${fields.name ?? null} within="start">${(/** @type {object} */ given) => html`<input class="input" required maxlength="200" autocomplete="off" ...${given} />`}</${Field}>
    <${Field} name="email" label=${people_words.email} error=${fields.email ?? null} within="start">${(/** @type {object} */ given) => html`<input class="input" type="email" required maxlength="254" autocomplete="off" ...${given} />`}</${Field}>
    <${Field} name="password" label=${people_words.first_password} hint=${people_words.password_hint} error=${fields.password ?? null} within="start">${(/** @type {object} */ given) => html`<input class="input" required minlength="10" autocomplete="off" spellcheck=${false} ...${given} />`}</${Field}>
    ${skills.map((skill) => html`<${Field} key=${skill} name=${`level-${skill}`} label=${words.level(skill)} hint=${words.level_hint} within="start">${(/** @type {object} */ given) => html`<input class="input num" type="number" min="0" max="10" value="3" ...${given} />`}</${Field}>`)}</div>
    <${Refusal} message=${message} />
    <div class="acts"><button class="button" disabled=${busy}><${Icon} name="plus" />${busy ? parts.doing : words.add_rep}</button></div></form>`;
}
