/**
 * What the desk knows, as values. Shapes that come from the service keep its names; the rest is the page's own.
 * Instants are ISO 8601 UTC; durations carry their unit. Nothing here does anything but lay out the first state.
 */

/** @typedef {'available'|'away'|'reserved'|'on_call'|'wrap_up'|'not_responding'|'offline'} Status */
/** @typedef {{status: Status, since: string, connected: boolean, next_status: Status|null, reason: string|null}} Presence */
/** @typedef {{id: string, name: string, amount?: string|null, stage?: string|null}} Deal */
/** @typedef {{id: string, subject: string, status?: string|null}} Ticket */
/** @typedef {{at: string, channel: string, summary: string, by?: string|null}} Interaction */
/**
 * @typedef {{id: string, name: string, phones?: string[], company?: string|null, email?: string|null,
 *   tier?: string|null, owner?: string|null, owner_name?: string|null, language?: string|null, timezone?: string|null,
 *   stage?: string|null, lead_source?: string|null, campaign?: string|null, tags?: string[], notes?: string|null,
 *   external_id?: string|null, fields?: Record<string, string>, deals?: Deal[], tickets?: Ticket[],
 *   interactions?: Interaction[], quality?: 'exact'|'national'|'suggestion', link?: string|null}} Contact
 */
/**
 * @typedef {{match: 'one'|'many'|'none'|'unavailable'|'withheld', number: string|null, verified?: boolean,
 *   contacts: Contact[]}} Caller
 */
/**
 * The promise to call somebody back. `answered`: they are on the line; until then an accept makes their telephone ring.
 * @typedef {{why: 'key'|'hang_up'|'plan'|'scheduled', promised_at: string, tries: number, answered: boolean,
 *   next_at: string|null}} Callback
 */
/** @typedef {{rule: string|null, needs?: Record<string, number>, score?: number|null, reasons: string[]}} Decision */
/**
 * @typedef {{offer: {id: string, expires_at: string, made_at?: string},
 *   call: {id: string, call_sid?: string, from: string, to: string, queue: string, priority?: number, waited_s: number,
 *     answers?: string[], callback?: Callback|null},
 *   caller: Caller|null, decision: Decision}} Pop
 */
/** @typedef {'connecting'|'talking'|'wrap_up'} LiveState */
/**
 * @typedef {{id: string, from: string, to: string, queue: string, state: LiveState, since: string,
 *   arrived_at?: string|null, answered_at: string|null, waited_s: number, answers?: string[], offer_id: string,
 *   caller: Caller|null,
 *   decision: Decision|null, returning: boolean, ends_at: string|null, callback?: Callback|null,
 *   draft: {disposition: string|null, notes: string}|null}} Call
 */
/**
 * @typedef {{id: string, from: string, to: string, caller_name: string|null, queue: string, arrived_at: string,
 *   answered_at: string|null, ended_at: string|null, outcome: string|null, disposition: string|null, missed: boolean}} PastCall
 */
/** @typedef {{id: string, waiting: number, longest_since: string|null}} Queue */
/**
 * @typedef {{id: string, email: string, name: string, role: 'rep'|'supervisor'|'admin',
 *   rep: {id: string, name: string}|null, simulated: boolean, dispositions: {id: string, label: string}[],
 *   away_reasons: {id: string, label: string}[]|null}} Me
 */
/**
 * After-call work. It outlives its deadline: `late` says that the rep is free again and the form still waits, `gone`
 * that the call went on without this rep: nothing can be filed unless it comes back. `name` is set where the caller's
 * record is not at hand any more, `to` is the line where that is known.
 * @typedef {{call_id: string, name: string|null, caller: Caller|null, from: string, to: string|null, disposition: string|null,
 *   notes: string, save: 'clean'|'dirty'|'saving'|'saved'|'failed', filing: boolean, refused: boolean, late: boolean,
 *   gone: boolean, callback: Arranging|null}} Form
 */
/** @typedef {'empty'|'past'|'far'|'at'|'number'|'line'|'rep'|'other'} ArrangingProblem */
/**
 * A call back that the rep arranges. `at` is as on this machine's clock; `unsent`: the service was away, and it is sent again.
 * @typedef {{at: string, mine: boolean, step: 'open'|'sending'|'unsent'|'done', problem: ArrangingProblem|null}} Arranging
 */
/**
 * @typedef {{call_id: string, from: string, caller_name: string|null, state: string, disposition: string|null,
 *   notes: string}} UnfiledDraft
 */
/** @typedef {'denied'|'missing'|'token'|'network'|'unsupported'|'refused'} PhoneProblem */
/**
 * The softphone of this tab. `leg` is this tab's own piece of the conversation.
 * @typedef {{state: 'off'|'starting'|'ready'|'failed', problem: PhoneProblem|null,
 *   leg: 'none'|'connecting'|'live'|'lost'|'failed', muted: boolean}} Phone
 */
/**
 * @typedef {{kind: 'caller_left'|'withdrawn'|'too_late'|'accepted_elsewhere'|'back_in_line'|'not_sent'|'filed'
 *   |'ended_early'|'offer_gone'|'not_reached'|'last_try'|'called_again'|'not_dialled', who: string, at?: string|null}} Notice
 */
/** @typedef {{query: string, state: 'idle'|'searching'|'done'|'failed', contacts: Contact[]}} Search */
/**
 * @typedef {object} DeskState
 * @property {Me|null} me
 * @property {'connecting'|'live'|'lost'|'signed_out'} link the socket to the service
 * @property {string|null} cursor of the last event
 * @property {number} skew_ms server's clock minus this machine's
 * @property {Presence} presence
 * @property {{pop: Pop, step: 'ringing'|'accepting'|'declining'}|null} offer
 * @property {Call|null} call
 * @property {string|null} held the offer whose leg belongs to this tab
 * @property {{offer_id: string, place: 'other_tab'|'nowhere'}|null} leg_seen which tab of this browser has that leg, where it
 *   is not this one
 * @property {Form|null} form
 * @property {Form[]} aside forms with words in them that make room for the shown one, the newest first
 * @property {{call_id: string, match: Caller['match'], contacts: Contact[]}|null} candidates several matches or mere
 *   suggestions, kept so that one can choose again
 * @property {Search} search
 * @property {{who: string, at: string|null}|null} missed the offer that expired last
 * @property {Notice|null} notice
 * @property {Queue[]} queues
 * @property {PastCall[]|null} today
 * @property {Phone} phone
 * @property {boolean} primary this tab rings
 * @property {boolean} audible the browser lets this page make sounds
 * @property {boolean} stale the service spoke of something this page does not know: ask again
 */

/** @type {DeskState} */
export const FIRST_STATE = {
  me: null,
  link: 'connecting',
  cursor: null,
  skew_ms: 0,
  presence: { status: 'offline', since: '1970-01-01T00:00:00Z', connected: false, next_status: null, reason: null },
  offer: null,
  call: null,
  held: null,
  leg_seen: null,
  form: null,
  aside: [],
  candidates: null,
  search: { query: '', state: 'idle', contacts: [] },
  missed: null,
  notice: null,
  queues: [],
  today: null,
  phone: { state: 'off', problem: null, leg: 'none', muted: false },
  primary: true,
  audible: true,
  stale: false,
};
