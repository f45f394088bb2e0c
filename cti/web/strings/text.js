/** The catalogue in use. The only module that knows which languages there are. */
export { en as text } from './en.js';
