/** The whole desk: bars, three zones, dialogs. */
import { html } from '../../html.js';
import { PasswordDialog } from '../../parts/password.js';
import { Ribbon } from '../../parts/ribbon.js';
import { dialog } from '../shell.js';
import { desk } from '../store.js';
import { Bars } from './bars.js';
import { Centre } from './centre.js';
import { Customer } from './customer.js';
import { Left } from './left.js';
import { ShortcutsDialog } from './shortcuts_dialog.js';
import { SoundDialog } from './start.js';
import { Top } from './top.js';

export function Desk() {
  return html`
    <${Ribbon} simulated=${desk.value.me?.simulated ?? false} />
    <${Top} />
    <${Bars} />
    <main class="zones">
      <${Centre} />
      <${Customer} />
      <${Left} />
    </main>
    <${Dialogs} />`;
}

function Dialogs() {
  const close = () => (dialog.value = null);
  switch (dialog.value) {
    case 'shortcuts': return html`<${ShortcutsDialog} onClose=${close} />`;
    case 'sound': return html`<${SoundDialog} onClose=${close} />`;
    case 'password': return html`<${PasswordDialog} onClose=${close} />`;
    default: return null;
  }
}
