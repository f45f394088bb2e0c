/** Questions the views and the shell ask of the state. Pure. */
import { contactOf } from './caller.js';

/** @typedef {import('./model.js').DeskState} DeskState */

/**
 * Which of its faces the centre of the desk shows.
 * @typedef {'loading'|'no_desk'|'disconnected'|'start'|'offer'|'expected'|'connecting'|'talking'|'returning'|'wrap_up'
 *   |'missed'|'away'|'idle'|'no_queue'} Face
 */

/** @param {DeskState} state @returns {Face} */
export function faceOf(state) {
  if (state.me && !state.me.rep) return 'no_desk';
  if (state.link === 'connecting') return 'loading';
  if (state.link !== 'live') return 'disconnected';
  if (state.offer) return 'offer';
  if (state.call) return faceOfCall(state.call);
  const face = faceOfPresence(state.presence.status);
  return face === 'idle' && servesNoQueue(state) ? 'no_queue' : face;
}

/** @param {DeskState} state @returns {boolean} no call can come to this rep, whatever the status */
const servesNoQueue = ({ me, queues }) => me !== null && queues.length === 0;

/** @param {import('./model.js').Call} call @returns {Face} */
function faceOfCall(call) {
  if (call.state === 'connecting') return call.returning ? 'returning' : 'connecting';
  return call.state;
}

/** @param {import('./model.js').Status} status @returns {Face} */
function faceOfPresence(status) {
  switch (status) {
    case 'offline': return 'start';
    case 'not_responding': return 'missed';
    case 'away': return 'away';
    case 'reserved':
    case 'on_call': return 'expected';
    default: return 'idle';
  }
}

/**
 * The offer whose leg this tab should have up: what the phone's keeper strives for.
 * @param {DeskState} state @returns {string|null}
 */
export function wantedLeg(state) {
  const { held, call } = state;
  if (held === null) return null;
  if (call === null) return state.offer?.pop.offer.id === held ? held : null;
  return call.offer_id === held && call.state !== 'wrap_up' ? held : null;
}

/** @param {DeskState} state @returns {boolean} the conversation is held in another tab or window */
export const isElsewhere = (state) =>
  state.call !== null && state.call.state !== 'wrap_up' && state.held !== state.call.offer_id;

/** @param {DeskState} state @returns {'other_tab'|'nowhere'|null} where a conversation's leg is that this tab has not; null while unknown */
export const legPlaceOf = (state) =>
  isElsewhere(state) && state.leg_seen?.offer_id === state.call?.offer_id ? (state.leg_seen?.place ?? null) : null;

/** @type {Set<Face>} */
const WITHOUT_FORM = new Set(['loading', 'no_desk', 'connecting']);

/** @param {DeskState} state @returns {boolean} the form is in sight: also without a connection, for one goes on typing */
export const showsForm = (state) => state.form !== null && state.link !== 'signed_out' && !WITHOUT_FORM.has(faceOf(state));

/**
 * What a form says of its keeping. Without a connection nothing counts as being saved before the service has said so.
 * @param {DeskState} state @param {import('./model.js').Form} form @returns {import('./model.js').Form['save']}
 */
export const keepingOf = ({ link }, { save }) => (link === 'lost' && (save === 'dirty' || save === 'saving') ? 'failed' : save);

/**
 * The caller whose record the right zone shows, and the call it belongs to. Without a connection that is the rep's own
 * call, as far as it is known; an offer may have gone on by then.
 * @param {DeskState} state
 */
export function customerOf(state) {
  if (state.link === 'signed_out') return null;
  const pop = state.link === 'live' ? state.offer?.pop : null;
  if (pop) return { call_id: pop.call.id, from: pop.call.from, caller: pop.caller };
  if (state.call) return { call_id: state.call.id, from: state.call.from, caller: state.call.caller };
  if (state.form?.caller) return { call_id: state.form.call_id, from: state.form.from, caller: state.form.caller };
  return null;
}

/** @param {DeskState} state @returns {boolean} a choice among several matches was made and may be taken back */
export function canChooseAgain(state) {
  const shown = customerOf(state);
  return state.candidates !== null && shown?.call_id === state.candidates.call_id && contactOf(shown.caller) !== null;
}

/** @param {DeskState} state @returns {boolean} the next call may come to this rep at any moment, or is coming */
export const callsComeTo = (state) =>
  state.link === 'live' && (state.presence.status === 'available' || state.presence.status === 'reserved') && !servesNoQueue(state);

/** @param {DeskState} state @returns {boolean} the shift has begun: the rep expects calls, now or after a pause */
export const onShift = (state) => state.presence.status !== 'offline';
