/**
 * The working draft of the configuration, shared by every room that edits: changed here, kept in the browser at each
 * change, checked by the service, compared with the active version, and made active as one version.
 */
import { wordsFor } from '../strings/text.js';
import { computed, effect, signal } from '../vendor/signals.js';
import { hearKept, readKept, writeKept } from './draft_keep.js';
import * as steps from './draft_model.js';
import { askActive, askCheck, askDifferences, sendActivation, sendDraft } from './draft_server.js';
import { hunksOf, mergedLines } from './lines.js';
import { admin, may } from './shell.js';
import { lineAt } from './yaml_text.js';

/** @typedef {import('./draft_model.js').Model} Model */
/** @typedef {import('./draft_server.js').Report} Report */
/** @typedef {import('./draft_server.js').Newer} Newer */
/** @typedef {import('./draft_server.js').Activation} Activation */
/** @typedef {readonly (string|number)[]} Path */
/** @typedef {'loading'|'ready'|'failed'} Phase */

const { draft: words } = /** @type {typeof import('../strings/en/draft.js')} */ (await wordsFor('draft'));
const CHECK_AFTER_MS = 400;
const READ_AFTER_MS = 250;
const ASK_EVERY_MS = 3_000;
/** A longer text is kept a moment after it was typed, not with each letter. */
const KEPT_AT_ONCE = 100_000;

/** @type {import('@preact/signals').Signal<Model|null>} */
const model = signal(null);
const state = signal({
  phase: /** @type {Phase} */ ('loading'),
  saved_at: /** @type {number|null} */ (null),
  report: /** @type {Report|null} */ (null),
  checking: false,
  online: true,
  newer: /** @type {Newer|null} */ (null),
  clashes: /** @type {import('./lines.js').Clash[]} */ ([]),
});

/** What the rooms and the bar draw. */
export const draft = computed(() => {
  const { base, base_text, text, past, future } = model.value ?? { base: null, base_text: '', text: '', past: [], future: [] };
  return { ...state.value, base, base_text, text, past: past.length, future: future.length, undoes: past.at(-1)?.label ?? null, redoes: future.at(-1)?.label ?? null };
});
/** The configuration as plain values: as it reads now, or as it could be read last. @type {import('@preact/signals').ReadonlySignal<any>} */
export const config = computed(() => model.value?.config ?? {});
/** Why the text cannot be read; forms have to wait until that is mended. */
export const syntax = computed(() => model.value?.syntax ?? null);
export const isChanged = computed(() => model.value !== null && steps.isChanged(model.value));
export const mayEdit = computed(() => may('configure'));
/** How many things differ from the active version. */
export const changes = computed(() => {
  const { report, text, base_text } = draft.value;
  if (!isChanged.value) return 0;
  return (report?.text === text ? report.differences?.length : 0) || hunksOf(base_text, text).length;
});

/** @param {Partial<typeof state.value>} change */
const tell = (change) => (state.value = { ...state.peek(), ...change });

/** One step that can be undone. @param {string} label what was done, for "Undo: …" @param {(doc: import('./yaml_text.js').Doc) => void} act changes the document */
export function change(label, act) {
  const before = model.peek();
  if (!before || !mayEdit.peek()) return;
  try {
    update(steps.changed(before, label, act));
  } catch (error) {
    reportError(error);
  }
}

/** What somebody types in the text editor. @param {string} text */
export function setText(text) {
  const before = model.peek();
  if (before && mayEdit.peek()) update(steps.typed(before, words.typed, text, Date.now()));
}

/** @param {string} label @param {string} text another text, in one step */
export function replaceText(label, text) {
  const before = model.peek();
  if (before && mayEdit.peek()) update(steps.replaced(before, label, text));
}

export const undo = () => step(steps.undone);
export const redo = () => step(steps.redone);
/** As the active version is; can be undone like everything. */
export const revert = () => step((now) => steps.replaced(now, words.reverted, now.base_text));

/** @param {(model: Model) => Model} act */
function step(act) {
  const before = model.peek();
  if (before && mayEdit.peek()) update(act(before));
}

/** @param {Path} path such as `['rules', 3]` @returns {import('./draft_server.js').Problem[]} what the check found there and below */
export function problemsAt(path) {
  return (state.value.report?.problems ?? []).filter(({ field }) => isAt(field, path));
}

/** @param {Path} path @returns {import('./draft_server.js').Problem[]} */
export function warningsAt(path) {
  return (state.value.report?.warnings ?? []).filter(({ field }) => isAt(field, path));
}

/** @param {string} field `rules[3].route` @param {Path} path @returns {boolean} */
function isAt(field, path) {
  const at = path.map((key, n) => (typeof key === 'number' ? `[${key}]` : n === 0 ? key : `.${key}`)).join('');
  return at === '' || field === at || field.startsWith(`${at}.`) || field.startsWith(`${at}[`);
}

/** @param {Path} path @returns {number|null} the line of the text in which it begins */
export function lineOf(path) {
  const now = model.peek();
  return now && lineAt(steps.settled(now).tree, path);
}

/** @param {Model} after */
function update(after) {
  if (after === model.peek()) return;
  model.value = after;
  later('read', READ_AFTER_MS, () => {
    const now = model.peek();
    if (now && steps.isUnread(now)) model.value = steps.settled(now);
  });
  later('keep', after.text.length > KEPT_AT_ONCE ? READ_AFTER_MS : 0, keep);
  later('check', CHECK_AFTER_MS, check);
}

