/** This room's words, loaded with it. */
import { wordsFor } from '../../strings/text.js';

/** @type {typeof import('../../strings/en/contacts.js').contacts} */
export const words = (await wordsFor('contacts')).contacts;
