/** What the text editor can do, and how it follows a text that is changed elsewhere. Knows nothing of the draft. */
import { autocompletion, closeBrackets, closeBracketsKeymap, completionKeymap } from '@codemirror/autocomplete';
import { defaultKeymap, indentWithTab } from '@codemirror/commands';
import { yaml } from '@codemirror/lang-yaml';
import { bracketMatching, indentOnInput, indentUnit } from '@codemirror/language';
import { lintGutter, lintKeymap, setDiagnostics } from '@codemirror/lint';
import { highlightSelectionMatches, search, searchKeymap } from '@codemirror/search';
import { Annotation, EditorState } from '@codemirror/state';
import { drawSelection, EditorView, highlightActiveLine, highlightActiveLineGutter, keymap, lineNumbers } from '@codemirror/view';
import { hunksOf, spliceOf } from '../lines.js';
import { LOOKS } from './editor_looks.js';

/** @typedef {import('@codemirror/state').Extension} Extension */
/** @typedef {{line: number, message: string, severity: 'error'|'warning'}} Mark `line` counts from 1; 0: the whole text */
/**
 * @typedef {object} Wishes
 * @property {string} text
 * @property {string} label
 * @property {string} described the id of what explains the keys
 * @property {Record<string, string>} phrases
 * @property {boolean} readOnly
 * @property {import('@codemirror/autocomplete').CompletionSource|null} complete
 * @property {(text: string) => void} onType
 * @property {(line: number) => void} onLine the cursor's, from 1
 * @property {() => void} onUndo @property {() => void} onRedo
 */

/** A change that came from elsewhere. */
const followed = Annotation.define();

/** Styles that the editor makes are let in by the page's nonce. @returns {string} */
const nonce = () => /** @type {HTMLScriptElement|null} */ (document.querySelector('script[type=importmap]'))?.nonce ?? '';

/** @param {Wishes} wishes @returns {EditorState} */
export function stateOf(wishes) {
  return EditorState.create({ doc: wishes.text, extensions: [...abilities(wishes), ...links(wishes)] });
}

/** @param {Wishes} wishes @returns {Extension[]} */
function abilities({ readOnly, complete, phrases }) {
  return [
    EditorView.cspNonce.of(nonce()), EditorState.phrases.of(phrases), LOOKS,
    yaml(), indentUnit.of('  '), indentOnInput(), bracketMatching(), closeBrackets(),
    lineNumbers(), lintGutter(), highlightActiveLine(), highlightActiveLineGutter(), highlightSelectionMatches(), drawSelection(),
    EditorView.lineWrapping, search({ top: true }), EditorState.readOnly.of(readOnly),
    complete ? autocompletion({ override: [complete], icons: false }) : [],
    keymap.of([...closeBracketsKeymap, ...completionKeymap, ...searchKeymap, ...lintKeymap, ...defaultKeymap, indentWithTab]),
  ];
}

/** Undo and redo are the draft's: over forms and text alike. @param {Wishes} wishes @returns {Extension[]} */
function links({ label, described, onType, onLine, onUndo, onRedo }) {
  const always = (/** @type {() => void} */ act) => () => {
    act();
    return true;
  };
  return [
    EditorView.contentAttributes.of({ 'aria-label': label, 'aria-describedby': described, tabindex: '0' }),
    keymap.of([{ key: 'Mod-z', run: always(onUndo), shift: always(onRedo) }, { key: 'Mod-y', run: always(onRedo) }]),
    EditorView.domEventHandlers({
      beforeinput(event) {
        if (event.inputType !== 'historyUndo' && event.inputType !== 'historyRedo') return false;
        event.preventDefault();
        (event.inputType === 'historyUndo' ? onUndo : onRedo)();
        return true;
      },
    }),
    EditorView.updateListener.of((update) => {
      if (update.docChanged && !update.transactions.some((one) => one.annotation(followed))) onType(update.state.doc.toString());
      if (update.selectionSet || update.docChanged) onLine(update.state.doc.lineAt(update.state.selection.main.head).number);
    }),
  ];
}

/** The editor shows this text now, and nothing moves that does not differ. @param {EditorView} view @param {string} text */
export function follow(view, text) {
  const before = view.state.doc.toString();
  const after = text.replace(/\r\n?/g, '\n');
  if (before === after) return;
  view.dispatch({ changes: changesOf(before, after), annotations: followed.of(true) });
}

/** @param {string} before @param {string} after @returns {{from: number, to: number, insert: string}[]} as small as they can be */
function changesOf(before, after) {
  const starts = [0];
  for (let at = before.indexOf('\n'); at >= 0; at = before.indexOf('\n', at + 1)) starts.push(at + 1);
  const place = (/** @type {number} */ line) => starts[line] ?? before.length + 1;
  return hunksOf(before, after).map(({ from, to, lines }) => {
    const whole = to >= starts.length;
    const [start, end] = whole && from > 0 ? [place(from) - 1, before.length] : [place(from), Math.min(place(to), before.length)];
    const fresh = whole ? (from > 0 && lines.length > 0 ? `\n${lines.join('\n')}` : lines.join('\n')) : lines.map((line) => `${line}\n`).join('');
    const { at, removed, inserted } = spliceOf(before.slice(start, end), fresh);
    return { from: start + at, to: start + at + removed.length, insert: inserted };
  });
}

/** @param {EditorView} view @param {readonly Mark[]} marks */
export function mark(view, marks) {
  const { doc } = view.state;
  const found = marks.map(({ line, message, severity }) => {
    const { from, to, text } = doc.line(Math.min(Math.max(line, 1), doc.lines));
    return { from: from + (text.length - text.trimStart().length), to, message, severity };
  });
  view.dispatch(setDiagnostics(view.state, found.map((one) => ({ ...one, from: Math.min(one.from, one.to) }))));
}

/** Shows a line, with the cursor in it. @param {EditorView} view @param {number} line from 1 */
export function showLine(view, line) {
  const { from } = view.state.doc.line(Math.min(Math.max(line, 1), view.state.doc.lines));
  view.dispatch({ selection: { anchor: from }, effects: EditorView.scrollIntoView(from, { y: 'center' }) });
}
