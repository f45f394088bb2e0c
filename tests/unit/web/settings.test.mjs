import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';

import { addQueue, addRep, addSkill, freeId, removeQueue, removeRep, removeSkill, renameRep, renameSkill, setLevel, setQueue, setServes } from '../../../cti/web/admin/settings/changes.js';
import { applyEdits, cellText, isAllowed, moved, pasted, rowsOf, tableOf, tsvOf } from '../../../cti/web/admin/settings/matrix.js';
import { addNumber, greetingsOf, isNumber, rulesForAnyLine, setGreeting, setNumber } from '../../../cti/web/admin/settings/number_changes.js';
import { percentOf, shareOf, wholeOf } from '../../../cti/web/admin/settings/queue_fields.js';
import { namesIn, usesOfHours, usesOfNumber, usesOfQueue, usesOfRep, usesOfSkill } from '../../../cti/web/admin/settings/uses.js';
import { parseDocument } from '../../../cti/web/vendor/yaml/index.js';

const SAMPLE = readFileSync(new URL('../../../cti/demo/sample_config.yaml', import.meta.url), 'utf8');
const TEXT = `skills: [support, sales, language-pl]
reps:
  - {id: ana, name: Ana Perez, skills: {support: 4, language-pl: 5}}  # since May
  - {id: bo, name: Bo Lind, queues: [sales], skills: {support: 2, sales: 5}}
queues:
  - {id: support}
  - {id: sales}
numbers:
  - {number: "+1 (555) 0100", name: Main}
rules:
  - name: own
    when: call.to == "+1 555 0100" && hours.office.open && caller.owner != "bo"
    route:
      queue: support
      prefer_rep: {who: ana, wait: 15s}
      needs: {support: 3, language: caller.language}
      closing: {hours: office, then: {queue: sales}}
      steps:
        - {after: 30s, needs: {support: 1}, queues: [sales]}
        - {after: 60s, then: {queue: sales}}
  - name: all
    route: {queue: sales, prefers: {support: 2}}
tests:
  - {name: one, call: {to: "+15550100"}, caller: {owner: ana}, expect: {rep: ana}}
  - {name: two, call: {to: "+15550100"}, expect: {rule: all, rep: bo, queue: sales}}
`;
const changedBy = (change, text = TEXT) => {
  const doc = parseDocument(text);
  change(doc);
  return { doc, config: doc.toJS(), text: doc.toString() };
};
const config = parseDocument(TEXT).toJS();

test('every place that speaks of a thing is known', () => {
  assert.deepEqual(usesOfSkill(config, 'support').map(({ path }) => path.join('.')),
    ['reps.0.skills.support', 'reps.1.skills.support', 'rules.0.route.needs.support', 'rules.0.route.steps.0.needs.support', 'rules.1.route.prefers.support']);
  assert.deepEqual(usesOfSkill(config, 'language-pl').map(({ path, loose }) => [path.join('.'), loose]), [['reps.0.skills.language-pl', undefined], ['rules.0.route.needs.language', true]]);
  assert.deepEqual(usesOfRep(config, 'ana').map(({ path }) => path.join('.')), ['rules.0.route.prefer_rep.who', 'tests.0.expect.rep', 'tests.0.caller.owner']);
  assert.deepEqual(usesOfRep(config, 'bo').map(({ path, loose }) => [path.join('.'), loose ?? false]), [['rules.0.when', true], ['tests.1.expect.rep', false]]);
  assert.deepEqual(usesOfQueue(config, 'sales').map(({ path }) => path.join('.')),
    ['reps.1.queues.0', 'rules.0.route.closing.then.queue', 'rules.0.route.steps.0.queues.0', 'rules.0.route.steps.1.then.queue', 'rules.1.route.queue', 'tests.1.expect.queue']);
  assert.deepEqual(namesIn(usesOfNumber(config, '+15550100'), 'rule'), ['own']);
  assert.deepEqual(namesIn(usesOfNumber(config, '+15550101'), 'rule'), []);
  assert.deepEqual(usesOfHours(config, 'office').map(({ path }) => path.join('.')), ['rules.0.when', 'rules.0.route.closing.hours']);
});

test('junk in the text is no reason to fall', () => {
  for (const junk of [null, 7, 'x', [], { reps: 'x', rules: [null, 3, { route: [] }], tests: {}, skills: { a: 1 }, queues: [[]] }]) {
    for (const uses of [usesOfSkill, usesOfRep, usesOfQueue, usesOfNumber, usesOfHours]) assert.deepEqual(uses(junk, 'a'), []);
    tableOf(junk, 'a');
  }
});

