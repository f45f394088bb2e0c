/** Reps and skills: the sheet of all, or one rep as a form; in a narrow window a list of them instead of the sheet. */
import { html } from '../../html.js';
import { Icon } from '../../icons.js';
import { useEffect, useState } from '../../vendor/preact-hooks.js';
import { signal } from '../../vendor/signals.js';
import { change, config } from '../draft.js';
import { Empty } from '../parts/state.js';
import { addressOf } from '../place.js';
import { go } from '../router.js';
import { fieldsOf, textOf } from '../rules/names.js';
import { addRep, freeId } from './changes.js';
import { AddDialog } from './dialogs.js';
import { canEdit, Frame } from './frame.js';
import { Problems } from './inputs.js';
import { cellText, tableOf } from './matrix.js';
import { RepPage } from './rep_form.js';
import { Sheet } from './sheet.js';
import { settle } from './sheet_edits.js';
import { SkillsDialog } from './skills_dialog.js';
import { listOf, nameOf } from './uses.js';
import { words } from './words.js';

const said = words.reps;
const MOST_LISTED = 100;
const narrowly = matchMedia('(max-width: 700px)');
const isNarrow = signal(narrowly.matches);
narrowly.addEventListener('change', ({ matches }) => (isNarrow.value = matches));

/** @type {import('../rooms.js').RoomView} */
export const RepsRoom = ({ id }) => (id === null ? html`<${AllReps} />` : html`<${RepPage} id=${id} />`);

function AllReps() {
  const [filter, setFilter] = useState('');
  const [dialog, setDialog] = useState(/** @type {'add'|'skills'|null} */ (null));
  useEffect(() => settle, []);
  const open = (/** @type {'add'|'skills'} */ which) => () => {
    settle();
    setDialog(which);
  };
  const acts = html`<button type="button" class="button" onClick=${open('skills')}><${Icon} name="layers" />${said.skills}</button>
    <button type="button" class="button primary" onClick=${open('add')}><${Icon} name="plus" />${said.add}</button>`;
  return html`<${Frame} title=${said.title} lead=${said.lead} acts=${acts}>${() => html`
    <${Team} filter=${filter} onFilter=${(/** @type {string} */ text) => (settle(), setFilter(text))} />
    <${Problems} path=${['skills']} />`}</${Frame}>
    ${dialog === 'skills' && html`<${SkillsDialog} onClose=${() => setDialog(null)} />`}
    ${dialog === 'add' && html`<${AddRep} onClose=${() => setDialog(null)} />`}`;
}

/** @param {{filter: string, onFilter: (text: string) => void}} props */
function Team({ filter, onFilter }) {
  const table = tableOf(config.value, filter);
  const all = listOf(config.value, 'reps').length;
  const queues = listOf(config.value, 'queues').map(({ id }) => textOf(id));
  if (all === 0) return html`<${Empty} icon="people" title=${said.none}><p class="muted">${said.none_hint}</p></${Empty}>`;
  return html`<div class="filters"><label class="search-field"><${Icon} name="search" /><span class="hidden-text">${said.filter}</span>
      <input class="input" type="search" placeholder=${said.filter} value=${filter} onInput=${(/** @type {any} */ event) => onFilter(event.target.value)} /></label>
      <p class="muted small shown" role="status">${table.rows.length === 0 ? said.none_found : said.shown(table.rows.length, all)}</p></div>
    ${isNarrow.value ? html`<${RepList} rows=${table.rows} />` : html`${canEdit.value && html`<p class="tiny">${said.keys}</p>`}<${Sheet} table=${table} queues=${queues} />`}`;
}

/** @param {{rows: import('./matrix.js').Row[]}} props */
const RepList = ({ rows }) => html`<ul class="rep-list sheet">${rows.slice(0, MOST_LISTED).map(({ rep, index }) => html`<li key=${index}><a href=${addressOf('reps', textOf(rep.id))}>
    <strong>${nameOf(rep)}</strong><span class="tiny">${Object.entries(fieldsOf(rep.skills)).map(([skill, level]) => `${skill} ${level}`).join(' · ') || said.no_skills}</span>
    <span class="tiny">${cellText(rep, { kind: 'queues', id: 'queues' }) || said.all_queues}</span></a></li>`)}</ul>
  ${rows.length > MOST_LISTED && html`<p class="muted small">${said.more(rows.length - MOST_LISTED)}</p>`}`;

/** @param {{onClose: () => void}} props */
function AddRep({ onClose }) {
  const add = (/** @type {string} */ name) => {
    const id = freeId(name, [...listOf(config.peek(), 'reps').map((rep) => textOf(rep.id)), 'owner', 'last']);
    change(said.steps.add(name), (doc) => addRep(doc, { id, name }));
    onClose();
    go('reps', id);
  };
  return html`<${AddDialog} title=${said.add_title} label=${said.add_name} hint=${said.add_hint} check=${(/** @type {string} */ name) => (name.length > 200 ? said.bad.name : null)} onAdd=${add} onClose=${onClose} />`;
}
