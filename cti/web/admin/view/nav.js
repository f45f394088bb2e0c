/** The way to the rooms: a rail beside them in a wide window, behind a button in a narrow one. */
import { html } from '../../html.js';
import { Icon } from '../../icons.js';
import { text } from '../../strings/text.js';
import { useEffect, useRef } from '../../vendor/preact-hooks.js';
import { signal } from '../../vendor/signals.js';
import { care_count } from '../care/store.js';
import { addressOf } from '../place.js';
import { ROOMS } from '../rooms.js';
import { place } from '../router.js';
import { may } from '../shell.js';

const words = text.rooms;
const GROUPS = /** @type {const} */ (['now', 'routing', 'team', 'records']);
const open = signal(false);

/** In narrow windows only. */
export const MenuButton = () => html`<button type="button" class="button quiet icon-only menu-button" aria-label=${words.menu}
  aria-expanded=${open.value} aria-controls="rooms" onClick=${() => (open.value = !open.value)}><${Icon} name="menu" /></button>`;

export function Rooms() {
  const root = useRef(/** @type {HTMLElement|null} */ (null));
  const shown = open.value;
  const { room } = place.value;
  useEffect(() => void (open.value = false), [place.value]);
  useEffect(() => (shown ? closingOutside(root) : undefined), [shown]);
  const pressed = (/** @type {KeyboardEvent} */ event) => {
    if (event.key === 'Escape' && shown) close();
  };
  return html`<nav id="rooms" class=${`rooms ${shown ? 'open' : ''}`} aria-label=${words.label} ref=${root} onKeyDown=${pressed}>
    <div class="rooms-list">
      <button type="button" class="button quiet icon-only rooms-close" aria-label=${words.close} onClick=${close}><${Icon} name="close" /></button>
      ${GROUPS.map((group) => html`<${Group} key=${group} group=${group} room=${room} />`)}</div></nav>`;
}

/** @param {{group: typeof GROUPS[number], room: string}} props */
function Group({ group, room }) {
  const rooms = ROOMS.filter((one) => one.group === group && (!one.hidden || one.id === room) && may(one.right));
  if (rooms.length === 0) return null;
  const id = `rooms-${group}`;
  return html`<p class="label" id=${id}>${words.groups[group]}</p>
    <ul aria-labelledby=${id}>${rooms.map((one) => html`<li key=${one.id}><a class="room-link" href=${addressOf(one.id)}
      aria-current=${one.id === room ? 'page' : undefined}><${Icon} name=${one.icon} /><span class="grow">${nameOf(one.id)}</span><${Count} room=${one.id} /></a></li>`)}</ul>`;
}

/** How much waits in a room. @param {{room: string}} props */
function Count({ room }) {
  const n = room === 'care' ? care_count.value : 0;
  return n > 0 ? html`<span class="chip warn num">${n}</span>` : null;
}

/** @param {string} id @returns {string} */
export const nameOf = (id) => /** @type {Record<string, string>} */ (words.names)[id] ?? id;

function close() {
  open.value = false;
  /** @type {HTMLElement|null} */ (document.querySelector('.menu-button'))?.focus();
}

/** @param {{current: HTMLElement|null}} root @returns {() => void} */
function closingOutside(root) {
  const outside = (/** @type {Event} */ event) => {
    const target = /** @type {Element} */ (event.target);
    if (!root.current?.contains(target) && !target.closest('.menu-button')) open.value = false;
  };
  /** @type {HTMLElement|null|undefined} */ (root.current?.querySelector('[aria-current]'))?.focus();
  addEventListener('pointerdown', outside);
  addEventListener('focusin', outside);
  return () => {
    removeEventListener('pointerdown', outside);
    removeEventListener('focusin', outside);
  };
}
