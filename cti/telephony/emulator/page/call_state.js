/**
 * What a call looks like from the caller's side. Pure: no page, no clock.
 *
 * @typedef {{at: string, text: string, kind: 'speech'|'sound'|'notice'|'own', language: string}} Line
 * @typedef {{sid: string, status: string, direction: string, from: string, to: string, place: string, queue: string|null,
 *   conference_peers: string[], bridged: boolean, recording: string|null, listening: string[], heard: Line[], started_at: string, answered_at: string|null, ended_at: string|null,
 *   ended_reason: string|null}} Call
 * @typedef {'idle'|'dialling'|'ringing'|'called'|'waiting'|'connecting'|'talking'|'recorded'|'served'|'ended'} Phase
 */

/** @param {Call} call @returns {boolean} somebody calls this telephone */
export const isForUs = (call) => call.direction !== 'inbound';

/** @param {Call|null} call @returns {Phase} */
export function phaseOf(call) {
  if (!call) return 'idle';
  if (call.ended_at) return 'ended';
  if (call.status === 'ringing') return isForUs(call) ? 'called' : 'ringing';
  if (call.place === 'queue') return 'waiting';
  if (call.place === 'conference') return call.conference_peers.length > 0 ? 'talking' : 'connecting';
  if (call.place === 'dial') return call.bridged ? 'talking' : 'connecting';
  return call.recording ? 'recorded' : 'served';
}

/** Seconds since the call began, as minutes and seconds. @param {number} seconds @returns {string} */
export function clock(seconds) {
  const whole = Math.max(0, Math.floor(seconds));
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, '0')}`;
}

/** Two letters for a name; nothing for a number. @param {string} name @returns {string} */
export function initials(name) {
  const words = name.split(/[\s,·(]+/).filter((word) => /^\p{L}/u.test(word));
  return words.slice(0, 2).map((word) => word[0].toUpperCase()).join('');
}

/** @param {Call} call @returns {number} */
export function lasted(call) {
  return (Date.parse(call.ended_at ?? call.started_at) - Date.parse(call.started_at)) / 1000;
}
