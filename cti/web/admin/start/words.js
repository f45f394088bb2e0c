/** This room's words, loaded with it. */
import { wordsFor } from '../../strings/text.js';

/** @type {typeof import('../../strings/en/start.js').start} */
export const words = (await wordsFor('start')).start;
