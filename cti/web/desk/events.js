/**
 * Everything that can happen to the desk, as past-tense facts: the service's events by their own names, the page's own
 * beside them. A closed union: the reducer's table must name each.
 */

/** @typedef {import('./model.js').Caller} Caller */
/** @typedef {import('./model.js').Presence} Presence */
/** @typedef {'caller_left'|'too_late'|'not_sent'} OfferRefusal why an offer was not answered after all */
/** @typedef {'not_yours'|'filed'} FormReason why the service takes no more for a call */
/**
 * @typedef {{rep?: {id: string, name: string} & Partial<Presence>|null, offer?: import('./model.js').Pop|null,
 *   call?: import('./model.js').Call|null} & Partial<Presence>} SnapshotBody
 */
/**
 * @typedef {{type: 'snapshot', cursor?: string} & SnapshotBody
 *   | {type: 'hello', cursor?: string, server_time: string, received_ms: number}
 *   | ({type: 'screen_pop', cursor?: string} & import('./model.js').Pop)
 *   | {type: 'offer_ended', cursor?: string, offer_id: string,
 *      outcome: 'accepted'|'declined'|'expired'|'caller_left'|'withdrawn'}
 *   | {type: 'call_state', cursor?: string, call_id: string, since: string, returning?: boolean, ends_at?: string|null,
 *      callback?: import('./model.js').Callback|null, end_reason?: string|null,
 *      state: 'waiting'|'offered'|'connecting'|'talking'|'wrap_up'|'ended'}
 *   | {type: 'caller_updated', cursor?: string, call_id: string, caller: Caller}
 *   | ({type: 'rep_status', cursor?: string} & Presence)} ServerEvent
 */
/**
 * @typedef {{type: 'me_loaded', me: import('./model.js').Me}
 *   | {type: 'queues_loaded', queues: import('./model.js').Queue[]}
 *   | {type: 'today_loaded', calls: import('./model.js').PastCall[]}
 *   | {type: 'link_opened'} | {type: 'link_lost'} | {type: 'signed_out'}
 *   | {type: 'accept_sent'} | {type: 'accept_confirmed', offer_id: string}
 *   | {type: 'accept_refused', offer_id: string, reason: 'elsewhere'|OfferRefusal}
 *   | {type: 'decline_sent'} | {type: 'decline_refused', offer_id: string, reason: OfferRefusal}
 *   | {type: 'leg_taken', offer_id: string} | {type: 'leg_released'}
 *   | {type: 'leg_seen', offer_id: string, place: 'other_tab'|'nowhere'}
 *   | {type: 'phone_starting'} | {type: 'phone_ready'} | {type: 'phone_closed'}
 *   | {type: 'phone_failed', problem: import('./model.js').PhoneProblem}
 *   | {type: 'leg_changed', leg: import('./model.js').Phone['leg']} | {type: 'mute_changed', muted: boolean}
 *   | {type: 'form_changed', disposition?: string|null, notes?: string}
 *   | {type: 'draft_sent', call_id: string} | {type: 'draft_saved', call_id: string}
 *   | {type: 'draft_refused', call_id: string, reason?: FormReason} | {type: 'drafts_loaded', drafts: import('./model.js').UnfiledDraft[]}
 *   | {type: 'filing_sent', call_id: string} | {type: 'filed', call_id: string}
 *   | {type: 'filing_refused', call_id: string, reason?: FormReason} | {type: 'form_discarded', call_id: string}
 *   | {type: 'callback_opened', call_id: string, at: string} | {type: 'callback_changed', call_id: string, at?: string, mine?: boolean}
 *   | {type: 'callback_closed', call_id: string} | {type: 'callback_sent', call_id: string} | {type: 'callback_unsent', call_id: string}
 *   | {type: 'callback_arranged', call_id: string}
 *   | {type: 'callback_refused', call_id: string, problem: import('./model.js').ArrangingProblem}
 *   | {type: 'choosing_again'} | {type: 'choice_too_late'}
 *   | {type: 'search_typed', query: string} | {type: 'search_answered', query: string, contacts: import('./model.js').Contact[]}
 *   | {type: 'search_refused', query: string}
 *   | {type: 'tab_role', primary: boolean} | {type: 'sound_changed', audible: boolean} | {type: 'notice_closed'} | {type: 'not_sent'}} PageEvent
 */
/** @typedef {ServerEvent | PageEvent} DeskEvent */

export {};
