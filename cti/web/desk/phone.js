/**
 * Keeps this tab's leg as the state wishes (`wantedLeg`): connects after an accept, again with the same offer when the
 * leg is lost in the middle of a call, ends it when the call is over. It also builds the softphone and keeps its token.
 *
 * It changes no call: what became of a call comes from the service alone.
 */
import { get, post, put } from '../api.js';
import { PhoneFailure, softphoneFor } from '../softphone/port.js';
import { computed, effect } from '../vendor/signals.js';
import { desk, dispatch } from './store.js';
import { onShift, wantedLeg } from './selectors.js';

/** @typedef {import('../softphone/port.js').Softphone} Softphone */
/** @typedef {import('../softphone/port.js').Leg} Leg */

/** The service lets a lost leg return for 20 s. */
const RETURN_WITHIN_MS = 20_000;
/** The first pause outlasts the usual gap between a leg's end and the event that says the call is over. */
const RETURN_PAUSES_MS = [400, 800, 1_500, 2_500];
const RESTART_PAUSES_MS = [500, 1_500, 3_000, 6_000, 10_000];
/** A line that is away this long would miss a call: the rep is set to away. */
const TOLERATED_MS = 2_500;

/** @param {number} ms */
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
/** @param {number[]} pauses @param {number} n */
const nth = (pauses, n) => pauses[Math.min(n, pauses.length - 1)];

export class PhoneKeeper {
  constructor() {
    /** @type {Softphone|null} */
    this.phone = null;
    /** @type {Promise<boolean>|null} */
    this.starting = null;
    /** @type {Promise<void>|null} */
    this.restarting = null;
    /** @type {{offer_id: string, leg: Leg|null}|null} */
    this.current = null;
    /** @type {import('../softphone/port.js').AudioDevices} */
    this.devices = {};
    const wanted = computed(() => wantedLeg(desk.value));
    effect(() => this.strive(wanted.value));
  }

  /** Builds the softphone unless it stands. @returns {Promise<boolean>} whether calls can be taken */
  start() {
    if (this.phone) return Promise.resolve(true);
    this.starting ??= this.build().finally(() => {
      this.starting = null;
    });
    return this.starting;
  }

  async build() {
    dispatch({ type: 'phone_starting' });
    try {
      const token = await this.token();
      const phone = await softphoneFor(token, (what) => this.heard(phone, what));
      await phone.start();
      await phone.useDevices(this.devices);
      this.phone = phone;
      dispatch({ type: 'phone_ready' });
      return true;
    } catch (error) {
      const problem = error instanceof PhoneFailure ? error.problem : 'network';
      dispatch({ type: 'phone_failed', problem });
      return false;
    }
  }

  stop() {
    const phone = this.phone;
    this.phone = null;
    phone?.close();
    dispatch({ type: 'phone_closed' });
  }

  /** @param {import('../softphone/port.js').AudioDevices} devices */
  useDevices(devices) {
    this.devices = { ...this.devices, ...devices };
    this.phone?.useDevices(this.devices);
  }

  /** @param {boolean} muted */
  mute(muted) {
    this.current?.leg?.mute(muted);
    dispatch({ type: 'mute_changed', muted });
  }

  /** @returns {Promise<import('../softphone/port.js').VoiceToken>} */
  async token() {
    const answer = await post('/api/v1/me/voice-token');
    if (!answer.ok) throw new PhoneFailure(answer.status === 0 ? 'network' : 'token');
    return answer.data;
  }

  /** @param {Softphone} phone @param {'token_will_expire'|'lost'} what */
  async heard(phone, what) {
    if (this.phone !== phone) return;
    if (what === 'token_will_expire') {
      const token = await this.token().catch(() => null);
      if (token && this.phone === phone) phone.updateToken(token.token);
      return;
    }
    this.phone = null;
    phone.close();
    dispatch({ type: 'phone_failed', problem: 'network' });
    await this.restart();
  }

  /** Takes a shift up again without a click. */
  async resume() {
    if (!(await this.start())) await this.restart();
  }

  /** Comes back by itself; if it takes longer than a caller should ring, the rep is set to away. */
  restart() {
    this.restarting ??= this.retry().finally(() => {
      this.restarting = null;
    });
    return this.restarting;
  }

  async retry() {
    const aside = setTimeout(() => this.stepAside(), TOLERATED_MS);
    for (let n = 0; this.isMissed(); n += 1) {
      await pause(nth(RESTART_PAUSES_MS, n) * (0.5 + Math.random() / 2));
      if (this.isMissed()) await this.start();
    }
    clearTimeout(aside);
  }

  /** Until the service knows that calls cannot ring through. */
  async stepAside() {
    for (let n = 0; this.isMissed(); n += 1) {
      if (await setAway()) return;
      await pause(nth(RESTART_PAUSES_MS, n));
    }
  }

  /** There is a shift, and no line for it. */
  isMissed() {
    const state = desk.peek();
    return this.phone === null && state.link !== 'signed_out' && onShift(state);
  }

  /** @param {string|null} offer_id */
  strive(offer_id) {
    if (this.current?.offer_id === offer_id) return;
    const before = this.current;
    this.current = offer_id === null ? null : { offer_id, leg: null };
    before?.leg?.end();
    if (this.current) this.bring(this.current);
    else if (before) queueMicrotask(() => dispatch({ type: 'leg_changed', leg: 'none' }));
  }

  /**
   * Brings a leg up, and back, until it is no longer wanted or the time for returning is over.
   * @param {{offer_id: string, leg: Leg|null}} current
   */
  async bring(current) {
    let lost_ms = Date.now();
    for (let n = 0; this.current === current; n += 1) {
      await Promise.resolve();
      dispatch({ type: 'leg_changed', leg: n === 0 ? 'connecting' : 'lost' });
      const lasted = await this.once(current);
      if (this.current !== current) return;
      if (lasted) [n, lost_ms] = [0, Date.now()];
      if (Date.now() - lost_ms > RETURN_WITHIN_MS) return dispatch({ type: 'leg_changed', leg: 'failed' });
      await pause(nth(RETURN_PAUSES_MS, n));
    }
  }

  /**
   * One leg from its birth to its end.
   * @param {{offer_id: string, leg: Leg|null}} current
   * @returns {Promise<boolean>} whether it was live
   */
  async once(current) {
    if (!(await this.start()) || !this.phone || this.current !== current) return false;
    let lived = false;
    try {
      /** @type {(lived: boolean) => void} */
      let over = () => undefined;
      const ended = new Promise((/** @type {(lived: boolean) => void} */ resolve) => (over = resolve));
      const leg = await this.phone.connect(current.offer_id, (what) => {
        if (what === 'ended') return over(lived);
        lived = true;
        if (this.current !== current) return;
        dispatch({ type: 'phone_ready' });
        dispatch({ type: 'leg_changed', leg: 'live' });
      });
      if (this.current !== current) {
        leg.end();
        return false;
      }
      current.leg = leg;
      if (desk.peek().phone.muted) leg.mute(true);
      return await ended;
    } catch (error) {
      if (error instanceof PhoneFailure) dispatch({ type: 'phone_failed', problem: error.problem });
      return false;
    } finally {
      current.leg = null;
    }
  }
}

/** @returns {Promise<boolean>} whether the service knows now that calls cannot ring through */
async function setAway() {
  const me = await get('/api/v1/me');
  if (!me.ok || me.data.status !== 'available') return me.ok;
  const answer = await put('/api/v1/me/status', { status: 'away', reason: 'softphone' });
  return answer.ok;
}
