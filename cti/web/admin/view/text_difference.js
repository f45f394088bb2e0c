/** Two texts as one list of lines: what was added and removed, with some lines around it. */
import { html } from '../../html.js';
import { wordsFor } from '../../strings/text.js';
import { useMemo } from '../../vendor/preact-hooks.js';
import { differenceOf } from '../versions_model.js';

/** @typedef {import('../versions_model.js').Line} Line */

const { versions: words } = /** @type {typeof import('../../strings/en/versions.js')} */ (await wordsFor('versions'));
const SIGNS = { same: ' ', added: '+', removed: '−' };

/** @param {{before: string, after: string}} props */
export function TextDifference({ before, after }) {
  const { parts, rest } = useMemo(() => differenceOf(before, after), [before, after]);
  if (parts.length === 0) return html`<p class="muted">${words.same}</p>`;
  return html`<div class="difference" role="group" aria-label=${words.text} tabindex="0"><ol>
    ${parts.map((part, n) => html`<${Skipped} key=${`skip-${n}`} n=${part.skipped} />${part.lines.map((line) => html`<${Row} key=${`${line.kind}${line.n}`} line=${line} />`)}`)}
    <${Skipped} n=${rest} /></ol></div>`;
}

/** @param {{n: number}} props */
const Skipped = ({ n }) => (n === 0 ? null : html`<li class="skipped tiny">${words.unchanged(n)}</li>`);

/** @param {{line: Line}} props */
const Row = ({ line: { kind, text, n } }) => html`<li class=${`row ${kind}`}><span class="row-n" aria-hidden="true">${n}</span>
  <span class="row-sign" aria-hidden="true">${SIGNS[kind]}</span>${kind !== 'same' && html`<span class="hidden-text">${words[kind]}: </span>`}<code>${text || ' '}</code></li>`;
