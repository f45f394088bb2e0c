/** The open room. A change of place moves the focus to its heading, and the page to its top. */
import { html } from '../../html.js';
import { text } from '../../strings/text.js';
import { useEffect, useRef } from '../../vendor/preact-hooks.js';
import { load, place, views } from '../router.js';
import { nameOf } from './nav.js';

const words = text.rooms;

export function OpenRoom() {
  const { room, id, given } = place.value;
  const View = views.value[room];
  const moved = useRef(false);
  useEffect(() => {
    document.title = words.title(nameOf(room));
    if (!View) return;
    if (moved.current) focusHeading();
    moved.current = true;
  }, [room, id, View]);
  if (View === undefined) return html`<p class="muted" role="status">${words.opening}</p>`;
  if (View === null) return html`<${Failed} room=${room} />`;
  return html`<${View} key=${room} id=${id} given=${given} />`;
}

/** Its heading, or all of it where that has none yet: a reader says where one is. */
function focusHeading() {
  scrollTo(0, 0);
  const main = document.getElementById('room');
  if (!main || main.querySelector(':focus')) return;
  const heading = /** @type {HTMLElement} */ (main.querySelector('h1') ?? main);
  heading.tabIndex = -1;
  heading.focus({ preventScroll: true });
}

/** @param {{room: string}} props */
const Failed = ({ room }) => html`<div class="refused sheet" role="alert"><h1>${words.failed}</h1>
  <p class="muted">${words.failed_hint}</p>
  <div class="acts"><button type="button" class="button" onClick=${() => load(room)}>${text.calls.retry}</button>
    <button type="button" class="button primary" onClick=${() => location.reload()}>${words.reload}</button></div></div>`;
