import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';

import { en } from '../../../cti/web/strings/en.js';

/** Every text of the catalogue; of one that depends on a value, its source. @returns {string[]} */
const textsOf = (words) => (typeof words === 'object' ? Object.values(words).flatMap(textsOf) : [String(words)]);

test('one logs in and out: no page has another word for it', () => {
  const page = readFileSync(new URL('../../../cti/web/login.html', import.meta.url), 'utf8');
  assert.deepEqual([...textsOf(en), page].filter((said) => /\bsign(ed|ing)?[ -](in|out)\b/i.test(said)), []);
});
