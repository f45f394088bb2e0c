/** The keys of a live call, and the words for a line that listens to speech. Digits typed anywhere else on the page
 *  are keys too. */
import { byId } from './dom.js';

/** @typedef {import('./call_state.js').Call} Call */
/** @typedef {{press: (digits: string) => void, say: (text: string) => void}} Listener */

const KEYS = /^[0-9*#]$/;

export class Keypad {
  /** @param {Listener} listener */
  constructor(listener) {
    this.listener = listener;
    this.live = false;
    this.keys = byId('keys', HTMLDivElement);
    this.saying = byId('saying', HTMLFormElement);
    this.words = byId('words', HTMLInputElement);
    this.keys.addEventListener('click', (event) => this.clicked(event));
    this.saying.addEventListener('submit', (event) => this.said(event));
    document.addEventListener('keydown', (event) => this.typed(event));
  }

  /** Shows what the call takes now. @param {Call|null} call null when none is live */
  show(call) {
    this.live = call !== null;
    const listens = call?.listening.includes('speech') ?? false;
    if (!listens && this.saying.contains(document.activeElement)) byId('heard', HTMLDivElement).focus();
    if (!listens) this.words.value = '';
    this.keys.hidden = !this.live;
    this.saying.hidden = !listens;
  }

  /** @param {MouseEvent} event */
  clicked(event) {
    const key = event.target instanceof Element ? event.target.closest('button') : null;
    if (key) this.listener.press(key.value);
  }

  /** @param {SubmitEvent} event */
  said(event) {
    event.preventDefault();
    const text = this.words.value.trim();
    if (text) this.listener.say(text);
    this.words.value = '';
  }

  /** @param {KeyboardEvent} event */
  typed(event) {
    const field = event.target instanceof Element && event.target.closest('input, select, textarea');
    if (!this.live || field || event.ctrlKey || event.altKey || event.metaKey || !KEYS.test(event.key)) return;
    this.listener.press(event.key);
  }
}
