import assert from 'node:assert/strict';
import { test } from 'node:test';

import { explain } from '../../../cti/web/admin/explain.js';
import { FIRST_STATE, NO_FILTERS } from '../../../cti/web/admin/model.js';
import { reduce } from '../../../cti/web/admin/reducer.js';

const after = (...events) => events.reduce((state, event) => reduce(state, event), FIRST_STATE);
const page = (ids, changes = {}) => ({ type: 'calls_loaded', filters: NO_FILTERS, after: null, calls: ids.map((id) => ({ id })), next: null, ...changes });
const names = (rep) => ({ ana: 'Ana Perez' })[rep] ?? rep;
const decision = (changes = {}) => ({
  at: '2026-11-22T10:00:00Z', rule: 'everyone else', queue: 'support', chosen: 'ana', how: 'best_fit', fit: 812, idle_ms: 61_000,
  on_duty: 5, qualified: 3, free: 1, away: 0, declined: 0, lacking: { 'support>=3': 2 }, prefer: null, ...changes,
});

test('older pages are added to the list once', () => {
  const state = after(page(['a', 'b'], { next: 'n' }), page(['b', 'c'], { after: 'n' }));
  assert.deepEqual(state.calls.items.map(({ id }) => id), ['a', 'b', 'c']);
});

test('an answer for filters that have changed since is dropped', () => {
  const changed = after({ type: 'filters_changed', filters: { q: 'kow' } });
  assert.equal(reduce(changed, page(['a'])), changed);
});

test('a floor that cannot be read stays in sight and is marked as not live', () => {
  const state = after({ type: 'floor_loaded', floor: { reps: [], calls: [], queues: [] }, at_ms: 5 }, { type: 'floor_refused' });
  assert.deepEqual([state.live, state.floor_at_ms], [false, 5]);
});

test('a refresh of an open call that fails keeps what is shown', () => {
  const body = { call: { id: 'a' }, timeline: [], decisions: [] };
  const opened = after({ type: 'detail_opened', id: 'a' }, { type: 'detail_loaded', id: 'a', body });
  assert.equal(reduce(opened, { type: 'detail_refused', id: 'a', missing: false }), opened);
  assert.equal(reduce(opened, { type: 'detail_loaded', id: 'b', body }), opened);
});

test('a decision reads as sentences', () => {
  const { verdict, sentences } = explain(decision(), names);
  assert.equal(verdict, 'Ana Perez was chosen, as the best fit.');
  assert.deepEqual(sentences, [
    'Rule “everyone else” was the first that applied.',
    'Its queue is support.',
    '5 reps of the queue were on shift, 3 of them met the needs, 1 of those was free.',
    '2 reps lacked support 3.',
    'Fit 812, idle for 1:01.',
  ]);
});

test('the fit is shown as the sum of its parts, and a tie with what was equal', () => {
  const fit_parts = [{ skill: 'spanish', level: 5, weight: 2, least: null, points: 10 }, { skill: 'support', level: 4, weight: null, least: 3, points: 1 }];
  const { sentences } = explain(decision({ fit: 11, fit_parts, tie: { with: 'ana', equal_in: ['best_fit'], broken_by: 'longest_idle' } }), names);
  assert.ok(sentences.includes('Fit 11 (spanish 2 × 5 + support 4 − 3), idle for 1:01.'));
  assert.ok(sentences.includes('No better than Ana Perez by best fit.'));
});

test('a decision for nobody says who was missing', () => {
  const { verdict, sentences } = explain(decision({ chosen: null, how: 'in_line', free: 0, away: 1, declined: 2, prefer: 'busy' }), names);
  assert.match(verdict, /waited in line/);
  assert.ok(sentences.includes('The preferred rep was busy.'));
  assert.ok(sentences.includes('1 more who qualifies was away or not responding.'));
  assert.ok(sentences.includes('2 reps had declined or missed this call before.'));
});

test('the newest page that comes late does not close older pages that were opened meanwhile', () => {
  const loaded = (after, ids, next) =>
    ({ type: 'calls_loaded', filters: FIRST_STATE.filters, after, calls: ids.map((id) => ({ id })), next });
  const opened = [loaded(null, ['b', 'a'], 'older'), loaded('older', ['z'], null)].reduce(reduce, FIRST_STATE);
  const late = reduce(opened, loaded(null, ['c', 'b', 'a'], 'older'));
  assert.deepEqual(late.calls.items.map(({ id }) => id), ['c', 'b', 'a', 'z']);
  assert.equal(late.calls.next, null);
  const searched = reduce(late, { type: 'filters_changed', filters: { q: 'x' } });
  const found = reduce(searched, { ...loaded(null, ['y'], null), filters: searched.filters });
  assert.deepEqual(found.calls.items.map(({ id }) => id), ['y']);
});
