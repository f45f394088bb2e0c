/** Events and shapes for the reducer's tests, as small as they may be. */
import { FIRST_STATE } from '../../../cti/web/desk/model.js';
import { reduce } from '../../../cti/web/desk/reducer.js';

export const AT = '2026-11-22T10:00:00.000Z';

/** @param {object[]} events @param {object} [from] */
export const after = (events, from = FIRST_STATE) => events.reduce((state, event) => reduce(state, event), from);

export const aContact = (changes = {}) => ({ id: 'k1', name: 'Jan Kowalski', ...changes });

export const aCaller = (changes = {}) => ({ match: 'one', number: '+48600100200', contacts: [aContact()], ...changes });

export const aPop = (changes = {}) => ({
  type: 'screen_pop',
  offer: { id: 'o1-1', made_at: AT, expires_at: '2026-11-22T10:00:20.000Z' },
  call: { id: 'c1', from: '+48600100200', to: '+15550100', queue: 'support', waited_s: 9 },
  caller: aCaller(),
  decision: { rule: 'everyone else', reasons: [] },
  ...changes,
});

export const aCall = (changes = {}) => ({
  id: 'c1', from: '+48600100200', to: '+15550100', queue: 'support', state: 'talking', since: AT, answered_at: AT,
  waited_s: 9, offer_id: 'o1-1', caller: aCaller(), decision: null, returning: false, ends_at: null, draft: null, ...changes,
});

export const ended = (outcome, offer_id = 'o1-1') => ({ type: 'offer_ended', offer_id, outcome });
export const moved = (state, changes = {}) => ({ type: 'call_state', call_id: 'c1', state, since: AT, ...changes });
export const presence = (status, changes = {}) => ({
  type: 'rep_status', status, since: AT, connected: true, next_status: null, reason: null, ...changes,
});
export const hello = { type: 'hello', server_time: AT, received_ms: Date.parse(AT) };

export const ACCEPTED = [hello, presence('reserved'), aPop(), { type: 'accept_sent' }, { type: 'accept_confirmed', offer_id: 'o1-1' },
  ended('accepted'), presence('on_call'), moved('connecting')];
export const TALKING = [...ACCEPTED, moved('talking')];
export const WRAPPING = [...TALKING, moved('wrap_up', { ends_at: '2026-11-22T10:00:30.000Z' }), presence('wrap_up')];