/** @type {Record<string, number>} */
const timers = {};

/** @param {string} what @param {number} ms 0: at once @param {() => void} act */
function later(what, ms, act) {
  clearTimeout(timers[what]);
  if (ms === 0) act();
  else timers[what] = setTimeout(act, ms);
}

function keep() {
  const [now, me] = [model.peek(), admin.peek().me];
  if (!now || !me || !mayEdit.peek()) return;
  const done = writeKept(me.id, steps.isChanged(now) ? steps.kept(now) : null);
  tell({ saved_at: done ? Date.now() : null });
}

let asked = 0;

async function check() {
  const now = model.peek();
  if (!now || !mayEdit.peek() || now.text === '') return;
  const mine = (asked += 1);
  tell({ checking: true });
  const report = await askCheck(now.text, now.base);
  if (mine !== asked) return;
  tell(report ? { report, checking: false, online: true } : { checking: false, online: false });
}

/** Asks whether another version is active meanwhile. */
export async function look() {
  const { newer, phase } = state.peek();
  const known = newer?.n ?? model.peek()?.base ?? null;
  const answer = await askActive(phase === 'ready' ? known : null);
  tell({ online: answer.state !== 'away' });
  if (phase !== 'ready') return begin(answer);
  if (answer.state === 'found') await meet(answer.version);
  if (answer.state !== 'away' && state.peek().report?.text !== model.peek()?.text) later('check', 0, check);
}

/** @param {Awaited<ReturnType<typeof askActive>>} answer the first one */
function begin(answer) {
  const me = admin.peek().me;
  const found = me && mayEdit.peek() ? steps.restored(readKept(me.id)) : null;
  if (model.peek()) return undefined;
  if (answer.state === 'forbidden' || (answer.state === 'away' && !found)) return tell({ phase: 'failed' });
  const base = answer.state === 'found' ? answer.version : { n: null, text: '' };
  model.value = found ?? steps.opened(base);
  tell({ phase: 'ready', saved_at: found ? Date.now() : null });
  later('check', 0, check);
  if (found && answer.state === 'found' && answer.version.n !== found.base) return void meet(answer.version);
}

/** Another version is active. With nothing of one's own the draft follows; else a person decides. @param {import('./draft_server.js').Version} version */
async function meet(version) {
  const now = model.peek();
  if (!now || version.n === now.base) return tell({ newer: null });
  if (!steps.isChanged(now)) return settle(steps.opened(version));
  if (version.text === now.text) return settle(steps.rebased(now, version));
  const differences = now.base === null ? null : await askDifferences(now.base, version.n);
  tell({ newer: { ...version, differences } });
}

/** @param {Model} after it follows the active version */
function settle(after) {
  tell({ newer: null, report: null });
  update(after);
}

/** My changes on top of theirs: where both changed the same line mine stand, and `clashes` tells them. */
export function keepMine() {
  const [now, { newer }] = [model.peek(), state.peek()];
  if (!now || !newer) return;
  const { text, clashes } = mergedLines(now.base_text, now.text, newer.text);
  settle(steps.rebased(steps.replaced(now, words.joined(newer.n), text), newer));
  tell({ clashes });
}

/** Theirs alone; mine can be brought back by undoing. */
export function takeTheirs() {
  const [now, { newer }] = [model.peek(), state.peek()];
  if (now && newer) settle(steps.rebased(steps.replaced(now, words.theirs(newer.n), newer.text), newer));
}

export const forgetClashes = () => tell({ clashes: [] });

/** @type {{text: string, base: number|null, n: number}|null} */
let sent = null;

/** Makes the draft the active version. @param {string} comment why @returns {Promise<Activation>} */
export async function activate(comment) {
  const now = model.peek();
  if (!now) return { state: 'away' };
  const { text, base } = now;
  if (sent?.text !== text || sent.base !== base) {
    const made = await sendDraft(text, base, comment);
    if ('refused' in made) return made.refused;
    sent = { text, base, n: made.n };
  }
  const outcome = await sendActivation(sent.n, base, comment, text);
  const after = model.peek();
  if (outcome.state === 'active' && after) settle(steps.rebased(after, { n: outcome.n, text }));
  if (outcome.state === 'newer') await look();
  if (outcome.state === 'problems') tell({ report: outcome.report });
  return outcome;
}

let opened = false;

/** Begins to follow the service; once. */
export function openDraft() {
  if (opened) return;
  opened = true;
  const stop = effect(() => {
    const { me } = admin.value;
    if (!me) return;
    queueMicrotask(() => stop());
    hearKept(me.id, heard);
    look();
  });
  setInterval(() => void (document.hidden || admin.peek().access !== 'ok' || look()), ASK_EVERY_MS);
  document.addEventListener('visibilitychange', () => void (document.hidden ? flush() : look()));
  addEventListener('pagehide', flush);
}

/** Nothing waits to be kept any more. */
function flush() {
  clearTimeout(timers.keep);
  keep();
}

/** Another tab of the same person went on with the draft. @param {any} found */
function heard(found) {
  const now = model.peek();
  if (!now) return;
  const after = found === null ? null : steps.restored(found);
  if (after?.text === now.text) return;
  if (after || steps.isChanged(now)) model.value = after ?? steps.opened({ n: now.base, text: now.base_text });
  later('check', CHECK_AFTER_MS, check);
  if (!after) look();
}
