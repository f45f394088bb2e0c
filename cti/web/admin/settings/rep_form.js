/** One rep as a form: everything the configuration says of them. */
import { html } from '../../html.js';
import { Icon } from '../../icons.js';
import { useState } from '../../vendor/preact-hooks.js';
import { change, config } from '../draft.js';
import { addressOf } from '../place.js';
import { go } from '../router.js';
import { fieldsOf, itemsOf, textOf } from '../rules/names.js';
import { admin } from '../shell.js';
import { isId, removeRep, renameRep, setLevel, setRepQueues, setRepText } from './changes.js';
import { RemoveDialog } from './dialogs.js';
import { canEdit, Frame, RuleLinks } from './frame.js';
import { ChoiceField, Problems, TextField, Tick } from './inputs.js';
import { isAllowed } from './matrix.js';
import { listOf, nameOf, namesIn, serves, skillsOf, usesOfRep } from './uses.js';
import { words } from './words.js';

const said = words.reps;
const LEVELS = ['', ...Array.from({ length: 10 }, (_, n) => String(n + 1))].map((value) => ({ value, label: value || said.no_level }));

/** @param {{id: string}} props */
export function RepPage({ id }) {
  const reps = listOf(config.value, 'reps');
  const index = reps.findIndex((rep) => textOf(rep.id) === id);
  const back = { href: addressOf('reps'), label: said.all };
  if (index < 0) return html`<${Frame} title=${said.title} back=${back}>${() => html`<p class="sheet pad" role="status">${said.gone}</p>`}</${Frame}>`;
  return html`<${Frame} title=${nameOf(reps[index])} back=${back}>${() => html`<${RepForm} key=${id} rep=${reps[index]} index=${index} />`}</${Frame}>`;
}

/** @param {{rep: Record<string, unknown>, index: number}} props */
function RepForm({ rep, index }) {
  const [removing, setRemoving] = useState(false);
  const [id, name] = [textOf(rep.id), nameOf(rep)];
  return html`<div class="two-panels">
      <div><section class="sheet panel" aria-label=${said.person}><h2>${said.person}</h2><${Person} rep=${rep} index=${index} /></section>
        <section class="sheet panel" aria-label=${said.queues}><h2>${said.queues}</h2><${Queues} rep=${rep} index=${index} /></section></div>
      <div><section class="sheet panel" aria-label=${said.levels}><h2>${said.levels}</h2><${Levels} rep=${rep} index=${index} /></section>
        <section class="sheet panel" aria-label=${said.asked_first}><h2>${said.asked_first}</h2><${RuleLinks} uses=${usesOfRep(config.value, id)} empty=${said.never_first} /></section></div>
    </div>
    <${Problems} path=${['reps', index]} />
    ${canEdit.value && html`<div class="acts"><button type="button" class="button decline" onClick=${() => setRemoving(true)}><${Icon} name="trash" />${said.remove}</button></div>`}
    ${removing && html`<${RemoveDialog} title=${said.remove_title(name)} effects=${effectsOf(id)} onClose=${() => setRemoving(false)}
      onSure=${() => {
        change(said.steps.remove(name), (doc) => removeRep(doc, index));
        go('reps');
      }} />`}`;
}

