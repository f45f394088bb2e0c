/**
 * Several tabs of one rep: which of them rings, and which of them holds the leg. Web Locks decide among the tabs of one
 * browser; across browsers the service is the judge (the first accept wins). Where there are no locks (plain http away
 * from the own machine) each tab acts as if it were alone.
 */

const ID_KEY = 'cti-client';
const LEG_KEY = 'cti-leg';
/** The tab that held the leg before a reload goes first; another takes over only if that one stays away. */
const TAKE_OVER_AFTER_MS = 5_000;
/** Web Locks tell nobody when a lock is taken: a tab that waits to take over looks again and again. */
const LOOK_EVERY_MS = 250;

/** @returns {string} */
function freshId() {
  const bytes = crypto.getRandomValues(new Uint8Array(12));
  return [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}

let client_id = sessionStorage.getItem(ID_KEY) ?? freshId();

/** @returns {string} names this tab towards the service; survives a reload */
export const clientId = () => client_id;

/** A duplicated tab copies its original's storage, id included: the one that came second takes a new id. */
export async function claimClientId() {
  if (navigator.locks) {
    const free = await new Promise((resolve) => {
      navigator.locks.request(`cti-client:${client_id}`, { ifAvailable: true }, (lock) => {
        resolve(lock !== null);
        return lock ? new Promise(() => undefined) : undefined;
      });
    });
    if (!free) {
      client_id = freshId();
      sessionStorage.removeItem(LEG_KEY);
      navigator.locks.request(`cti-client:${client_id}`, () => new Promise(() => undefined));
    }
  }
  sessionStorage.setItem(ID_KEY, client_id);
}

/**
 * Strives to be the tab that rings for this rep.
 * @param {string} rep_id
 * @param {(primary: boolean) => void} changed
 * @returns {() => void} takes the role from the tab that has it
 */
export function contendForRinging(rep_id, changed) {
  if (!navigator.locks) return () => undefined;
  const name = `cti-ringing:${rep_id}`;
  const hold = (/** @type {LockOptions} */ options) =>
    navigator.locks
      .request(name, options, () => {
        changed(true);
        return new Promise(() => undefined);
      })
      .catch(() => {
        changed(false);
        hold({});
      });
  navigator.locks.request(name, { ifAvailable: true }, (lock) => changed(lock !== null)).then(() => hold({}));
  return () => void hold({ steal: true });
}

/** @param {string} offer_id */
const lockOf = (offer_id) => `cti-leg:${offer_id}`;

/** @param {string} offer_id @returns {Promise<boolean>} a tab of this browser has the leg */
async function isHeld(offer_id) {
  if (!navigator.locks) return false;
  const { held = [] } = await navigator.locks.query();
  return held.some(({ name }) => name === lockOf(offer_id));
}

/** Settles when no tab has the leg any more, or nobody waits for that. @param {string} offer_id @param {AbortSignal} signal */
const freed = (offer_id, signal) => navigator.locks.request(lockOf(offer_id), { signal }, () => undefined).catch(() => undefined);

/** @param {number} ms */
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** Whether a tab takes the leg before the time to take it over has come. @param {string} offer_id @param {AbortSignal} signal */
async function takenMeanwhile(offer_id, signal) {
  for (let waited_ms = 0; waited_ms < TAKE_OVER_AFTER_MS && !signal.aborted; waited_ms += LOOK_EVERY_MS) {
    await pause(LOOK_EVERY_MS);
    if (await isHeld(offer_id)) return true;
  }
  return false;
}

/** The lock on a conversation's leg, held by the tab that has it. */
export class LegLock {
  /**
   * @param {{taken: (offer_id: string) => void, released: () => void,
   *   seen: (offer_id: string, place: 'other_tab'|'nowhere') => void}} listener
   */
  constructor(listener) {
    this.listener = listener;
    /** @type {string|null} */
    this.offer_id = null;
    /** @type {() => void} */
    this.release = () => undefined;
    this.standing = new AbortController();
  }

  /** This tab has accepted, or takes over on the rep's word. @param {string} offer_id */
  take(offer_id) {
    this.ask(offer_id, { steal: true });
  }

  /**
   * A conversation goes on that this tab does not hold: it is this tab's own from before a reload, or another's, or
   * nobody's.
   * @param {string|null} offer_id
   */
  watch(offer_id) {
    this.standing.abort();
    this.standing = new AbortController();
    if (offer_id !== null && offer_id !== this.offer_id) this.standBy(offer_id, this.standing.signal);
  }

  /**
   * Takes the leg over once no tab has it, be that now or after an hour.
   * @param {string} offer_id @param {AbortSignal} signal
   */
  async standBy(offer_id, signal) {
    const own = sessionStorage.getItem(LEG_KEY) === offer_id;
    while (!signal.aborted) {
      const held = await isHeld(offer_id);
      if (signal.aborted) return;
      this.listener.seen(offer_id, held ? 'other_tab' : 'nowhere');
      if (held) await freed(offer_id, signal);
      else if (own || !(await takenMeanwhile(offer_id, signal))) {
        if (signal.aborted || (await this.ask(offer_id, { ifAvailable: true }))) return;
      }
    }
  }

  /** The conversation is over. */
  leave() {
    if (this.offer_id === null) return;
    this.release();
    this.offer_id = null;
    sessionStorage.removeItem(LEG_KEY);
  }

  /** @param {string} offer_id @param {LockOptions} options @returns {Promise<boolean>} whether this tab has it now */
  ask(offer_id, options) {
    if (this.offer_id === offer_id) return Promise.resolve(true);
    return new Promise((resolve) => {
      const got = () => {
        this.release();
        this.offer_id = offer_id;
        sessionStorage.setItem(LEG_KEY, offer_id);
        this.listener.taken(offer_id);
        resolve(true);
      };
      if (!navigator.locks) return got();
      navigator.locks
        .request(lockOf(offer_id), options, (lock) => {
          if (!lock) return resolve(false);
          got();
          return new Promise((release) => (this.release = () => release(undefined)));
        })
        .catch(() => this.lost(offer_id));
    });
  }

  /** Another tab took over. @param {string} offer_id */
  lost(offer_id) {
    if (this.offer_id !== offer_id) return;
    this.offer_id = null;
    sessionStorage.removeItem(LEG_KEY);
    this.listener.released();
  }
}
