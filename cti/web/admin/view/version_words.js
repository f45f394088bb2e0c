/** A version in a line: why it was written, who did, when. */
import { dayAndTime } from '../../format.js';
import { wordsFor } from '../../strings/text.js';
import { now } from '../shell.js';

/** @typedef {import('../versions_model.js').Info} Info */

const { versions: words } = /** @type {typeof import('../../strings/en/versions.js')} */ (await wordsFor('versions'));

/** @param {Info} one @returns {string} */
export const whyOf = (one) => one.activation_comment || one.comment || words.no_comment;

/** @param {Info} one @returns {string} */
export function whoAndWhen({ author, created_at, activated_by, activated_at }) {
  const at = (/** @type {string} */ iso) => dayAndTime(Date.parse(iso), now.peek());
  return activated_at ? words.activated(activated_by ?? author, at(activated_at)) : words.by(author, at(created_at));
}
