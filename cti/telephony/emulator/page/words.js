/** Every sentence that the page makes. */

export const PHASES = {
  idle: 'Ready',
  dialling: 'Dialling',
  ringing: 'Ringing',
  called: 'Your telephone rings',
  waiting: 'In line',
  connecting: 'Being connected',
  talking: 'Talking',
  recorded: 'Being recorded',
  served: 'Connected',
  ended: 'Call ended',
};

export const HANG_UP = 'Hang up';
export const DECLINE = 'Decline';
export const WITHHELD = 'Number withheld';
export const WITHHELD_NUMBER = 'anonymous';
export const OTHER = 'Another number';
export const NO_NUMBER = 'Type the number to call from.';
export const NO_LINES = 'No line is set up to be dialled.';

/** @type {Record<string, string>} */
const ENDS = {
  'the caller hung up': 'You hung up',
  declined: 'You declined',
  'nobody answered': 'Not answered',
  taken: 'Answered on another page',
  rejected: 'Not taken',
  'application error': 'Application error',
};

/** @param {string|null} reason @returns {string} */
export function whyEnded(reason) {
  return ENDS[reason ?? ''] ?? 'The other side hung up';
}

/** The file's name without its place and length: `music-30-5` is music. @param {string} name @returns {string} */
export function soundName(name) {
  const word = name.replace(/[-_.\d]+$/, '').replace(/[-_]+/g, ' ') || 'sound';
  return word[0].toUpperCase() + word.slice(1);
}
