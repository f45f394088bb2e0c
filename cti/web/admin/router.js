/** Which room is open, as the address says; and the room's own module and style, loaded when it is first opened. */
import { computed, effect, signal } from '../vendor/signals.js';
import { startDraft } from './draft_start.js';
import { addressOf, placeOf } from './place.js';
import { ROOMS, roomOf } from './rooms.js';

/** @typedef {import('./rooms.js').RoomView} RoomView */

const hash = signal(location.hash);
addEventListener('hashchange', () => (hash.value = location.hash));

/** @type {import('@preact/signals').ReadonlySignal<import('./place.js').Place>} */
export const place = computed(() => placeOf(hash.value, (id) => ROOMS.some((room) => room.id === id)));

/** Views that are here already, by room; null where loading failed. @type {import('@preact/signals').Signal<Readonly<Record<string, RoomView|null>>>} */
export const views = signal({});

/** @param {string} room @param {string|number|null} [id] @param {Record<string, string>} [given] */
export function go(room, id = null, given = {}) {
  location.hash = addressOf(room, id, given);
}

/** Loads what the open room needs. @returns {() => void} ends it */
export function followPlace() {
  const room = computed(() => place.value.room);
  return effect(() => void load(room.value));
}

/** @param {string} id */
export async function load(id) {
  if (views.peek()[id]) return;
  const room = roomOf(id);
  try {
    const [view] = await Promise.all([room.load(), room.edits && startDraft(), ...(room.styles ?? []).map(style)]);
    views.value = { ...views.peek(), [id]: view };
  } catch (error) {
    console.error(error);
    views.value = { ...views.peek(), [id]: null };
  }
}

/** @param {string} name a file beside this one @returns {Promise<void>} once it applies; a second time at once */
function style(name) {
  const href = new URL(`./${name}.css`, import.meta.url).href;
  if (document.querySelector(`link[href="${href}"]`)) return Promise.resolve();
  return new Promise((done, failed) => {
    const link = Object.assign(document.createElement('link'), { rel: 'stylesheet', href, onload: () => done() });
    link.onerror = () => {
      link.remove();
      failed(new Error(`${name}.css was not loaded`));
    };
    document.head.append(link);
  });
}
