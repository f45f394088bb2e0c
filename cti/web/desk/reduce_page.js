/** What the page's own doings make of the state. They never end an offer or a call. Pure; see `reducer.js`. */
import { nameOf } from './caller.js';
import { formOver, withArranging, withDrafts, withForm, withoutForm, formsOf, whoOf } from './forms.js';

/** @typedef {import('./model.js').DeskState} DeskState */
/** @typedef {import('./model.js').Phone} Phone */
/** @typedef {import('./events.js').PageEvent} PageEvent */
/**
 * @template {PageEvent['type']} T
 * @typedef {Extract<PageEvent, {type: T}>} Of
 */

/** @type {{[T in PageEvent['type']]: (state: DeskState, event: Of<T>) => DeskState}} */
export const PAGE = {
  me_loaded: (state, { me }) => ({ ...state, me }),
  queues_loaded: (state, { queues }) => ({ ...state, queues }),
  today_loaded: (state, { calls }) => ({ ...state, today: calls }),
  link_opened: (state) => ({ ...state, link: 'live' }),
  link_lost: (state) => (state.link === 'signed_out' ? state : { ...state, link: 'lost' }),
  signed_out: (state) => ({ ...state, link: 'signed_out' }),

  accept_sent: (state) => withStep(state, 'accepting'),
  accept_confirmed: (state, { offer_id }) => ({ ...state, held: offer_id }),
  accept_refused: onAcceptRefused,
  decline_sent: (state) => withStep(state, 'declining'),
  decline_refused: (state, { offer_id, reason }) => refusedWith(state, offer_id, reason),
  leg_taken: (state, { offer_id }) => (state.call?.offer_id === offer_id ? { ...state, held: offer_id } : state),
  leg_released: (state) => ({ ...state, held: null }),
  leg_seen: (state, { offer_id, place }) => ({ ...state, leg_seen: { offer_id, place } }),

  phone_starting: (state) => withPhone(state, { state: 'starting', problem: null }),
  phone_ready: (state) => withPhone(state, { state: 'ready', problem: null }),
  phone_closed: (state) => withPhone(state, { state: 'off', problem: null, leg: 'none', muted: false }),
  phone_failed: (state, { problem }) => withPhone(state, { state: 'failed', problem }),
  leg_changed: (state, { leg }) => withPhone(state, { leg, muted: leg === 'none' ? false : state.phone.muted }),
  mute_changed: (state, { muted }) => withPhone(state, { muted }),

  form_changed: (state, { type: _, ...change }) =>
    state.form && !state.form.gone ? { ...state, form: { ...state.form, ...change, save: 'dirty', refused: false } } : state,
  draft_sent: (state, { call_id }) => withForm(state, call_id, () => ({ save: 'saving' })),
  draft_saved: (state, { call_id }) => withForm(state, call_id, (form) => (form.save === 'saving' ? { save: 'saved' } : {})),
  draft_refused: (state, { call_id, reason }) =>
    reason ? formOver(state, call_id, reason) : withForm(state, call_id, (form) => (form.save === 'saving' ? { save: 'failed' } : {})),
  drafts_loaded: (state, { drafts }) => withDrafts(state, drafts),
  filing_sent: (state, { call_id }) => withForm(state, call_id, () => ({ filing: true, refused: false })),
  filing_refused: (state, { call_id, reason }) =>
    reason ? formOver(state, call_id, reason) : withForm(state, call_id, () => ({ filing: false, refused: true })),
  filed: onFiled,
  form_discarded: (state, { call_id }) => withoutForm(state, call_id),

  callback_opened: (state, { call_id, at }) =>
    withForm(state, call_id, () => ({ callback: { at, mine: true, step: 'open', problem: null } })),
  callback_changed: (state, { type: _, call_id, ...change }) => withArranging(state, call_id, { ...change, step: 'open', problem: null }),
  callback_closed: (state, { call_id }) => withForm(state, call_id, () => ({ callback: null })),
  callback_sent: (state, { call_id }) => withArranging(state, call_id, { step: 'sending', problem: null }),
  callback_unsent: (state, { call_id }) => withArranging(state, call_id, { step: 'unsent' }),
  callback_arranged: (state, { call_id }) => withArranging(state, call_id, { step: 'done' }),
  callback_refused: (state, { call_id, problem }) => withArranging(state, call_id, { step: 'open', problem }),

  choosing_again: onChoosingAgain,
  choice_too_late: (state) => ({ ...state, notice: { kind: 'too_late', who: '' } }),
  search_typed: (state, { query }) => ({
    ...state,
    search: { ...state.search, query, state: query.trim() === '' ? 'idle' : 'searching' },
  }),
  search_answered: (state, { query, contacts }) =>
    query === state.search.query ? { ...state, search: { query, state: 'done', contacts } } : state,
  search_refused: (state, { query }) =>
    query === state.search.query ? { ...state, search: { query, state: 'failed', contacts: [] } } : state,

  tab_role: (state, { primary }) => ({ ...state, primary }),
  sound_changed: (state, { audible }) => ({ ...state, audible }),
  notice_closed: (state) => ({ ...state, notice: null }),
  not_sent: (state) => ({ ...state, notice: { kind: 'not_sent', who: '' } }),
};

