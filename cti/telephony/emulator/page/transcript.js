/** What the caller hears, line by line. A sound that goes on is one line; a new place on the line is a step. */
import { byId, make } from './dom.js';
import { soundName } from './words.js';

/** @typedef {import('./call_state.js').Line} Line */

const KEY = /^[0-9*#]$/;

export class Transcript {
  constructor() {
    this.list = byId('heard', HTMLDivElement);
    this.hint = byId('hint', HTMLParagraphElement);
    this.last_sound = '';
    /** The keys pressed last, while nothing else was heard. @type {HTMLElement|null} */
    this.last_keys = null;
  }

  clear() {
    this.list.replaceChildren();
    this.last_keys = null;
    this.last_sound = '';
  }

  /** @param {string} text */
  step(text) {
    this.add('step', text, new Date().toISOString());
  }

  /** @param {Line} line */
  heard(line) {
    if (line.kind === 'sound') {
      const name = soundName(line.text);
      if (name !== this.last_sound) this.add('sound', name, line.at);
      this.last_sound = name;
      return;
    }
    const key = line.kind === 'own' && KEY.test(line.text);
    if (key && this.last_keys) {
      this.last_keys.textContent += line.text;
      return;
    }
    const words = this.add(line.kind, line.text, line.at);
    if (key) this.last_keys = words;
  }

  /** @param {string} kind @param {string} text @param {string} at @returns {HTMLElement} */
  add(kind, text, at) {
    this.last_sound = '';
    this.last_keys = null;
    const row = make('div', 'turn');
    const time = make('time', '', new Date(at).toLocaleTimeString([], { hour: '2-digit', minute: '2-digit', second: '2-digit', hour12: false }));
    time.setAttribute('datetime', at);
    const words = make('span', kind, text);
    row.append(time, words);
    this.list.append(row);
    this.hint.hidden = true;
    this.list.scrollTop = this.list.scrollHeight;
    return words;
  }
}
