/**
 * What a rep does, as commands to the service. Each says at once what was sent and then what became of it; nothing is
 * assumed done before the service says so. Commands are idempotent: one that got no answer is sent again.
 */
import { get, post, put, request } from '../api.js';
import { isoOf, numberOfForm, problemOf } from './callback.js';
import { formsOf } from './forms.js';
import { customerOf } from './selectors.js';
import { desk, dispatch, now } from './store.js';
import { clientId } from './tabs.js';

const TRIES = 3;
const RETRY_MS = 400;

/** @param {() => Promise<import('../api.js').Answer>} send @returns {Promise<import('../api.js').Answer>} */
async function insist(send) {
  let answer = await send();
  for (let n = 1; n < TRIES && !answer.ok && (answer.status === 0 || answer.status >= 500); n += 1) {
    await new Promise((resolve) => setTimeout(resolve, RETRY_MS * n));
    answer = await send();
  }
  if (answer.status === 401) dispatch({ type: 'signed_out' });
  return answer;
}

/** What can be answered: an offer that is in sight, so none without a connection, by whatever keys. */
function ringingOffer() {
  const { offer, link } = desk.peek();
  return link === 'live' && offer?.step === 'ringing' ? offer : null;
}

export async function accept() {
  const offer = ringingOffer();
  if (!offer) return;
  const offer_id = offer.pop.offer.id;
  dispatch({ type: 'accept_sent' });
  const answer = await insist(() => post(`/api/v1/offers/${offer_id}/accept`, { client_id: clientId() }));
  if (answer.ok) return dispatch({ type: 'accept_confirmed', offer_id });
  const elsewhere = answer.status === 409 && answer.problem.reason === 'accepted_elsewhere';
  dispatch({ type: 'accept_refused', offer_id, reason: elsewhere ? 'elsewhere' : lateOr(answer) });
}

export async function decline() {
  const offer = ringingOffer();
  if (!offer) return;
  const offer_id = offer.pop.offer.id;
  dispatch({ type: 'decline_sent' });
  const answer = await insist(() => post(`/api/v1/offers/${offer_id}/decline`));
  if (!answer.ok) dispatch({ type: 'decline_refused', offer_id, reason: lateOr(answer) });
}

/** @param {import('../api.js').Answer} answer @returns {import('./events.js').OfferRefusal} a call that ended while it rang was the caller's to end */
function lateOr(answer) {
  if (answer.ok || (answer.status !== 409 && answer.status !== 404)) return 'not_sent';
  return answer.problem.state === 'ended' ? 'caller_left' : 'too_late';
}

export async function endCall() {
  const call = desk.peek().call;
  if (!call || call.state === 'wrap_up') return;
  const answer = await insist(() => post(`/api/v1/calls/${call.id}/hangup`));
  if (!answer.ok && lateOr(answer) === 'not_sent') dispatch({ type: 'not_sent' });
}

/** @param {'available'|'away'|'offline'} status @param {string} [reason] @returns {Promise<boolean>} */
export async function setStatus(status, reason) {
  const answer = await insist(() => put('/api/v1/me/status', reason ? { status, reason } : { status }));
  if (answer.ok) dispatch({ type: 'rep_status', ...answer.data });
  else dispatch({ type: 'not_sent' });
  if (answer.status === 422) await loadMe();
  return answer.ok;
}

/** Takes back what was planned for after this call: the rep stays available. */
export const undoNext = () => setStatus('available');

/**
 * Sends what was typed about a call, once; the drafts' keeper calls it again while that is not saved.
 * @param {string} call_id @param {boolean} [keepalive]
 */
export async function saveDraft(call_id, keepalive = false) {
  const form = formsOf(desk.peek()).find((one) => one.call_id === call_id);
  if (!form || form.filing || form.gone) return;
  const { disposition, notes } = form;
  dispatch({ type: 'draft_sent', call_id });
  const answer = await put(`/api/v1/calls/${call_id}/draft`, { disposition, notes }, { keepalive });
  if (answer.ok) dispatch({ type: 'draft_saved', call_id });
  else dispatch({ type: 'draft_refused', call_id, reason: overReason(answer) });
}

/** What the service may find wrong with a call back that is arranged. @type {Set<string>} */
const CALLBACK_FIELDS = new Set(['at', 'number', 'line', 'rep']);

/**
 * Arranges that the person of a form is called back; the forms' keeper calls it again while the service is away. Sent
 * twice, it is still one call: the second finds the first in its place.
 * @param {string} call_id @param {boolean} [keepalive]
 */
