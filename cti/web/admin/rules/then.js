/** How a wait ends, or where the call goes on. */
import { html } from '../../html.js';
import { ChoiceField, choicesOf, put, TextField } from './fields.js';
import { fieldsOf, textOf } from './names.js';
import { known } from './vocabulary.js';
import { words } from './words.js';

/** @param {{index: number, path: (string|number)[], then: unknown, moves: boolean}} props */
export function Then({ index, path, then, moves }) {
  const { queue, dial } = fieldsOf(then);
  const kind = queue !== undefined ? 'queue' : dial !== undefined ? 'dial' : textOf(then);
  const kinds = choicesOf(words.thens).filter(({ value }) => moves || value !== 'queue');
  const set = (/** @type {unknown} */ value) => put(index, path, value, words.then_label);
  const chosen = (/** @type {string} */ value) => set(value === 'queue' ? { queue: known.peek().queues[0]?.value ?? '' } : value === 'dial' ? { dial: '+' } : value);
  const at = ['rules', index, ...path];
  return html`<${ChoiceField} path=${at} label=${words.then_label} value=${kind} choices=${kinds} below=${false} onCommit=${chosen} />
    ${kind === 'queue' && html`<${ChoiceField} path=${[...at, 'queue']} label=${words.queue} value=${textOf(queue)} choices=${known.value.queues} onCommit=${(/** @type {string} */ value) => set({ queue: value })} />`}
    ${kind === 'dial' && html`<${TextField} path=${[...at, 'dial']} label=${words.dial} value=${textOf(dial)} onCommit=${(/** @type {string} */ value) => set({ dial: value })} />`}`;
}
