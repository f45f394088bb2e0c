/** Starts the desk. */
import { html, render } from '../html.js';
import { listenToKeys } from './keyboard.js';
import { openDesk } from './shell.js';
import { Desk } from './view/desk.js';

render(html`<${Desk} />`, /** @type {HTMLElement} */ (document.getElementById('page')));
listenToKeys();
openDesk();