/** @param {DeskState} state @param {'accepting'|'declining'|'ringing'} step @returns {DeskState} */
const withStep = (state, step) => (state.offer ? { ...state, offer: { ...state.offer, step } } : state);

/** @param {DeskState} state @param {Partial<Phone>} change @returns {DeskState} */
const withPhone = (state, change) => ({ ...state, phone: { ...state.phone, ...change } });

/** @param {DeskState} state @param {Of<'accept_refused'>} event @returns {DeskState} */
function onAcceptRefused(state, { offer_id, reason }) {
  if (reason !== 'elsewhere') return refusedWith(state, offer_id, reason);
  const held = state.held === offer_id ? null : state.held;
  return { ...state, held, notice: { kind: 'accepted_elsewhere', who: '' } };
}

/** @param {DeskState} state @param {string} offer_id @param {import('./events.js').OfferRefusal} kind @returns {DeskState} */
function refusedWith(state, offer_id, kind) {
  const here = state.offer?.pop.offer.id === offer_id ? state.offer.pop : null;
  if (!here) return kind === 'not_sent' || endIsSaid(state) ? state : { ...state, notice: { kind: 'too_late', who: '' } };
  const back = kind === 'not_sent' ? withStep(state, 'ringing') : state;
  return { ...back, notice: { kind, who: nameOf(here.caller, here.call.from) } };
}

/** The service's event came before its answer, and said more. @param {DeskState} state */
const endIsSaid = ({ notice }) => notice?.kind === 'caller_left' || notice?.kind === 'withdrawn';

/** @param {DeskState} state @param {Of<'filed'>} event @returns {DeskState} */
function onFiled(state, { call_id }) {
  const form = formsOf(state).find((one) => one.call_id === call_id);
  return form ? { ...withoutForm(state, call_id), notice: { kind: 'filed', who: whoOf(form) } } : state;
}

/** @param {DeskState} state @returns {DeskState} */
function onChoosingAgain(state) {
  const { candidates, call, offer } = state;
  if (!candidates) return state;
  const open = (/** @type {import('./model.js').Caller|null} */ caller) => ({
    number: caller?.number ?? null, verified: caller?.verified ?? false,
    match: candidates.match, contacts: candidates.contacts,
  });
  if (call?.id === candidates.call_id) return { ...state, call: { ...call, caller: open(call.caller) } };
  if (offer?.pop.call.id !== candidates.call_id) return state;
  return { ...state, offer: { ...offer, pop: { ...offer.pop, caller: open(offer.pop.caller) } } };
}
