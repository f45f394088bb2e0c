/** Makes an offer heard and seen from elsewhere: ring, browser notification, title. Follows the state, decides nothing. */
import { text } from '../strings/text.js';
import { computed, effect } from '../vendor/signals.js';
import { offerWords } from './offer_words.js';
import { desk } from './store.js';

/** @typedef {import('./model.js').DeskState} DeskState */

/** @param {DeskState} state @returns {string} the browser tab's title */
export function titleOf(state) {
  const pop = state.offer?.pop;
  if (pop && state.link === 'live') return text.offer.title(offerWords(pop).who);
  if (state.link === 'lost') return `${text.presence.disconnected} · ${text.app.name}`;
  return state.me ? `${text.presence[state.presence.status]} · ${text.app.name}` : text.app.name;
}

/** @param {DeskState} state @returns {import('./model.js').Pop|null} the offer that this tab should ring for */
export function ringingFor(state) {
  const { offer, primary, link } = state;
  return offer && offer.step === 'ringing' && primary && link === 'live' ? offer.pop : null;
}

/** @param {import('./sound.js').Sound} sound */
export function alertWith(sound) {
  /** @type {Notification|null} */
  let shown = null;
  const title = computed(() => titleOf(desk.value));
  const ringing = computed(() => ringingFor(desk.value)?.offer.id ?? null);
  effect(() => {
    document.title = title.value;
  });
  effect(() => {
    shown?.close();
    shown = null;
    if (ringing.value === null) return sound.stopRinging();
    sound.startRinging();
    const pop = ringingFor(desk.peek());
    if (pop && !document.hasFocus()) shown = notify(pop);
  });
}

/** @param {import('./model.js').Pop} pop @returns {Notification|null} */
function notify(pop) {
  if (typeof Notification === 'undefined' || Notification.permission !== 'granted') return null;
  const { who, body } = offerWords(pop);
  const notification = new Notification(who, {
    body,
    tag: pop.offer.id,
    requireInteraction: true,
  });
  notification.onclick = () => {
    window.focus();
    notification.close();
  };
  return notification;
}

/** Asked for on the Start shift click; a refusal is kept by the browser and changes nothing else. */
export function askToNotify() {
  if (typeof Notification !== 'undefined' && Notification.permission === 'default') Notification.requestPermission();
}
