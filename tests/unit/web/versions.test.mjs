import assert from 'node:assert/strict';
import { test } from 'node:test';

import { differenceOf, formerOf } from '../../../cti/web/admin/versions_model.js';

const info = (n, state, activated_at) => ({ n, state, activated_at });

test('one goes back to what was active before, not to the version of the number before', () => {
  const list = [info(5, 'draft', null), info(4, 'active', '2026-11-22T12:00:00Z'), info(3, 'former', '2026-11-20T12:00:00Z'), info(2, 'former', '2026-11-21T12:00:00Z')];
  assert.equal(formerOf(list).n, 2);
  assert.equal(formerOf(list.slice(0, 2)), null);
});

test('a difference shows what changed with some lines around it, numbered as in their own text', () => {
  const before = Array.from({ length: 20 }, (_, n) => `l${n + 1}`);
  const after = before.toSpliced(9, 1, 'new', 'newer');
  const { parts, rest } = differenceOf(before.join('\n'), after.join('\n'));
  assert.equal(parts.length, 1);
  assert.equal(parts[0].skipped, 6);
  assert.deepEqual(parts[0].lines.map(({ kind, text, n }) => `${kind[0]}${n} ${text}`), [
    's7 l7', 's8 l8', 's9 l9', 'r10 l10', 'a10 new', 'a11 newer', 's12 l11', 's13 l12', 's14 l13',
  ]);
  assert.equal(rest, 7);
});

test('changes that are near are shown together, those far apart each by itself', () => {
  const before = Array.from({ length: 40 }, (_, n) => `l${n}`);
  const after = before.with(5, 'x').with(9, 'y').with(30, 'z');
  const { parts, rest } = differenceOf(before.join('\n'), after.join('\n'));
  assert.deepEqual(parts.map(({ skipped, lines }) => [skipped, lines.length]), [[0, 15], [14, 8]]);
  assert.equal(rest, 6);
  assert.deepEqual(differenceOf('a\nb', 'a\nb'), { parts: [], rest: 2 });
});
