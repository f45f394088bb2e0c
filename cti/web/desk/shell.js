/** The desk's moving parts, built once and wired to the state: the page's composition root. */
import { computed, effect, signal } from '../vendor/signals.js';
import { arrangeCallback, loadDrafts, loadMe, loadQueues, loadToday, refresh, saveDraft, setStatus } from './actions.js';
import { alertWith, askToNotify } from './alert.js';
import { formsOf } from './forms.js';
import { Link } from './link.js';
import { PhoneKeeper } from './phone.js';
import { onShift } from './selectors.js';
import { loadShortcuts, saveShortcuts } from './shortcuts.js';
import { Sound } from './sound.js';
import { desk, dispatch } from './store.js';
import { claimClientId, contendForRinging, LegLock } from './tabs.js';

const QUEUES_EVERY_MS = 5_000;
const DRAFT_AFTER_MS = 600;
const DRAFT_AGAIN_MS = 3_000;
/** After an event of a call: the events of one moment count as one, and the record has been copied by then. */
const LISTS_AFTER_MS = 500;
/** What a page that goes away must still send; a request that is under way goes with the page. */
const UNSAVED = new Set(['dirty', 'saving', 'failed']);

export const sound = new Sound();
export const keeper = new PhoneKeeper();
/** Which dialog is open. @type {import('@preact/signals').Signal<'shortcuts'|'sound'|'password'|null>} */
export const dialog = signal(null);
export const shortcuts = signal(loadShortcuts(localStorage));

/** @type {() => void} */
let ringHere = () => undefined;
/** Makes this tab the one that rings. */
export const takeRinging = () => void ringHere();

const legLock = new LegLock({
  taken: (offer_id) => dispatch({ type: 'leg_taken', offer_id }),
  released: () => dispatch({ type: 'leg_released' }),
  seen: (offer_id, place) => dispatch({ type: 'leg_seen', offer_id, place }),
});
/** Continues here a conversation that another tab holds. */
export function takeLeg() {
  const call = desk.peek().call;
  if (call) legLock.take(call.offer_id);
}

export const link = new Link('/ws/desk', {
  cursor: () => desk.peek().cursor,
  heard: (event) => dispatch(event.type === 'hello' ? { ...event, received_ms: Date.now() } : event),
  opened: () => undefined,
  lost: () => dispatch({ type: 'link_lost' }),
  refused: () => void loadMe(),
  signedOut: () => dispatch({ type: 'signed_out' }),
});

/** The Start shift click: everything a browser allows only after one. @returns {Promise<boolean>} whether calls can come */
export async function prepareShift() {
  await sound.unlock();
  askToNotify();
  return keeper.start();
}

/** Ends the shift, or plans its end for after the call that is running. */
export async function endShift() {
  if ((await setStatus('offline')) && desk.peek().presence.status === 'offline') keeper.stop();
}

/** Opens the desk: who am I, then the socket, then whatever follows from the state. */
export async function openDesk() {
  await claimClientId();
  sound.changed = (audible) => dispatch({ type: 'sound_changed', audible });
  if (!(await loadMe())) return;
  alertWith(sound);
  const rep = desk.peek().me?.rep;
  if (desk.peek().me && !rep) return;
  link.open();
  if (rep) ringHere = contendForRinging(rep.id, (primary) => dispatch({ type: 'tab_role', primary }));
  followLeg();
  followShift();
  followForm();
  followCallbacks();
  followLists();
}

/** @template T @param {() => T} read @param {(value: T) => void} react runs when the value has changed */
function follow(read, react) {
  const value = computed(read);
  effect(() => {
    const now = value.value;
    queueMicrotask(() => react(now));
  });
}

function followLeg() {
  follow(() => desk.value.held, (held) => (held === null ? legLock.leave() : legLock.take(held)));
  const live = () => (desk.value.call && desk.value.call.state !== 'wrap_up' ? desk.value.call.offer_id : null);
  follow(() => (desk.value.link === 'live' && desk.value.held === null ? live() : null), (offer_id) => legLock.watch(offer_id));
}

/** A page that was reloaded in the middle of a shift takes up its work without a click. */
function followShift() {
  const resumes = () => desk.value.link === 'live' && onShift(desk.value) && desk.value.primary && desk.value.phone.state === 'off';
  follow(resumes, (yes) => {
    if (!yes) return;
    sound.prepare();
    keeper.resume();
  });
  follow(() => desk.value.link === 'signed_out', (yes) => yes && keeper.stop());
}

function followForm() {
  let timer = 0;
  follow(() => desk.value.form, (form) => {
    clearTimeout(timer);
    if (form?.save === 'dirty') timer = setTimeout(saveDraft, DRAFT_AFTER_MS, form.call_id);
    if (form?.save === 'failed') timer = setTimeout(saveDraft, DRAFT_AGAIN_MS, form.call_id);
  });
  let again = 0;
  follow(() => desk.value.aside, (aside) => {
    clearTimeout(again);
    saveAll(aside.filter(({ save }) => save === 'dirty'));
    const failed = aside.filter(({ save }) => save === 'failed');
    if (failed.length > 0) again = setTimeout(saveAll, DRAFT_AGAIN_MS, failed);
  });
  addEventListener('pagehide', () => {
    saveAll(formsOf(desk.peek()).filter(({ save }) => UNSAVED.has(save)), true);
    arrangeAll(true);
  });
  follow(() => desk.value.link === 'live', (live) => {
    if (!live) return;
    saveAll(formsOf(desk.peek()).filter(({ save }) => save === 'failed'));
    arrangeAll();
    loadDrafts();
  });
  follow(() => (desk.value.call?.state === 'talking' ? desk.value.call.id : null), (talking) => talking && loadDrafts());
}

/** A call back that did not reach the service is sent again and again. */
function followCallbacks() {
  let timer = 0;
  const unsent = () => formsOf(desk.value).filter(({ callback }) => callback?.step === 'unsent').map(({ call_id }) => call_id).join(' ');
  follow(unsent, (some) => {
    clearTimeout(timer);
    if (some) timer = setTimeout(arrangeAll, DRAFT_AGAIN_MS);
  });
}

/** @param {boolean} [keepalive] */
const arrangeAll = (keepalive) => formsOf(desk.peek()).forEach(({ call_id, callback }) => callback?.step === 'unsent' && arrangeCallback(call_id, keepalive));

/** @param {import('./model.js').Form[]} forms @param {boolean} [keepalive] */
const saveAll = (forms, keepalive) => forms.forEach(({ call_id }) => saveDraft(call_id, keepalive));

function followLists() {
  loadToday();
  let timer = 0;
  const read = () => {
    loadToday();
    loadQueues();
  };
  const soon = () => {
    clearTimeout(timer);
    timer = setTimeout(read, LISTS_AFTER_MS);
  };
  follow(() => `${desk.value.link} ${desk.value.call?.id} ${desk.value.call?.state} ${desk.value.offer?.pop.offer.id} ${desk.value.form?.call_id}`, soon);
  follow(() => desk.value.link === 'live' && desk.value.me === null, (unknown) => unknown && loadMe());
  follow(() => desk.value.stale, (stale) => stale && refresh());
  setInterval(() => {
    if (document.hidden || desk.peek().link !== 'live') return;
    loadQueues();
  }, QUEUES_EVERY_MS);
  effect(() => saveShortcuts(localStorage, shortcuts.value));
}
