/** The configuration's text, bound to the draft: what is typed changes the draft, what changes the draft is seen here. */
import { EditorView } from '@codemirror/view';
import { html } from '../../html.js';
import { wordsFor } from '../../strings/text.js';
import { useEffect, useRef } from '../../vendor/preact-hooks.js';
import { draft, mayEdit, redo, setText, syntax, undo } from '../draft.js';
import { follow, mark, showLine, stateOf } from './editor_state.js';

/** @typedef {import('@codemirror/autocomplete').CompletionSource} CompletionSource */

const { editor: words } = /** @type {typeof import('../../strings/en/editor.js')} */ (await wordsFor('editor'));
const HINT = 'editor-hint';

/**
 * @param {{label: string, complete?: CompletionSource|null, onLine?: (line: number) => void, show?: {line: number}|null}} props
 *   `onLine`: the cursor moved; `show`: a line to be shown, again for each new object
 */
export function Editor({ label, complete = null, onLine = () => {}, show = null }) {
  const root = useRef(/** @type {HTMLDivElement|null} */ (null));
  const view = useRef(/** @type {EditorView|null} */ (null));
  const told = useRef(onLine);
  told.current = onLine;
  const { text, report } = draft.value;
  const wrong = syntax.value;
  useEffect(() => {
    const state = stateOf({
      text: draft.peek().text, label, described: HINT, phrases: words.phrases, readOnly: !mayEdit.peek(), complete,
      onType: setText, onLine: (line) => told.current(line), onUndo: undo, onRedo: redo,
    });
    const made = new EditorView({ state, parent: /** @type {HTMLDivElement} */ (root.current) });
    view.current = made;
    return () => made.destroy();
  }, []);
  // The newest text, not the one that was drawn: a fast hand has typed more since.
  useEffect(() => void (view.current && follow(view.current, draft.peek().text)), [text]);
  useEffect(() => {
    const marks = marksOf(draft.peek().text, report, wrong);
    if (view.current && marks) mark(view.current, marks);
  }, [report, wrong]);
  useEffect(() => void (view.current && show && showLine(view.current, show.line)), [show]);
  return html`<div class="editor"><div class="editor-frame" ref=${root}></div><p class="tiny" id=${HINT}>${words.hint}</p></div>`;
}

/**
 * @param {string} text @param {import('../draft.js').Report|null} report @param {{line: number, message: string}|null} wrong
 * @returns {import('./editor_state.js').Mark[]|null} the service's findings while they speak of this text, else what
 *   cannot even be read; null: nothing new is known, what is marked stays where it moved to
 */
function marksOf(text, report, wrong) {
  if (report?.text !== text) return wrong ? [{ ...wrong, severity: 'error' }] : null;
  return [
    ...report.problems.map(({ line, message }) => ({ line, message, severity: /** @type {const} */ ('error') })),
    ...report.warnings.map(({ line, message }) => ({ line, message, severity: /** @type {const} */ ('warning') })),
  ];
}
