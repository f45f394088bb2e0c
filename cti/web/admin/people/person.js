/** One person: what they may do, changed with its effects in sight; their tokens; the ways to shut them out. */
import { html } from '../../html.js';
import { Icon } from '../../icons.js';
import { useState } from '../../vendor/preact-hooks.js';
import { Field, Refusal } from '../parts/field.js';
import { refusal } from '../parts/refused.js';
import { parts } from '../parts/words.js';
import { admin } from '../shell.js';
import { effectsOf, isChanged, wantedOf } from './effects.js';
import { whenOf } from './list.js';
import { RoleFields } from './role_fields.js';
import { ShutOut } from './shut_out.js';
import { changePerson, done, tokens } from './store.js';
import { TokenList } from './token_list.js';
import { words } from './words.js';

/** @typedef {import('./effects.js').Person} Person */

/** @param {{person: Person|null}} props */
export function PersonPage({ person }) {
  return html`<a class="back" href="#/people"><${Icon} name="left" />${words.back}</a>
    ${person ? html`<${Body} person=${person} />` : html`<div class="refused sheet" role="alert"><h1>${parts.gone}</h1></div>`}`;
}

/** @param {{person: Person}} props */
function Body({ person }) {
  return html`<div class="detail-head"><h1>${person.name}</h1>${person.disabled && html`<span class="chip stop">${words.disabled}</span>`}</div>
    <p class="done-line" role="status" hidden=${!done.value}>${done.value && html`<${Icon} name="check" />`}${done.value}</p>
    <div class="two-panels"><div><${PersonForm} key=${JSON.stringify(wantedOf(person))} person=${person} /></div>
      <div><${Facts} person=${person} /><${ShutOut} person=${person} /></div></div>
    <${TokenList} person=${person} />`;
}

/** @param {{person: Person}} props */
function Facts({ person }) {
  const rows = [[words.email, person.email], [words.since, whenOf(person.created_at)], [words.last_login, whenOf(person.last_login_at)], [words.last_seen, whenOf(person.last_seen_at)]];
  return html`<section class="summary sheet"><dl class="facts-list">${rows.map(([label, value]) => html`<div key=${label}><dt>${label}</dt><dd class="num">${value}</dd></div>`)}</dl></section>`;
}

/** @param {Person} person @param {import('./effects.js').Wanted} wanted */
export function effectsNow(person, wanted) {
  const { floor, me } = admin.value;
  const on_call = person.rep !== null && floor?.reps.some(({ id, call }) => id === person.rep && call !== null) === true;
  const held = tokens(person.id).length;
  return effectsOf(person, wanted, { tokens: held, on_call, is_self: me?.email === person.email }).map((effect) => words.effects[effect](person.name, held));
}

/** @param {{person: Person}} props */
function PersonForm({ person }) {
  const [wanted, setWanted] = useState(wantedOf(person));
  const [busy, setBusy] = useState(false);
  const [refused, setRefused] = useState({ fields: /** @type {Record<string, string>} */ ({}), message: /** @type {string|null} */ (null) });
  const change = (/** @type {Event} */ event) => {
    const field = /** @type {HTMLInputElement} */ (event.currentTarget);
    setWanted({ ...wanted, [field.name]: field.type === 'checkbox' ? field.checked : field.value });
  };
  const submit = async (/** @type {SubmitEvent} */ event) => {
    event.preventDefault();
    setBusy(true);
    const answer = await changePerson(person.id, wanted);
    setBusy(false);
    if (!answer.ok) return setRefused(refusal(answer, parts, words.refused));
    done.value = words.changed(wanted.name);
    return setWanted({ ...wanted, password: '' });
  };
  const effects = effectsNow(person, wanted);
  const { fields, message } = refused;
  return html`<form class="panel sheet form" onSubmit=${submit} aria-label=${words.account}>
    <div class="fields">
      <${Field} name="name" label=${words.name} within="person" error=${fields.name ?? null}>${(/** @type {object} */ given) => html`
        <input class="input" ...${given} required maxlength="200" autocomplete="off" value=${wanted.name} onInput=${change} />`}</${Field}>
      <${RoleFields} role=${wanted.role} rep=${wanted.rep} own=${person.id} errors=${fields} within="person" change=${change} />
      <${Field} name="password" label=${words.new_password} within="person" hint=${words.password_hint} error=${fields.password ?? null}>${(/** @type {object} */ given) => html`
        <input class="input" ...${given} minlength="10" autocomplete="off" spellcheck=${false} value=${wanted.password} onInput=${change} />`}</${Field}></div>
    <label class="tick"><input type="checkbox" name="disabled" checked=${wanted.disabled} onChange=${change} /><span>${words.disable}</span></label>
    <div role="status">${effects.length > 0 && html`<div class="effects-note"><p>${parts.effects}</p>
      <ul class="effects">${effects.map((effect) => html`<li key=${effect}><${Icon} name="right" />${effect}</li>`)}</ul></div>`}</div>
    <${Refusal} message=${message} />
    <div class="acts"><button class="button primary" disabled=${busy || !isChanged(person, wanted)}>${busy ? parts.doing : parts.save}</button>
      ${isChanged(person, wanted) && html`<button type="button" class="button quiet" onClick=${() => setWanted(wantedOf(person))}>${parts.cancel}</button>`}</div>
  </form>`;
}
