/** The rules in order, each as a sentence; found, moved, added, copied and deleted. */
import { html } from '../../html.js';
import { Icon } from '../../icons.js';
import { Dialog } from '../../parts/dialog.js';
import { Popup } from '../../parts/popup.js';
import { useEffect, useRef, useState } from '../../vendor/preact-hooks.js';
import { change, config, mayEdit, problemsAt, syntax, warningsAt } from '../draft.js';
import { addressOf } from '../place.js';
import { go } from '../router.js';
import { DeleteDialog } from './delete.js';
import { dragged } from './drag.js';
import { Unreadable } from './unreadable.js';
import { addRule, duplicateRule, freeName, moveRule } from './rule_form.js';
import { ruleOf, shapesFor } from './shapes.js';
import { examplesByRule, told } from './told.js';
import { known } from './vocabulary.js';
import { WholeText } from './text.js';
import { words } from './words.js';

/** @typedef {import('./told.js').Example} Example */
/** @typedef {{index: number, name: string, told: import('./sentence.js').Sentence}} Entry */

export function RuleList() {
  const [q, setQ] = useState('');
  const [asText, setAsText] = useState(false);
  const [deleting, setDeleting] = useState(/** @type {number|null} */ (null));
  const all = told.value.map((one, index) => ({ ...one, index }));
  const wanted = q.trim().toLowerCase();
  const shown = wanted === '' ? all : all.filter(({ name, told: { whole } }) => `${name} ${whole}`.toLowerCase().includes(wanted));
  return html`<div class="room-head"><h1 class="page-title">${words.title}</h1>
      <button type="button" class="button" aria-pressed=${asText} onClick=${() => setAsText(!asText)}><${Icon} name=${asText ? 'layers' : 'note'} />${asText ? words.as_sentences : words.whole_text}</button>
      ${mayEdit.value && html`<${Add} count=${all.length} />`}</div>
    <p class="muted room-lead">${mayEdit.value ? words.lead : words.read_only}</p>
    <${Unreadable} />
    ${asText ? html`<${WholeText} />` : html`
      ${all.length > 0 && html`<div class="filters"><label class="search-field"><${Icon} name="search" /><input class="input" type="search" aria-label=${words.find} placeholder=${words.find} value=${q}
        onInput=${(/** @type {any} */ event) => setQ(event.target.value)} /></label>
        <span class="muted small num" role="status">${wanted === '' ? words.count(all.length) : words.found(shown.length, all.length)}</span></div>`}
      ${all.length === 0 && html`<p class="sheet pad">${words.none}</p>`}
      ${all.length > 0 && shown.length === 0 && html`<p class="muted">${words.none_found}</p>`}
      <${Order} shown=${shown} count=${all.length} moves=${mayEdit.value && wanted === '' && syntax.value === null} onDelete=${setDeleting} />`}
    ${deleting !== null && html`<${DeleteDialog} index=${deleting} onClose=${() => setDeleting(null)} onDone=${() => setDeleting(null)} />`}`;
}

/** @param {{shown: Entry[], count: number, moves: boolean, onDelete: (index: number) => void}} props */
function Order({ shown, count, moves, onDelete }) {
  const list = useRef(/** @type {HTMLOListElement|null} */ (null));
  const [said, setSaid] = useState('');
  const held = useRef(/** @type {number|null} */ (null));
  const move = (/** @type {number} */ from, /** @type {number} */ to) => {
    if (from === to || to < 0 || to >= count) return;
    const name = told.peek()[from].name || words.unnamed;
    change(words.did.moved(name), (doc) => moveRule(doc, from, to));
    held.current = to;
    setSaid(words.moved(name, to + 1, count));
  };
  useEffect(() => {
    if (held.current === null) return;
    const row = list.current?.children[held.current];
    held.current = null;
    /** @type {HTMLElement|null|undefined} */ (row?.querySelector('.grip'))?.focus();
    row?.scrollIntoView({ block: 'nearest' });
  });
  const moved = useRef(move);
  moved.current = move;
  useEffect(() => (list.current && moves ? dragged(list.current, (from, to) => moved.current(from, to)) : undefined), [moves]);
  return html`<ol class="rule-list" ref=${list}>${shown.map((entry) => html`<${Row} key=${entry.index} entry=${entry} count=${count} moves=${moves} onMove=${move} onDelete=${onDelete} />`)}</ol>
    <p class="hidden-text" role="status">${said}</p>`;
}

