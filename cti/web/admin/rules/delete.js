/** Before a rule goes: what that affects. */
import { html } from '../../html.js';
import { Icon } from '../../icons.js';
import { Dialog } from '../../parts/dialog.js';
import { change, config } from '../draft.js';
import { textOf } from './names.js';
import { deleteRule, examplesOf } from './rule_form.js';
import { told } from './told.js';
import { words } from './words.js';

/** @param {{index: number, onClose: () => void, onDone: () => void}} props */
export function DeleteDialog({ index, onClose, onDone }) {
  const name = told.value[index]?.name ?? '';
  const title = name || words.unnamed;
  const examples = examplesOf(config.value, name);
  const is_last = index === told.value.length - 1;
  const sure = () => {
    change(words.did.removed(title), (doc) => deleteRule(doc, index));
    onDone();
  };
  return html`<${Dialog} title=${words.deleting.title(title)} close_label=${words.deleting.close} onClose=${onClose}>
    <ul class="effects"><li><${Icon} name="right" />${is_last ? words.deleting.last : words.deleting.falls_to}</li>
      ${examples.length > 0 && html`<li><${Icon} name="right" /><span>${words.deleting.examples(examples.length)} ${examples.slice(0, 5).map(({ test }) => textOf(test.name)).join(' · ')}${examples.length > 5 ? ' …' : ''}</span></li>`}
      <li><${Icon} name="undo" />${words.deleting.undo}</li></ul>
    <div class="acts dialog-acts"><button type="button" class="button" onClick=${onClose}>${words.deleting.keep}</button>
      <button type="button" class="button stop" onClick=${sure}>${words.deleting.sure}</button></div></${Dialog}>`;
}
