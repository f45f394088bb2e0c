import assert from 'node:assert/strict';
import { test } from 'node:test';

import { readLength } from '../../../cti/web/admin/rules/length.js';
import { placeAt } from '../../../cti/web/admin/rules/order.js';
import { placeOf } from '../../../cti/web/admin/rules/rule_text.js';
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
const slice = (line, text = TEXT) => {
  const place = placeOf(text, line);
  return place && [place.line, text.slice(place.from, place.to)];
};

test('a rule is cut out of the text with the comments before it', () => {
  assert.deepEqual(slice(5), [4, '  # Gold goes first.\n  - name: gold\n    when: a\n\n    route: {queue: q}']);
  assert.deepEqual(slice(11), [10, '  # the others\n  - name: others\n    # inside\n    route:\n      queue: q\n      steps:\n        - {after: 1s, then: hang_up}']);
  assert.deepEqual(slice(1, '- name: a\n- name: b'), [1, '- name: a']);
  assert.deepEqual(slice(2, '- name: a\n- name: b'), [2, '- name: b']);
  assert.deepEqual([slice(1), slice(99), slice(null), slice(1, 'rules: [{name: a}]')], [null, null, null, null]);
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
