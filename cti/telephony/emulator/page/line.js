/**
 * The page's line to the emulator: a WebSocket that comes back. Its calls end with it.
 *
 * @typedef {import('./call_state.js').Call} Call
 * @typedef {{call: (call: Call) => void, taken: (call_sid: string) => void, refused: (message: string) => void, up: () => void, down: () => void}} Listener
 */

const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 8_000;

export class Line {
  /** @param {Listener} listener */
  constructor(listener) {
    this.listener = listener;
    this.wait_ms = FIRST_WAIT_MS;
    /** @type {WebSocket|null} */
    this.socket = null;
    this.open();
  }

  open() {
    const socket = new WebSocket(`${location.origin.replace(/^http/, 'ws')}/emulator/phone`);
    this.socket = socket;
    socket.onopen = () => {
      this.wait_ms = FIRST_WAIT_MS;
      this.listener.up();
    };
    socket.onmessage = (message) => {
      const said = JSON.parse(message.data);
      if (said.type === 'call') this.listener.call(said.call);
      else if (said.type === 'taken') this.listener.taken(said.call_sid);
      else if (said.type === 'error') this.listener.refused(said.message);
    };
    socket.onclose = () => {
      this.listener.down();
      setTimeout(() => this.open(), this.wait_ms);
      this.wait_ms = Math.min(LONGEST_WAIT_MS, this.wait_ms * 2);
    };
  }

  /** @param {string} from @param {string} to */
  dial(from, to) {
    this.send({ type: 'call', from, to });
  }

  /** @param {string} call_sid */
  answer(call_sid) {
    this.send({ type: 'answer', call_sid });
  }

  /** @param {string} call_sid a call that rings here is declined */
  hangUp(call_sid) {
    this.send({ type: 'hangup', call_sid });
  }

  /** @param {string} call_sid @param {string} digits */
  press(call_sid, digits) {
    this.send({ type: 'digits', call_sid, digits });
  }

  /** @param {string} call_sid @param {string} text */
  say(call_sid, text) {
    this.send({ type: 'speech', call_sid, text });
  }

  /** @param {object} message */
  send(message) {
    if (this.socket?.readyState === WebSocket.OPEN) this.socket.send(JSON.stringify(message));
  }
}
