import assert from 'node:assert/strict';
import { test } from 'node:test';

import { actionOf, DEFAULTS, isSafe, keysOf, loadShortcuts, saveShortcuts } from '../../../cti/web/desk/shortcuts.js';

const keys = (/** @type {object} */ changes) => ({ key: 'A', code: 'KeyA', ctrlKey: true, shiftKey: true, altKey: false, metaKey: false, ...changes });

test('the default keys mean their actions, whatever the layout writes', () => {
  assert.equal(actionOf(keys({}), DEFAULTS), 'accept');
  assert.equal(actionOf(keys({ key: 'ф' }), DEFAULTS), 'accept');
  assert.equal(actionOf(keys({ ctrlKey: false }), DEFAULTS), null);
  assert.equal(actionOf(keys({ altKey: true }), DEFAULTS), null);
});

test('a modifier alone is not a shortcut', () => {
  assert.equal(keysOf(keys({ key: 'Shift', code: 'ShiftLeft' })), null);
});

test('a shortcut cannot be something one types', () => {
  assert.deepEqual(['A', 'Shift+A', 'Ctrl+A', 'Alt+F2', 'Shift+Meta+A'].map(isSafe), [false, false, true, true, true]);
});

test('changed keys are kept, and broken storage falls back to the defaults', () => {
  const kept = new Map();
  const storage = { getItem: (key) => kept.get(key) ?? null, setItem: (key, value) => kept.set(key, value) };
  saveShortcuts(storage, { ...DEFAULTS, mute: 'Alt+M' });
  assert.equal(loadShortcuts(storage).mute, 'Alt+M');
  assert.deepEqual(loadShortcuts({ getItem: () => '{' }), DEFAULTS);
});
