import assert from 'node:assert/strict';
import { test } from 'node:test';

import { sentence, sides, thingAddress } from '../../../cti/web/admin/audit/change.js';
import { audit } from '../../../cti/web/strings/en/audit.js';

const change = (action, detail = {}, before = null, after = null) => ({ id: 1, at: '2026-11-23T09:00:00Z', actor: 'ada@example.com', action, detail, before, after });

test('a change is a sentence, also one of a newer release', () => {
  assert.equal(sentence(change('config_activated', { n: 7 }), audit), 'Version 7 became active');
  assert.equal(sentence(change('token_added', { user: 'a@b.example', label: '' }), audit), 'A token of a@b.example was made: —');
  assert.equal(sentence(change('queue_painted', { name: 'main' }), audit), 'queue painted: main');
});

test('a change leads to the thing where it still is', () => {
  assert.equal(thingAddress(change('config_added', { n: 7 })), '#/versions/7');
  assert.equal(thingAddress(change('contact_changed', { contact: 'c-1' })), '#/contacts/c-1');
  assert.equal(thingAddress(change('contact_deleted', { contact: 'c-1' })), null);
});

test('before and after stand side by side, by what differs; a side that there is not is not the same as nothing', () => {
  assert.deepEqual(sides(change('x', {}, { tier: null, tags: ['a'] }, { tier: 'gold', tags: ['a', 'b'], fields: { Plan: 'Pro' } })), [
    { name: 'tier', before: '', after: 'gold' }, { name: 'tags', before: 'a', after: 'a, b' }, { name: 'fields', before: '', after: 'Plan: Pro' },
  ]);
  assert.deepEqual(sides(change('x', {}, { name: 'Jan' }, null)), [{ name: 'name', before: 'Jan', after: null }]);
  assert.deepEqual(sides(change('x')), []);
});
