import assert from 'node:assert/strict';
import { test } from 'node:test';

import { namesOf } from '../../../cti/web/admin/rules/names.js';
import { bodyOf, exampleOf } from '../../../cti/web/admin/try/ask.js';
import { FIRST_FORM } from '../../../cti/web/admin/try/model.js';
import { grouped, missed, stagesOf } from '../../../cti/web/admin/try/why.js';
import { rule_words } from '../../../cti/web/strings/en/rule_words.js';
import { try_it as words } from '../../../cti/web/strings/en/try_it.js';

const names = namesOf({ numbers: [{ number: '+15550100', name: 'Main line' }, { number: '+15550101', name: 'Sales line' }], reps: [{ id: 'bo', name: 'Bo Lind' }] });
const context = { names, words, rule_words };
const form = (changes) => ({ ...FIRST_FORM, to: '+15550100', ...changes });
const PLAN = { queue: 'support', priority: 0, head_start_s: 0, prefer_rep: null, needs: { support: 3 }, prefers: {}, steps: [], max_wait_s: 900 };
const stages = (changes) => stagesOf({ ...PLAN, ...changes }, context).map(({ at_s, text, note }) => `${at_s} ${text}${note && ` [${note}]`}`.replaceAll('\u00a0', ' '));

test('the question holds what was said, and nothing that was not', () => {
  assert.deepEqual(bodyOf(form({}), null), { to: '+15550100', everybody: true });
  assert.deepEqual(bodyOf(form({ from: ' +48 ', answers: ['sales'], who: 'nobody' }), 'rules: []'), { from: '+48', to: '+15550100', answers: ['sales'], caller: { match: 'none' }, everybody: true, text: 'rules: []' });
  const said = form({ who: 'said', caller: [{ field: 'tier', value: 'gold' }, { field: 'tags', value: 'a, b' }, { field: 'owner', value: ' ' }, { field: '', value: 'x' }] });
  assert.deepEqual(bodyOf(said, null).caller, { tier: 'gold', tags: ['a', 'b'] });
  assert.match(bodyOf(form({ at: '2026-11-23T09:00' }), null).at, /^2026-11-23T09:00:00[+-]\d\d:\d\d$/);
});

test('what was tried becomes an example that names nobody', () => {
  const outcome = { course: 'route', rule: 'gold', plan: PLAN, facts: { call: {}, caller: { match: 'one', name: 'Jan', email: 'j@x', company: 'X', tier: 'gold' } } };
  assert.deepEqual(exampleOf(form({ from: '+48' }), outcome, 'n'), { name: 'n', call: { from: '+48', to: '+15550100' }, caller: { tier: 'gold' }, expect: { rule: 'gold', queue: 'support' } });
  const nobody = { ...outcome, course: 'block', facts: { call: {}, caller: { match: 'none' } } };
  assert.deepEqual(exampleOf(form({}), nobody, 'n'), { name: 'n', call: { to: '+15550100' }, expect: { rule: 'gold' } });
});

test('what a rule wanted and what came, in words', () => {
  const part = (text, saw, problem = null) => missed({ text, saw, problem }, context);
  assert.deepEqual(part('caller.tier == "gold"', { 'caller.tier': 'silver' }), { term: 'a gold customer', saw: 'tier: silver' });
  assert.deepEqual(part('call.to == "+15550100"', { 'call.to': '+15550101' }), { term: 'Main line', saw: 'line: Sales line' });
  assert.deepEqual(part('hours.office.open', { 'hours.office.open': false }), { term: 'while office is open', saw: 'office: closed' });
  assert.deepEqual(part('"vip" in call.lists', { 'call.lists': [] }), { term: 'on the list vip', saw: 'lists: none' });
  assert.deepEqual(part('caller.owner == "bo"', { 'caller.owner': null }), { term: 'whose own rep is Bo Lind', saw: 'own rep: not known' });
  assert.deepEqual(part('a || b', {}, 'there is no field a'), { term: 'a || b', saw: 'there is no field a' });
});

test('a plan is a time line that ends', () => {
  assert.deepEqual(stages({}), ['0 anyone with support 3', '900 apologise and hang up [the queue’s longest wait]']);
  const prefer_rep = { who: 'owner', rep: 'bo', name: 'Bo Lind', wait_s: 15, must_qualify: true, team: 'east', team_until_s: 55 };
  const steps = [{ after_s: 60, needs: {}, offer_callback: true, skip_if: 'nobody_free' }, { after_s: 90, then: 'queue:sales' }, { after_s: 600, then: 'dial:+48600100999' }];
  assert.deepEqual(stages({ prefer_rep, steps, priority: 10, head_start_s: 30 }), [
    '0 only Bo Lind [as long as they are busy; else everybody at once]',
    '15 only the team east',
    '55 anyone with support 3, priority 10, counted as waiting for 30 s already',
    '60 no skill needed, offer a call back [unless nobody free could then take it]',
    '90 move to sales',
    '600 put through to +48 600 100 999',
  ]);
  const nobody = { ...prefer_rep, rep: null, name: null, team: null };
  assert.deepEqual(stages({ prefer_rep: nobody })[0], '0 their own rep: there is none');
});

test('everybody is told by why not, the nearest first', () => {
  const each = (rep, reason) => ({ rep, name: rep, reason, text: '' });
  const found = grouped([each('a', 'queue'), each('b', 'chosen'), each('c', 'on_call'), each('d', 'queue'), each('e', 'new')]);
  assert.deepEqual(found.map(([reason, some]) => [reason, some.map(({ rep }) => rep).join('')]), [['chosen', 'b'], ['on_call', 'c'], ['queue', 'ad'], ['new', 'e']]);
});
