import assert from 'node:assert/strict';
import { test } from 'node:test';

import { refusal } from '../../../cti/web/admin/parts/refused.js';
import { effectsOf, found, isChanged, wantedOf, withoutAccount } from '../../../cti/web/admin/people/effects.js';
import { counted } from '../../../cti/web/strings/pl/plural.js';

const person = (changes = {}) => ({ id: 'u1', email: 'ana@example.com', name: 'Ana Perez', role: 'rep', rep: 'ana', disabled: false, ...changes });
const effects = (was, changes, around = {}) => effectsOf(was, { ...wantedOf(was), ...changes }, { tokens: 0, on_call: false, is_self: false, ...around });
const WORDS = { unreachable: 'unreachable', unavailable: 'unavailable', forbidden: 'forbidden', gone: 'gone', failed: 'failed', messages: { known: 'said well' } };

test('another name affects nobody; it is a change all the same', () => {
  assert.deepEqual(effects(person(), { name: 'Ana P.' }), []);
  assert.equal(isChanged(person(), { ...wantedOf(person()), name: 'Ana P.' }), true);
  assert.equal(isChanged(person(), wantedOf(person())), false);
});

test('another role or rep logs out, and says what is lost and won', () => {
  assert.deepEqual(effects(person({ role: 'admin' }), { role: 'supervisor' }), ['logged_out', 'loses_admin']);
  assert.deepEqual(effects(person(), { role: 'admin' }, { tokens: 2 }), ['logged_out', 'gains_admin', 'tokens_change']);
  assert.deepEqual(effects(person(), { rep: '' }, { on_call: true }), ['logged_out', 'on_call', 'no_desk']);
  assert.deepEqual(effects(person({ rep: null }), { rep: 'bo' }), ['logged_out', 'gains_desk']);
});

test('whoever may not log in any more loses the tokens, and one is told when that is oneself', () => {
  assert.deepEqual(effects(person(), { disabled: true }, { tokens: 1, is_self: true }), ['self', 'no_log_in', 'tokens_stop']);
  assert.deepEqual(effects(person({ disabled: true }), { disabled: false }), ['log_in_again']);
  assert.deepEqual(effects(person(), { password: 'a new password' }), ['logged_out', 'new_password']);
});

test('people are found by name, address, rep and role; who may not log in comes last', () => {
  const all = [person({ id: '1', disabled: true }), person({ id: '2', name: 'Bo Lind', email: 'bo@example.com', rep: 'bo', role: 'supervisor' })];
  const names = (words) => found(all, words, ({ role }) => ({ rep: 'Rep', supervisor: 'Supervisor' })[role]).map(({ id }) => id);
  assert.deepEqual([names(''), names('SUPER'), names('perez'), names('nobody')], [['2', '1'], ['2'], ['1'], []]);
});

test('reps with whom nobody can log in', () => {
  assert.deepEqual(withoutAccount([{ id: 'ana', name: 'Ana' }, { id: 'bo', name: 'Bo' }], [person()]), [{ id: 'bo', name: 'Bo' }]);
});

test('a refusal stands at its field, in the page’s language where it has the words', () => {
  const refused = (status, problem) => refusal({ ok: false, status, problem, retry_after_s: null }, WORDS, { own: 'in this room' });
  assert.deepEqual(refused(422, { errors: [{ field: 'body.email', message: 'known' }] }), { fields: { email: 'said well' }, message: null });
  assert.equal(refused(409, { title: 'own' }).message, 'in this room');
  assert.equal(refused(409, { title: 'unheard of' }).message, 'unheard of');
  assert.deepEqual([0, 503, 403, 404, 500].map((status) => refused(status, {}).message), ['unreachable', 'unavailable', 'forbidden', 'gone', 'failed']);
});

test('Polish counts in three forms', () => {
  assert.deepEqual([1, 2, 5, 12, 22, 112, 0].map((n) => counted(n, 'a', 'b', 'c')), ['1 a', '2 b', '5 c', '12 c', '22 b', '112 c', '0 c']);
});
