/**
 * A YAML text and its document, which follow each other: the document is read from the text, and what is changed in the
 * document is written into the text, where every line that it does not touch stays as its author wrote it. Pure but for
 * the document, which belongs to its tree.
 */
import { isMap, isNode, isPair, isSeq, LineCounter, parseDocument, visit } from '../vendor/yaml/index.js';
import { carried } from './carry.js';

/** @typedef {import('../vendor/yaml/index.js').Document} Doc */
/** @typedef {import('../vendor/yaml/index.js').ToStringOptions} Style */
/** @typedef {{line: number, message: string}} SyntaxProblem `line` counts from 1 */
/**
 * @typedef {object} Tree
 * @property {string} text
 * @property {Doc} doc
 * @property {LineCounter|null} lines where its nodes stand in the text; null once the document was changed
 * @property {SyntaxProblem|null} syntax
 * @property {Style} style
 * @property {string|null} plain the document as the library writes it
 */

/** `yaml-1.1`: what the service's reader would take for a truth or a time is put in quotes. */
const READ = /** @type {const} */ ({ prettyErrors: false, compat: 'yaml-1.1', logLevel: 'silent' });
/** Beyond it the written text is not read again to compare: that takes longer than a person notices. */
const COMPARED_UP_TO = 60_000;

/** @param {string} text @returns {Tree} */
export function readTree(text) {
  const lines = new LineCounter();
  const doc = parseDocument(text, { ...READ, lineCounter: lines });
  const [error] = doc.errors;
  const syntax = error ? { line: lines.linePos(error.pos[0]).line, message: error.message } : null;
  return { text, doc: /** @type {Doc} */ (/** @type {unknown} */ (doc)), lines, syntax, style: styleOf(text), plain: null };
}

/** As its author writes lists and braces. @param {string} text @returns {Style} */
const styleOf = (text) => ({
  lineWidth: 0,
  flowCollectionPadding: /\{ /.test(text) && !/\{[^\s}]/.test(text),
  indentSeq: !/^\w[^\n#]*:[ \t]*(?:#[^\n]*)?\n(?:[ \t]*(?:#[^\n]*)?\n)*- /m.test(text),
});

/** @param {Tree} tree @returns {unknown} as plain values; null where that cannot be */
export function valuesOf(tree) {
  try {
    return tree.doc.toJS({ maxAliasCount: 0 });
  } catch {
    return null;
  }
}

/**
 * @param {Tree} tree without a syntax problem; its document is changed, so it must not be used any more
 * @param {(doc: Doc) => void} change
 * @returns {Tree} throws what `change` throws
 */
export function changedTree(tree, change) {
  const { doc, style } = tree;
  const before = tree.plain ?? doc.toString(style);
  change(doc);
  wrapValues(doc);
  const plain = doc.toString(style);
  const { text, simple } = carried(before, plain, tree.text);
  if (simple && text.length > COMPARED_UP_TO) return { ...tree, text, plain, lines: null };
  const read = readTree(text);
  if (!read.syntax && JSON.stringify(valuesOf(read)) === JSON.stringify(valuesOf(tree))) return { ...read, style, plain: null };
  return { ...readTree(plain), style };
}

/** Plain values that were put into the document become nodes, which can be changed further. @param {Doc} doc */
function wrapValues(doc) {
  const wrapped = (/** @type {unknown} */ value) => (isNode(value) || value === null || value === undefined ? value : doc.createNode(value));
  if (!isNode(doc.contents) && doc.contents !== null) doc.contents = /** @type {any} */ (wrapped(doc.contents));
  visit(doc, {
    Map: (_, map) => {
      for (const pair of map.items) if (isPair(pair)) Object.assign(pair, { key: wrapped(pair.key), value: wrapped(pair.value) });
    },
    Seq: (_, seq) => {
      seq.items = seq.items.map(wrapped);
    },
  });
}

/** @param {Tree} tree @param {readonly (string|number)[]} path @returns {number|null} the line it begins in, from 1 */
export function lineAt(tree, path) {
  const { doc, lines } = tree.lines ? tree : readTree(tree.text);
  if (!lines) return null;
  /** @type {unknown} */
  let node = doc.contents;
  let start = 0;
  for (const key of path) {
    const pair = isMap(node) ? node.items.find((item) => String(item.key) === String(key)) : null;
    const next = pair ? pair.value : isSeq(node) ? node.items[Number(key)] : undefined;
    if (next === undefined) break;
    start = startOf(pair ? pair.key : next) ?? start;
    node = next;
  }
  return lines.linePos(start).line;
}

/** @param {unknown} node @returns {number|undefined} */
const startOf = (node) => /** @type {{range?: number[]}} */ (node)?.range?.[0];
