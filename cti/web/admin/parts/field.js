/** One field of a form: its label, what is to be known about it, and what is wrong with it. */
import { html } from '../../html.js';
import { Icon } from '../../icons.js';

/**
 * @typedef {{id: string, name: string, 'aria-invalid': 'true'|undefined, 'aria-describedby': string|undefined}} Given what
 *   joins the input with its label and notes
 */

/**
 * @param {{name: string, label: string, hint?: string|null, error?: string|null, within?: string,
 *   children: (given: Given) => import('../../html.js').Children}} props `within`: tells two forms of a page apart
 */
export function Field({ name, label, hint = null, error = null, within = 'field', children }) {
  const id = `${within}-${name}`;
  const noted = [hint && `${id}-hint`, error && `${id}-error`].filter(Boolean).join(' ');
  return html`<div class="field">
    <label for=${id}>${label}</label>
    ${children({ id, name, 'aria-invalid': error ? 'true' : undefined, 'aria-describedby': noted || undefined })}
    ${hint && html`<p class="tiny" id=${`${id}-hint`}>${hint}</p>`}
    ${error && html`<p class="error" id=${`${id}-error`}><${Icon} name="alert" />${error}</p>`}
  </div>`;
}

/** @param {string|null} message under a form: why it was not done, or null */
export const Refusal = (/** @type {{message: string|null}} */ { message }) =>
  html`<div role="alert">${message && html`<p class="error"><${Icon} name="alert" />${message}</p>`}</div>`;
