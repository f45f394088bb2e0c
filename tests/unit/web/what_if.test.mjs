import assert from 'node:assert/strict';
import { test } from 'node:test';

import { periodOf, withOffset } from '../../../cti/web/admin/what_if/period.js';
import { shown, verdicts } from '../../../cti/web/admin/what_if/verdict.js';
import { what_if as en } from '../../../cti/web/strings/en/what_if.js';
import { what_if as pl } from '../../../cti/web/strings/pl/what_if.js';

const figure = (mean, half) => ({ mean, ci95_low: mean - half, ci95_high: mean + half });
const none = figure(0, 0.1);
const figures = (changes) => ({ by_preferred: none, mean_wait_s: none, service_level: none, abandoned_share: none, answered_share: none, ...changes });

test('a verdict says what chance does not explain, as many decimals as the interval bears', () => {
  const gold = figures({ by_preferred: figure(0.11, 0.02), mean_wait_s: figure(15.62, 0.8) });
  const found = verdicts({ classes: { gold, others: figures({}) }, all: figures({ mean_wait_s: figure(-0.35, 0.06) }) }, en);
  assert.deepEqual(found, [
    { name: 'gold', said: ['reach the rep they prefer 11.0 ± 2.0 percentage points more often', 'wait 15.6 ± 0.8 s longer'] },
    { name: null, said: ['wait 0.35 ± 0.06 s less'] },
  ]);
  assert.equal(verdicts({ classes: {}, all: figures({ mean_wait_s: figure(-4, 0.5) }) }, pl)[0].said[0], 'czekają krócej o 4,0 ± 0,5 s');
});

test('who gives up is not answered: once is enough', () => {
  const all = figures({ abandoned_share: figure(0.1, 0.01), answered_share: figure(-0.1, 0.01) });
  assert.deepEqual(verdicts({ classes: {}, all }, en)[0].said, ['give up 10.0 ± 1.0 percentage points more often']);
  const sent = figures({ answered_share: figure(-0.1, 0.01) });
  assert.deepEqual(verdicts({ classes: {}, all: sent }, en)[0].said, ['are answered 10.0 ± 1.0 percentage points less often']);
});

test('without a difference there is no verdict', () => {
  assert.deepEqual(verdicts({ classes: { a: figures({ service_level: { mean: null, ci95_low: null, ci95_high: null } }) }, all: figures({}) }, en), []);
});

test('figures are shown with half their interval', () => {
  assert.deepEqual(shown(figure(0.8234, 0.02), 'share', en), { value: '82.3 %', half: '± 2.0' });
  assert.deepEqual(shown(figure(14.25, 0), 's', pl), { value: '14,3 s', half: '' });
  assert.deepEqual(shown({ mean: 1024.4, ci95_low: null, ci95_high: null }, 'count', en), { value: '1024', half: '' });
  assert.deepEqual(shown(undefined, 's', en), { value: '—', half: '' });
});

test('periods are whole days with their offset', () => {
  const now = new Date(2026, 10, 25, 14, 30);
  const days = (which, chosen = { since: '', until: '' }) => {
    const found = periodOf(which, now, chosen);
    return found && [found.since.slice(0, 19), found.until.slice(0, 19)];
  };
  assert.deepEqual(days('last_week'), ['2026-11-16T00:00:00', '2026-11-23T00:00:00']);
  assert.deepEqual(days('last_7_days'), ['2026-11-18T00:00:00', '2026-11-25T00:00:00']);
  assert.deepEqual(days('yesterday'), ['2026-11-24T00:00:00', '2026-11-25T00:00:00']);
  assert.deepEqual(days('chosen', { since: '2026-11-02', until: '2026-11-03' }), ['2026-11-02T00:00:00', '2026-11-04T00:00:00']);
  for (const chosen of [{ since: '2026-11-03', until: '2026-11-02' }, { since: '2026-12-02', until: '2026-12-02' }, { since: '2026-02-30', until: '2026-03-02' }, { since: '', until: '' }]) {
    assert.equal(days('chosen', chosen), null);
  }
  assert.equal(Date.parse(withOffset(now)), now.getTime());
});
