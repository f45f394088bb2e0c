/**
 * The catalogue in use: the words that every page needs at once. What one room of the console says besides is loaded
 * with that room, from a file of its own in each language's folder.
 */
import { admin } from './en/admin.js';
import { desk } from './en/desk.js';
import { shared } from './en/shared.js';
import { language } from './language.js';

/** @typedef {typeof desk & typeof admin & typeof shared} Text */

/**
 * @param {string} subject a file of each language's folder
 * @returns {Promise<any>} the module: `const { rules } = await wordsFor('rules')`, with the type of the English one,
 *   `typeof import('…/en/rules.js')`
 */
export const wordsFor = (subject) => import(`./${language}/${subject}.js`);

/** English is there at once, so that its first paint waits for no further request; it is what the others are made of. */
const english = { ...desk, ...admin, ...shared };

/** @returns {Promise<Text>} */
async function translated() {
  const [one, other, third] = await Promise.all(['desk', 'admin', 'shared'].map(wordsFor));
  return { ...one.desk, ...other.admin, ...third.shared };
}

/** @type {Text} */
export const text = language === 'en' ? english : await translated();
