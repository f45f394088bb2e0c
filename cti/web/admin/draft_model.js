/**
 * The working draft of the configuration: one text, its values, and the steps that made it. Pure; each function returns
 * the model that follows. Form and text editor change the same text, so that they follow each other.
 */
import { spliceOf } from './lines.js';
import { changedTree, readTree, valuesOf } from './yaml_text.js';

/** @typedef {import('./yaml_text.js').Tree} Tree */
/** @typedef {import('./yaml_text.js').SyntaxProblem} SyntaxProblem */
/**
 * @typedef {object} Step what was done, so that it can be undone: at `at` the text `removed` became `inserted`
 * @property {string} label
 * @property {number} at
 * @property {string} removed
 * @property {string} inserted
 * @property {number|null} typed_ms when it was typed last; null: not typed
 */
/**
 * @typedef {object} Model
 * @property {number|null} base the version that it is based on; null: there is none yet
 * @property {string} base_text
 * @property {string} text
 * @property {Tree} tree of `text`, or of an earlier one while somebody types
 * @property {unknown} config the values, or the last ones that could be read
 * @property {SyntaxProblem|null} syntax of the tree's text
 * @property {readonly Step[]} past
 * @property {readonly Step[]} future
 */
/** @typedef {{base: number|null, base_text: string, text: string, past: readonly Step[], future: readonly Step[]}} Kept */

export const MOST_STEPS = 200;
/** Typing within so long of the last stroke is one step with it. */
const JOINED_WITHIN_MS = 1_000;

/** @param {{n: number|null, text: string}} base @param {string} [text] @returns {Model} */
export function opened(base, text = base.text) {
  const tree = readTree(text);
  const values = tree.syntax ? valuesOf(readTree(base.text)) : valuesOf(tree);
  return { base: base.n, base_text: base.text, text, tree, config: values ?? {}, syntax: tree.syntax, past: [], future: [] };
}

/** @param {Model} model @returns {boolean} */
export const isChanged = (model) => model.text !== model.base_text;

/** @param {Model} model @returns {boolean} somebody typed what is not read yet */
export const isUnread = (model) => model.tree.text !== model.text;

/** Reads what was typed. @param {Model} model @returns {Model} */
export function settled(model) {
  if (!isUnread(model)) return model;
  const tree = readTree(model.text);
  return { ...model, tree, config: tree.syntax ? model.config : (valuesOf(tree) ?? model.config), syntax: tree.syntax };
}

/**
 * One step on the document. Nothing happens where the text is no YAML: it has to be mended first.
 * @param {Model} model @param {string} label @param {(doc: import('./yaml_text.js').Doc) => void} change
 * @returns {Model} throws what `change` throws; the model that was given stays as it is
 */
export function changed(model, label, change) {
  const now = settled(model);
  if (now.syntax) return now;
  try {
    const tree = changedTree(now.tree, change);
    return { ...stepped(now, label, tree.text, null), tree, config: valuesOf(tree) ?? {}, syntax: null };
  } catch (error) {
    Object.assign(now.tree, readTree(now.text));
    throw error;
  }
}

/** The text as it was typed; read by `settled`. @param {Model} model @param {string} label @param {string} text @param {number} now_ms @returns {Model} */
export function typed(model, label, text, now_ms) {
  const last = model.past.at(-1);
  if (!last || last.typed_ms === null || now_ms - last.typed_ms > JOINED_WITHIN_MS) return stepped(model, label, text, now_ms);
  const before = { ...model, text: without(model.text, last), past: model.past.slice(0, -1) };
  return stepped(before, label, text, now_ms);
}

/** Another text in one step. @param {Model} model @param {string} label @param {string} text @returns {Model} */
export const replaced = (model, label, text) => settled(stepped(model, label, text, null));

/** Another version is the one to compare with. @param {Model} model @param {{n: number|null, text: string}} base @returns {Model} */
export const rebased = (model, base) => ({ ...model, base: base.n, base_text: base.text });

/** @param {Model} model @returns {Model} */
export function undone(model) {
  const step = model.past.at(-1);
  if (!step) return model;
  return settled({ ...model, text: without(model.text, step), past: model.past.slice(0, -1), future: [...model.future, { ...step, typed_ms: null }] });
}

/** @param {Model} model @returns {Model} */
export function redone(model) {
  const step = model.future.at(-1);
  if (!step) return model;
  const { at, removed, inserted } = step;
  const text = model.text.slice(0, at) + inserted + model.text.slice(at + removed.length);
  return settled({ ...model, text, past: [...model.past, step], future: model.future.slice(0, -1) });
}

/** @param {Model} model @returns {Kept} for the browser's store */
export const kept = ({ base, base_text, text, past, future }) => ({ base, base_text, text, past, future });

/** @param {Kept} found @returns {Model|null} null for what is no draft, or whose steps do not fit its text */
export function restored(found) {
  const { base, base_text, text, past, future } = found ?? {};
  const fits = typeof base_text === 'string' && typeof text === 'string' && (base === null || Number.isInteger(base));
  if (!fits) return null;
  const model = opened({ n: base, text: base_text }, text);
  return Array.isArray(past) && Array.isArray(future) && [...past, ...future].every(isStep) ? { ...model, past, future } : model;
}

/** @param {unknown} step @returns {boolean} */
function isStep(step) {
  const { label, at, removed, inserted } = /** @type {Step} */ (step ?? {});
  return [label, removed, inserted].every((part) => typeof part === 'string') && Number.isInteger(at);
}

/** @param {Model} model @param {string} label @param {string} text @param {number|null} typed_ms @returns {Model} */
function stepped(model, label, text, typed_ms) {
  if (text === model.text) return model;
  const step = { label, ...spliceOf(model.text, text), typed_ms };
  return { ...model, text, past: [...model.past, step].slice(-MOST_STEPS), future: [] };
}

/** @param {string} text @param {Step} step @returns {string} as it was before */
const without = (text, { at, removed, inserted }) => text.slice(0, at) + removed + text.slice(at + inserted.length);
