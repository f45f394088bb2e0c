/** Starts the admin console. */
import { html, render } from '../html.js';
import { followCare, leadIn } from './care/store.js';
import { followKept } from './draft_start.js';
import { followPlace } from './router.js';
import { openAdmin } from './shell.js';
import { Admin } from './view/admin.js';

render(html`<${Admin} />`, /** @type {HTMLElement} */ (document.getElementById('page')));
followPlace();
followKept();
followCare();
leadIn();
openAdmin();
