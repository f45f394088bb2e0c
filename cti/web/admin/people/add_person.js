/** Somebody new: an address, what they may do, a first password. */
import { html } from '../../html.js';
import { Dialog } from '../../parts/dialog.js';
import { useState } from '../../vendor/preact-hooks.js';
import { Field, Refusal } from '../parts/field.js';
import { refusal } from '../parts/refused.js';
import { parts } from '../parts/words.js';
import { admin } from '../shell.js';
import { RoleFields } from './role_fields.js';
import { addPerson, done } from './store.js';
import { words } from './words.js';

/** @param {{rep: string|null, onClose: () => void, onAdded?: () => void}} props `rep`: whose account it is to be */
export function AddPerson({ rep, onClose, onAdded = onClose }) {
  const name = admin.value.floor?.reps.find(({ id }) => id === rep)?.name ?? '';
  const [wanted, setWanted] = useState({ email: '', name, role: /** @type {import('./effects.js').Role} */ ('rep'), rep: rep ?? '', password: '' });
  const [busy, setBusy] = useState(false);
  const [refused, setRefused] = useState({ fields: /** @type {Record<string, string>} */ ({}), message: /** @type {string|null} */ (null) });
  const change = (/** @type {Event} */ event) => {
    const field = /** @type {HTMLInputElement} */ (event.currentTarget);
    setWanted({ ...wanted, [field.name]: field.value });
  };
  const submit = async (/** @type {SubmitEvent} */ event) => {
    event.preventDefault();
    setBusy(true);
    const answer = await addPerson({ ...wanted, name: wanted.name.trim() || null, rep: wanted.rep || null });
    setBusy(false);
    if (!answer.ok) return setRefused(refusal(answer, parts, words.refused));
    done.value = words.added(answer.data.name);
    return onAdded();
  };
  const { fields, message } = refused;
  const plain = (/** @type {'email'|'name'|'password'} */ field, /** @type {object} */ more) => (/** @type {object} */ given) =>
    html`<input class="input" ...${given} ...${more} value=${wanted[field]} onInput=${change} />`;
  return html`<${Dialog} title=${words.add} close_label=${parts.close} onClose=${onClose}>
    <form class="form" onSubmit=${submit}>
      <${Field} name="email" label=${words.email} within="new" error=${fields.email ?? null}>${plain('email', { type: 'email', required: true, maxlength: 254, autocomplete: 'off', autofocus: true })}</${Field}>
      <${Field} name="name" label=${words.name} within="new" error=${fields.name ?? null}>${plain('name', { maxlength: 200, autocomplete: 'off' })}</${Field}>
      <${RoleFields} role=${wanted.role} rep=${wanted.rep} own=${null} errors=${fields} within="new" change=${change} />
      <${Field} name="password" label=${words.first_password} within="new" hint=${words.password_hint} error=${fields.password ?? null}>${plain('password', { type: 'text', required: true, minlength: 10, autocomplete: 'off', spellcheck: false })}</${Field}>
      <${Refusal} message=${message} />
      <div class="acts dialog-acts"><button type="button" class="button" onClick=${onClose}>${parts.cancel}</button>
        <button class="button primary" disabled=${busy}>${busy ? parts.doing : words.add}</button></div>
    </form></${Dialog}>`;
}
