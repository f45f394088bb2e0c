import assert from 'node:assert/strict';
import { test } from 'node:test';

import { opsOf, readCondition, takes, testOf, writeCondition } from '../../../cti/web/admin/rules/condition.js';

const said = (when) => {
  const { join, rows } = readCondition(when);
  return [join, ...rows.map((row) => (row.kind === 'test' ? [row.field, row.op, ...row.values].join(' ') : row.text))];
};

test('no condition is every call, and every call is no condition', () => {
  assert.deepEqual([said(undefined), said('  '), said('true'), said(['x'])], [['all'], ['all'], ['all'], ['all']]);
  assert.equal(writeCondition({ join: 'all', rows: [] }), null);
});

test('the usual conditions are rows', () => {
  const rows = {
    'caller.tier == "gold" && call.to == "+15550100"': ['all', 'caller.tier is gold', 'call.to is +15550100'],
    'call.to == "+15550103" || caller.campaign == "spring"': ['any', 'call.to is +15550103', 'caller.campaign is spring'],
    'caller.stage in ["lead", "mql"] && caller.owner != null': ['all', 'caller.stage one_of lead mql', 'caller.owner known'],
    '!(caller.stage in ["lead"])': ['all', 'caller.stage none_of lead'],
    '"vip" in call.lists': ['all', 'call.lists has vip'],
    '!("sales" in call.answers)': ['all', 'call.answers has_not sales'],
    '!hours.office.open && !hours.office.holiday': ['all', 'hours.office closed', 'hours.office no_holiday'],
    'hours.office.open == false': ['all', 'hours.office closed'],
    'call.from == null': ['all', 'call.from unknown'],
    'call.attempts > 1': ['all', 'call.attempts at_least 2'],
    'caller.match != "none"': ['all', 'caller.match is_not none'],
    '(caller.tier == "gold")': ['all', 'caller.tier is gold'],
    'caller["Account size"] == "5"': ['all', 'caller.Account size is 5'],
  };
  for (const [when, wanted] of Object.entries(rows)) assert.deepEqual(said(when), wanted, when);
});

test('a guard and what it guards are one row', () => {
  assert.deepEqual(said('caller.language != null && caller.language.startsWith("es")'), ['all', 'caller.language starts_with es']);
  assert.deepEqual(said('has(caller.seats) && caller.seats == "5"'), ['all', 'caller.seats is 5']);
  assert.deepEqual(said('caller.owner != null && caller.tier == "gold"'), ['all', 'caller.owner known', 'caller.tier is gold']);
});

test('what is none of them stays as it is written', () => {
  for (const when of [
    'size(caller.tags) > 2', 'caller.tier == caller.stage', '!caller.tier == "gold"', 'caller.tier == "gold" ? true : false', '!"a" in caller.tags',
    'caller.tags.exists(t, t.startsWith("v"))', 'caller.tier == "go', 'call.answers == "sales"', "caller.tier == r'gold'", 'caller.tier == "gold" // ours',
  ]) assert.deepEqual(said(when), ['all', when], when);
  assert.deepEqual(said('a && (b || c) && caller.tier == "x"'), ['all', 'a', '(b || c)', 'caller.tier is x']);
  assert.deepEqual(said('caller.tier == "x" && a || b'), ['any', 'caller.tier == "x" && a', 'b']);
});

test('rows that nobody touched are written as they were', () => {
  const when = `caller.tier=='gold' && size( caller.tags )>2 && (a || b)`;
  const { join, rows } = readCondition(when);
  assert.equal(writeCondition({ join, rows }), when);
  assert.equal(writeCondition({ join, rows: [...rows, testOf('call.to', 'is', ['+1'])] }), `${when} && call.to == "+1"`);
  assert.equal(writeCondition({ join: 'any', rows }), `caller.tier=='gold' || size( caller.tags )>2 || (a || b)`);
});

test('a row of text that would fall apart is put into brackets', () => {
  const rows = [{ kind: 'expression', text: 'a || b' }, testOf('caller.tier', 'is', ['x'])];
  assert.equal(writeCondition({ join: 'all', rows }), '(a || b) && caller.tier == "x"');
});

test('every row that a form can make is read as that row', () => {
  for (const field of ['call.to', 'call.from', 'call.attempts', 'call.lists', 'caller.tags', 'caller.tier', 'caller.match', 'caller.seats', 'caller.Account "size"', 'hours.office']) {
    for (const op of opsOf(field)) {
      const values = { none: [], one: [field === 'call.attempts' ? '3' : 'a "b" \\ c'], many: ['a', 'b'] }[takes(op)];
      const made = testOf(field, op, values);
      for (const join of ['all', 'any']) {
        const written = writeCondition({ join, rows: [made, testOf('caller.stage', 'is', ['lead'])] });
        assert.deepEqual(readCondition(written).rows[0], made, written);
      }
      assert.deepEqual(readCondition(made.text).rows, [made], made.text);
    }
  }
});
