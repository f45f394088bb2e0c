/**
 * Twilio's Voice SDK (vendored, 2.18.5) as a softphone. The Device only places calls, so it is never registered: nothing
 * rings here but our own offers. Built on a click, because a browser lets a page sound only after one.
 *
 * The names of the SDK used here are checked against the real package in a test.
 */
import { PhoneFailure } from './port.js';

/** @typedef {import('./port.js').Leg} Leg */
/** @typedef {import('./port.js').Softphone} Softphone */
/** @typedef {import('./port.js').PhoneProblem} PhoneProblem */
/** @typedef {typeof import('@twilio/voice-sdk').Device} DeviceClass */

/** 31401 permission denied · 31402 device not found or unreadable: https://www.twilio.com/docs/api/errors */
const PROBLEMS = /** @type {Record<number, PhoneProblem>} */ ({
  31401: 'denied', 31402: 'missing', 20101: 'token', 20104: 'token', 31202: 'token', 31204: 'token', 31205: 'token',
  31207: 'token', 31000: 'network', 31005: 'network', 31009: 'network', 53000: 'network', 53405: 'network',
});
/** Errors after which the Device cannot connect until it gets another token or a line. */
const FATAL = new Set(['token', 'network']);
const TOKEN_REFRESH_MS = 30_000;

/** @returns {Promise<DeviceClass>} */
async function loadDevice() {
  const source = new URL('../vendor/twilio.min.js', import.meta.url).href;
  const page = /** @type {{Twilio?: {Device: DeviceClass}}} */ (/** @type {unknown} */ (window));
  if (!page.Twilio) {
    await new Promise((resolve, reject) => {
      const script = Object.assign(document.createElement('script'), { src: source, onload: resolve });
      script.onerror = () => reject(new PhoneFailure('network', 'the Voice SDK did not load'));
      document.head.append(script);
    });
  }
  if (!page.Twilio) throw new PhoneFailure('unsupported', 'the Voice SDK did not start');
  return page.Twilio.Device;
}

/** @param {unknown} error @returns {PhoneFailure} */
function failureOf(error) {
  if (error instanceof PhoneFailure) return error;
  const { code = 0, message = '' } = /** @type {{code?: number, message?: string}} */ (error);
  return new PhoneFailure(PROBLEMS[code] ?? 'refused', `${code}: ${message}`);
}

/** @implements {Softphone} */
export class TwilioSoftphone {
  /** @param {string} token @param {import('./port.js').PhoneListener} heard */
  constructor(token, heard) {
    this.token = token;
    this.heard = heard;
    /** @type {import('@twilio/voice-sdk').Device|null} */
    this.device = null;
    /** @type {import('./port.js').AudioDevices} */
    this.chosen = {};
    /** Legs that live: a Device that reports an error in the middle of a call mends it by itself. */
    this.live = 0;
  }

  async start() {
    const Device = await loadDevice();
    if (!Device.isSupported) throw new PhoneFailure('unsupported');
    const device = new Device(this.token, { appName: 'cti', closeProtection: true, logLevel: 'error', tokenRefreshMs: TOKEN_REFRESH_MS });
    device.on('tokenWillExpire', () => this.heard('token_will_expire'));
    device.on('unregistered', () => this.heard('lost'));
    device.on('error', (/** @type {unknown} */ error) => {
      if (this.live === 0 && FATAL.has(failureOf(error).problem)) this.heard('lost');
    });
    device.audio?.outgoing(false);
    device.audio?.disconnect(false);
    this.device = device;
    await this.useDevices(this.chosen);
  }

  /** @param {string} offer_id @param {import('./port.js').LegListener} heard @returns {Promise<Leg>} */
  async connect(offer_id, heard) {
    if (!this.device) throw new PhoneFailure('network', 'the device is not built');
    const call = await this.device.connect({ params: { offer_id } }).catch((error) => {
      throw failureOf(error);
    });
    let over = false;
    this.live += 1;
    const end = () => {
      if (over) return;
      over = true;
      this.live -= 1;
      heard('ended');
    };
    call.on('accept', () => heard('live'));
    for (const ending of ['disconnect', 'cancel', 'reject']) call.on(ending, end);
    call.on('error', () => call.status() === 'closed' && end());
    return { end: () => call.disconnect(), mute: (muted) => call.mute(muted) };
  }

  /** @param {string} token */
  updateToken(token) {
    this.device?.updateToken(token);
  }

  /** @param {import('./port.js').AudioDevices} devices */
  async useDevices(devices) {
    this.chosen = devices;
    const audio = this.device?.audio;
    if (!audio) return;
    if (devices.input) await audio.setInputDevice(devices.input).catch(() => undefined);
    if (devices.output && audio.isOutputSelectionSupported) await audio.speakerDevices.set(devices.output).catch(() => undefined);
  }

  close() {
    const device = this.device;
    this.device = null;
    device?.destroy();
  }
}
