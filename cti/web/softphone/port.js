/**
 * The softphone as the desk knows it: one browser's own leg, whoever carries it. Two adapters: `twilio.js`, `emulator.js`.
 *
 * An adapter never decides anything: it connects when told, says what became of it, and leaves retrying to the desk.
 */

/** @typedef {import('../desk/model.js').PhoneProblem} PhoneProblem */
/** @typedef {{provider: 'twilio'|'emulator', url?: string|null, token: string, expires_at: string}} VoiceToken */
/**
 * What befalls the softphone as a whole. `lost`: it cannot connect until it is started anew.
 * @typedef {(what: 'token_will_expire'|'lost') => void} PhoneListener
 */
/**
 * What befalls one leg. `live`: it is in the conversation. `ended`: it is over, whoever ended it; comes once, last.
 * @typedef {(what: 'live'|'ended') => void} LegListener
 */
/** @typedef {{end: () => void, mute: (muted: boolean) => void}} Leg */
/** @typedef {{input?: string, output?: string}} AudioDevices ids of `enumerateDevices`; left out: the system's default */
/**
 * @typedef {object} Softphone
 * @property {() => Promise<void>} start rejects with a `PhoneFailure`
 * @property {(offer_id: string, heard: LegListener) => Promise<Leg>} connect rejects with a `PhoneFailure`
 * @property {(token: string) => void} updateToken
 * @property {(devices: AudioDevices) => Promise<void>} useDevices
 * @property {() => void} close ends its legs
 */

/** Why a softphone cannot start or connect. */
export class PhoneFailure extends Error {
  /** @param {PhoneProblem} problem @param {string} [detail] for the console */
  constructor(problem, detail = problem) {
    super(detail);
    this.problem = problem;
  }
}

/**
 * @param {VoiceToken} token
 * @param {PhoneListener} heard
 * @returns {Promise<Softphone>} not started yet
 */
export async function softphoneFor(token, heard) {
  if (token.provider === 'twilio') {
    const { TwilioSoftphone } = await import('./twilio.js');
    return new TwilioSoftphone(token.token, heard);
  }
  const { EmulatorSoftphone } = await import('./emulator.js');
  return new EmulatorSoftphone(token.url ?? location.origin, token.token, heard);
}
