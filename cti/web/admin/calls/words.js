/** What one call's page says besides, loaded with the room. */
import { wordsFor } from '../../strings/text.js';

/** @type {typeof import('../../strings/en/trace.js').trace} */
export const words = (await wordsFor('trace')).trace;