/** @param {{rep: Record<string, unknown>, index: number}} props */
function Person({ rep, index }) {
  const name = nameOf(rep);
  const set = (/** @type {'name'|'email'|'team'|'language'} */ key) => (/** @type {string} */ text) => change(said.steps.change(name, said[key]), (doc) => setRepText(doc, index, key, text));
  const others = listOf(config.value, 'reps').filter((_, n) => n !== index);
  const email = (/** @type {string} */ text) => {
    if (!isAllowed({ kind: 'email', id: 'email' }, text, [])) return said.email_bad;
    return text !== '' && others.some((other) => textOf(other.email).toLowerCase() === text.toLowerCase()) ? said.email_taken : null;
  };
  const renamed = (/** @type {string} */ id) => {
    change(said.steps.change(name, said.id), (doc) => renameRep(doc, index, id));
    go('reps', id);
  };
  return html`<div class="fields">
    <${TextField} name="name" label=${said.name} value=${textOf(rep.name)} usual=${textOf(rep.id)} onSet=${set('name')} />
    <${TextField} name="email" label=${said.email} value=${textOf(rep.email)} mode="email" check=${email} onSet=${set('email')} />
    <${TextField} name="team" label=${said.team} value=${textOf(rep.team)} hint=${said.team_hint} check=${(/** @type {string} */ text) => (text === '' || isId(text) ? null : words.bad_id)} onSet=${set('team')} />
    <${TextField} name="language" label=${said.language} value=${textOf(rep.language)} hint=${said.language_hint} check=${badLanguage} onSet=${set('language')} />
    <div class="field"><span class="label">${said.device}</span><p>${said.device_browser}</p><p class="tiny">${said.device_hint}</p></div>
    <${TextField} name="id" label=${said.id} value=${textOf(rep.id)} hint=${said.id_hint} check=${(/** @type {string} */ text) => badRepId(text, others)} onSet=${renamed} />
  </div>`;
}

/** @param {string} text @param {Record<string, unknown>[]} others */
export function badRepId(text, others) {
  if (!isId(text)) return words.bad_id;
  return ['owner', 'last'].includes(text) || others.some(({ id }) => textOf(id) === text) ? words.taken : null;
}

/** @param {string} text */
export const badLanguage = (text) => (text === '' || /^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}$/.test(text) ? null : words.bad_language);

/** @param {{rep: Record<string, unknown>, index: number}} props */
function Queues({ rep, index }) {
  const queues = listOf(config.value, 'queues');
  const every = rep.queues === undefined || rep.queues === null;
  const set = (/** @type {string[]|null} */ ids) => change(said.steps.change(nameOf(rep), said.queues), (doc) => setRepQueues(doc, index, ids));
  const chosen = queues.map(({ id }) => textOf(id)).filter((id) => serves(rep, id));
  return html`<div class="stack">
    <${Tick} label=${said.every} hint=${said.every_hint} checked=${every} onSet=${(/** @type {boolean} */ on) => set(on ? null : chosen)} />
    <ul class="ticks">${queues.map((queue) => html`<li key=${textOf(queue.id)}><${Tick} label=${nameOf(queue)} disabled=${every} checked=${serves(rep, textOf(queue.id))}
      onSet=${(/** @type {boolean} */ on) => set(queues.map(({ id }) => textOf(id)).filter((id) => (id === textOf(queue.id) ? on : chosen.includes(id))))} /></li>`)}</ul>
    ${!every && itemsOf(rep.queues).length === 0 && html`<p class="error"><${Icon} name="alert" />${said.serves_none}</p>`}</div>`;
}

/** @param {{rep: Record<string, unknown>, index: number}} props */
function Levels({ rep, index }) {
  const skills = skillsOf(config.value);
  if (skills.length === 0) return html`<p class="muted">${words.skills.none}</p>`;
  return html`<div class="levels">${skills.map((skill) => html`<${ChoiceField} key=${skill} name=${skill} label=${skill} within="level" value=${textOf(fieldsOf(rep.skills)[skill])} choices=${LEVELS}
    onSet=${(/** @type {string} */ level) => change(said.steps.cell(nameOf(rep), skill, level), (doc) => setLevel(doc, index, skill, level === '' ? null : Number(level)))} />`)}</div>`;
}

/** @param {string} id @returns {string[]} */
function effectsOf(id) {
  const uses = usesOfRep(config.peek(), id);
  const named = (/** @type {(use: import('./uses.js').Use) => boolean} */ which, /** @type {import('./uses.js').Use['kind']} */ kind) => namesIn(uses.filter(which), kind).join(', ');
  const prefers = named(({ loose }) => !loose, 'rule');
  const looks = named(({ loose }) => loose === true, 'rule');
  const tests = named(({ path }) => path[2] === 'expect', 'test');
  const busy = admin.peek().floor?.reps.some((rep) => rep.id === id && rep.call);
  return [prefers && said.effects.prefers(prefers), looks && said.effects.looks(looks), tests && said.effects.tests(tests), busy && said.effects.call, said.effects.login].filter((effect) => typeof effect === 'string' && effect !== '').map(String);
}
