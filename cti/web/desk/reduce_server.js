/** What the service's events make of the state. Pure; see `reducer.js`. */
import { isToBeCalled } from './callback.js';
import { mayBeChosen, nameOf } from './caller.js';
import { formAfter, formGone, withForm } from './forms.js';

/** @typedef {import('./model.js').DeskState} DeskState */
/** @typedef {import('./model.js').Call} Call */
/** @typedef {import('./model.js').Pop} Pop */
/** @typedef {import('./model.js').Presence} Presence */
/** @typedef {import('./events.js').ServerEvent} ServerEvent */
/**
 * @template {ServerEvent['type']} T
 * @typedef {Extract<ServerEvent, {type: T}>} Of
 */

/** @type {{[T in ServerEvent['type']]: (state: DeskState, event: Of<T>) => DeskState}} */
export const SERVER = {
  hello: (state, event) => ({
    ...state,
    link: 'live',
    skew_ms: Date.parse(event.server_time) - event.received_ms,
  }),
  snapshot: onSnapshot,
  screen_pop: onPop,
  offer_ended: onOfferEnded,
  call_state: onCallState,
  caller_updated: onCaller,
  rep_status: (state, event) => ({
    ...state,
    presence: presenceOf(event, state.presence),
    missed: event.status === 'not_responding' ? state.missed : null,
  }),
};

/** @param {Partial<Presence>} told @param {Presence} known @returns {Presence} */
function presenceOf(told, known) {
  return {
    status: told.status ?? known.status,
    since: told.since ?? known.since,
    connected: told.connected ?? known.connected,
    next_status: told.next_status ?? null,
    reason: told.reason ?? null,
  };
}

/** @param {DeskState} state @param {Of<'snapshot'>} event @returns {DeskState} */
function onSnapshot(state, event) {
  const pop = event.offer ?? null;
  const call = event.call ?? null;
  const same = pop !== null && state.offer?.pop.offer.id === pop.offer.id;
  const gone = state.offer !== null && pop === null && call === null;
  const next = {
    ...state,
    presence: presenceOf({ ...event.rep, ...definedOf(event) }, state.presence),
    offer: pop === null ? null : { pop, step: same && state.offer ? state.offer.step : /** @type {const} */ ('ringing') },
    call,
    held: call !== null && call.offer_id === state.held && call.state !== 'wrap_up' ? state.held : null,
    notice: gone && state.offer ? { kind: /** @type {const} */ ('offer_gone'), who: nameOfPop(state.offer.pop) } : state.notice,
    stale: false,
  };
  return withCandidates(formAfter(next, call), pop?.call.id ?? call?.id, (pop ?? call)?.caller);
}

/** @param {Partial<Presence>} body @returns {Partial<Presence>} presence named beside `rep`, as `/me` does */
function definedOf(body) {
  const { status, since, connected, next_status, reason } = body;
  return status === undefined ? {} : { status, since, connected, next_status, reason };
}

/** @param {DeskState} state @param {Of<'screen_pop'>} event @returns {DeskState} */
function onPop(state, event) {
  const { offer, call, caller, decision } = event;
  const pop = { offer, call, caller, decision };
  const popped = { ...state, offer: { pop, step: /** @type {const} */ ('ringing') }, notice: null, missed: null };
  return withCandidates({ ...popped, search: { query: '', state: 'idle', contacts: [] } }, call.id, caller);
}

/** @param {DeskState} state @param {Of<'offer_ended'>} event @returns {DeskState} */
function onOfferEnded(state, event) {
  const pop = state.offer?.pop;
  if (!pop || pop.offer.id !== event.offer_id) return state;
  const who = nameOfPop(pop);
  const ended = { ...state, offer: null };
  switch (event.outcome) {
    case 'accepted':
      return { ...ended, call: callOf(pop, pop.offer.made_at ?? state.presence.since) };
    case 'expired':
      return { ...ended, missed: { who, at: pop.offer.expires_at } };
    case 'declined':
      return ended;
    case 'caller_left':
    case 'withdrawn':
      return { ...ended, held: null, notice: { kind: event.outcome, who } };
  }
}

