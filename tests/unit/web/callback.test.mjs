import assert from 'node:assert/strict';
import { test } from 'node:test';

import { isoOf, localTime, numberOfForm, problemOf } from '../../../cti/web/desk/callback.js';
import { offerWords, promiseOf } from '../../../cti/web/desk/offer_words.js';
import { reduce } from '../../../cti/web/desk/reducer.js';
import { faceOf } from '../../../cti/web/desk/selectors.js';
import { AT, aCaller, aPop, after, ended, hello, moved, presence, TALKING, WRAPPING } from './builders.mjs';

const aCallback = (changes = {}) => ({ why: 'key', promised_at: AT, tries: 0, answered: false, next_at: null, ...changes });
const pop = (changes = {}) => aPop({ call: { ...aPop().call, callback: aCallback(changes) } });
const CALLING = [hello, presence('reserved'), pop(), { type: 'accept_sent' }, { type: 'accept_confirmed', offer_id: 'o1-1' },
  ended('accepted'), presence('on_call'), moved('connecting', { callback: aCallback() })];
const NEXT = '2026-11-22T10:15:00.000Z';

test('an offer to call somebody back does not claim that they are calling', () => {
  const words = offerWords(pop());
  assert.deepEqual([words.region, words.who, words.body, words.accept], ['Call-back', 'Call back Jan Kowalski', 'Call-back · support', 'Accept and call']);
  assert.equal(offerWords(pop({ answered: true })).who, 'Jan Kowalski is on the line');
  assert.equal(offerWords(aPop()).who, 'Jan Kowalski is calling');
  assert.match(promiseOf(aCallback({ tries: 1 }), Date.parse(AT)).what, /^Try 2\. They asked for it by key\. Once you accept/);
});

test('the call that an accept begins knows that the telephone is to ring, and when it has', () => {
  assert.equal(after(CALLING).call?.callback?.answered, false);
  const talking = after([...CALLING, moved('talking', { callback: aCallback({ tries: 1, answered: true }) })]);
  assert.equal(talking.call?.callback?.answered, true);
});

test('who was not reached is said with the next try, and the desk is free', () => {
  const state = after([...CALLING, moved('waiting', { callback: aCallback({ tries: 1, next_at: NEXT }) }), presence('available')]);
  assert.deepEqual(state.notice, { kind: 'not_reached', who: 'Jan Kowalski', at: NEXT });
  assert.deepEqual([state.call, state.form, state.held, faceOf({ ...state, queues: [{}] })], [null, null, null, 'idle']);
});

test('the last try is said to be the last, and a caller who has called in is not said to be missed', () => {
  const over = (end_reason) => after([...CALLING, moved('ended', { end_reason, callback: aCallback({ tries: 3 }) })]).notice?.kind;
  assert.deepEqual([over('unreached'), over('merged')], ['last_try', 'called_again']);
});

test('a call-back that was never dialled keeps its place, and nobody is said to have waited', () => {
  assert.equal(after([...CALLING, moved('waiting', { callback: aCallback() })]).notice?.kind, 'not_dialled');
});

test('somebody who answered and hung up at once has hung up', () => {
  const state = after([...CALLING, moved('ended', { end_reason: 'abandoned', callback: aCallback({ answered: true }) })]);
  assert.equal(state.notice?.kind, 'ended_early');
});

const opened = { type: 'callback_opened', call_id: 'c1', at: '2026-11-22T15:00' };
const put_off = (changes) => ({ type: 'callback_changed', call_id: 'c1', ...changes });

test('what was arranged stays through the next conversation and a service that is away', () => {
  const unsent = [...WRAPPING, opened, put_off({ at: '2026-11-23T09:00' }), { type: 'callback_sent', call_id: 'c1' },
    { type: 'callback_unsent', call_id: 'c1' }];
  const next = after([...unsent, moved('ended'), aPop({ offer: { ...aPop().offer, id: 'o2-1' }, call: { ...aPop().call, id: 'c2' } }),
    ended('accepted', 'o2-1'), moved('talking', { call_id: 'c2' })]);
  assert.equal(next.form?.call_id, 'c2');
  assert.deepEqual(next.aside.map(({ call_id, callback }) => [call_id, callback?.at, callback?.step]), [['c1', '2026-11-23T09:00', 'unsent']]);
  const done = reduce(next, { type: 'callback_arranged', call_id: 'c1' });
  assert.equal(done.aside[0].callback?.step, 'done');
});

test('a refusal is shown at its field until it is changed', () => {
  const refused = after([...TALKING, opened, { type: 'callback_sent', call_id: 'c1' }, { type: 'callback_refused', call_id: 'c1', problem: 'line' }]);
  assert.deepEqual([refused.form?.callback?.step, refused.form?.callback?.problem], ['open', 'line']);
  assert.equal(reduce(refused, put_off({ mine: false })).form?.callback?.problem, null);
  assert.equal(reduce(refused, { type: 'callback_closed', call_id: 'c1' }).form?.callback, null);
});

test('a time is typed as on the wall and sent with its offset', () => {
  const at = new Date(2026, 10, 22, 15, 2, 40);
  assert.equal(localTime(at.getTime()), '2026-11-22T15:05');
  assert.match(isoOf('2026-11-22T15:05'), /^2026-11-22T15:05:00[+-]\d\d:\d\d$/);
  assert.equal(Date.parse(isoOf('2026-11-22T15:05')), new Date(2026, 10, 22, 15, 5).getTime());
  const now = at.getTime();
  assert.deepEqual(['', '2026-11-22T15:00', '2027-11-22T15:00', '2026-11-22T15:05'].map((one) => problemOf(one, now)), ['empty', 'past', 'far', null]);
});

test('only who has a number, on a line that is known, can be called back', () => {
  const form = after(TALKING).form;
  assert.equal(numberOfForm(form), '+48600100200');
  assert.equal(numberOfForm({ ...form, caller: aCaller({ match: 'withheld', number: null }), from: 'anonymous' }), null);
  assert.equal(numberOfForm({ ...form, caller: null }), '+48600100200');
  assert.equal(numberOfForm({ ...form, to: null }), null);
});
