/** A person's initials, or a neutral figure while nobody is known. Decoration: the name stands beside it. */
import { initials } from '../format.js';
import { html } from '../html.js';
import { Icon } from '../icons.js';

/** @param {{name: string|null, size?: string}} props name: null while unknown */
export function Face({ name, size = '' }) {
  const letters = name ? initials(name) : '';
  if (letters) return html`<span class=${`face ${size}`} aria-hidden="true">${letters}</span>`;
  return html`<span class=${`face unknown ${size}`} aria-hidden="true"><${Icon} name="person" /></span>`;
}
