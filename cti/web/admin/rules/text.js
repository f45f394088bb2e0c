/** The text of the configuration beside a rule, or in place of the list; with what may come next. */
import { html } from '../../html.js';
import { useEffect, useState } from '../../vendor/preact-hooks.js';
import { draft, lineOf } from '../draft.js';
import { Editor } from '../parts/editor.js';
import { addressOf } from '../place.js';
import { completions } from './complete.js';
import { ruleAtLine } from './rule_text.js';
import { told } from './told.js';
import { fields, known, valuesOf } from './vocabulary.js';
import { words } from './words.js';

/** @param {import('@codemirror/autocomplete').CompletionContext} context */
function complete(context) {
  const { from, text } = context.state.doc.lineAt(context.pos);
  const rules = told.peek().map(({ name }) => name);
  const found = completions(text.slice(0, context.pos - from), { ...known.peek(), rules, fields: fields.peek(), values: valuesOf });
  return found && { from: from + found.from, options: found.options, validFor: /^[\w +-]*$/ };
}

/** @returns {string} @param {{}} _ */
export const WholeText = (_) => /** @type {any} */ (html`<${Editor} label=${words.whole_text} complete=${complete} />`);

/** @param {{index: number}} props the whole text, at this rule */
export function RuleText({ index }) {
  const [show, setShow] = useState(/** @type {{line: number}|null} */ (null));
  const [at, setAt] = useState(index);
  useEffect(() => {
    const line = lineOf(['rules', index]);
    if (line !== null) setShow({ line });
    setAt(index);
  }, [index]);
  const moved = (/** @type {number} */ line) => {
    const found = ruleAtLine(draft.peek().text, line);
    setAt(found < 0 ? index : found);
  };
  const other = at !== index ? told.value[at] : null;
  return html`<p class="small muted">${words.text_hint}</p>
    <${Editor} label=${words.text_of} complete=${complete} show=${show} onLine=${moved} />
    <p class="small" role="status">${other && html`<a href=${addressOf('rules', at)}>${words.open_rule(other.name || words.unnamed)}</a>`}</p>`;
}
