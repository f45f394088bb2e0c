import assert from 'node:assert/strict';
import { test } from 'node:test';

import { placed, spansOf, WIDTH } from '../../../cti/web/admin/calls/trace.js';
import { periodOf } from '../../../cti/web/admin/period.js';

const START = Date.parse('2026-11-23T09:00:00Z');
const at = (s, kind, data = {}) => ({ at: new Date(START + s * 1000).toISOString(), kind, data });
const spans = (timeline, over = true, now_s = 0) => spansOf(timeline, over, START + now_s * 1000).spans.map(({ kind, rep, from_ms, to_ms, open }) => [kind, rep, from_ms / 1000, to_ms / 1000, open]);

const CALL = [at(0, 'arrived'), at(0.2, 'routed'), at(3, 'offered', { rep: 'bo' }), at(8, 'offer_ended', { rep: 'bo', outcome: 'declined' }), at(8, 'offered', { rep: 'ana' }),
  at(11, 'accepted', { rep: 'ana' }), at(12, 'answered', { rep: 'ana' }), at(72, 'hung_up', { by: 'caller' }), at(90, 'filed', { disposition: 'resolved' }), at(90, 'ended', { reason: 'completed' })];

test('a call’s parts: looked up, waited, offered twice, connected, talked, written down', () => {
  assert.deepEqual(spans(CALL), [
    ['rules', null, 0, 0.2, false], ['wait', null, 0.2, 12, false], ['offer', 'bo', 3, 8, false], ['offer', 'ana', 8, 11, false],
    ['connect', 'ana', 11, 12, false], ['talk', 'ana', 12, 72, false], ['wrap_up', 'ana', 72, 90, false],
  ]);
  assert.deepEqual(spansOf(CALL, true, 0).spans.filter(({ kind }) => kind === 'offer').map(({ outcome }) => outcome), ['declined', 'accepted']);
  assert.equal(spansOf(CALL, true, 0).total_ms, 90_000);
});

test('what goes on lasts until now', () => {
  assert.deepEqual(spans(CALL.slice(0, 3), false, 5).at(-1), ['offer', 'bo', 3, 5, true]);
  assert.deepEqual(spans(CALL.slice(0, 7), false, 60).at(-1), ['talk', 'ana', 12, 60, true]);
});

test('a call nobody answered waited until it ended; one that is called back waits twice', () => {
  assert.deepEqual(spans([at(0, 'arrived'), at(1, 'routed'), at(40, 'ended', { reason: 'abandoned' })]), [['rules', null, 0, 1, false], ['wait', null, 1, 40, false]]);
  const back = [at(0, 'arrived'), at(1, 'routed'), at(30, 'callback_promised'), at(330, 'callback_due'), at(340, 'offered', { rep: 'ana' })];
  assert.deepEqual(spans(back, false, 345), [['rules', null, 0, 1, false], ['wait', null, 1, 30, false], ['later', null, 30, 330, false], ['wait', null, 330, 345, true], ['offer', 'ana', 340, 345, true]]);
});

test('no moment, no scale; a part too short to be seen is drawn all the same, inside the track', () => {
  assert.deepEqual(spansOf([], true, 0), { total_ms: 0, spans: [] });
  const { x, width } = placed({ kind: 'connect', rep: null, from_ms: 89_999, to_ms: 90_000, open: false, outcome: null }, 90_000);
  assert.ok(width >= 4 && x + width <= WIDTH);
  assert.deepEqual(placed({ kind: 'rules', rep: null, from_ms: 0, to_ms: 0, open: true, outcome: null }, 0), { x: 0, width: WIDTH });
});

test('a period is of whole days of this machine', () => {
  const { since, until } = periodOf({ since: '2026-11-23', until: '2026-11-23' });
  assert.equal(Date.parse(until) - Date.parse(since), 86_400_000);
  assert.equal(new Date(since).getHours(), 0);
  assert.deepEqual(periodOf({ since: '', until: 'x' }), { since: '', until: '' });
});
