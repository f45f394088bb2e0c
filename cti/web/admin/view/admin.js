/** The admin console: the floor now, the list of calls, one call's time line. */
import { html } from '../../html.js';
import { Icon } from '../../icons.js';
import { PasswordDialog } from '../../parts/password.js';
import { Ribbon } from '../../parts/ribbon.js';
import { UserMenu } from '../../parts/user_menu.js';
import { text } from '../../strings/text.js';
import { admin, dialog, logOut } from '../shell.js';
import { Calls } from './calls.js';
import { CancelDialog } from './callbacks.js';
import { CallDetail } from './detail.js';
import { FloorNow } from './floor.js';

export function Admin() {
  const { access, detail, me } = admin.value;
  return html`
    <${Ribbon} simulated=${me?.simulated ?? false} />
    <${Top} />
    <main class="admin">
      ${access !== 'ok' && html`<${Refused} access=${access} />`}
      ${access === 'ok' && (detail ? html`<${CallDetail} detail=${detail} />` : html`<${FloorNow} /><${Calls} />`)}
    </main>
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
    <a class="brand" href="#/"><${Icon} name="phone" />${text.app.admin}</a>
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
