/** What forms, lists and dialogs of every room say; loaded with the first room that has one. */
import { wordsFor } from '../../strings/text.js';

/** @type {typeof import('../../strings/en/parts.js').parts} */
export const parts = (await wordsFor('parts')).parts;
