/** Tokens that hold: whose, what for, until when, when last used; made, shown once, ended. */
import { instant } from '../../format.js';
import { html } from '../../html.js';
import { Icon } from '../../icons.js';
import { Dialog } from '../../parts/dialog.js';
import { useState } from '../../vendor/preact-hooks.js';
import { Field, Refusal } from '../parts/field.js';
import { refusal } from '../parts/refused.js';
import { Copied } from '../parts/secret.js';
import { Sure } from '../parts/sure.js';
import { parts } from '../parts/words.js';
import { admin, now } from '../shell.js';
import { whenOf } from './list.js';
import { addToken, done, people, revokeToken, tokens } from './store.js';
import { words } from './words.js';

/** @typedef {import('./effects.js').Token} Token */

const SOON_MS = 14 * 86_400_000;

/** @param {{person?: import('./effects.js').Person|null}} props of one person alone */
export function TokenList({ person = null }) {
  const [adding, setAdding] = useState(false);
  const [ending, setEnding] = useState(/** @type {Token|null} */ (null));
  const some = tokens(person?.id);
  const revoked = () => {
    done.value = words.revoked(ending?.label || words.unnamed);
    setEnding(null);
  };
  return html`<section class="calls" aria-labelledby="tokens-title">
    <div class="room-head"><h2 id="tokens-title">${words.tokens}</h2><span class="grow"></span>
      <button type="button" class="button" onClick=${() => setAdding(true)}><${Icon} name="key" />${words.add_token}</button></div>
    ${some.length === 0 ? html`<p class="muted">${words.no_tokens}</p>` : html`<${Table} some=${some} whose=${person === null} end=${setEnding} />`}
    ${adding && html`<${AddToken} email=${person?.email ?? admin.value.me?.email ?? ''} onClose=${() => setAdding(false)} />`}
    ${ending && html`<${Sure} title=${words.revoke_ask(ending.label || words.unnamed)} sure=${words.revoke}
      effects=${words.revoke_effects(ending.user.name, ending.last_used_at && whenOf(ending.last_used_at))}
      act=${() => revokeToken(ending.id)} onDone=${revoked} onClose=${() => setEnding(null)} />`}
  </section>`;
}

/** @param {{some: Token[], whose: boolean, end: (token: Token) => void}} props */
const Table = ({ some, whose, end }) => html`<div class="table named sheet"><table>
  <thead><tr><th scope="col">${words.label}</th>${whose && html`<th scope="col">${words.of}</th>`}<th scope="col">${words.made}</th>
    <th scope="col">${words.last_used}</th><th scope="col">${words.ends}</th><th scope="col"><span class="hidden-text">${words.revoke}</span></th></tr></thead>
  <tbody>${some.map((token) => html`<tr key=${token.id}>
    <td><strong>${token.label || words.unnamed}</strong></td>
    ${whose && html`<td class="wrap">${token.user.name}</td>`}
    <td class="num" data-label=${words.made}>${whenOf(token.created_at)}</td>
    <td class="num" data-label=${words.last_used}>${whenOf(token.last_used_at)}</td>
    <td class="num" data-label=${words.ends}>${whenOf(token.ends_at)} ${endsSoon(token) && html`<span class="chip warn">${words.ends_soon}</span>`}</td>
    <td class="right"><button type="button" class="button tiny-button decline" onClick=${() => end(token)}>${words.revoke}<span class="hidden-text"> ${token.label || words.unnamed}</span></button></td></tr>`)}</tbody></table></div>`;

/** @param {Token} token */
const endsSoon = ({ ends_at }) => (instant(ends_at) ?? Infinity) - now.value < SOON_MS;

/** @param {{email: string, onClose: () => void}} props */
function AddToken({ email, onClose }) {
  const [made, setMade] = useState(/** @type {string|null} */ (null));
  const [busy, setBusy] = useState(false);
  const [refused, setRefused] = useState({ fields: /** @type {Record<string, string>} */ ({}), message: /** @type {string|null} */ (null) });
  const submit = async (/** @type {SubmitEvent} */ event) => {
    event.preventDefault();
    const form = new FormData(/** @type {HTMLFormElement} */ (event.currentTarget));
    setBusy(true);
    const answer = await addToken({ email: String(form.get('email')), label: String(form.get('label')).trim(), days: Number(form.get('days')) });
    setBusy(false);
    if (answer.ok) setMade(answer.data.token);
    else setRefused(refusal(answer, parts, words.refused));
  };
  if (made !== null) {
    return html`<${Dialog} title=${words.token_made} close_label=${parts.close} onClose=${onClose}>
      <p>${words.shown_once}</p><${Copied} label=${words.secret} value=${made} />
      <div class="acts dialog-acts"><button type="button" class="button" onClick=${onClose}>${words.kept_it}</button></div></${Dialog}>`;
  }
  const { fields, message } = refused;
  return html`<${Dialog} title=${words.add_token} close_label=${parts.close} onClose=${onClose}>
    <form class="form" onSubmit=${submit}><p class="muted">${words.token_lead}</p>
      <${Field} name="email" label=${words.of} within="token" hint=${words.of_hint} error=${fields.email ?? null}>${(/** @type {object} */ given) => html`
        <select class="input" ...${given}>${people().filter((one) => !one.disabled).map((one) => html`<option key=${one.id} value=${one.email} selected=${one.email === email}>${one.name} (${one.email})</option>`)}</select>`}</${Field}>
      <${Field} name="label" label=${words.label} within="token" hint=${words.label_hint} error=${fields.label ?? null}>${(/** @type {object} */ given) => html`
        <input class="input" ...${given} required maxlength="200" autocomplete="off" autofocus />`}</${Field}>
      <${Field} name="days" label=${words.days} within="token" error=${fields.days ?? null}>${(/** @type {object} */ given) => html`
        <input class="input num" ...${given} type="number" required min="1" max="3650" value="90" />`}</${Field}>
      <${Refusal} message=${message} />
      <div class="acts dialog-acts"><button type="button" class="button" onClick=${onClose}>${parts.cancel}</button>
        <button class="button primary" disabled=${busy}>${busy ? parts.doing : words.make}</button></div></form></${Dialog}>`;
}
