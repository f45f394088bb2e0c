/** The skills: added, renamed everywhere, removed after saying what that affects. */
import { html } from '../../html.js';
import { Icon } from '../../icons.js';
import { Dialog } from '../../parts/dialog.js';
import { useState } from '../../vendor/preact-hooks.js';
import { change, config } from '../draft.js';
import { addSkill, isId, removeSkill, renameSkill } from './changes.js';
import { AddDialog, RemoveDialog } from './dialogs.js';
import { TextField } from './inputs.js';
import { namesIn, skillsOf, usesOfSkill } from './uses.js';
import { words } from './words.js';

const said = words.skills;
const MOST_NAMES = 8;

/** @param {string} name @param {string} [own] @returns {string|null} */
const bad = (name, own) => (!isId(name) ? words.bad_id : name !== own && skillsOf(config.value).includes(name) ? words.taken : null);

/** @param {{onClose: () => void}} props */
export function SkillsDialog({ onClose }) {
  const [step, setStep] = useState(/** @type {{kind: 'list'|'add'|'remove', skill: string}} */ ({ kind: 'list', skill: '' }));
  const back = () => setStep({ kind: 'list', skill: '' });
  if (step.kind === 'add') {
    return html`<${AddDialog} key="add" title=${said.add} label=${said.add_name} check=${bad} hint=${said.name_hint} onClose=${back}
      onAdd=${(/** @type {string} */ skill) => (change(words.reps.steps.add_skill(skill), (doc) => addSkill(doc, skill)), back())} />`;
  }
  if (step.kind === 'remove') {
    return html`<${RemoveDialog} key="remove" title=${said.remove_title(step.skill)} effects=${effectsOf(step.skill)} onClose=${back}
      onSure=${() => (change(words.reps.steps.remove_skill(step.skill), (doc) => removeSkill(doc, step.skill)), back())} />`;
  }
  const skills = skillsOf(config.value);
  return html`<${Dialog} key="list" title=${said.title} close_label=${words.close} onClose=${onClose}>
    <p class="muted">${skills.length === 0 ? said.none : said.lead}</p>
    <ul class="skill-list">${skills.map((skill) => html`<li key=${skill}>
      <${TextField} name=${skill} within="skill" label=${said.rename(skill)} value=${skill} hint=${heldBy(skill)} check=${(/** @type {string} */ name) => bad(name, skill)}
        onSet=${(/** @type {string} */ name) => change(words.reps.steps.rename_skill(skill, name), (doc) => renameSkill(doc, skill, name))} />
      <button type="button" class="button quiet icon-only" aria-label=${said.remove(skill)} title=${said.remove(skill)} onClick=${() => setStep({ kind: 'remove', skill })}><${Icon} name="trash" /></button></li>`)}</ul>
    <div class="acts dialog-acts"><button type="button" class="button" onClick=${() => setStep({ kind: 'add', skill: '' })}><${Icon} name="plus" />${said.add}</button>
      <button type="button" class="button primary" onClick=${onClose}>${words.done}</button></div></${Dialog}>`;
}

/** @param {string} skill */
function heldBy(skill) {
  const uses = usesOfSkill(config.value, skill);
  return `${said.held(namesOf(uses, 'rep').length)} · ${said.asked(namesOf(uses, 'rule').length)}`;
}

/** @param {import('./uses.js').Use[]} uses @param {import('./uses.js').Use['kind']} kind */
const namesOf = (uses, kind) => [...new Set(uses.filter((each) => each.kind === kind).map(({ index }) => index))];

/** @param {string} skill @returns {string[]} */
function effectsOf(skill) {
  const uses = usesOfSkill(config.peek(), skill);
  const reps = uses.filter(({ kind }) => kind === 'rep').map(({ name }) => name);
  const rules = namesIn(uses.filter(({ loose }) => !loose), 'rule').join(', ');
  const family = namesIn(uses.filter(({ loose }) => loose), 'rule').join(', ');
  const shown = reps.length > MOST_NAMES ? `${reps.slice(0, MOST_NAMES).join(', ')} …` : reps.join(', ');
  return [reps.length > 0 && said.effects.reps(reps.length, shown), rules && said.effects.rules(rules), family && said.effects.family(family)].filter(Boolean).map(String);
}
