import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';

import { changed, isChanged, kept, opened, rebased, redone, replaced, restored, settled, typed, undone } from '../../../cti/web/admin/draft_model.js';
import { lineAt } from '../../../cti/web/admin/yaml_text.js';

const SAMPLE = readFileSync(new URL('../../../cti/demo/sample_config.yaml', import.meta.url), 'utf8');
const TEXT = `# Ours.
skills: [support,  spanish]   # what we can
reps:
  - {id: ana,   name: Ana Perez, skills: {support: 4}}  # since May
  - {id: bo, name: Bo Lind, skills: {support: 2}}


rules:
- name: everyone   # the last
  when:   "true"
  route: {queue: support}
`;
const base = { n: 3, text: TEXT };
const hire = (doc) => doc.addIn(['reps'], { id: 'cy', name: 'Cy' });

test('a change of the values leaves every line that it does not touch as it was written', () => {
  const model = changed(opened(base), 'Level', (doc) => doc.setIn(['reps', 1, 'skills', 'support'], 3));
  assert.equal(model.text, TEXT.replace('support: 2', 'support: 3'));
  assert.equal(model.config.reps[1].skills.support, 3);
  assert.ok(isChanged(model));
});

test('each value of the sample can be changed, and nothing but its line moves', () => {
  const paths = [['queues', 0, 'wrap_up'], ['rules', 0, 'route', 'priority'], ['reps', 3, 'name'], ['prompts', 'greeting'], ['rules', 0, 'name']];
  for (const path of paths) {
    const model = changed(opened({ n: 1, text: SAMPLE }), 'x', (doc) => doc.setIn(path, 'changed'));
    const [before, after] = [SAMPLE.split('\n'), model.text.split('\n')];
    assert.equal(after.filter((line, n) => line !== before[n]).length, 1, path.join('.'));
    assert.equal(after.length, before.length);
  }
});

test('what is put in as a plain value can be changed further', () => {
  const hired = changed(opened(base), 'Hire', hire);
  const named = changed(hired, 'Name', (doc) => doc.setIn(['reps', 2, 'name'], 'Cyril'));
  assert.equal(named.config.reps[2].name, 'Cyril');
  assert.ok(named.text.startsWith(TEXT.slice(0, TEXT.indexOf('\n\nrules'))));
});

test('a word that the service would take for a truth is put in quotes', () => {
  const model = changed(opened(base), 'x', (doc) => doc.setIn(['reps', 0, 'name'], 'no'));
  assert.match(model.text, /name: "no"/);
});

test('everything can be undone and done again, in order', () => {
  const one = changed(opened(base), 'Hire', hire);
  const two = typed(one, 'Text', one.text.replace('Ana', 'Anna'), 10);
  const back = undone(undone(two));
  assert.deepEqual([back.text, back.config.reps.length, back.past.length, back.future.length], [TEXT, 2, 0, 2]);
  assert.equal(undone(back), back);
  const again = redone(redone(back));
  assert.equal(again.text, two.text);
  assert.equal(again.config.reps[0].name, 'Anna Perez');
  assert.deepEqual(redone(again).text, again.text);
  assert.equal(typed(undone(two), 'Text', 'other', 20).future.length, 0);
});

test('typing is one step until a second passes, and a change between two strokes ends it', () => {
  const at = [0, 400, 900, 2_500].reduce((model, ms, n) => typed(model, 'Text', `${TEXT}# ${'abcd'.slice(0, n + 1)}`, ms), opened(base));
  assert.deepEqual([at.past.length, undone(at).text, undone(undone(at)).text], [2, `${TEXT}# abc`, TEXT]);
  const between = changed(typed(opened(base), 'Text', `${TEXT}# a`, 0), 'Hire', hire);
  assert.equal(typed(between, 'Text', `${between.text}b`, 10).past.length, 3);
});

test('a text that is no YAML keeps the last values, says the line, and is changed by typing only', () => {
  const broken = settled(typed(opened(base), 'Text', TEXT.replace('[support,', '[support'.concat(': {')), 0));
  assert.equal(broken.syntax.line, 2);
  assert.equal(broken.config.reps.length, 2);
  const refused = changed(broken, 'Hire', hire);
  assert.equal(refused.text, broken.text);
  assert.equal(undone(broken).syntax, null);
});

test('a change that fails midway changes nothing', () => {
  const model = opened(base);
  assert.throws(() => changed(model, 'x', (doc) => {
    doc.setIn(['reps', 0, 'name'], 'half');
    throw new TypeError('no');
  }), TypeError);
  const after = changed(model, 'Hire', hire);
  assert.equal(after.config.reps[0].name, 'Ana Perez');
  assert.ok(!after.text.includes('half'));
});

test('the first configuration is written from nothing', () => {
  const model = changed(opened({ n: null, text: '' }), 'Skills', (doc) => doc.setIn(['skills'], ['support']));
  assert.deepEqual(model.config, { skills: ['support'] });
});

test('a draft that was kept is the same again, with its steps; what is no draft is refused', () => {
  const model = changed(opened(base), 'Hire', hire);
  const back = restored(JSON.parse(JSON.stringify(kept(model))));
  assert.equal(back.text, model.text);
  assert.equal(undone(back).text, TEXT);
  for (const junk of [null, {}, { base: 'x', base_text: '', text: '' }, { base: 1, text: 2, base_text: '' }]) assert.equal(restored(junk), null);
  assert.deepEqual(restored({ ...kept(model), past: [{ at: 'x' }] }).past, []);
});

test('taking another version as the base is no change of the text', () => {
  const model = rebased(replaced(opened(base), 'Theirs', `${TEXT}# theirs\n`), { n: 4, text: `${TEXT}# theirs\n` });
  assert.deepEqual([model.base, isChanged(model), isChanged(undone(model))], [4, false, true]);
});

test('the line of a part is known, also after a change', () => {
  const model = opened(base);
  assert.deepEqual([lineAt(model.tree, ['reps', 1]), lineAt(model.tree, ['rules', 0, 'route', 'queue']), lineAt(model.tree, ['nothing'])], [5, 11, 1]);
  const after = changed(model, 'Hire', hire);
  assert.equal(lineAt(after.tree, ['rules', 0, 'when']), after.text.split('\n').findIndex((line) => line.includes('when:')) + 1);
});

test('a large configuration is changed without a pause', () => {
  const reps = Array.from({ length: 1_000 }, (_, n) => `  - {id: rep${n}, name: Rep ${n}, skills: {support: ${1 + (n % 9)}, spanish: 5}}   # ${n}`);
  const text = `skills: [support, spanish]\nreps:\n${reps.join('\n')}\nrules:\n  - {name: all, route: {queue: support}}\n`;
  const model = changed(opened({ n: 1, text }), 'Level', (doc) => doc.setIn(['reps', 500, 'skills', 'spanish'], 1));
  assert.equal(model.text, text.replace(reps[500], reps[500].replace('spanish: 5', 'spanish: 1')));
  const again = changed(model, 'Level', (doc) => doc.setIn(['reps', 501, 'skills', 'spanish'], 2));
  assert.equal(again.config.reps[501].skills.spanish, 2);
  assert.equal(undone(undone(again)).text, text);
});
