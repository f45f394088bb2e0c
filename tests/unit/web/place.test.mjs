import assert from 'node:assert/strict';
import { test } from 'node:test';

import { addressOf, placeOf } from '../../../cti/web/admin/place.js';

const at = (hash) => placeOf(hash, (room) => ['floor', 'calls', 'what-if', 'try'].includes(room));

test('an address names a room, and what is open in it', () => {
  assert.deepEqual(at('#/calls'), { room: 'calls', id: null, given: {} });
  assert.deepEqual(at('#/calls/c-1'), { room: 'calls', id: 'c-1', given: {} });
  assert.deepEqual(at('#/what-if'), { room: 'what-if', id: null, given: {} });
});

test('an address that is none leads to the first room', () => {
  for (const hash of ['', '#', '#/', '#/nowhere', '#/calls/a/b', '#/%']) assert.equal(at(hash).room, 'floor', hash);
});

test('what is written is read again, whatever it holds', () => {
  const given = { call: 'c 1', to: '+15550100' };
  assert.deepEqual(at(addressOf('try', 'a/b?c%', given)), { room: 'try', id: 'a/b?c%', given });
  assert.equal(at('#/calls/%').id, '%');
});
