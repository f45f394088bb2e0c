/** The queues: each with how it is doing, or one as a form. */
import { html } from '../../html.js';
import { Icon } from '../../icons.js';
import { useState } from '../../vendor/preact-hooks.js';
import { change, config } from '../draft.js';
import { Empty } from '../parts/state.js';
import { addressOf } from '../place.js';
import { go } from '../router.js';
import { textOf } from '../rules/names.js';
import { addQueue, freeId } from './changes.js';
import { AddDialog } from './dialogs.js';
import { Frame } from './frame.js';
import { useLiveQueues } from './live_queues.js';
import { Figures } from './queue_figures.js';
import { STRATEGIES } from './queue_fields.js';
import { QueuePage } from './queue_form.js';
import { listOf, nameOf, serves, usesOfQueue } from './uses.js';
import { words } from './words.js';

const said = words.queues;

/** @type {import('../rooms.js').RoomView} */
export const QueuesRoom = ({ id }) => (id === null ? html`<${AllQueues} />` : html`<${QueuePage} id=${id} />`);

function AllQueues() {
  useLiveQueues();
  const [adding, setAdding] = useState(false);
  const queues = listOf(config.value, 'queues');
  const add = (/** @type {string} */ name) => {
    const id = freeId(name, queues.map((queue) => textOf(queue.id)));
    change(said.steps.add(name), (doc) => addQueue(doc, id === name ? { id } : { id, name }));
    go('queues', id);
  };
  const acts = html`<button type="button" class="button primary" onClick=${() => setAdding(true)}><${Icon} name="plus" />${said.add}</button>`;
  return html`<${Frame} title=${said.title} lead=${said.lead} acts=${acts}>${() => (queues.length === 0 ? html`<${Empty} icon="layers" title=${said.none}><p class="muted">${said.none_hint}</p></${Empty}>`
    : html`<ul class="cards">${queues.map((queue, index) => html`<li key=${index}><${Card} queue=${queue} /></li>`)}</ul>`)}</${Frame}>
    ${adding && html`<${AddDialog} title=${said.add} label=${said.add_name} hint=${said.add_hint} check=${(/** @type {string} */ name) => (name.length > 200 ? words.reps.bad.name : null)} onAdd=${add} onClose=${() => setAdding(false)} />`}`;
}

/** @param {{queue: Record<string, unknown>}} props */
function Card({ queue }) {
  const id = textOf(queue.id);
  const serving = listOf(config.value, 'reps').filter((rep) => serves(rep, id)).length;
  const isUsed = usesOfQueue(config.value, id).some(({ kind }) => kind === 'rule');
  return html`<article class="sheet panel card"><h2><a href=${addressOf('queues', id)}>${nameOf(queue)}</a></h2>
    <p class="muted small">${said.strategies[textOf(queue.strategy) || STRATEGIES[0]] ?? textOf(queue.strategy)}</p>
    <p class="chips">${serving === 0 ? html`<span class="chip warn"><${Icon} name="alert" />${said.nobody}</span>` : html`<span class="chip">${said.serving(serving)}</span>`}
      ${!isUsed && html`<span class="chip warn"><${Icon} name="alert" />${said.unused}</span>`}</p>
    <${Figures} id=${id} /></article>`;
}
