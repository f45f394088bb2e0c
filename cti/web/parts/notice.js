/** One line across the page, with an icon and perhaps a button. */
import { html } from '../html.js';
import { Icon } from '../icons.js';

/**
 * @param {{kind?: ''|'go'|'warn'|'stop', icon: import('../icons.js').IconName, children: import('../html.js').Children,
 *   act?: import('../html.js').Children}} props
 */
export const Bar = ({ kind = '', icon, children, act = null }) =>
  html`<div class=${`bar ${kind}`}><${Icon} name=${icon} /><p>${children}</p>${act}</div>`;
