/** Preact's `h` bound to htm: templates without a build step. The only module that joins the two. */
import htm from './vendor/htm.js';
import { h } from './vendor/preact.js';

export { render } from './vendor/preact.js';

/** @type {(strings: TemplateStringsArray, ...values: unknown[]) => import('preact').ComponentChild} */
// htm types a template with several roots as an array; every template here has one root or is a fragment.
export const html = /** @type {any} */ (htm.bind(h));

/** @typedef {import('preact').ComponentChildren} Children */
