/**
 * The emulated line's browser device: a WebSocket to the emulator. No sound passes; the telephone page speaks. Its legs
 * die with the socket, as a real device's die with the page.
 */
import { PhoneFailure } from './port.js';

/** @typedef {import('./port.js').Leg} Leg */
/** @typedef {import('./port.js').Softphone} Softphone */
/** @typedef {import('./port.js').LegListener} LegListener */

const START_TIMEOUT_MS = 5_000;

/** @implements {Softphone} */
export class EmulatorSoftphone {
  /** @param {string} url the emulator's http base @param {string} token @param {import('./port.js').PhoneListener} heard */
  constructor(url, token, heard) {
    this.address = `${url.replace(/^http/, 'ws').replace(/\/$/, '')}/device`;
    this.token = token;
    this.heard = heard;
    /** @type {WebSocket|null} */
    this.socket = null;
    /** @type {Map<string, LegListener>} */
    this.legs = new Map();
    /** @type {Map<string, {resolve: (call_sid: string) => void, reject: (failure: PhoneFailure) => void}>} */
    this.requests = new Map();
    this.next_request = 1;
  }

  /** @returns {Promise<void>} */
  start() {
    return new Promise((resolve, reject) => {
      const socket = new WebSocket(this.address);
      this.socket = socket;
      const timer = setTimeout(() => socket.close(), START_TIMEOUT_MS);
      let started = false;
      socket.onopen = () => this.send({ type: 'register', token: this.token });
      socket.onclose = () => {
        clearTimeout(timer);
        this.gone();
        if (started) this.heard('lost');
        reject(new PhoneFailure('network', 'the emulator closed the device'));
      };
      socket.onmessage = (message) => {
        const said = JSON.parse(message.data);
        if (said.type === 'registered') {
          started = true;
          clearTimeout(timer);
          resolve();
        } else if (said.type === 'error' && !started) reject(new PhoneFailure('token', said.message));
        else this.handle(said);
      };
    });
  }

  /** @param {string} offer_id @param {LegListener} heard @returns {Promise<Leg>} */
  async connect(offer_id, heard) {
    if (this.socket?.readyState !== WebSocket.OPEN) throw new PhoneFailure('network', 'the device is not registered');
    const request = String(this.next_request++);
    /** @type {Promise<string>} */
    const connecting = new Promise((resolve, reject) => this.requests.set(request, { resolve, reject }));
    this.send({ type: 'connect', request, params: { offer_id } });
    const call_sid = await connecting;
    this.legs.set(call_sid, heard);
    return {
      end: () => this.send({ type: 'disconnect', call_sid }),
      mute: (muted) => this.send({ type: 'mute', call_sid, muted }),
    };
  }

  /** @param {string} token */
  updateToken(token) {
    this.send({ type: 'update_token', token });
  }

  async useDevices() {}

  close() {
    const socket = this.socket;
    if (socket) socket.onclose = null;
    socket?.close();
    this.gone();
  }

  /** @param {any} said */
  handle(said) {
    switch (said.type) {
      case 'connecting':
        this.requests.get(said.request)?.resolve(said.call_sid);
        this.requests.delete(said.request);
        return;
      case 'accepted':
        this.legs.get(said.call_sid)?.('live');
        return;
      case 'disconnected':
        this.endLeg(said.call_sid);
        return;
      case 'token_will_expire':
        this.heard('token_will_expire');
        return;
      case 'error':
        this.requests.get(said.request)?.reject(new PhoneFailure('refused', `${said.code}: ${said.message}`));
        this.requests.delete(said.request);
    }
  }

  /** @param {string} call_sid */
  endLeg(call_sid) {
    const heard = this.legs.get(call_sid);
    this.legs.delete(call_sid);
    heard?.('ended');
  }

  gone() {
    for (const { reject } of this.requests.values()) reject(new PhoneFailure('network'));
    this.requests.clear();
    for (const call_sid of [...this.legs.keys()]) this.endLeg(call_sid);
  }

  /** @param {object} message */
  send(message) {
    if (this.socket?.readyState === WebSocket.OPEN) this.socket.send(JSON.stringify(message));
  }
}
