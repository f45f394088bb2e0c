import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';

import { LANGUAGES, languageOf, localeOf } from '../../../cti/web/strings/language.js';

const FOLDER = new URL('../../../cti/web/strings/', import.meta.url);
const subjectsOf = (language) => readdirSync(new URL(`${language}/`, FOLDER)).filter((file) => file.endsWith('.js')).map((file) => file.slice(0, -3)).sort();
const SUBJECTS = subjectsOf('en').filter((subject) => subject !== 'plural');
/** Wrapped: a catalogue may say `then`. @returns {Promise<object[]>} */
const catalogue = async (language, subject) => [(await import(new URL(`${language}/${subject}.js`, FOLDER)))[subject]];

/** Every text of the catalogue; of one that depends on a value, its source. @returns {string[]} */
const textsOf = (words) => (typeof words === 'object' ? Object.values(words).flatMap(textsOf) : [String(words)]);

/** Every key with the kind of its value. @returns {string[]} */
const shapeOf = (words, at = '') => Object.entries(words).flatMap(([key, value]) =>
  (typeof value === 'object' ? shapeOf(value, `${at}${key}.`) : [`${at}${key}: ${typeof value}`])).sort();

test('one logs in and out: no page has another word for it', async () => {
  const page = readFileSync(new URL('../login.html', FOLDER), 'utf8');
  const words = await Promise.all(SUBJECTS.map((subject) => catalogue('en', subject)));
  assert.deepEqual([...words.flatMap(textsOf), page].filter((said) => /\bsign(ed|ing)?[ -](in|out)\b/i.test(said)), []);
});

for (const language of Object.keys(LANGUAGES)) {
  test(`every word there is in English there is in ${LANGUAGES[language]}, of the same kind and not empty where that is not`, async () => {
    assert.deepEqual(subjectsOf(language).filter((subject) => subject !== 'plural'), SUBJECTS);
    for (const subject of SUBJECTS) {
      const [[english], [words]] = [await catalogue('en', subject), await catalogue(language, subject)];
      assert.deepEqual(shapeOf(words), shapeOf(english), subject);
      assert.equal(textsOf(words).filter((said) => said.trim() === '').length, textsOf(english).filter((said) => said.trim() === '').length);
    }
  });
}

test('the pages speak what was chosen, else the first of the browser’s languages that there is, else English', () => {
  const [other] = Object.keys(LANGUAGES).slice(-1);
  assert.equal(languageOf(other, ['en-GB']), other);
  assert.equal(languageOf('xx', ['fr-FR', `${other}-XX`, 'en']), other);
  assert.equal(languageOf(null, ['fr', 'toString']), 'en');
});

test('dates are written as the browser’s owner is used to, in the language that is spoken', () => {
  assert.equal(localeOf('en', ['pl-PL', 'en-GB']), 'en-GB');
  assert.equal(localeOf('pl', ['en-GB']), 'pl');
  assert.equal(localeOf('en', ['en_not a tag']), 'en');
});
