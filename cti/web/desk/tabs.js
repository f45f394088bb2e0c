/**
 * Several tabs of one rep: which of them rings, and which of them holds the leg. Web Locks decide among the tabs of one
 * browser; across browsers the service is the judge (the first accept wins). Where there are no locks (plain http away
 * from the own machine) each tab acts as if it were alone.
 */

const ID_KEY = 'cti-client';
const LEG_KEY = 'cti-leg';
/** The tab that held the leg before a reload goes first; another takes over only if that one stays away. */
const TAKE_OVER_AFTER_MS = 5_000;

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

/** The lock on a conversation's leg, held by the tab that has it. */
export class LegLock {
  /** @param {{taken: (offer_id: string) => void, released: () => void}} listener */
  constructor(listener) {
    this.listener = listener;
    /** @type {string|null} */
    this.offer_id = null;
    /** @type {() => void} */
    this.release = () => undefined;
    this.timer = 0;
  }

  /** This tab has accepted, or takes over on the rep's word. @param {string} offer_id */
  take(offer_id) {
    this.ask(offer_id, { steal: true });
  }

  /**
   * A conversation goes on that this tab does not hold: it is this tab's own from before a reload, or it may be nobody's.
   * @param {string|null} offer_id
   */
  watch(offer_id) {
    clearTimeout(this.timer);
    if (offer_id === null || offer_id === this.offer_id) return;
    if (sessionStorage.getItem(LEG_KEY) === offer_id) this.ask(offer_id, {});
    else this.timer = setTimeout(() => this.ask(offer_id, { ifAvailable: true }), TAKE_OVER_AFTER_MS);
  }

  /** The conversation is over. */
  leave() {
    if (this.offer_id === null) return;
    this.release();
    this.offer_id = null;
    sessionStorage.removeItem(LEG_KEY);
  }

  /** @param {string} offer_id @param {LockOptions} options */
  ask(offer_id, options) {
    if (this.offer_id === offer_id) return;
    const got = () => {
      this.release();
      this.offer_id = offer_id;
      sessionStorage.setItem(LEG_KEY, offer_id);
      this.listener.taken(offer_id);
    };
    if (!navigator.locks) return got();
    navigator.locks
      .request(`cti-leg:${offer_id}`, options, (lock) => {
        if (!lock) return undefined;
        got();
        return new Promise((resolve) => (this.release = () => resolve(undefined)));
      })
      .catch(() => this.lost(offer_id));
  }

  /** Another tab took over. @param {string} offer_id */
  lost(offer_id) {
    if (this.offer_id !== offer_id) return;
    this.offer_id = null;
    sessionStorage.removeItem(LEG_KEY);
    this.listener.released();
  }
}
