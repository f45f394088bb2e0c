/** Who is logged in, what one can do about oneself, and in which language the pages speak. */
import { html } from '../html.js';
import { Icon } from '../icons.js';
import { LANGUAGES, language, speak } from '../strings/language.js';
import { text } from '../strings/text.js';
import { Face } from './face.js';
import { Popup } from './popup.js';

/** @typedef {{icon: import('../icons.js').IconName, label: string, href?: string, act?: () => void}} Entry */

/** @param {{name: string, email: string, entries: Entry[]}} props */
export function UserMenu({ name, email, entries }) {
  const face = html`<${Face} name=${name} size="small" /><span class="wide-text">${name}</span><span class="hidden-text">${text.menu.of}</span><${Icon} name="down" />`;
  return html`<${Popup} id="user-menu" style="button quiet user" button=${face} end>
    ${(/** @type {() => void} */ close) => html`
      <span class="label">${email}</span>
      ${entries.map((entry) => html`<${Choice} key=${entry.label} entry=${entry} close=${close} />`)}
      <hr /><span class="label" id="languages">${text.menu.language}</span>
      <div role="group" aria-labelledby="languages">${Object.entries(LANGUAGES).map(([code, name]) => html`<button key=${code} type="button" class="choice" lang=${code}
        aria-current=${code === language ? 'true' : undefined} onClick=${() => speak(code)}>${name}</button>`)}</div>`}
  </${Popup}>`;
}

/** @param {{entry: Entry, close: () => void}} props */
function Choice({ entry, close }) {
  const inside = html`<${Icon} name=${entry.icon} />${entry.label}`;
  if (entry.href) return html`<a class="choice" href=${entry.href}>${inside}</a>`;
  const chosen = () => {
    close();
    entry.act?.();
  };
  return html`<button type="button" class="choice" onClick=${chosen}>${inside}</button>`;
}
