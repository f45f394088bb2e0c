/** The bar on top: where one is, one's status, the connection, one's menu. */
import { html } from '../../html.js';
import { Icon } from '../../icons.js';
import { UserMenu } from '../../parts/user_menu.js';
import { text } from '../../strings/text.js';
import { logOut } from '../actions.js';
import { faceOf } from '../selectors.js';
import { dialog } from '../shell.js';
import { desk } from '../store.js';
import { Presence } from './presence.js';

export function Top() {
  return html`<header class="top">
    <span class="brand"><${Icon} name="phone" /><span class="wide-only">${text.app.name}</span></span>
    <${Presence} />
    <span class="grow"></span>
    <${Connection} />
    <${Me} />
  </header>`;
}

function Connection() {
  const { link } = desk.value;
  if (link === 'signed_out' || faceOf(desk.value) === 'no_desk') return null;
  const [style, icon, words] = {
    live: ['go', 'check', text.link.live], lost: ['stop', 'unplug', text.link.lost], connecting: ['', 'plug', text.link.connecting],
  }[link];
  return html`<span role="status" class=${`chip ${style} ${link === 'live' ? 'wide-only' : ''}`}><${Icon} name=${icon} />${words}</span>`;
}

function Me() {
  const { me } = desk.value;
  if (!me) return null;
  const open = (/** @type {'shortcuts'|'sound'|'password'} */ which) => () => (dialog.value = which);
  const desk_entries = [
    { icon: 'headset', label: text.menu.sound, act: open('sound') },
    { icon: 'keyboard', label: text.menu.shortcuts, act: open('shortcuts') },
  ];
  const entries = [
    ...(me.rep ? desk_entries : []),
    { icon: 'key', label: text.menu.password, act: open('password') },
    ...(me.role === 'rep' ? [] : [{ icon: 'sliders', label: text.menu.admin, href: '/admin' }]),
    { icon: 'door', label: text.menu.log_out, act: logOut },
  ];
  return html`<${UserMenu} name=${me.name} email=${me.email} entries=${entries} />`;
}
