import assert from 'node:assert/strict';
import { test } from 'node:test';

import { hunksOf, mergedLines } from '../../../cti/web/admin/lines.js';

const text = (...lines) => lines.join('\n');
const applied = (before, hunks) => {
  const lines = before.split('\n');
  for (const { from, to, lines: fresh } of hunks.toReversed()) lines.splice(from, to - from, ...fresh);
  return lines.join('\n');
};
/** The same numbers each time. */
function random(seed) {
  let state = seed;
  return (below) => {
    state = (state * 1103515245 + 12345) % 2147483648;
    return state % below;
  };
}
function changed(lines, pick, word) {
  const out = [...lines];
  for (let n = 0; n < 1 + pick(3); n += 1) out.splice(pick(out.length + 1), pick(3), ...Array.from({ length: pick(3) }, () => `${word}${pick(9)}`));
  return out;
}

test('a difference turns the one text into the other, whatever they are', () => {
  const pick = random(7);
  for (let n = 0; n < 400; n += 1) {
    const before = Array.from({ length: pick(12) }, () => `l${pick(4)}`);
    const after = changed(before, pick, 'n');
    assert.equal(applied(text(...before), hunksOf(text(...before), text(...after))), text(...after));
  }
});

test('a difference is the smallest', () => {
  assert.deepEqual(hunksOf(text('a', 'b', 'c', 'd'), text('a', 'x', 'c', 'd', 'e')), [
    { from: 1, to: 2, lines: ['x'] }, { from: 4, to: 4, lines: ['e'] },
  ]);
  assert.deepEqual(hunksOf('a', 'a'), []);
});

test('texts that have hardly anything in common are told as one change, at once', () => {
  const [before, after] = ['a', 'b'].map((word) => text(...Array.from({ length: 20_000 }, (_, n) => `${word}${n}`)));
  assert.equal(hunksOf(before, after).length, 1);
});

const BASE = text('skills: [a]', 'reps:', '  - ana', '  - bo', 'rules:', '  - x');

test('two admins who change different places lose nothing', () => {
  const merged = mergedLines(BASE, BASE.replace('[a]', '[a, b]'), BASE.replace('- x', '- y'));
  assert.deepEqual(merged, { text: BASE.replace('[a]', '[a, b]').replace('- x', '- y'), clashes: [] });
});

test('two admins who add at the same place lose nothing', () => {
  const merged = mergedLines(BASE, BASE.replace('  - bo', '  - bo\n  - mine'), BASE.replace('  - bo', '  - bo\n  - theirs'));
  assert.equal(merged.text, BASE.replace('  - bo', '  - bo\n  - theirs\n  - mine'));
  assert.deepEqual(merged.clashes, []);
});

test('where both change the same line mine stands, and what they wrote is told', () => {
  const merged = mergedLines(BASE, BASE.replace('- bo', '- mine'), BASE.replace('- bo', '- theirs'));
  assert.equal(merged.text, BASE.replace('- bo', '- mine'));
  assert.deepEqual(merged.clashes, [{ mine: ['  - mine'], theirs: ['  - theirs'] }]);
});

test('where both change one line in different places of it, both stand', () => {
  const base = text('reps:', '  - {id: ana, skills: {support: 4, spanish: 5}}', 'rules:');
  const merged = mergedLines(base, base.replace('support: 4', 'support: 3'), base.replace('5}}', '5, sales: 1}, queues: [sales]}'));
  assert.deepEqual(merged, { text: base.replace('support: 4, spanish: 5}', 'support: 3, spanish: 5, sales: 1}, queues: [sales]'), clashes: [] });
  const both = mergedLines(base, base.replace('4', '3'), base.replace('4', '2'));
  assert.equal(both.text, base.replace('4', '3'));
  assert.equal(both.clashes.length, 1);
});

test('what is added before lines that the other changed is no clash', () => {
  const merged = mergedLines(BASE, `# mine\n${BASE}`, BASE.replace('skills', 'abilities'));
  assert.deepEqual(merged, { text: `# mine\n${BASE.replace('skills', 'abilities')}`, clashes: [] });
});

test('the same change twice is one', () => {
  const changed = BASE.replace('- bo', '- bob');
  assert.deepEqual(mergedLines(BASE, changed, changed), { text: changed, clashes: [] });
});

test('what only one has changed is always in the result', () => {
  const pick = random(11);
  for (let n = 0; n < 400; n += 1) {
    const base = Array.from({ length: 2 + pick(10) }, () => `l${pick(4)}`);
    const other = changed(base, pick, 'n');
    assert.equal(mergedLines(text(...base), text(...other), text(...base)).text, text(...other));
    assert.equal(mergedLines(text(...base), text(...base), text(...other)).text, text(...other));
    const mine = changed(base, pick, 'm');
    const { text: merged, clashes } = mergedLines(text(...base), text(...mine), text(...other));
    const kept = new Set([...merged.split('\n'), ...clashes.flatMap(({ theirs }) => theirs)]);
    for (const line of [...mine, ...other].filter((line) => !line.startsWith('l'))) assert.ok(kept.has(line), line);
  }
});
