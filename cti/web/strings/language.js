/** Which language the pages speak: the one chosen in the user menu, else the first of the browser's that there is. */

/** Code → its own name. Each has a folder of catalogues beside this file. */
export const LANGUAGES = /** @type {const} */ ({ en: 'English', id: 'Bahasa Indonesia', ms: 'Bahasa Melayu', pl: 'Polski' });

/** @typedef {keyof typeof LANGUAGES} Language */

const KEPT_AS = 'cti.language';

/**
 * @param {string|null} kept what somebody chose here
 * @param {readonly string[]} preferred BCP 47, the browser's
 * @returns {Language}
 */
export function languageOf(kept, preferred) {
  const known = (/** @type {string|null} */ code) => code !== null && Object.hasOwn(LANGUAGES, code);
  const found = [kept, ...preferred.map((tag) => tag.toLowerCase().split('-')[0])].find(known);
  return /** @type {Language} */ (found ?? 'en');
}

/**
 * @param {Language} language @param {readonly string[]} preferred
 * @returns {string} how dates and numbers are written: as the browser's owner is used to where that is this language
 */
export const localeOf = (language, preferred) => preferred.find((tag) => tag.toLowerCase().split('-')[0] === language && isTag(tag)) ?? language;

/** @param {string} tag */
function isTag(tag) {
  try {
    return Intl.getCanonicalLocales(tag).length > 0;
  } catch {
    return false;
  }
}

/** @returns {string|null} */
function kept() {
  try {
    return localStorage.getItem(KEPT_AS);
  } catch {
    return null;
  }
}

const preferred = globalThis.navigator?.languages ?? [];

export const language = languageOf(kept(), preferred);
export const locale = localeOf(language, preferred);
if (globalThis.document) document.documentElement.lang = language;

/** Speaks it from now on: the page begins anew. @param {string} code */
export function speak(code) {
  try {
    localStorage.setItem(KEPT_AS, code);
  } catch {
    return;
  }
  location.reload();
}
