/** What the rooms of reps, queues and numbers say. */
import { wordsFor } from '../../strings/text.js';

/** @type {typeof import('../../strings/en/settings.js').settings} */
export const words = (await wordsFor('settings')).settings;