export async function arrangeCallback(call_id, keepalive = false) {
  const { me } = desk.peek();
  const form = formsOf(desk.peek()).find((one) => one.call_id === call_id);
  const number = form && numberOfForm(form);
  if (!form?.callback || !number || form.callback.step === 'sending') return;
  const { at, mine, step } = form.callback;
  const problem = step === 'open' ? problemOf(at, now.peek()) : null;
  if (problem) return dispatch({ type: 'callback_refused', call_id, problem });
  dispatch({ type: 'callback_sent', call_id });
  const body = { number, line: form.to, at: isoOf(at), rep: mine ? (me?.rep?.id ?? null) : null };
  const answer = await request('POST', '/api/v1/callbacks', body, { keepalive });
  if (answer.ok) dispatch({ type: 'callback_arranged', call_id });
  else if (answer.status === 0 || answer.status >= 500) dispatch({ type: 'callback_unsent', call_id });
  else if (answer.status === 401) dispatch({ type: 'signed_out' });
  else dispatch({ type: 'callback_refused', call_id, problem: fieldOf(answer.problem) });
}

/** @param {import('../api.js').Problem} problem @returns {import('./model.js').ArrangingProblem} */
function fieldOf({ errors }) {
  const field = errors?.[0]?.field ?? '';
  return CALLBACK_FIELDS.has(field) ? /** @type {import('./model.js').ArrangingProblem} */ (field) : 'other';
}

/** @param {import('../api.js').Answer} answer @returns {import('./events.js').FormReason|undefined} */
function overReason(answer) {
  if (answer.ok) return undefined;
  if (answer.status === 404) return 'not_yours';
  const reason = answer.status === 409 ? answer.problem.reason : undefined;
  return reason === 'not_yours' || reason === 'filed' ? reason : undefined;
}

/** What was typed on a page that was closed before it was filed. */
export async function loadDrafts() {
  const answer = await get('/api/v1/me/drafts');
  if (answer.ok) dispatch({ type: 'drafts_loaded', drafts: answer.data.drafts });
}

export async function file() {
  const form = desk.peek().form;
  if (!form || form.filing || form.gone) return;
  const { call_id, disposition, notes } = form;
  dispatch({ type: 'filing_sent', call_id });
  const answer = await insist(() => post(`/api/v1/calls/${call_id}/wrap-up`, { disposition: disposition ?? '', notes }));
  if (answer.ok) dispatch({ type: 'filed', call_id });
  else dispatch({ type: 'filing_refused', call_id, reason: overReason(answer) });
}

/** @param {string} contact_id */
export async function chooseContact(contact_id) {
  const shown = customerOf(desk.peek());
  if (!shown) return;
  const answer = await insist(() => post(`/api/v1/calls/${shown.call_id}/contact`, { contact_id }));
  if (answer.ok) dispatch({ type: 'caller_updated', call_id: shown.call_id, caller: answer.data });
  else dispatch({ type: answer.status === 409 ? 'choice_too_late' : 'not_sent' });
}

/** @param {string} query */
export async function searchContacts(query) {
  const answer = await get(`/api/v1/contacts?q=${encodeURIComponent(query)}&limit=20`);
  if (answer.ok) dispatch({ type: 'search_answered', query, contacts: answer.data.contacts });
  else dispatch({ type: 'search_refused', query });
}

export async function logOut() {
  await request('DELETE', '/api/v1/session');
  location.assign('/login');
}

/** @returns {Promise<boolean>} false when there is no session any more */
export async function loadMe() {
  const answer = await get('/api/v1/me');
  if (answer.status === 401) dispatch({ type: 'signed_out' });
  if (!answer.ok) return answer.status !== 401;
  const { id, email, name, role, rep, simulated, dispositions, away_reasons } = answer.data;
  const me = { id, email, name, role, rep, simulated, dispositions: dispositions ?? [], away_reasons: away_reasons ?? null };
  dispatch({ type: 'me_loaded', me });
  dispatch({ type: 'queues_loaded', queues: answer.data.queues ?? [] });
  return true;
}

/** The whole truth again, when the service spoke of something this page does not know. */
export async function refresh() {
  const answer = await get('/api/v1/me');
  if (!answer.ok) return;
  const { rep, status, since, connected, next_status, reason, offer, call } = answer.data;
  dispatch({ type: 'snapshot', rep, status, since, connected, next_status, reason, offer, call });
}

export async function loadQueues() {
  const answer = await get('/api/v1/me');
  if (answer.ok) dispatch({ type: 'queues_loaded', queues: answer.data.queues ?? [] });
}

export async function loadToday() {
  const answer = await get('/api/v1/me/calls?limit=50');
  if (answer.ok) dispatch({ type: 'today_loaded', calls: answer.data.calls });
}
