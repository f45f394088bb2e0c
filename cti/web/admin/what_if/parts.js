/** Small things that the list of simulations and one of them draw. */
import { instant } from '../../format.js';
import { html } from '../../html.js';
import { wordsFor } from '../../strings/text.js';

const { what_if: words } = /** @type {typeof import('../../strings/en/what_if.js')} */ (await wordsFor('what_if'));

/** @typedef {import('./store.js').Simulation} Simulation */

/** @param {{state: Simulation['state']}} props */
export const State = ({ state }) => html`<span class=${`chip ${{ waiting: '', running: 'accent', done: 'go', failed: 'stop', cancelled: 'warn' }[state]}`}>${words.states[state]}</span>`;

/** @param {{version: number|null}} source */
const sourceName = ({ version }) => (version === null ? words.draft : words.version(version));

/** @param {Simulation} one @returns {string} which configurations, and which days */
export function titleOf({ config, compare, recorded }) {
  const what = compare ? words.against(sourceName(config), sourceName(compare)) : sourceName(config);
  return recorded ? `${what} · ${days(recorded)}` : what;
}

/** @param {{since: string, until: string}} recorded @returns {string} `16–22 Nov` */
function days({ since, until }) {
  const [from, to] = [instant(since) ?? 0, (instant(until) ?? 0) - 1];
  return new Intl.DateTimeFormat(words.locale, { day: 'numeric', month: 'short' }).formatRange(from, to);
}
