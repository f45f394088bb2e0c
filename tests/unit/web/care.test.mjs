import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';

import { byKind, mendAddress, sentences } from '../../../cti/web/admin/care/sentence.js';

const WRITE = { when: (iso) => iso, phone: (number) => number, duration: (s) => `${s} s` };
const finding = (kind, changes = {}) => ({ kind, subject: 'gold', detail: {}, since: null, mend: { room: 'rules', id: 2 }, ...changes });
const KINDS = [...readFileSync(new URL('../../../cti/admin/finding.py', import.meta.url), 'utf8').match(/^KINDS = \(([^)]*)\)/m)[1].matchAll(/"(\w+)"/g)].map(([, kind]) => kind);

for (const language of ['en', 'id', 'ms', 'pl']) {
  const { care } = await import(`../../../cti/web/strings/${language}/care.js`);
  test(`every kind of finding that the service knows has its sentence, its heading and its mend in ${language}`, () => {
    for (const kind of KINDS) {
      const said = sentences(finding(kind, { detail: { name: 'Gold', count: 2, calls: 5, days: 30, by: 'vip', took: 3, rule: 'a', taken: 'b', message: 'no such field', email: 'a@b.example', needs: { support: 3 }, queues: ['main'], met_after_s: 30, last_at: 'then' } }), care, WRITE).join(' ');
      assert.doesNotMatch(said, /undefined|null|NaN|\[object/, kind);
      assert.notEqual(said, `${kind.replaceAll('_', ' ')}: gold`);
      assert.ok(care.kinds[kind] && care.mends[kind], kind);
    }
  });
}

test('a demand that nobody meets says what is asked, when that changes, and who waits', async () => {
  const { care } = await import('../../../cti/web/strings/en/care.js');
  const detail = { needs: { support: 3, spanish: 2 }, queues: ['main'], met_after_s: 30, waiting: 1 };
  assert.deepEqual(sentences(finding('demand_unmet', { detail }), care, WRITE), [
    'Nobody on duty meets what “gold” asks: support 3, spanish 2 in main.',
    'Somebody can take the call only after 30 s, when the rule asks for less.',
    '1 caller waits for that right now.',
  ]);
  assert.match(sentences(finding('demand_unmet', { detail: { ...detail, met_after_s: null } }), care, WRITE)[1], /No later step/);
  assert.deepEqual(sentences(finding('of_a_newer_service'), care, WRITE), ['of a newer service: gold']);
});

test('a mend leads to the thing itself', () => {
  assert.equal(mendAddress(finding('rule_shadowed')), '#/rules/2');
  assert.equal(mendAddress(finding('rep_without_user', { subject: 'dee', mend: { room: 'people', id: null } })), '#/people?rep=dee');
  assert.equal(mendAddress(finding('demand_unmet', { mend: { room: 'reps', id: null } })), '#/reps');
});

test('findings stand together by kind, in the order they came', () => {
  const groups = byKind([finding('a'), finding('b'), finding('a', { subject: 'x' })]);
  assert.deepEqual(groups.map(({ kind, findings }) => [kind, findings.length]), [['a', 2], ['b', 1]]);
});
