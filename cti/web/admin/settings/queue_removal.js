/** Removing a queue: where its calls go, and whom else it affects, before it is done. */
import { html } from '../../html.js';
import { useState } from '../../vendor/preact-hooks.js';
import { change, config } from '../draft.js';
import { itemsOf, textOf } from '../rules/names.js';
import { removeQueue } from './changes.js';
import { RemoveDialog } from './dialogs.js';
import { ChoiceField } from './inputs.js';
import { live } from './live_queues.js';
import { listOf, nameOf, namesIn, usesOfQueue } from './uses.js';
import { words } from './words.js';

const said = words.queues;

/** @param {{index: number, onClose: () => void, onDone: () => void}} props */
export function RemoveQueue({ index, onClose, onDone }) {
  const queues = listOf(config.value, 'queues');
  const queue = queues[index] ?? {};
  const others = queues.filter((_, n) => n !== index).map((other) => ({ value: textOf(other.id), label: nameOf(other) }));
  const [heir, setHeir] = useState(others[0]?.value ?? '');
  const sure = () => {
    change(said.steps.remove(nameOf(queue)), (doc) => removeQueue(doc, index, heir));
    onDone();
  };
  const isUsed = usesOfQueue(config.value, textOf(queue.id)).some(({ kind }) => kind !== 'rep');
  return html`<${RemoveDialog} title=${said.remove_title(nameOf(queue))} effects=${effectsOf(textOf(queue.id))} refused=${others.length === 0 ? said.last : null} onClose=${onClose} onSure=${sure}>
    ${isUsed && html`<${ChoiceField} name="heir" label=${said.heir} value=${heir} onSet=${setHeir} choices=${others} />`}</${RemoveDialog}>`;
}

/** @param {string} id @returns {string[]} */
function effectsOf(id) {
  const uses = usesOfQueue(config.value, id);
  const reps = listOf(config.value, 'reps').filter((rep) => itemsOf(rep.queues).map(textOf).includes(id));
  const alone = reps.filter((rep) => itemsOf(rep.queues).length === 1).map(nameOf).join(', ');
  const shared = reps.filter((rep) => itemsOf(rep.queues).length > 1).map(nameOf).join(', ');
  const [rules, tests] = [namesIn(uses, 'rule').join(', '), namesIn(uses, 'test').join(', ')];
  const waiting = live.value.queues.find((queue) => queue.id === id)?.waiting ?? 0;
  return [waiting > 0 && said.effects.waiting(waiting), rules && said.effects.rules(rules), tests && said.effects.tests(tests), alone && said.effects.alone(alone), shared && said.effects.reps(shared)].filter(Boolean).map(String);
}
