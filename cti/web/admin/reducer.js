/** The admin page's one reducer: (state, event) → state. Pure; an answer to an outdated question changes nothing. */
import { NO_FILTERS } from './model.js';

/** @typedef {import('./model.js').AdminState} AdminState */
/**
 * @typedef {{type: 'me_loaded', me: NonNullable<AdminState['me']>, skew_ms: number}
 *   | {type: 'access_refused', access: 'signed_out'|'forbidden'}
 *   | {type: 'floor_loaded', floor: import('./model.js').Floor, at_ms: number} | {type: 'floor_refused'}
 *   | {type: 'filters_changed', filters: Partial<import('./model.js').Filters>} | {type: 'filters_cleared'}
 *   | {type: 'calls_asked'}
 *   | {type: 'calls_loaded', filters: import('./model.js').Filters, after: string|null,
 *      calls: import('./model.js').ListedCall[], next: string|null}
 *   | {type: 'calls_refused'}
 *   | {type: 'cancel_asked', call: import('./model.js').FloorCall} | {type: 'cancel_closed'} | {type: 'cancel_sent'}
 *   | {type: 'callback_cancelled', id: string} | {type: 'cancel_refused', too_late: boolean}
 *   | {type: 'detail_opened', id: string} | {type: 'detail_closed'}
 *   | {type: 'detail_loaded', id: string, body: import('./model.js').Detail}
 *   | {type: 'detail_refused', id: string, missing: boolean}} AdminEvent
 */

/** @param {AdminState} state @param {AdminEvent} event @returns {AdminState} */
export function reduce(state, event) {
  switch (event.type) {
    case 'me_loaded': return { ...state, me: event.me, skew_ms: event.skew_ms };
    case 'access_refused': return { ...state, access: event.access, live: false };
    case 'floor_loaded': return { ...state, floor: event.floor, floor_at_ms: event.at_ms, live: true };
    case 'floor_refused': return { ...state, live: false };
    case 'filters_changed': return filtered(state, { ...state.filters, ...event.filters });
    case 'filters_cleared': return filtered(state, NO_FILTERS);
    case 'calls_asked': return { ...state, calls: { ...state.calls, state: 'loading' } };
    case 'calls_loaded': return withCalls(state, event);
    case 'calls_refused': return { ...state, calls: { ...state.calls, state: 'failed' } };
    case 'cancel_asked': return { ...state, cancelling: { call: event.call, step: 'asked' } };
    case 'cancel_closed': return { ...state, cancelling: null };
    case 'cancel_sent': return withCancelling(state, 'sending');
    case 'cancel_refused': return withCancelling(state, event.too_late ? 'too_late' : 'not_sent');
    case 'callback_cancelled': return withoutCallback(state, event.id);
    case 'detail_opened': return { ...state, detail: { id: event.id, state: 'loading', body: null } };
    case 'detail_closed': return { ...state, detail: null };
    case 'detail_loaded': return withDetail(state, event.id, { state: 'ready', body: event.body });
    case 'detail_refused': return withRefusedDetail(state, event.id, event.missing);
  }
}

/** @param {AdminState} state @param {import('./model.js').Cancelling['step']} step @returns {AdminState} */
const withCancelling = (state, step) => (state.cancelling ? { ...state, cancelling: { ...state.cancelling, step } } : state);

/** It goes at once, not with the next look at the floor. @param {AdminState} state @param {string} id @returns {AdminState} */
const withoutCallback = (state, id) => ({
  ...state, cancelling: null, floor: state.floor && { ...state.floor, calls: state.floor.calls.filter((call) => call.id !== id) },
});

/** @param {AdminState} state @param {import('./model.js').Filters} filters @returns {AdminState} */
const filtered = (state, filters) => ({ ...state, filters, calls: { ...state.calls, older: false } });

/** @param {import('./model.js').ListedCall[]} items @param {import('./model.js').ListedCall[]} others */
const without = (items, others) => items.filter((call) => !others.some(({ id }) => id === call.id));

/**
 * The newest page takes the list's place, but not that of older pages that were opened while it was under way.
 * @param {AdminState} state @param {Extract<AdminEvent, {type: 'calls_loaded'}>} event @returns {AdminState}
 */
function withCalls(state, { filters, after, calls, next }) {
  if (JSON.stringify(filters) !== JSON.stringify(state.filters)) return state;
  const { items, older } = state.calls;
  if (after !== null) return { ...state, calls: { state: 'ready', items: items.concat(without(calls, items)), next, older: true } };
  if (!older) return { ...state, calls: { state: 'ready', items: calls, next, older } };
  return { ...state, calls: { ...state.calls, state: 'ready', items: calls.concat(without(items, calls)) } };
}

/**
 * @param {AdminState} state @param {string} id @param {Partial<NonNullable<AdminState['detail']>>} change
 * @returns {AdminState}
 */
const withDetail = (state, id, change) =>
  state.detail?.id === id ? { ...state, detail: { ...state.detail, ...change } } : state;

/** A refresh that failed leaves what is shown. @param {AdminState} state @param {string} id @param {boolean} missing */
const withRefusedDetail = (state, id, missing) =>
  state.detail?.body ? state : withDetail(state, id, { state: missing ? 'missing' : 'failed' });
