/**
 * English. Every word a person reads on a page, by place; functions where a word depends on a value. Here what several
 * pages say; each page's own words beside it.
 */
import { admin } from './en_admin.js';
import { desk } from './en_desk.js';

export const en = {
  ...desk,
  ...admin,

  app: { name: 'Desk', admin: 'Admin', line_simulated: 'Simulated line', line_simulated_long: 'Simulated line: calls come from the emulator, nobody is really dialled' },

  login: {
    title: 'Log in',
    lead: 'Calls, with the customer already on the screen.',
    email: 'E-mail',
    password: 'Password',
    show: 'Show password',
    hide: 'Hide password',
    submit: 'Log in',
    submitting: 'Logging in…',
    wrong: 'E-mail and password do not match. Check both and try again.',
    email_missing: 'Enter your e-mail address.',
    password_missing: 'Enter your password.',
    limited: (/** @type {string} */ time) => `Too many attempts. You can try again in ${time}.`,
    unreachable: 'The service does not answer. Check your connection and try again.',
    broken: 'Logging in failed on our side. Try again in a moment.',
    help: 'Forgot your password? An administrator can set a new one.',
  },

  menu: {
    of: ', menu',
    shortcuts: 'Keyboard shortcuts',
    sound: 'Microphone and sound',
    password: 'Change password',
    admin: 'Admin console',
    desk: 'Rep desktop',
    log_out: 'Log out',
  },

  password: {
    title: 'Change password',
    current: 'Current password',
    fresh: 'New password',
    rule: 'At least 10 characters.',
    submit: 'Change password',
    submitting: 'Changing…',
    wrong: 'The current password is not right.',
    weak: 'Choose a longer or less common password.',
    failed: 'The password was not changed. Try again in a moment.',
    done: 'Your password is changed.',
    cancel: 'Cancel',
    close: 'Close',
  },

  presence: {
    label: 'Your status: ',
    change: '. Change it',
    available: 'Available',
    away: 'Away',
    reserved: 'Call coming',
    on_call: 'On a call',
    wrap_up: 'After-call work',
    not_responding: 'Not responding',
    offline: 'Off shift',
    reasons: /** @type {Record<string, string>} */ ({ lunch: 'Lunch', break: 'Break', meeting: 'Meeting', missed: 'missed a call', softphone: 'softphone did not connect', disconnected: 'connection lost' }),
    choices: [['lunch', 'Lunch'], ['break', 'Break'], ['meeting', 'Meeting']],
    other: 'Something else…',
    other_label: 'Reason',
    other_set: 'Set away',
    end_shift: 'End shift',
    by_system: 'set by the system',
    next: (/** @type {string} */ status) => `${status} after this call`,
    undo_next: 'Undo: stay as you are after this call',
    go_available: 'Go available',
    choose_away: 'Away for',
    disconnected: 'Not connected',
  },

  caller: {
    withheld: 'Withheld number',
    verified: 'Verified number',
    possible: (/** @type {number} */ n) => (n === 1 ? '1 possible customer' : `${n} possible customers`),
    unknown: 'Not in your records',
  },

  offline: {
    title: 'Disconnected from the service',
    hint: 'Nothing here is live at the moment. The desk reconnects by itself.',
    talking: 'Your conversation goes on',
    talking_hint: 'Only the desk lost its connection. Keep talking; the rest returns by itself.',
    retry: 'Try now',
    logged_out: 'You are logged out',
    logged_out_hint: 'Log in again to go on.',
    log_in: 'Log in',
    loading: 'Opening your desk…',
    no_desk: 'This account takes no calls',
    no_desk_hint: 'It belongs to no rep. The admin console shows the floor and every call.',
  },
};
