/** This room's words, loaded with it. */
import { wordsFor } from '../../strings/text.js';

/** @type {typeof import('../../strings/en/audit.js').audit} */
export const words = (await wordsFor('audit')).audit;
