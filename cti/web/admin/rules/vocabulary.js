/** What a rule can be written with: names of the draft, fields, and the values that these have been seen to have. */
import { get } from '../../api.js';
import { html } from '../../html.js';
import { computed, signal } from '../../vendor/signals.js';
import { config } from '../draft.js';
import { fieldsOf, itemsOf, namesOf, textOf } from './names.js';
import { rulesOf } from './rule_form.js';

/** @typedef {{path: string, type: 'text'|'number'|'list'|'truth', custom: boolean, values: string[]}} Field */
/** @typedef {{value: string, name: string}} Choice */

const STANDARD = 'call.from call.to call.country call.language call.answers call.lists call.attempts call.forwarded_from call.stir caller.match caller.name caller.tier caller.owner caller.stage caller.language caller.timezone caller.company caller.email caller.lead_source caller.campaign caller.external_id caller.last caller.tags'
  .split(' ');

/** As the service told it; the standard fields until then. @type {import('@preact/signals').Signal<{fields: Field[]}>} */
export const vocabulary = signal({ fields: STANDARD.map((path) => ({ path, type: 'text', custom: false, values: [] })) });
let asked = false;

/** Asked for once, by whoever shows it first. */
export async function loadVocabulary() {
  if (asked) return;
  asked = true;
  const answer = await get('/api/v1/config/vocabulary');
  asked = answer.ok;
  if (answer.ok) vocabulary.value = { fields: answer.data.fields };
}

/** @param {unknown} list @param {string} key @returns {Choice[]} */
const choices = (list, key) => itemsOf(list).map(fieldsOf).map((one) => ({ value: textOf(one[key]), name: textOf(one.name) || textOf(one[key]) })).filter(({ value }) => value !== '');

/** Of the draft, which may have what no version has yet. */
export const known = computed(() => {
  const { queues, reps, numbers, skills, hours, lists } = fieldsOf(config.value);
  return {
    names: namesOf(config.value),
    queues: choices(queues, 'id'),
    reps: choices(reps, 'id'),
    lines: choices(numbers, 'number'),
    skills: itemsOf(skills).map(textOf).filter((skill) => skill !== ''),
    hours: Object.keys(fieldsOf(hours)),
    lists: Object.keys(fieldsOf(lists)),
    answers: answersOf(config.value),
  };
});

/** What callers can choose in menus. @param {unknown} draft @returns {string[]} */
function answersOf(draft) {
  const asking = rulesOf(draft).map(({ ask }) => fieldsOf(ask));
  return [...new Set(asking.flatMap(({ keys, speech }) => [...Object.values(fieldsOf(keys)).map(textOf), ...Object.keys(fieldsOf(speech))]))];
}

/** Fields that conditions can ask for: those of the service, and the draft's own hours. */
export const fields = computed(() => {
  const told = vocabulary.value.fields.filter(({ path }) => !path.startsWith('hours.')).map(({ path }) => path);
  return [...told, ...known.value.hours.map((name) => `hours.${name}`)];
});

/** Values of a field, by what the draft has and what was seen. @param {string} field @returns {Choice[]} */
export function valuesOf(field) {
  const { lines, reps, lists, answers } = known.value;
  const own = { 'call.to': lines, 'call.forwarded_from': lines, 'caller.owner': reps, 'caller.last': reps }[field];
  const plain = { 'call.lists': lists, 'call.answers': answers }[field];
  const seen = vocabulary.value.fields.find(({ path }) => path === field)?.values ?? [];
  const named = own ?? (plain ?? []).map((value) => ({ value, name: value }));
  return [...named, ...seen.filter((value) => !named.some((one) => one.value === value)).map((value) => ({ value, name: value }))];
}

/** For an input's `list`. @param {{id: string, values: Choice[]}} props */
export const Values = ({ id, values }) => html`<datalist id=${id}>${values.map(({ value, name }) => html`<option key=${value} value=${value}>${name === value ? '' : name}</option>`)}</datalist>`;
