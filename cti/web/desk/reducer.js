/**
 * The desk's one reducer: (state, event) → state. Pure: no clock, no network, no page. Each event of `events.js` has its
 * own entry in a table; an event that changes nothing returns the very same state.
 *
 * It guarantees: nothing the page did itself ends an offer or a call (only the service's events do); nothing
 * written in a form is dropped before it is filed or thrown away by the rep; an event that comes twice counts once.
 */
import { PAGE } from './reduce_page.js';
import { SERVER } from './reduce_server.js';

/** @typedef {import('./model.js').DeskState} DeskState */
/** @typedef {import('./events.js').DeskEvent} DeskEvent */

/** @type {Record<string, (state: DeskState, event: any) => DeskState>} */
const TABLE = { ...SERVER, ...PAGE };

/**
 * @param {DeskState} state
 * @param {DeskEvent} event
 * @returns {DeskState}
 */
export function reduce(state, event) {
  const step = TABLE[event.type];
  if (!step) return state;
  const cursor = 'cursor' in event ? (event.cursor ?? null) : null;
  if (cursor === null) return step(state, event);
  if (cursor === state.cursor && event.type !== 'snapshot') return state;
  return { ...step(state, event), cursor };
}
