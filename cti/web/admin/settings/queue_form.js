/** One queue as a form: its settings, who serves it, what uses it, and how it is doing. */
import { html } from '../../html.js';
import { Icon } from '../../icons.js';
import { useState } from '../../vendor/preact-hooks.js';
import { change, config } from '../draft.js';
import { addressOf } from '../place.js';
import { go } from '../router.js';
import { textOf } from '../rules/names.js';
import { setQueue, setServes } from './changes.js';
import { canEdit, Frame, RuleLinks } from './frame.js';
import { ChoiceField, LengthField, Problems, TextField, Tick } from './inputs.js';
import { useLiveQueues } from './live_queues.js';
import { percentOf, QUEUE_FIELDS, shareOf, STRATEGIES, valueAt, wholeOf } from './queue_fields.js';
import { Figures } from './queue_figures.js';
import { RemoveQueue } from './queue_removal.js';
import { listOf, nameOf, serves, usesOfQueue } from './uses.js';
import { words } from './words.js';

const said = words.queues;
const MOST_LISTED = 60;

/** @param {{id: string}} props */
export function QueuePage({ id }) {
  useLiveQueues();
  const queues = listOf(config.value, 'queues');
  const index = queues.findIndex((queue) => textOf(queue.id) === id);
  const back = { href: addressOf('queues'), label: said.all };
  if (index < 0) return html`<${Frame} title=${said.title} back=${back}>${() => html`<p class="sheet pad" role="status">${said.gone}</p>`}</${Frame}>`;
  return html`<${Frame} title=${nameOf(queues[index])} back=${back}>${() => html`<${QueueForm} key=${id} queue=${queues[index]} index=${index} />`}</${Frame}>`;
}

/** @param {{queue: Record<string, unknown>, index: number}} props */
function QueueForm({ queue, index }) {
  const [removing, setRemoving] = useState(false);
  const id = textOf(queue.id);
  return html`<${Figures} id=${id} />
    <div class="two-panels">
      <div>${/** @type {const} */ (['basics', 'told', 'back', 'goal']).map((part) => html`<section key=${part} class="sheet panel" aria-label=${said[part]}><h2>${said[part]}</h2>
        <div class="fields">${part === 'basics' && html`<${Basics} queue=${queue} index=${index} />`}
          ${QUEUE_FIELDS[part].map((field) => html`<${Setting} key=${field.path.join('.')} queue=${queue} index=${index} field=${field} />`)}</div></section>`)}</div>
      <div><section class="sheet panel" aria-label=${said.people}><h2>${said.people}</h2><${People} id=${id} name=${nameOf(queue)} /></section>
        <section class="sheet panel" aria-label=${said.used_by}><h2>${said.used_by}</h2><${RuleLinks} uses=${usesOfQueue(config.value, id)} empty=${said.unused} /></section></div>
    </div>
    <${Problems} path=${['queues', index]} />
    ${canEdit.value && html`<div class="acts"><button type="button" class="button decline" onClick=${() => setRemoving(true)}><${Icon} name="trash" />${said.remove}</button></div>`}
    ${removing && html`<${RemoveQueue} index=${index} onClose=${() => setRemoving(false)} onDone=${() => go('queues')} />`}`;
}

/** @param {{queue: Record<string, unknown>, index: number}} props */
function Basics({ queue, index }) {
  const set = (/** @type {string} */ key, /** @type {string} */ label) => (/** @type {string} */ text) =>
    change(said.steps.change(nameOf(queue), label), (doc) => setQueue(doc, index, [key], text === '' ? undefined : text));
  return html`<${TextField} name="name" label=${said.name} value=${textOf(queue.name)} usual=${textOf(queue.id)} onSet=${set('name', said.name)} />
    <div class="field"><span class="label">${said.id}</span><p><code>${textOf(queue.id)}</code></p><p class="tiny">${said.id_hint}</p></div>
    <div class="whole-row"><${ChoiceField} name="strategy" label=${said.strategy} value=${textOf(queue.strategy) || STRATEGIES[0]} onSet=${set('strategy', said.strategy)}
      choices=${STRATEGIES.map((value) => ({ value, label: said.strategies[value] }))} /></div>`;
}

/** @param {{queue: Record<string, unknown>, index: number, field: import('./queue_fields.js').QueueField}} props */
function Setting({ queue, index, field }) {
  const name = field.path.join('.');
  const { label, hint } = said.fields[name];
  const value = valueAt(queue, field.path);
  const put = (/** @type {unknown} */ then) => change(said.steps.change(nameOf(queue), label), (doc) => setQueue(doc, index, field.path, then));
  const shared = { name, label, hint, within: 'queue', value: textOf(value) };
  if (field.kind === 'truth') return html`<${Tick} label=${label} hint=${hint} checked=${value === undefined ? field.usual : value === true} onSet=${put} />`;
  const set = (/** @type {string} */ text) => put(text === '' ? undefined : field.kind === 'length' ? text : field.kind === 'share' ? shareOf(text) : Number(text));
  const usual = field.usual || (name === 'max_size' ? said.any : said.only_asked);
  if (field.kind === 'length') return html`<${LengthField} ...${shared} usual=${usual} least_ms=${field.least_ms} most_ms=${field.most_ms} onSet=${set} />`;
  if (field.kind === 'share') {
    return html`<${TextField} ...${shared} value=${percentOf(value)} usual=${usual} mode="decimal" onSet=${set} check=${(/** @type {string} */ text) => (text === '' || shareOf(text) !== null ? null : said.bad_share)} />`;
  }
  const check = (/** @type {string} */ text) => (text === '' || wholeOf(text, field.least, field.most) !== null ? null : said.bad_whole(field.least, field.most));
  return html`<${TextField} ...${shared} usual=${usual} mode="numeric" onSet=${set} check=${check} />`;
}

/** @param {{id: string, name: string}} props */
function People({ id, name }) {
  const [wanted, setWanted] = useState('');
  const reps = listOf(config.value, 'reps').map((rep, index) => ({ rep, index }));
  const serving = reps.filter(({ rep }) => serves(rep, id)).length;
  const found = reps.filter(({ rep }) => nameOf(rep).toLowerCase().includes(wanted.trim().toLowerCase()));
  return html`<div class="stack">
    ${serving === 0 ? html`<p class="error"><${Icon} name="alert" />${said.nobody}</p>` : html`<p class="muted">${said.serving(serving)}</p>`}
    ${reps.length > 12 && html`<label class="search-field"><${Icon} name="search" /><span class="hidden-text">${said.find_rep}</span>
      <input class="input" type="search" placeholder=${said.find_rep} value=${wanted} onInput=${(/** @type {any} */ event) => setWanted(event.target.value)} /></label>`}
    <ul class="ticks">${found.slice(0, MOST_LISTED).map(({ rep, index }) => html`<li key=${index}><${Tick} label=${nameOf(rep)} hint=${rep.queues === undefined ? said.everywhere : null} checked=${serves(rep, id)}
      onSet=${(/** @type {boolean} */ on) => change(said.steps.serves(nameOf(rep), name), (doc) => setServes(doc, index, id, on))} /></li>`)}</ul>
    ${found.length > MOST_LISTED && html`<p class="tiny">${said.more(found.length - MOST_LISTED)}</p>`}</div>`;
}