/** @param {{entry: Entry, count: number, moves: boolean, onMove: (from: number, to: number) => void, onDelete: (index: number) => void}} props */
function Row({ entry: { index, name, told: { when, does } }, count, moves, onMove, onDelete }) {
  const title = name || words.unnamed;
  const pressed = (/** @type {KeyboardEvent} */ event) => {
    const to = { ArrowUp: index - 1, ArrowDown: index + 1, Home: 0, End: count - 1 }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    onMove(index, to);
  };
  return html`<li class="rule sheet">
    ${moves ? html`<button type="button" class="grip" aria-label=${words.grip(title, index + 1, count)} onKeyDown=${pressed}><${Icon} name="grip" /><span class="num" aria-hidden="true">${index + 1}</span></button>`
      : html`<span class="grip num">${index + 1}</span>`}
    <div class="rule-said"><h2><a href=${addressOf('rules', index)}>${title}</a></h2>
      <p><strong>${when}</strong></p><ul class="rule-does">${does.map((one, n) => html`<li key=${n}>${one}</li>`)}</ul></div>
    <div class="rule-side"><${Chips} index=${index} name=${name} />${moves && html`<${Menu} index=${index} title=${title} count=${count} onMove=${onMove} onDelete=${onDelete} />`}</div>
  </li>`;
}

/** @param {{index: number, name: string}} props */
function Chips({ index, name }) {
  const [problems, warnings] = [problemsAt(['rules', index]).length, warningsAt(['rules', index]).length];
  const tried = examplesByRule.value.get(name) ?? [];
  const [good, bad] = [tried.filter(({ state }) => state === 'holds').length, tried.filter(({ state }) => state === 'fails').length];
  return html`${problems > 0 && html`<span class="chip stop"><${Icon} name="alert" />${words.problems(problems)}</span>`}
    ${warnings > 0 && html`<span class="chip warn"><${Icon} name="alert" />${words.warnings(warnings)}</span>`}
    ${bad > 0 && html`<span class="chip stop"><${Icon} name="close" />${words.examples_bad(bad)}</span>`}
    ${good > 0 && bad === 0 && html`<span class="chip go"><${Icon} name="check" />${words.examples_good(good)}</span>`}`;
}

/** @param {{index: number, title: string, count: number, onMove: (from: number, to: number) => void, onDelete: (index: number) => void}} props */
function Menu({ index, title, count, onMove, onDelete }) {
  const copy = () => {
    const name = freeName(config.peek(), title);
    change(words.did.duplicated(title), (doc) => duplicateRule(doc, index, name));
    go('rules', index + 1);
  };
  /** @type {[string, import('../../icons.js').IconName, boolean, () => void][]} */
  const entries = [
    [words.up, 'up', index > 0, () => onMove(index, index - 1)], [words.down, 'down', index < count - 1, () => onMove(index, index + 1)],
    [words.top, 'up', index > 1, () => onMove(index, 0)], [words.duplicate, 'copy', true, copy], [words.remove, 'trash', true, () => onDelete(index)],
  ];
  return html`<${Popup} id=${`rule-menu-${index}`} end=${true} style="button quiet icon-only" button=${html`<${Icon} name="more" /><span class="hidden-text">${words.menu(title)}</span>`}>
    ${(/** @type {() => void} */ close) => entries.filter(([, , fits]) => fits).map(([label, icon, , act]) => html`<button type="button" key=${label} class="choice" onClick=${() => { close(); act(); }}><${Icon} name=${icon} />${label}</button>`)}</${Popup}>`;
}

/** @param {{count: number}} props */
function Add({ count }) {
  const [open, setOpen] = useState(false);
  const add = (/** @type {import('./shapes.js').Shape} */ shape) => {
    const name = freeName(config.peek(), words.shapes[shape].name);
    const at = Math.max(0, count - 1);
    change(words.did.added(name), (doc) => addRule(doc, at, ruleOf(shape, known.peek(), words, name)));
    go('rules', at);
  };
  return html`<button type="button" class="button primary" disabled=${syntax.value !== null} onClick=${() => setOpen(true)}><${Icon} name="plus" />${words.add}</button>
    ${open && html`<${Dialog} title=${words.add} close_label=${words.deleting.close} onClose=${() => setOpen(false)}>
      <p class="muted small">${words.add_hint}</p>
      <ul>${shapesFor(known.value).map((shape) => html`<li key=${shape}><button type="button" class="choice shape" onClick=${() => add(shape)}>
        <span><strong>${words.shapes[shape].title}</strong><span class="block tiny">${words.shapes[shape].hint}</span></span></button></li>`)}</ul></${Dialog}>`}`;
}
