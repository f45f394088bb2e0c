import assert from 'node:assert/strict';
import { test } from 'node:test';

import { put } from '../../../cti/web/admin/rules/nodes.js';
import { doneSteps, firstRule, idOf, nextStep, numberOf, repOf, skillsOf } from '../../../cti/web/admin/start/steps.js';
import { changedTree, readTree } from '../../../cti/web/admin/yaml_text.js';

const NOT_YET = { everybody: false, active: false, called: false };

test('one step after the other: number, skills, reps with an account, rule, active, call', () => {
  const people = [{ rep: 'ana' }];
  const next = (config, around = {}) => nextStep(doneSteps(config, people, { ...NOT_YET, ...around }));
  assert.equal(next(null), 'number');
  assert.equal(next({ numbers: [{}] }), 'skills');
  assert.equal(next({ numbers: [{}], skills: ['a'], reps: [{ id: 'bo' }] }, { everybody: true }), 'reps');
  const staffed = { numbers: [{}], skills: ['a'], reps: [{ id: 'ana' }] };
  assert.deepEqual([next(staffed), next(staffed, { everybody: true })], ['reps', 'rule']);
  const ruled = { ...staffed, rules: [{ name: 'everyone' }] };
  assert.deepEqual([next(ruled), next(ruled, { active: true }), next(ruled, { active: true, called: true })], ['active', 'call', null]);
});

test('a number needs plus and country code, however it is written', () => {
  assert.equal(numberOf('+1 (555) 555-0100'), '+15555550100');
  assert.deepEqual(['555 0100', '', '+', 'support', '+0123456789'].map(numberOf), [null, null, null, null, null]);
});

test('names become ids that no two share', () => {
  assert.deepEqual([idOf('Ana Pérez'), idOf('Łukasz Żak'), idOf('Ana', ['ana', 'ana-2']), idOf('王')], ['ana-perez', 'lukasz-zak', 'ana-3', '']);
  assert.deepEqual(skillsOf('Support, Tech Support;support,, '), ['support', 'tech-support']);
  assert.deepEqual(repOf(' Ana ', { support: 3, billing: 0 }, []), { id: 'ana', name: 'Ana', skills: { support: 3 } });
  assert.equal(repOf('王', {}, ['rep']).id, 'rep-2');
});

test('the first rule takes every call; a message is left before the queue gives up', () => {
  assert.deepEqual(firstRule({ skill: 'support', minutes: 10, then: 'voicemail' }, 'everyone'), {
    queue: { id: 'main', max_wait: '15m' },
    rule: { name: 'everyone', route: { queue: 'main', needs: { support: 1 }, steps: [{ after: '10m', then: 'voicemail' }] } },
  });
  assert.deepEqual(firstRule({ skill: '', minutes: 5, then: 'apology' }, 'all').rule, { name: 'all', route: { queue: 'main' } });
});

test('an empty file takes its first values, in the order of the file', () => {
  const text = [['rules', [{ name: 'all' }]], ['numbers', [{ number: '+15550100' }]], ['skills', ['support']]]
    .reduce((tree, [key, value]) => changedTree(tree, (doc) => put(doc, [key], value)), readTree('# ours\n')).text;
  assert.deepEqual(text.split('\n').filter((line) => /^[a-z#]/.test(line)), ['# ours', 'skills: [support]', 'numbers:', 'rules:']);
});
