import assert from 'node:assert/strict';
import { test } from 'node:test';

import * as form from '../../../cti/web/admin/rules/rule_form.js';
import { parseDocument } from '../../../cti/web/vendor/yaml/index.js';

const TEXT = `rules:
  # These are ours.

  # Gold goes first.
  - name: gold
    when: caller.tier == "gold"   # asked for by sales
    route: {queue: support, needs: {support: 3}}

  # Spring ends in June.
  - name: spring
    when: caller.campaign == "spring"
    route:
      queue: sales
      steps:
        # they ought to wait a little
        - {after: 30s, needs: {sales: 1}}
        - {after: 10m, then: voicemail}

  - name: everyone else
    route: {queue: support}
tests:
  - name: a gold caller
    call: {to: "+1"}
    caller: {tier: gold}
    expect: {rule: gold}
  - name: anybody
    call: {to: "+1"}
    expect: {queue: support}
`;
const changed = (change, text = TEXT) => {
  const doc = parseDocument(text);
  change(doc);
  return doc.toString({ lineWidth: 0, flowCollectionPadding: false });
};
const part = (text, from, to) => text.slice(text.indexOf(from), to === undefined ? undefined : text.indexOf(to));

test('a rule takes its comment along when it moves', () => {
  const text = changed((doc) => form.moveRule(doc, 0, 1));
  assert.match(text, /^rules:\n {2}# These are ours\.\n\n {2}# Spring ends in June\.\n {2}- name: spring\n/);
  assert.match(text, /then: voicemail}\n\n {2}# Gold goes first\.\n {2}- name: gold\n {4}when: .* # asked for by sales\n/);
});

test('a rule that moves there and back changes nothing', () => {
  const same = changed(() => undefined);
  assert.equal(changed((doc) => { form.moveRule(doc, 0, 2); form.moveRule(doc, 2, 0); }), same);
  assert.equal(changed((doc) => { form.moveRule(doc, 2, 0); form.moveRule(doc, 0, 2); }), same);
  assert.equal(changed((doc) => form.moveRule(doc, 0, 7)), same);
});

test('a deleted rule takes its examples and its comment along, and nothing else', () => {
  const text = changed((doc) => form.deleteRule(doc, 0));
  assert.doesNotMatch(text, /gold/i);
  assert.match(text, /These are ours/);
  assert.match(text, /Spring ends in June/);
  assert.match(text, /- name: anybody/);
});

test('a rename is followed by the examples', () => {
  const text = changed((doc) => form.renameRule(doc, 0, 'gold customers'));
  assert.match(text, /expect: {rule: gold customers}/);
  assert.match(text, /- name: gold customers\n/);
});

test('what is put into the form stands where one expects it, the rest as it was', () => {
  const text = changed((doc) => {
    form.setIn(doc, 0, ['route', 'priority'], 10);
    form.setIn(doc, 0, ['route', 'prefer_rep', 'who'], 'owner');
    form.setIn(doc, 0, ['route', 'prefer_rep', 'wait'], '15s');
    form.setWhen(doc, 0, 'caller.tier == "gold" && call.to == "+1"');
  });
  assert.match(text, /route: {queue: support, priority: 10, prefer_rep: {who: owner, wait: 15s}, needs: {support: 3}}/);
  assert.match(text, /when: caller.tier == "gold" && call.to == "\+1" # asked for by sales\n/);
  assert.match(changed((doc) => form.setWhen(doc, 2, 'a')), /- name: everyone else\n {4}when: a\n {4}route/);
});

test('what is taken away leaves nothing empty behind', () => {
  assert.match(changed((doc) => form.setIn(doc, 0, ['route', 'needs', 'support'], undefined)), /route: {queue: support}\n\n {2}# Spring/);
  assert.match(changed((doc) => form.removeStep(doc, 1, 1)), /# they ought to wait a little\n {8}- {after: 30s, needs: {sales: 1}}\n\n/);
  const none = changed((doc) => { form.removeStep(doc, 1, 1); form.removeStep(doc, 1, 0); });
  assert.match(none, /route:\n {6}queue: sales\n\n/);
});

test('steps are added between others and where there were none', () => {
  assert.match(changed((doc) => form.addStep(doc, 1, { after: '2m', offer_callback: true }, 1)), /sales: 1}}\n {8}- {after: 2m, offer_callback: true}\n {8}- {after: 10m/);
  assert.match(changed((doc) => form.addStep(doc, 2, { after: '2m', then: 'callback' }, 0)), /- name: everyone else\n {4}route: {queue: support, steps: \[{after: 2m, then: callback}\]}/);
});

test('a new rule is as people write them', () => {
  const rule = { name: 'vip', when: '"vip" in call.lists', route: { queue: 'support', priority: 10, needs: { support: 3 }, steps: [{ after: '30s', needs: { support: 1 } }] } };
  assert.equal(
    part(changed((doc) => form.addRule(doc, 1, rule)), '  - name: vip', '  # Spring'),
    '  - name: vip\n    when: \'"vip" in call.lists\'\n    route:\n      queue: support\n      priority: 10\n      needs: {support: 3}\n      steps:\n        - {after: 30s, needs: {support: 1}}\n\n',
  );
  assert.match(changed((doc) => form.addRule(doc, 0, { name: 'first', route: { queue: 'q' } }), 'skills: [a]\n'), /^skills: \[a\]\nrules:\n {2}- name: first\n {4}route: {queue: q}\n$/);
});

test('a copy stands behind its rule under another name', () => {
  const config = parseDocument(TEXT).toJS();
  assert.deepEqual([form.freeName(config, 'gold'), form.freeName(config, 'new')], ['gold 2', 'new']);
  const text = changed((doc) => form.duplicateRule(doc, 0, 'gold 2'));
  assert.match(text, /needs: {support: 3}}\n\n {2}- name: gold 2\n {4}when: caller\.tier == "gold" # asked for by sales\n/);
});

test('a rule of another kind keeps what both have', () => {
  const kinds = (kind) => parseDocument(changed((doc) => form.setKind(doc, 0, kind, { queue: 'support', say: 'Sales 1' }))).toJS().rules[0];
  assert.deepEqual(kinds('block'), { name: 'gold', when: 'caller.tier == "gold"', block: 'busy' });
  assert.deepEqual(Object.keys(kinds('ask_route')), ['name', 'when', 'ask', 'route']);
  assert.deepEqual(['block', 'ask', 'ask_route', 'route'].map((kind) => form.kindOf(kinds(kind))), ['block', 'ask', 'ask_route', 'route']);
});

test('examples come and go', () => {
  const config = parseDocument(TEXT).toJS();
  assert.deepEqual(form.examplesOf(config, 'gold').map(({ index }) => index), [0]);
  assert.match(changed((doc) => form.addExample(doc, { name: 'new', call: { from: '+48600100200' }, expect: { rule: 'gold' } })), /- name: new\n {4}call: {from: "\+48600100200"}\n {4}expect: {rule: gold}\n$/);
  assert.match(changed((doc) => form.addExample(doc, { name: 'new', expect: { rule: 'x' } }), 'rules:\n  - name: x\n'), /tests:\n {2}- name: new\n/);
  const none = changed((doc) => { form.removeExample(doc, 1); form.removeExample(doc, 0); });
  assert.doesNotMatch(none, /tests/);
  assert.match(changed((doc) => form.setInExample(doc, 0, ['expect', 'rep'], 'ana')), /expect: {rule: gold, rep: ana}/);
});

test('text of another shape is left alone', () => {
  for (const text of ['rules: 5\n', 'rules:\n  - 7\n', '[]\n', 'x\n', '']) {
    const same = changed(() => undefined, text);
    const tried = changed((doc) => {
      form.moveRule(doc, 0, 1);
      form.duplicateRule(doc, 0, 'x');
      form.removeStep(doc, 0, 0);
      form.removeExample(doc, 0);
      form.renameKey(doc, ['rules', 0, 'route', 'needs'], 'a', 'b');
    }, text);
    assert.equal(tried, same);
  }
});
