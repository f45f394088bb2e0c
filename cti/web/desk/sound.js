/** The ring and the test tone, made by Web Audio: no file, no host. Silent until a click has unlocked it. */

const EVERY_MS = 2_600;
/** [start s, frequency Hz]: two rising thirds, soft enough for a headset. */
const RING = [[0, 659.3], [0.16, 830.6], [0.32, 987.8], [0.9, 659.3], [1.06, 830.6], [1.22, 987.8]];
const TONE = [[0, 523.3], [0.25, 659.3], [0.5, 784]];

export class Sound {
  constructor() {
    /** @type {AudioContext|null} */
    this.context = null;
    this.timer = 0;
    /** @type {(audible: boolean) => void} */
    this.changed = () => undefined;
  }

  /** Call it from a click: browsers let a page sound only after one. */
  async unlock() {
    this.context ??= this.build();
    await this.context?.resume().catch(() => undefined);
    this.tell();
  }

  /** After a reload: sounds if the browser still allows it, else says that it does not. */
  prepare() {
    this.context ??= this.build();
    this.tell();
  }

  /** @returns {AudioContext|null} */
  build() {
    if (typeof AudioContext === 'undefined') return null;
    const context = new AudioContext();
    context.onstatechange = () => this.tell();
    return context;
  }

  tell() {
    this.changed(this.context?.state === 'running');
  }

  /** @param {string} device */
  async useOutput(device) {
    const context = /** @type {(AudioContext & {setSinkId?: (id: string) => Promise<void>})|null} */ (this.context);
    await context?.setSinkId?.(device).catch(() => undefined);
  }

  startRinging() {
    if (this.timer) return;
    this.play(RING, 0.22);
    this.timer = setInterval(() => this.play(RING, 0.22), EVERY_MS);
  }

  stopRinging() {
    clearInterval(this.timer);
    this.timer = 0;
  }

  /** @returns {Promise<void>} resolves when it has faded */
  async testTone() {
    await this.unlock();
    this.play(TONE, 0.3);
    await new Promise((resolve) => setTimeout(resolve, 1_300));
  }

  /** @param {number[][]} notes @param {number} loudness */
  play(notes, loudness) {
    const context = this.context;
    if (context?.state !== 'running') return;
    for (const [start, frequency] of notes) strike(context, context.currentTime + start, frequency, loudness);
  }
}

/** @param {AudioContext} context @param {number} at_s @param {number} frequency @param {number} loudness */
function strike(context, at_s, frequency, loudness) {
  const gain = context.createGain();
  gain.gain.setValueAtTime(0.0001, at_s);
  gain.gain.exponentialRampToValueAtTime(loudness, at_s + 0.015);
  gain.gain.exponentialRampToValueAtTime(0.0001, at_s + 0.55);
  gain.connect(context.destination);
  for (const [ratio, type] of /** @type {[number, OscillatorType][]} */ ([[1, 'sine'], [2, 'triangle']])) {
    const tone = context.createOscillator();
    tone.type = type;
    tone.frequency.value = frequency * ratio;
    const part = context.createGain();
    part.gain.value = ratio === 1 ? 1 : 0.12;
    tone.connect(part).connect(gain);
    tone.start(at_s);
    tone.stop(at_s + 0.6);
  }
}
