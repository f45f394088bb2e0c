/** What the admin page knows, as values; the service's shapes under its own names. */

/** @typedef {import('../desk/model.js').Status} Status */
/** @typedef {import('../desk/model.js').Queue} Queue */
/** @typedef {import('../desk/model.js').Callback} Callback */
/**
 * @typedef {{id: string, name: string, status: Status, since: string, connected: boolean, reason: string|null,
 *   call: string|null}} FloorRep
 */
/**
 * @typedef {{id: string, from: string, to: string, caller_name: string|null, queue: string|null, state: string,
 *   since: string, arrived_at: string, rep: string|null, short_staffed?: boolean, callback?: Callback|null}} FloorCall
 */
/** @typedef {Queue & {short_staffed?: number}} FloorQueue */
/** @typedef {{reps: FloorRep[], calls: FloorCall[], queues: FloorQueue[]}} Floor */
/**
 * @typedef {import('../desk/model.js').PastCall & {state: string, rep: string|null, rule: string|null,
 *   end_reason: string|null}} ListedCall
 */
/** @typedef {{q: string, state: string, rep: string, queue: string, rule: string, outcome: string, since: string, until: string}} Filters empty: any; `since` and `until` are days, `2026-11-23`, both included */
/** @typedef {{at: string, kind: string, text?: string|null, data?: Record<string, unknown>|null}} Moment */
/**
 * @typedef {{at: string, rule: string|null, version?: string|number|null, queue: string|null, chosen: string|null,
 *   how: string, fit?: number|null, idle_ms?: number|null, on_duty?: number, qualified?: number, free?: number,
 *   away?: number, declined?: number, lacking?: Record<string, number>, prefer?: string|null, reasons?: string[],
 *   fit_parts?: {skill: string, level: number, least: number|null, weight: number|null, points: number}[],
 *   tie?: {with: string, equal_in: string[], broken_by: string}|null}} Decision
 */
/** @typedef {{call: ListedCall & {notes?: string|null}, timeline: Moment[], decisions: Decision[]}} Detail */
/** @typedef {{call: FloorCall, step: 'asked'|'sending'|'too_late'|'not_sent'}} Cancelling as it was when one asked */
/**
 * @typedef {object} AdminState
 * @property {{id: string, name: string, email: string, rep: unknown, rights: string[], simulated: boolean}|null} me
 * @property {'ok'|'signed_out'|'forbidden'} access
 * @property {number} skew_ms server's clock minus this machine's
 * @property {Floor|null} floor
 * @property {number|null} floor_at_ms when it was last told, this machine's clock
 * @property {boolean} live the last question was answered
 * @property {Filters} filters
 * @property {{state: 'loading'|'ready'|'failed', items: ListedCall[], next: string|null, older: boolean}} calls `older`: pages beyond the newest are open
 * @property {Cancelling|null} cancelling the call-back that is about to be cancelled
 * @property {{id: string, state: 'loading'|'ready'|'missing'|'failed', body: Detail|null}|null} detail
 */

/** @type {Filters} */
export const NO_FILTERS = { q: '', state: '', rep: '', queue: '', rule: '', outcome: '', since: '', until: '' };

/** @type {AdminState} */
export const FIRST_STATE = {
  me: null,
  access: 'ok',
  skew_ms: 0,
  floor: null,
  floor_at_ms: null,
  live: false,
  filters: NO_FILTERS,
  calls: { state: 'loading', items: [], next: null, older: false },
  cancelling: null,
  detail: null,
};
