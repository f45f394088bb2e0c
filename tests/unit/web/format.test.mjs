import assert from 'node:assert/strict';
import { test } from 'node:test';

import { duration, initials, instant, language, phone, placeOf, timeOfDay } from '../../../cti/web/format.js';

test('a duration reads as minutes, and as hours when there are any', () => {
  assert.deepEqual([0, 9_000, 754_000, 3_723_000, -5].map(duration), ['0:00', '0:09', '12:34', '1:02:03', '0:00']);
});

for (const written of [
  '+48 600 100 200', '+48 22 555 01 20', '+48 800 100 200', '+44 7700 900003', '+44 20 7946 0001', '+44 121 496 0000', '+1 212 555 0142', '+1 555 0100',
  '+49 30 23125001', '+49 160 1234567', '+33 1 99 00 01 01', '+34 910 555 010', '+52 55 5012 3456', '+52 614 555 0126',
]) {
  test(`${written} is written as where it belongs`, () => assert.equal(phone(written.replaceAll(' ', '')), written));
}

test('a number whose groups are not known has its country code apart, and other texts stay as they came', () => {
  assert.equal(phone('+358401234567'), '+358 401234567');
  assert.equal(phone('+441539412345'), '+44 1539412345');
  assert.equal(phone('+345550101'), '+34 5550101');
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
