/** What every room of the console shares: who is there, what they may do, and the floor, asked for every 2 s while the page is seen. */
import { get, remove, request } from '../api.js';
import { tick } from '../clock.js';
import { computed, effect, signal } from '../vendor/signals.js';
import { FIRST_STATE } from './model.js';
import { periodOf } from './period.js';
import { reduce } from './reducer.js';

const FLOOR_EVERY_MS = 2_000;
const TYPED_AFTER_MS = 300;
const PAGE = 50;

/** @type {import('@preact/signals').Signal<import('./model.js').AdminState>} */
export const admin = signal(FIRST_STATE);
/** Which dialog is open. @type {import('@preact/signals').Signal<'password'|null>} */
export const dialog = signal(null);
/** The service's clock, ms since the epoch. */
export const now = computed(() => tick.value + admin.value.skew_ms);

/** @param {import('./reducer.js').AdminEvent} event */
export function dispatch(event) {
  admin.value = reduce(admin.peek(), event);
}

/** @param {import('../api.js').Answer} answer @returns {boolean} the page may go on asking */
function admitted(answer) {
  if (answer.status === 401) dispatch({ type: 'access_refused', access: 'signed_out' });
  if (answer.status === 403) dispatch({ type: 'access_refused', access: 'forbidden' });
  return answer.status !== 401 && answer.status !== 403;
}

async function loadMe() {
  const answer = await get('/api/v1/me');
  if (!admitted(answer) || !answer.ok) return;
  const { id, name, email, rep, rights, simulated, server_time } = answer.data;
  const skew_ms = server_time ? Date.parse(server_time) - Date.now() : 0;
  dispatch({ type: 'me_loaded', me: { id, name, email, rep, rights, simulated }, skew_ms });
}

async function loadFloor() {
  const answer = await get('/api/v1/floor');
  if (!admitted(answer)) return;
  if (answer.ok) dispatch({ type: 'floor_loaded', floor: answer.data, at_ms: Date.now() });
  else dispatch({ type: 'floor_refused' });
}

/** @param {string|null} after null: from the newest on */
export async function loadCalls(after = null) {
  const filters = admin.peek().filters;
  const given = Object.entries({ ...filters, ...periodOf(filters), cursor: after ?? '', limit: String(PAGE) }).filter(([, value]) => value !== '');
  dispatch({ type: 'calls_asked' });
  const answer = await get(`/api/v1/calls?${new URLSearchParams(given)}`);
  if (!admitted(answer)) return;
  if (answer.ok) dispatch({ type: 'calls_loaded', filters, after, calls: answer.data.calls, next: answer.data.next ?? null });
  else dispatch({ type: 'calls_refused' });
}

/** @param {string} id */
export async function loadDetail(id) {
  const answer = await get(`/api/v1/calls/${encodeURIComponent(id)}`);
  if (!admitted(answer)) return;
  if (answer.ok) dispatch({ type: 'detail_loaded', id, body: answer.data });
  else dispatch({ type: 'detail_refused', id, missing: answer.status === 404 });
}

/** Nobody calls that person back any more, unless a rep already has it. */
export async function cancelCallback() {
  const { cancelling } = admin.peek();
  if (!cancelling || cancelling.step === 'sending') return;
  const { id } = cancelling.call;
  dispatch({ type: 'cancel_sent' });
  const answer = await remove(`/api/v1/callbacks/${encodeURIComponent(id)}`);
  if (!admitted(answer)) return dispatch({ type: 'cancel_closed' });
  if (answer.ok) dispatch({ type: 'callback_cancelled', id });
  else dispatch({ type: 'cancel_refused', too_late: answer.status === 409 || answer.status === 404 });
}

/** @param {string} right as the service names it @returns {boolean} known only once somebody is */
export const may = (right) => admin.value.me?.rights.includes(right) ?? false;

/** @param {string} id the call whose page is open @returns {() => void} closes it */
export function openCall(id) {
  dispatch({ type: 'detail_opened', id });
  loadDetail(id);
  return () => dispatch({ type: 'detail_closed' });
}

/** Asks again what may have changed: the floor, and the call that is open while it lives. */
function again() {
  const { access, detail } = admin.peek();
  if (document.hidden || access !== 'ok') return;
  loadFloor();
  if (detail?.state === 'ready' && detail.body?.call.state !== 'ended') loadDetail(detail.id);
}

/**
 * Keeps the list of calls true while it is seen: asked for again when a filter changes, and when a call came or went
 * unless older pages are open.
 * @returns {() => void} ends it
 */
export function watchCalls() {
  let timer = 0;
  const filters = computed(() => JSON.stringify(admin.value.filters));
  const living = computed(() => admin.value.floor?.calls.map(({ id }) => id).sort().join(' '));
  let seen = filters.peek();
  const stopTyped = effect(() => {
    if (filters.value === seen) return;
    seen = filters.value;
    clearTimeout(timer);
    timer = setTimeout(loadCalls, TYPED_AFTER_MS);
  });
  const stopMoved = effect(() => {
    if (living.value !== undefined && !admin.peek().calls.older) loadCalls();
  });
  return () => {
    clearTimeout(timer);
    stopTyped();
    stopMoved();
  };
}

export async function logOut() {
  await request('DELETE', '/api/v1/session');
  location.assign('/login');
}

export async function openAdmin() {
  document.addEventListener('visibilitychange', again);
  loadFloor();
  await loadMe();
  setInterval(again, FLOOR_EVERY_MS);
}
