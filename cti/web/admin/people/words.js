/** This room's words, loaded with it. */
import { wordsFor } from '../../strings/text.js';

/** @type {typeof import('../../strings/en/people.js').people} */
export const words = (await wordsFor('people')).people;
