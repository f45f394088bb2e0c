import assert from 'node:assert/strict';
import { test } from 'node:test';

import { readLength } from '../../../cti/web/admin/rules/length.js';
import { placeAt } from '../../../cti/web/admin/rules/order.js';
import { completions } from '../../../cti/web/admin/rules/complete.js';
import { ruleAtLine } from '../../../cti/web/admin/rules/rule_text.js';
import { ruleOf, shapesFor } from '../../../cti/web/admin/rules/shapes.js';
import { rules as words } from '../../../cti/web/strings/en/rules.js';

const TEXT = `rules:
  # about the list

  # Gold goes first.
  - name: gold
    when: a

    route: {queue: q}

  # the others
  - name: others
    # inside
    route:
      queue: q
      steps:
        - {after: 1s, then: hang_up}
# the end
tests:
  - name: t
`;

test('a line of the text belongs to a rule', () => {
  assert.deepEqual([1, 2, 5, 8, 11, 16, 18, 99].map((line) => ruleAtLine(TEXT, line)), [-1, -1, 0, 0, 1, 1, -1, -1]);
  assert.deepEqual([1, 2, 3, 4].map((line) => ruleAtLine('rules:\n- name: a\n  when: x\n- name: b', line)), [-1, 0, 0, 1]);
  assert.deepEqual([ruleAtLine('', 1), ruleAtLine('rules: [{name: a}]', 1), ruleAtLine('rules:\n', 2)], [-1, -1, -1]);
});

test('what may come next is known from the line', () => {
  const known = {
    queues: [{ value: 'support', name: 'Support' }], reps: [{ value: 'ana', name: 'Ana' }], skills: ['support', 'spanish'], hours: ['office'], rules: ['gold'],
    fields: ['call.to', 'call.from', 'caller.tier', 'caller.Account size', 'hours.office'],
    values: (field) => ({ 'caller.tier': [{ value: 'gold', name: 'gold' }], 'call.to': [{ value: '+15550100', name: 'Main' }] })[field] ?? [],
  };
  const after = (line) => {
    const found = completions(line, known);
    return found && [line.slice(found.from), found.options.map(({ label }) => label).join(' ')];
  };
  assert.deepEqual(after('    when: caller.ti'), ['ti', 'tier']);
  assert.deepEqual(after('    when: call.to == "+1'), ['+1', '+15550100']);
  assert.deepEqual(after('    when: \'caller.tier in ["a", "g'), ['g', 'gold']);
  assert.deepEqual(after('      call.'), ['', 'to from']);
  assert.deepEqual(after('    when: "!hours.office.'), ['', 'open holiday']);
  assert.deepEqual(after('    route: {queue: su'), ['su', 'support']);
  assert.deepEqual(after('      needs: {support: 2, sp'), ['sp', 'support:  spanish: ']);
  assert.deepEqual(after('      prefer_rep: {who: '), ['', 'owner last ana']);
  assert.deepEqual(after('        - {after: 30s, th')[0], 'th');
  assert.deepEqual(after('    expect: {rule: g'), ['g', 'gold']);
  assert.deepEqual(after('    ro'), ['ro', 'when:  ask:  block:  route: ']);
  assert.equal(after('# a comment'), null);
});

test('a dragged row goes where the pointer is among the others', () => {
  const middles = [10, 30, 50, 70];
  assert.deepEqual([-5, 20, 45, 75].map((y) => placeAt(middles, y, 1)), [0, 1, 1, 3]);
  assert.deepEqual([5, 31, 90].map((y) => placeAt(middles, y, 0)), [0, 1, 3]);
});

test('shapes are offered where they make sense', () => {
  const nothing = { queues: [], lines: [], skills: [], hours: [], lists: [] };
  assert.deepEqual(shapesFor(nothing), ['tier', 'owner', 'last', 'menu', 'withheld', 'empty']);
  const all = { queues: [{ value: 'a' }, { value: 'b' }], lines: [{ value: '+1' }], skills: ['support', 'language-pl'], hours: ['office'], lists: ['vip'] };
  assert.equal(shapesFor(all).length, 11);
  for (const shape of shapesFor(all)) for (const known of [all, nothing]) assert.equal(ruleOf(shape, known, words, 'n').name, 'n');
  assert.deepEqual(ruleOf('overflow', all, words, 'n').route.steps, [{ after: '60s', queues: ['b'], needs: {} }]);
});

test('lengths of time are taken as people write them', () => {
  assert.deepEqual(['30', ' 30 s', '2 min', '1h 30m', '1.5m', '15 sec', '2 h', 'soon', '-1', ''].map(readLength), ['30s', '30s', '2m', '1h30m', '1m30s', '15s', '2h', null, null, null]);
});