/** @param {Pop} pop @param {string} since @returns {Call} the call behind an offer that was accepted */
function callOf(pop, since) {
  const { id, from, to, queue, waited_s, answers, callback } = pop.call;
  return {
    id, from, to, queue, waited_s, answers, callback, since, state: 'connecting', answered_at: null, offer_id: pop.offer.id,
    caller: pop.caller, decision: pop.decision, returning: false, ends_at: null, draft: null,
  };
}

/** @param {DeskState} state @param {Of<'call_state'>} event @returns {DeskState} */
function onCallState(state, event) {
  if (event.state === 'offered') return state;
  const known = state.call?.id === event.call_id ? state.call : null;
  if (!known) return onStateOfOther(state, event);
  switch (event.state) {
    case 'connecting':
    case 'talking':
    case 'wrap_up': {
      const call = movedTo(known, event.state, event);
      const held = event.state === 'wrap_up' ? null : state.held;
      return event.state === 'connecting' ? { ...state, call, held } : formAfter({ ...state, call, held }, call);
    }
    case 'waiting':
      return formGone({ ...state, call: null, held: null, notice: backNotice(known, event) }, known.id);
    case 'ended':
      return onEnded(state, known, event);
  }
}

/** @param {Call} call @param {import('./model.js').LiveState} to @param {Of<'call_state'>} event @returns {Call} */
function movedTo(call, to, event) {
  const lost = to === 'connecting' && (call.state === 'talking' || call.returning);
  return {
    ...call,
    state: to,
    since: event.since,
    answered_at: call.answered_at ?? (to === 'talking' ? event.since : null),
    returning: to === 'connecting' && (event.returning ?? lost),
    ends_at: event.ends_at ?? null,
    callback: event.callback === undefined ? call.callback : event.callback,
  };
}

/** @param {Call} call @param {Of<'call_state'>} event @returns {import('./model.js').Notice} of a call that waits again */
function backNotice(call, { callback }) {
  const who = nameOfCall(call);
  if (!callback || !isToBeCalled(callback)) return { kind: 'back_in_line', who };
  return callback.next_at === null ? { kind: 'not_dialled', who } : { kind: 'not_reached', who, at: callback.next_at };
}

/** @param {Call} call @param {Of<'call_state'>} event @returns {import('./model.js').Notice} of a call that ended before anybody talked */
function endNotice(call, { callback = call.callback, end_reason }) {
  const who = nameOfCall(call);
  if (!isToBeCalled(callback)) return { kind: 'ended_early', who };
  return { kind: end_reason === 'merged' ? 'called_again' : 'last_try', who };
}

/** @param {DeskState} state @param {Call} call @param {Of<'call_state'>} event @returns {DeskState} */
function onEnded(state, call, event) {
  const notice = call.answered_at === null ? endNotice(call, event) : state.notice;
  return withForm({ ...state, call: null, held: null, notice }, call.id, () => ({ late: true }));
}

/** @param {DeskState} state @param {Of<'call_state'>} event @returns {DeskState} */
function onStateOfOther(state, event) {
  const over = event.state === 'ended' || event.state === 'waiting';
  return over || state.offer?.pop.call.id === event.call_id ? state : { ...state, stale: true };
}

/** @param {DeskState} state @param {Of<'caller_updated'>} event @returns {DeskState} */
function onCaller(state, event) {
  const { call_id, caller } = event;
  const offer =
    state.offer?.pop.call.id === call_id ? { ...state.offer, pop: { ...state.offer.pop, caller } } : state.offer;
  const call = state.call?.id === call_id ? { ...state.call, caller } : state.call;
  return withCandidates(withForm({ ...state, offer, call }, call_id, () => ({ caller })), call_id, caller);
}

/**
 * Those whom one could choose from are remembered after one was chosen, so that the choice can be taken back.
 * @param {DeskState} state @param {string|undefined} call_id @param {import('./model.js').Caller|null|undefined} caller
 * @returns {DeskState}
 */
function withCandidates(state, call_id, caller) {
  if (call_id === undefined) return state;
  if (caller && mayBeChosen(caller)) return { ...state, candidates: { call_id, match: caller.match, contacts: caller.contacts } };
  return state.candidates?.call_id === call_id ? state : { ...state, candidates: null };
}

/** @param {Pop} pop */
const nameOfPop = (pop) => nameOf(pop.caller, pop.call.from);
/** @param {Call} call */
const nameOfCall = (call) => nameOf(call.caller, call.from);
