/** Speaks what the caller hears, where the browser can and the person wants it. */

const REMEMBERED = 'telephone-aloud';

export class Voice {
  constructor() {
    this.on = recall();
  }

  /** @param {boolean} on */
  turn(on) {
    this.on = on;
    if (!on) this.hush();
    try {
      localStorage.setItem(REMEMBERED, on ? 'yes' : 'no');
    } catch {
      // A browser that keeps nothing: the choice lasts as long as the page.
    }
  }

  /** @param {string} text @param {string} language */
  speak(text, language) {
    if (!this.on || !('speechSynthesis' in window)) return;
    const utterance = new SpeechSynthesisUtterance(text);
    utterance.lang = language;
    speechSynthesis.speak(utterance);
  }

  hush() {
    if ('speechSynthesis' in window) speechSynthesis.cancel();
  }
}

/** @returns {boolean} */
function recall() {
  try {
    return localStorage.getItem(REMEMBERED) !== 'no';
  } catch {
    return true;
  }
}
