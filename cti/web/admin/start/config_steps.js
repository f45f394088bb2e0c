/** The number that people call, the skills that calls need, the first rule: written into the draft. */
import { html } from '../../html.js';
import { useState } from '../../vendor/preact-hooks.js';
import { change, config } from '../draft.js';
import { Field } from '../parts/field.js';
import { parts } from '../parts/words.js';
import { put } from '../rules/nodes.js';
import { firstRule, numberOf, skillsOf } from './steps.js';
import { words } from './words.js';

/** @param {(form: FormData) => void} take @returns {(event: SubmitEvent) => void} */
export const taking = (take) => (event) => {
  event.preventDefault();
  take(new FormData(/** @type {HTMLFormElement} */ (event.currentTarget)));
};
/** @param {FormData} form @param {string} name */
export const textOf = (form, name) => String(form.get(name) ?? '').trim();

export function NumberStep() {
  const [error, setError] = useState(/** @type {string|null} */ (null));
  const submit = taking((form) => {
    const number = numberOf(textOf(form, 'number'));
    if (number === null) return setError(words.no_number);
    const name = textOf(form, 'name');
    return change(words.steps.number, (doc) => put(doc, ['numbers'], [{ number, ...(name && { name }) }]));
  });
  return html`<form class="form" onSubmit=${submit} novalidate><div class="fields">
    <${Field} name="number" label=${words.number} hint=${words.number_hint} error=${error} within="start">${(/** @type {object} */ given) => html`<input class="input num" type="tel" ...${given} autocomplete="off" placeholder="+1 555 555 0100" />`}</${Field}>
    <${Field} name="name" label=${words.line_name} within="start">${(/** @type {object} */ given) => html`<input class="input" maxlength="100" ...${given} autocomplete="off" />`}</${Field}></div>
    <div class="acts"><button class="button primary">${words.go_on}</button></div></form>`;
}

export function SkillsStep() {
  const [error, setError] = useState(/** @type {string|null} */ (null));
  const submit = taking((form) => {
    const skills = skillsOf(textOf(form, 'skills'));
    if (skills.length === 0) return setError(parts.required);
    return change(words.steps.skills, (doc) => put(doc, ['skills'], skills));
  });
  return html`<form class="form" onSubmit=${submit} novalidate>
    <${Field} name="skills" label=${words.skills} hint=${words.skills_hint} error=${error} within="start">${(/** @type {object} */ given) => html`<input class="input" ...${given} autocomplete="off" placeholder="support, billing, spanish" />`}</${Field}>
    <div class="acts"><button class="button primary">${words.go_on}</button></div></form>`;
}

export function RuleStep() {
  const skills = /** @type {string[]} */ (config.value.skills ?? []);
  const submit = taking((form) => {
    const minutes = Math.max(1, Math.round(Number(form.get('minutes')) || 10));
    const then = textOf(form, 'then') === 'voicemail' ? 'voicemail' : 'apology';
    const { queue, rule } = firstRule({ skill: textOf(form, 'skill'), minutes, then }, words.rule_name);
    change(words.steps.rule, (doc) => {
      put(doc, ['queues'], [queue]);
      put(doc, ['rules'], [rule]);
    });
  });
  return html`<form class="form" onSubmit=${submit}><div class="fields">
    <${Field} name="skill" label=${words.rule_skill} within="start">${(/** @type {object} */ given) => html`<select class="input" ...${given}>
      ${skills.map((skill) => html`<option key=${skill} value=${skill}>${skill}</option>`)}<option value="">${words.any_rep}</option></select>`}</${Field}>
    <${Field} name="minutes" label=${words.minutes} within="start">${(/** @type {object} */ given) => html`<input class="input num" type="number" min="1" max="240" required value="10" ...${given} />`}</${Field}>
    <${Field} name="then" label=${words.then_label} within="start">${(/** @type {object} */ given) => html`<select class="input" ...${given}><option value="voicemail">${words.voicemail}</option><option value="apology">${words.apology}</option></select>`}</${Field}></div>
    <div class="acts"><button class="button primary">${words.go_on}</button></div></form>`;
}
