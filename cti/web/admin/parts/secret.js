/** Something that is shown once, and copied. */
import { html } from '../../html.js';
import { Icon } from '../../icons.js';
import { useRef, useState } from '../../vendor/preact-hooks.js';
import { parts as words } from './words.js';

/** @param {{label: string, value: string}} props */
export function Copied({ label, value }) {
  const field = useRef(/** @type {HTMLInputElement|null} */ (null));
  const [done, setDone] = useState(false);
  const copy = async () => {
    field.current?.select();
    setDone(await copied(value));
  };
  return html`<div class="field"><label for="copied">${label}</label>
    <div class="copied"><input class="input" id="copied" ref=${field} readonly value=${value} onFocus=${() => field.current?.select()} />
      <button type="button" class="button primary" onClick=${copy}><${Icon} name=${done ? 'check' : 'copy'} />${words.copy}</button></div>
    <p class="tiny" role="status">${done ? words.copied : ''}</p></div>`;
}

/** @param {string} value @returns {Promise<boolean>} not on a page that the browser does not trust: it stays selected for Ctrl+C */
async function copied(value) {
  try {
    await navigator.clipboard.writeText(value);
    return true;
  } catch {
    return false;
  }
}
