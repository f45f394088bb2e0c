import assert from 'node:assert/strict';
import { test } from 'node:test';

import { duration, initials, instant, language, phone, placeOf, timeOfDay } from '../../../cti/web/format.js';

test('a duration reads as minutes, and as hours when there are any', () => {
  assert.deepEqual([0, 9_000, 754_000, 3_723_000, -5].map(duration), ['0:00', '0:09', '12:34', '1:02:03', '0:00']);
});

test('a number is grouped behind its country code, and other texts stay as they came', () => {
  assert.equal(phone('+48600100200'), '+48 600 100 200');
  assert.equal(phone('+15550100'), '+1 555 0100');
  assert.equal(phone('+358401234567'), '+358 401 234 567');
  assert.equal(phone('anonymous'), 'anonymous');
});

test('initials come from the first and the last word that has letters', () => {
  assert.deepEqual(['Jan Kowalski', 'Żaneta', '+48 600', 'Ana de la Cruz (VIP)', ''].map(initials), ['JK', 'Ż', '', 'AC', '']);
});

test('a zone or a language that nobody knows is no error', () => {
  assert.equal(timeOfDay(0, 'Mars/Olympus'), null);
  assert.equal(language('not a tag'), 'not a tag');
  assert.equal(placeOf('America/Argentina/Buenos_Aires'), 'Buenos Aires');
  assert.equal(instant('yesterday'), null);
});
