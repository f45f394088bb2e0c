/** What the Try it room asks the service and what it is told; the service's shapes under its own names. */

/** @typedef {{text: string, saw: Record<string, unknown>, problem: string|null}} Part */
/** @typedef {{index: number, rule: string, asked: boolean, parts: Part[]}} PassedOver */
/** @typedef {{after_s: number, queues?: string[], needs?: Record<string, number>, prefers?: Record<string, number>, priority?: number, offer_callback?: boolean, then?: string, skip_if?: string}} Step */
/** @typedef {{who: string, rep: string|null, name: string|null, wait_s: number, must_qualify: boolean, team: string|null, team_until_s: number}} Preferred */
/**
 * @typedef {object} Plan
 * @property {string} queue
 * @property {number} priority
 * @property {number} head_start_s
 * @property {Preferred|null} prefer_rep
 * @property {Record<string, number>} needs
 * @property {Record<string, number>} prefers
 * @property {Step[]} steps
 * @property {number} max_wait_s
 */
/** @typedef {{rep: string, name: string, reason: string, text: string}} Standing */
/**
 * @typedef {object} Outcome
 * @property {'route'|'block'|'closed'} course
 * @property {string} rule
 * @property {string[]} problems
 * @property {PassedOver[]} passed_over
 * @property {{rule: string, say: string, answer: string|null}[]} questions
 * @property {{call: Record<string, unknown>, caller: Record<string, unknown>}} facts
 * @property {string|null} rep
 * @property {string|null} [name]
 * @property {string|null} [say]
 * @property {string|null} [reject]
 * @property {string} [then]
 * @property {Plan} [plan]
 * @property {import('../model.js').Decision} [decision]
 * @property {Standing[]|null} [everybody]
 */
/** @typedef {{field: string, value: string}} Fact of the caller: `tier`, `gold` */
/**
 * @typedef {object} Form
 * @property {string} from
 * @property {string} to
 * @property {string} at a local date and time, `2026-11-23T09:00`; empty: now
 * @property {string[]} answers
 * @property {'looked_up'|'said'|'nobody'} who
 * @property {Fact[]} caller what is said of the caller
 */

/** @type {Form} */
export const FIRST_FORM = { from: '', to: '', at: '', answers: [], who: 'looked_up', caller: [{ field: 'tier', value: '' }] };
