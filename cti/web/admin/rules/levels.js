/** Skills with their least level, or their weight; a family of which a fact of the call chooses. */
import { html } from '../../html.js';
import { Icon } from '../../icons.js';
import { ChoiceField, edit, isFixed, NumberField, put, wrongAt } from './fields.js';
import { fieldsOf, textOf } from './names.js';
import { setIn } from './rule_form.js';
import { fields, known } from './vocabulary.js';
import { rule_words, words } from './words.js';

/** @typedef {'needs'|'prefers'} Kind */

/** @param {{rule: number, path: (string|number)[], kind: Kind, value: unknown}} props `path` of the mapping, below the rule */
export function Levels({ rule, path, kind, value }) {
  const all = Object.entries(fieldsOf(value));
  const wrong = wrongAt(['rules', rule, ...path], false);
  const label = words[kind];
  const add = (/** @type {any} */ event) => {
    const skill = event.target.value;
    event.target.value = '';
    if (skill.startsWith('*')) put(rule, [...path, skill.slice(1)], `call.${skill.slice(1) === 'language' ? 'language' : 'country'}`, label);
    else if (skill) put(rule, [...path, skill], 1, label);
  };
  return html`<div class="levels" role="group" aria-label=${label}><span class="label">${label}</span>
    ${all.length === 0 && kind === 'needs' && html`<p class="tiny">${words.no_skills}</p>`}
    ${all.map(([skill, level]) => html`<${Level} key=${skill} rule=${rule} path=${path} kind=${kind} skill=${skill} level=${level} isLast=${all.length === 1} />`)}
    ${wrong && html`<p class="error"><${Icon} name="alert" />${wrong}</p>`}
    ${!isFixed() && html`<select class="input add-skill" aria-label=${words.add_skill} value="" onChange=${add}><option value="">${words.add_skill}</option>
      ${known.value.skills.filter((skill) => !all.some(([one]) => one === skill)).map((skill) => html`<option key=${skill} value=${skill}>${skill}</option>`)}
      ${families(known.value.skills).filter((family) => !all.some(([one]) => one === family)).map((family) => html`<option key=${family} value=${`*${family}`}>${words.by_fact(family)}</option>`)}</select>`}
    <p class="tiny">${kind === 'needs' ? words.needs_hint : words.prefers_hint}</p></div>`;
}

/** `language` of `language-pl` and `language-de`. @param {string[]} skills @returns {string[]} */
const families = (skills) => [...new Set(skills.filter((skill) => skill.includes('-')).map((skill) => skill.slice(0, skill.indexOf('-'))))];

/** @param {{rule: number, path: (string|number)[], kind: Kind, skill: string, level: unknown, isLast: boolean}} props */
function Level({ rule, path, kind, skill, level, isLast }) {
  const key = kind === 'needs' ? 'least' : 'weight';
  const most = kind === 'needs' ? 10 : 100;
  const fact = typeof level === 'string' && level.includes('.') ? level : textOf(fieldsOf(level).is);
  const n = fact ? fieldsOf(level)[key] : level;
  /** In a step, no skill is something else than none said. */
  const remove = () => (isLast && path.includes('steps') ? put(rule, path, {}, words[kind]) : put(rule, [...path, skill], undefined, `${words[kind]} ${skill}`));
  const what = kind === 'needs' ? words.level(skill) : words.weight(skill);
  const commit = (/** @type {number|undefined} */ value) => edit(rule, `${words[kind]} ${skill}`, (doc) => setIn(doc, rule, [...path, skill], !fact ? value : value === undefined ? fact : { is: fact, [key]: value }));
  return html`<div class="level">
    <strong>${fact ? `${skill}-…` : skill}</strong>
    ${fact && html`<${ChoiceField} path=${['rules', rule, ...path, skill, 'is']} label=${words.fact_of(skill)} value=${fact} choices=${facts()}
      onCommit=${(/** @type {string} */ chosen) => put(rule, [...path, skill], n === undefined ? chosen : { is: chosen, [key]: n }, `${words[kind]} ${skill}`)} />`}
    <${NumberField} path=${['rules', rule, ...path, skill]} label=${what} value=${n} least=${1} most=${most} needed=${!fact} onCommit=${commit} />
    <button type="button" class="button quiet icon-only" disabled=${isFixed()} aria-label=${words.remove_skill(skill)} onClick=${remove}><${Icon} name="close" /></button></div>`;
}

/** @returns {import('./vocabulary.js').Choice[]} */
const facts = () => fields.value.filter((path) => !path.startsWith('hours.') && /^\w+\.\w+$/.test(path)).map((path) => ({ value: path, name: rule_words.fields[path] ?? path.slice(path.indexOf('.') + 1) }));
