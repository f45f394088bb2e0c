import assert from 'node:assert/strict';
import { test } from 'node:test';

import { asFormNames, bodyOf, formOf, said } from '../../../cti/web/admin/contacts/model.js';
import { contacts } from '../../../cti/web/strings/en/contacts.js';

const jan = { id: 'c-1', name: 'Jan', phones: ['+48600100200', '+48221234567'], company: null, tier: 'gold', tags: ['a', 'b'], fields: { Plan: 'Pro' }, interactions: [1], link: null };

test('what a form has not touched is sent as it was, and nothing that the service adds itself', () => {
  const body = bodyOf(formOf(jan));
  assert.deepEqual([body.phones, body.tags, body.fields, body.tier, body.company], [jan.phones, jan.tags, jan.fields, 'gold', '']);
  assert.deepEqual(Object.keys(body).filter((key) => ['id', 'interactions', 'link', 'owner_name'].includes(key)), []);
});

test('empty lines, doubled separators and custom fields without a name are left out', () => {
  const body = bodyOf({ ...formOf(null), name: ' Jan ', phones: '+48 600 100 200\n\n', tags: 'a;; b ', fields: [['', 'x'], [' Plan ', 'Pro']] });
  assert.deepEqual([body.name, body.phones, body.tags, body.fields], ['Jan', ['+48 600 100 200'], ['a', 'b'], { Plan: 'Pro' }]);
});

test('the service’s reasons are said in the page’s words, at the form’s own field', () => {
  assert.deepEqual(asFormNames({ phone: 'empty', name: 'empty' }), { phones: 'empty', name: 'empty' });
  assert.equal(said('number 2: too short for a telephone number', contacts.reasons), 'Number 2: Too short for a phone number.');
  assert.equal(said('longer than 64 characters', contacts.reasons), 'Longer than 64 characters.');
  assert.equal(said('something new', contacts.reasons), 'something new');
});
