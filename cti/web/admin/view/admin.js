/** The admin console's frame: what is above and beside every room. */
import { html } from '../../html.js';
import { Icon } from '../../icons.js';
import { PasswordDialog } from '../../parts/password.js';
import { Ribbon } from '../../parts/ribbon.js';
import { UserMenu } from '../../parts/user_menu.js';
import { text } from '../../strings/text.js';
import { draftParts } from '../draft_start.js';
import { admin, dialog, logOut } from '../shell.js';
import { CancelDialog } from './callbacks.js';
import { MenuButton, Rooms } from './nav.js';
import { OpenRoom } from './room.js';

export function Admin() {
  const { access, me } = admin.value;
  const draft = draftParts.value;
  return html`
    <${Ribbon} simulated=${me?.simulated ?? false} />
    <${Top} />
    <div class="console">
      ${access === 'ok' && html`<${Rooms} />`}
      <main class="admin" id="room">
        ${access === 'ok' && draft && html`<${draft.DraftBanners} />`}
        ${access === 'ok' ? html`<${OpenRoom} />` : html`<${Refused} access=${access} />`}
        ${access === 'ok' && draft && html`<${draft.DraftBar} />`}</main>
    </div>
    <${CancelDialog} />
    ${dialog.value === 'password' && html`<${PasswordDialog} onClose=${() => (dialog.value = null)} />`}`;
}

function Top() {
  const { me, live, access } = admin.value;
  const entries = [
    ...(me?.rep ? [{ icon: 'headset', label: text.menu.desk, href: '/' }] : []),
    { icon: 'key', label: text.menu.password, act: () => (dialog.value = 'password') },
    { icon: 'door', label: text.menu.log_out, act: logOut },
  ];
  return html`<header class="top">
    ${access === 'ok' && html`<${MenuButton} />`}
    <a class="brand" href="#/floor"><${Icon} name="phone" /><span class="wide-text">${text.app.admin}</span></a>
    <span class="grow"></span>
    ${access === 'ok' && html`<span role="status" class=${`chip ${live ? 'go' : 'stop'}`}>
      <${Icon} name=${live ? 'check' : 'unplug'} />${live ? text.floor.live : text.floor.paused}</span>`}
    ${me && html`<${UserMenu} name=${me.name} email=${me.email} entries=${entries} />`}
  </header>`;
}

/** @param {{access: 'signed_out'|'forbidden'}} props */
function Refused({ access }) {
  const out = access === 'signed_out';
  return html`<div class="refused sheet" role="alert">
    <h1>${out ? text.offline.logged_out : text.admin.forbidden}</h1>
    <p class="muted">${out ? text.offline.logged_out_hint : text.admin.forbidden_hint}</p>
    <a class="button primary" href=${out ? '/login?next=/admin' : '/'}>${out ? text.offline.log_in : text.menu.desk}</a></div>`;
}
