/** The words of the rules' rooms. */
import { wordsFor } from '../../strings/text.js';

const [room, told] = await Promise.all([wordsFor('rules'), wordsFor('rule_words')]);

/** @type {typeof import('../../strings/en/rules.js').rules} */
export const words = room.rules;
/** Of a rule as a sentence. @type {typeof import('../../strings/en/rule_words.js').rule_words} */
export const rule_words = told.rule_words;
