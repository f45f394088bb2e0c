/** Logging somebody out everywhere, and deleting the account; what may be taken back is offered first. */
import { html } from '../../html.js';
import { Icon } from '../../icons.js';
import { useState } from '../../vendor/preact-hooks.js';
import { Sure } from '../parts/sure.js';
import { go } from '../router.js';
import { admin } from '../shell.js';
import { wantedOf } from './effects.js';
import { changePerson, deletePerson, done, logOutEverywhere, tokens } from './store.js';
import { words } from './words.js';

/** @param {{person: import('./effects.js').Person}} props */
export function ShutOut({ person }) {
  const [asking, setAsking] = useState(/** @type {null|'out'|'delete'} */ (null));
  const close = () => setAsking(null);
  const is_self = admin.value.me?.email === person.email;
  return html`<section class="panel sheet" aria-labelledby="shut-out"><h2 id="shut-out">${words.shut_out}</h2>
    <div class="acts"><button type="button" class="button" onClick=${() => setAsking('out')}><${Icon} name="door" />${words.log_out}</button>
      <button type="button" class="button decline" disabled=${is_self} onClick=${() => setAsking('delete')}><${Icon} name="trash" />${words.delete}</button></div>
    ${is_self && html`<p class="tiny">${words.delete_self}</p>`}
    ${asking === 'out' && html`<${LogOut} person=${person} onClose=${close} />`}
    ${asking === 'delete' && html`<${Delete} person=${person} onClose=${close} />`}</section>`;
}

/** @typedef {{person: import('./effects.js').Person, onClose: () => void}} Props */

/** @param {Props} props */
function LogOut({ person, onClose }) {
  const told = (/** @type {{ended: number}} */ { ended }) => {
    done.value = words.logged_out(ended);
    onClose();
  };
  return html`<${Sure} title=${words.log_out_ask(person.name)} effects=${words.log_out_effects(tokens(person.id).length)} sure=${words.log_out} grave=${false}
    act=${() => logOutEverywhere(person.id)} onDone=${told} onClose=${onClose} />`;
}

/** @param {Props} props */
function Delete({ person, onClose }) {
  const told = (/** @type {string} */ said) => () => {
    done.value = said;
    onClose();
    if (said === words.deleted(person.name)) go('people');
  };
  const disable = async () => {
    const answer = await changePerson(person.id, { ...wantedOf(person), disabled: true });
    if (answer.ok) told(words.changed(person.name))();
  };
  return html`<${Sure} title=${words.delete_ask(person.name)} effects=${words.delete_effects(person.name, tokens(person.id).length, person.rep)} sure=${words.delete}
    own=${words.refused} act=${() => deletePerson(person.id)} onDone=${told(words.deleted(person.name))} onClose=${onClose}>
    ${!person.disabled && html`<p>${words.rather} <button type="button" class="button tiny-button" onClick=${disable}>${words.rather_disable}</button></p>`}</${Sure}>`;
}
