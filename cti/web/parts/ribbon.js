/** Says on every page that the line is the emulator's. The service marks the document; see `pages.py`. */
import { html } from '../html.js';
import { Icon } from '../icons.js';
import { text } from '../strings/text.js';

/** @returns {boolean} */
export const isSimulated = () => document.documentElement.dataset.line === 'simulated';

/** @param {{simulated?: boolean}} props what the service says beside the document's own mark */
export function Ribbon({ simulated = false }) {
  if (!simulated && !isSimulated()) return null;
  return html`<section class="ribbon" aria-label=${text.app.line_simulated}>
    <${Icon} name="info" /><span>${text.app.line_simulated_long}</span>
  </section>`;
}
