/**
 * The socket to the service: opens `/ws/desk` after the last cursor, again with jitter when it breaks, and at once when
 * the page wakes or the network returns. It hands over each event as it came and knows nothing of their meaning.
 */

const FIRST_DELAY_MS = 300;
const LONGEST_DELAY_MS = 8_000;
/** A page that slept this long cannot trust an open socket: the service gave it up after 10 s. */
const SLEPT_MS = 12_000;
const SIGNED_OUT = 4401;

/**
 * @typedef {{cursor: () => string|null, heard: (event: any) => void, opened: () => void, lost: () => void,
 *   refused: () => void, signedOut: () => void}} LinkListener
 */

export class Link {
  /** @param {string} path @param {LinkListener} listener */
  constructor(path, listener) {
    this.path = path;
    this.listener = listener;
    /** @type {WebSocket|null} */
    this.socket = null;
    this.failures = 0;
    this.timer = 0;
    this.closed = false;
    this.seen_ms = Date.now();
    addEventListener('online', () => this.retryNow());
    addEventListener('offline', () => this.drop());
    document.addEventListener('visibilitychange', () => this.woke());
    setInterval(() => this.noticeSleep(), 2_000);
  }

  open() {
    if (this.closed || this.socket) return;
    clearTimeout(this.timer);
    const cursor = this.listener.cursor();
    const query = cursor === null ? '' : `?after=${encodeURIComponent(cursor)}`;
    const socket = new WebSocket(`${location.origin.replace(/^http/, 'ws')}${this.path}${query}`);
    this.socket = socket;
    let opened = false;
    socket.onopen = () => {
      opened = true;
      this.failures = 0;
      this.listener.opened();
    };
    socket.onmessage = (message) => {
      if (this.socket === socket) this.listener.heard(JSON.parse(message.data));
    };
    socket.onclose = (event) => {
      if (this.socket !== socket) return;
      this.socket = null;
      if (event.code === SIGNED_OUT) return this.stop();
      if (!opened) this.listener.refused();
      this.broken();
    };
  }

  /** Tries at once, instead of after the pause that is running. */
  retryNow() {
    if (!this.socket) this.open();
  }

  /** Gives up the socket and opens another one after the last cursor. */
  drop() {
    const socket = this.socket;
    this.socket = null;
    socket?.close();
    if (socket) this.broken();
  }

  close() {
    this.closed = true;
    clearTimeout(this.timer);
    const socket = this.socket;
    this.socket = null;
    socket?.close();
  }

  stop() {
    this.close();
    this.listener.signedOut();
  }

  broken() {
    this.listener.lost();
    if (this.closed) return;
    const ceiling = Math.min(LONGEST_DELAY_MS, FIRST_DELAY_MS * 2 ** this.failures);
    this.failures += 1;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.open(), ceiling * (0.5 + Math.random() / 2));
  }

  woke() {
    if (document.hidden) return;
    this.noticeSleep();
    this.retryNow();
  }

  noticeSleep() {
    const slept = Date.now() - this.seen_ms;
    this.seen_ms = Date.now();
    if (slept < SLEPT_MS) return;
    this.drop();
    this.retryNow();
  }
}
