/**
 * Who calls which line: sample callers, a number typed, or none shown.
 *
 * @typedef {{label: string, number: string}} Named
 * @typedef {{name: string, from: string}} Caller
 */
import { byId, make } from './dom.js';
import { initials } from './call_state.js';
import { NO_LINES, NO_NUMBER, OTHER, WITHHELD, WITHHELD_NUMBER } from './words.js';

const OTHER_VALUE = 'other';

export class Callers {
  /** @param {() => void} changed */
  constructor(changed) {
    this.changed = changed;
    this.list = byId('callers', HTMLDivElement);
    this.other = byId('other', HTMLInputElement);
    this.other_field = byId('other-field', HTMLParagraphElement);
    this.line = byId('line', HTMLSelectElement);
    this.problem = byId('problem', HTMLParagraphElement);
    this.list.addEventListener('change', () => this.chosen());
    this.other.addEventListener('input', () => this.wrong(''));
    /** @type {Map<string, string>} */
    this.names = new Map();
  }

  /** @param {{lines: Named[], sample_callers: Named[]}} setup */
  show({ lines, sample_callers }) {
    const choices = sample_callers.map(({ label, number }) => this.choice(label, number, number));
    this.list.replaceChildren(...choices, this.choice(OTHER, '', OTHER_VALUE), this.choice(WITHHELD, '', WITHHELD_NUMBER));
    const first = this.list.querySelector('input');
    if (first) first.checked = true;
    this.line.replaceChildren(...lines.map(({ label, number }) => new Option(label === number ? number : `${label} · ${number}`, number)));
    if (lines.length === 0) this.wrong(NO_LINES);
    this.chosen();
  }

  /** Who is chosen, whether or not the number is complete. @returns {Caller} */
  shown() {
    const value = this.value();
    if (value === OTHER_VALUE) return { name: this.other.value.trim() || OTHER, from: this.other.value.trim() };
    return { name: this.names.get(value) ?? value, from: value };
  }

  /** Who calls whom; null, with the reason shown, when that is not known. @returns {{caller: Caller, to: string}|null} */
  taken() {
    const caller = this.shown();
    if (!this.line.value) return this.wrong(NO_LINES);
    if (!caller.from) {
      this.other.focus();
      return this.wrong(NO_NUMBER);
    }
    this.wrong('');
    return { caller: { ...caller, from: caller.from.replace(/(?<=[+\d])[\s().-]+(?=\d)/g, '') }, to: this.line.value };
  }

  /** @param {string} number @returns {string} who has it */
  nameOf(number) {
    return this.names.get(number) ?? number;
  }

  /** @param {string} message @returns {null} */
  wrong(message) {
    this.problem.textContent = message;
    this.other.setAttribute('aria-invalid', String(message === NO_NUMBER));
    if (!message) this.changed();
    return null;
  }

  chosen() {
    const typed = this.value() === OTHER_VALUE;
    this.other_field.hidden = !typed;
    this.wrong(this.line.value ? '' : NO_LINES);
  }

  value() {
    return /** @type {HTMLInputElement|null} */ (this.list.querySelector('input:checked'))?.value ?? '';
  }

  /** @param {string} name @param {string} number @param {string} value @returns {HTMLElement} */
  choice(name, number, value) {
    this.names.set(value, name);
    const label = make('label', 'choice');
    const mini = make('span', 'mini', value === OTHER_VALUE ? '#' : value === WITHHELD_NUMBER ? '?' : initials(name) || '#');
    mini.setAttribute('aria-hidden', 'true');
    const radio = document.createElement('input');
    Object.assign(radio, { type: 'radio', name: 'caller', value });
    const words = make('b', number ? 'name' : 'name alone', name);
    label.append(mini, words);
    if (number) label.append(make('span', 'number num', number));
    label.append(radio);
    return label;
  }
}