test('a renamed skill is renamed everywhere, comments kept', () => {
  const { config: after, text } = changedBy((doc) => renameSkill(doc, 'support', 'help'));
  assert.deepEqual(after.skills, ['help', 'sales', 'language-pl']);
  assert.deepEqual(after.reps[0].skills, { help: 4, 'language-pl': 5 });
  assert.deepEqual([after.rules[0].route.needs.help, after.rules[0].route.steps[0].needs, after.rules[1].route.prefers], [3, { help: 1 }, { help: 2 }]);
  assert.match(text, /# since May/);
  assert.equal(after.queues[0].id, 'support');
});

test('a skill that goes is asked for by nobody; one that comes is the last', () => {
  const { config: after } = changedBy((doc) => removeSkill(doc, 'support'));
  assert.deepEqual(after.skills, ['sales', 'language-pl']);
  assert.deepEqual(usesOfSkill(after, 'support'), []);
  assert.deepEqual(after.rules[0].route.needs, { language: 'caller.language' });
  assert.deepEqual(after.rules[0].route.steps[0], { after: '30s', needs: {}, queues: ['sales'] });
  assert.equal(after.rules[1].route.prefers, undefined);
  assert.deepEqual(changedBy((doc) => addSkill(doc, 'billing')).config.skills.at(-1), 'billing');
  assert.deepEqual(changedBy((doc) => addSkill(doc, 'a'), 'reps: []\n').config.skills, ['a']);
});

test('a level is set, changed and taken away; an empty mapping goes with the last', () => {
  assert.equal(changedBy((doc) => setLevel(doc, 0, 'sales', 3)).config.reps[0].skills.sales, 3);
  assert.deepEqual(changedBy((doc) => { setLevel(doc, 0, 'support', null); setLevel(doc, 0, 'language-pl', null); setLevel(doc, 1, 'nothing', null); }).config.reps[0].skills, undefined);
  assert.deepEqual(changedBy((doc) => setLevel(doc, 0, 'support', 1), 'reps:\n  - {id: ana}\n').config.reps[0], { id: 'ana', skills: { support: 1 } });
});

test('a renamed rep is renamed in rules and examples; one who goes is expected by none', () => {
  const { config: after } = changedBy((doc) => renameRep(doc, 0, 'anna'));
  assert.deepEqual([after.reps[0].id, after.rules[0].route.prefer_rep.who, after.tests[0].expect.rep, after.tests[0].caller.owner], ['anna', 'anna', 'anna', 'anna']);
  const gone = changedBy((doc) => removeRep(doc, 0)).config;
  assert.deepEqual([gone.reps.map(({ id }) => id), gone.rules[0].route.prefer_rep, gone.tests.map(({ name }) => name)], [['bo'], undefined, ['two']]);
  assert.deepEqual(changedBy((doc) => removeRep(doc, 1)).config.tests[1].expect, { rule: 'all', queue: 'sales' });
  assert.equal(changedBy((doc) => addRep(doc, { id: 'cy', name: 'Cy' })).config.reps[2].id, 'cy');
});

test('the calls of a queue that goes have another; whoever served it alone serves none', () => {
  const { config: after } = changedBy((doc) => removeQueue(doc, 1, 'support'));
  assert.deepEqual(after.queues, [{ id: 'support' }]);
  assert.deepEqual(usesOfQueue(after, 'sales'), []);
  assert.deepEqual([after.reps[1].queues, after.rules[1].route.queue, after.rules[0].route.steps[0].queues, after.rules[0].route.steps[1].then], [[], 'support', ['support'], { queue: 'support' }]);
  assert.equal(after.tests[1].expect.queue, 'support');
});

test('who serves a queue is written as short as it can be', () => {
  const first = changedBy((doc) => setServes(doc, 0, 'sales', false));
  assert.deepEqual(first.config.reps[0].queues, ['support']);
  assert.equal(changedBy((doc) => setServes(doc, 0, 'sales', true), first.text).config.reps[0].queues, undefined);
  assert.deepEqual(changedBy((doc) => setServes(doc, 1, 'sales', false)).config.reps[1].queues, []);
  assert.deepEqual(changedBy((doc) => addQueue(doc, { id: 'billing' })).config.queues[2], { id: 'billing' });
  const within = changedBy((doc) => setQueue(doc, 0, ['service_level', 'target'], 0.9));
  assert.deepEqual(within.config.queues[0], { id: 'support', service_level: { target: 0.9 } });
  assert.deepEqual(changedBy((doc) => setQueue(doc, 0, ['service_level', 'target'], undefined), within.text).config.queues[0], { id: 'support' });
});

test('an id is made of a name, and is nobody else’s', () => {
  assert.deepEqual([freeId('Zoë Łącka', []), freeId('Ana', ['ana', 'ana-2']), freeId('王', [])], ['zoe-lacka', 'ana-3', 'new']);
});

test('a filter finds names and skills; of skills alone it leaves only their columns', () => {
  assert.deepEqual(tableOf(config, 'lind').rows.map(({ index }) => index), [1]);
  assert.deepEqual(tableOf(config, 'language').rows.map(({ index }) => index), [0]);
  assert.deepEqual(tableOf(config, 'sale').columns.map(({ id }) => id), ['name', 'email', 'queues', 'sales']);
  assert.equal(tableOf(config, '').columns.length, 6);
});

test('blocks go to spreadsheets and come back the same', () => {
  const rows = [['4', '', 'a "b"'], ['', '10', 'c\td\ne']];
  assert.deepEqual(rowsOf(tsvOf(rows)), rows);
  assert.deepEqual(rowsOf('1\t2\r\n3\t4\r\n'), [['1', '2'], ['3', '4']]);
  assert.deepEqual(rowsOf('5'), [['5']]);
  assert.deepEqual(rowsOf('1\t\n\t2'), [['1', ''], ['', '2']]);
  assert.deepEqual(rowsOf(''), [['']]);
});

test('what is pasted is held against what a cell can hold, and what finds no place is counted', () => {
  const table = tableOf(config, '');
  const at = (row, col) => ({ from: { row, col }, to: { row, col } });
  const into = pasted([['7', '11'], ['x', '']], at(0, 3), table, ['support', 'sales']);
  assert.deepEqual([into.edits.map(({ index, column, text }) => [index, column.id, text]), into.refused, into.outside], [[[0, 'support', '7'], [1, 'sales', '']], 2, 0]);
  assert.equal(pasted([['1', '2'], ['3', '4']], at(1, 5), table, []).outside, 3);
  const filled = pasted([['9']], { from: { row: 0, col: 3 }, to: { row: 1, col: 4 } }, table, []);
  assert.equal(filled.edits.length, 4);
  const after = changedBy((doc) => applyEdits(doc, [...filled.edits, { index: 0, column: { kind: 'queues', id: 'queues' }, text: 'sales' }, { index: 1, column: { kind: 'queues', id: 'queues' }, text: '' }, { index: 0, column: { kind: 'email', id: 'email' }, text: 'a@b.c' }])).config;
  assert.deepEqual([after.reps[0].skills.sales, after.reps[0].queues, after.reps[1].queues, after.reps[0].email], [9, ['sales'], undefined, 'a@b.c']);
});

test('cells say what the file says, and take only what the service takes', () => {
  const column = (kind, id = kind) => ({ kind, id });
  assert.deepEqual(['name', 'email', 'queues'].map((kind) => cellText(config.reps[1], column(kind))), ['Bo Lind', '', 'sales']);
  assert.equal(cellText({ queues: [] }, column('queues')), '–');
  for (const [kind, text, ok] of [['skill', '0', false], ['skill', '10', true], ['skill', '1.5', false], ['skill', '', true], ['email', 'a b@c', false], ['queues', 'sales, support', true], ['queues', 'nowhere', false], ['queues', '–', true]]) {
    assert.equal(isAllowed(column(kind), text, ['sales', 'support']), ok, `${kind} ${text}`);
  }
});

test('arrows, Home, End and pages move within the sheet', () => {
  const size = { rows: 40, cols: 6 };
  const to = (key, far = false, at = { row: 20, col: 2 }) => Object.values(moved(key, far, at, size) ?? {}).join(',');
  assert.deepEqual([to('ArrowUp'), to('ArrowRight'), to('Home'), to('End'), to('Home', true), to('End', true), to('PageDown'), to('PageUp', false, { row: 3, col: 2 }), to('ArrowDown', true), to('a')],
    ['19,2', '20,3', '20,0', '20,5', '0,0', '39,5', '35,2', '0,2', '39,2', '']);
});

test('the sample’s own things are all in use', () => {
  const sample = parseDocument(SAMPLE).toJS();
  assert.ok(sample.queues.every(({ id }) => usesOfQueue(sample, id).some(({ kind }) => kind === 'rule')));
  assert.deepEqual(sample.numbers.map(({ number }) => namesIn(usesOfNumber(sample, number), 'rule').length), [3, 1, 1]);
});

test('a greeting is one text while it is alone, and a mapping of languages beside others', () => {
  const line = (doc) => doc.toJS().numbers[0];
  const steps = [
    ['pl', 'Dzień dobry', { pl: 'Dzień dobry' }], ['en', 'Hello', { pl: 'Dzień dobry', en: 'Hello' }], ['pl', '', { en: 'Hello' }], ['en', '', undefined],
  ];
  const doc = parseDocument(TEXT);
  for (const [language, text, greeting] of steps) {
    setGreeting(doc, 0, language, text, 'en');
    assert.deepEqual(line(doc).greeting, greeting);
  }
  setGreeting(doc, 0, 'en', 'Hello', 'en');
  assert.equal(line(doc).greeting, 'Hello');
  setNumber(doc, 0, 'language', 'pl');
  assert.deepEqual(greetingsOf(line(doc), 'en'), [['pl', 'Hello']]);
});

test('a number has a plus and a country code, however it is grouped', () => {
  assert.deepEqual(['+1 (555) 0100', '+48 600-100-200', '600100200', '+0123456789', '+48 call me', ''].map(isNumber), [true, true, false, false, false, false]);
  assert.equal(changedBy((doc) => addNumber(doc, '+48600100200')).config.numbers[1].number, '+48600100200');
  assert.deepEqual(rulesForAnyLine(config), ['all']);
});

test('shares are said in per cent', () => {
  assert.deepEqual([percentOf(0.8), percentOf(0.805), percentOf('x'), shareOf('80'), shareOf('80,5'), shareOf('101'), shareOf('-1'), wholeOf('7', 1, 10), wholeOf('0', 1, 10), wholeOf('1.5', 1, 10)],
    ['80', '80.5', '', 0.8, 0.805, null, null, 7, null, null]);
});
