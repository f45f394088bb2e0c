/** Keyboard shortcuts: which keys mean which action. The matching is pure; the map is kept in this browser. */

/** @typedef {'accept'|'decline'|'mute'|'end'} Action */
/** @typedef {Record<Action, string>} Shortcuts action → keys, such as `Ctrl+Shift+A` */

/** @type {Readonly<Shortcuts>} */
export const DEFAULTS = Object.freeze({ accept: 'Ctrl+Shift+A', decline: 'Ctrl+Shift+D', mute: 'Ctrl+Shift+M', end: 'Ctrl+Shift+E' });

const KEY = 'cti-shortcuts';
const MODIFIER_KEYS = new Set(['Control', 'Shift', 'Alt', 'Meta', 'AltGraph']);

/** @typedef {{key: string, code: string, ctrlKey: boolean, shiftKey: boolean, altKey: boolean, metaKey: boolean}} Keys */

/** @param {Keys} keys @returns {string|null} null while only modifiers are down */
export function keysOf(keys) {
  if (MODIFIER_KEYS.has(keys.key)) return null;
  const named = /^(Key|Digit)(.)$/.exec(keys.code);
  const last = named ? named[2] : keys.key.length === 1 ? keys.key.toUpperCase() : keys.key;
  const held = [keys.ctrlKey && 'Ctrl', keys.altKey && 'Alt', keys.shiftKey && 'Shift', keys.metaKey && 'Meta'];
  return [...held.filter(Boolean), last].join('+');
}

/** @param {string} combination @returns {boolean} it cannot be typed by mistake: Ctrl, Alt or Meta is part of it */
export const isSafe = (combination) => /^(Ctrl|Alt|Meta)\+|\+(Ctrl|Alt|Meta)\+/.test(combination);

/** @param {Keys} keys @param {Shortcuts} shortcuts @returns {Action|null} */
export function actionOf(keys, shortcuts) {
  const combination = keysOf(keys);
  const entry = Object.entries(shortcuts).find(([, wanted]) => wanted === combination);
  return entry ? /** @type {Action} */ (entry[0]) : null;
}

/** @param {string} combination @returns {string} short enough for a button: `Ctrl ⇧ A` */
export const shown = (combination) => combination.replace('Shift', '⇧').replace('Meta', '⌘').replaceAll('+', ' ');

/** @param {Pick<Storage, 'getItem'>} storage @returns {Shortcuts} */
export function loadShortcuts(storage) {
  try {
    return { ...DEFAULTS, ...JSON.parse(storage.getItem(KEY) ?? '{}') };
  } catch {
    return { ...DEFAULTS };
  }
}

/** @param {Pick<Storage, 'setItem'>} storage @param {Shortcuts} shortcuts */
export const saveShortcuts = (storage, shortcuts) => storage.setItem(KEY, JSON.stringify(shortcuts));
