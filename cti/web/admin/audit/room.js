/** Who changed what and when, the newest first. */
import { get } from '../../api.js';
import { dayAndTime, instant, moment } from '../../format.js';
import { html } from '../../html.js';
import { Icon } from '../../icons.js';
import { useEffect, useRef, useState } from '../../vendor/preact-hooks.js';
import { heard } from '../parts/asked.js';
import { Waiting } from '../parts/state.js';
import { parts } from '../parts/words.js';
import { periodOf } from '../period.js';
import { may, now } from '../shell.js';
import { sentence, sides, thingAddress } from './change.js';
import { words } from './words.js';

/** @typedef {import('./change.js').Change} Change */
/** @typedef {import('./change.js').Asked} Asked */
/** @typedef {{state: 'loading'|'ready'|'failed', status: number, items: Change[], next: number|null}} List */

const TYPED_AFTER_MS = 250;
/** @type {Asked} */
const ANY = { q: '', actor: '', about: '', since: '', until: '' };
/** @type {List} */
const NOTHING = { state: 'loading', status: 0, items: [], next: null };

export function AuditRoom() {
  const [asked, setAsked] = useState(ANY);
  const [list, setList] = useState(NOTHING);
  const turn = useRef(0);
  const load = async (/** @type {number|null} */ before) => {
    const mine = ++turn.current;
    const given = Object.entries({ ...asked, ...periodOf(asked), before: before === null ? '' : String(before) }).filter(([, value]) => value !== '');
    const answer = heard(await get(`/api/v1/audit?${new URLSearchParams(given)}`));
    if (mine !== turn.current) return;
    if (answer.ok) setList((seen) => ({ state: 'ready', status: 200, items: (before === null ? [] : seen.items).concat(answer.data.changes), next: answer.data.next }));
    else setList((seen) => ({ ...seen, state: 'failed', status: answer.status }));
  };
  useEffect(() => {
    const timer = setTimeout(() => load(null), list === NOTHING ? 0 : TYPED_AFTER_MS);
    return () => clearTimeout(timer);
  }, [JSON.stringify(asked)]);
  return html`<h1 class="page-title">${words.title}</h1><${Filters} asked=${asked} change=${setAsked} />
    <${Waiting} state=${{ state: list.state, status: list.status, body: null }} retry=${() => load(null)} />
    ${list.items.length > 0 && html`<ol class="changes sheet">${list.items.map((change) => html`<${One} key=${change.id} change=${change} />`)}</ol>`}
    <div class="list-foot" role="status">${list.state === 'ready' && list.items.length === 0 && html`<p class="muted">${words.none}</p>`}
      ${list.next !== null && html`<button type="button" class="button" onClick=${() => load(list.next)}>${parts.more}</button>`}</div>`;
}

/** @param {{asked: Asked, change: (asked: Asked) => void}} props */
function Filters({ asked, change }) {
  const typed = (/** @type {Event} */ event) => {
    const field = /** @type {HTMLInputElement} */ (event.currentTarget);
    change({ ...asked, [field.name]: field.value });
  };
  const subjects = Object.entries(words.subjects).filter(([subject]) => subject !== 'people' || may('manage_users'));
  return html`<search class="filters"><span class="search-field"><${Icon} name="search" />
      <input class="input" type="search" name="q" aria-label=${words.search} placeholder=${words.search} value=${asked.q} onInput=${typed} /></span>
    <input class="input" name="actor" aria-label=${words.actor} placeholder=${words.actor} autocomplete="off" value=${asked.actor} onInput=${typed} />
    <select class="input" name="about" aria-label=${words.about} value=${asked.about} onChange=${typed}><option value="">${words.anything}</option>
      ${subjects.map(([subject, name]) => html`<option key=${subject} value=${subject}>${name}</option>`)}</select>
    <label class="period"><span class="tiny">${words.since}</span><input class="input" type="date" name="since" value=${asked.since} max=${asked.until || undefined} onInput=${typed} /></label>
    <label class="period"><span class="tiny">${words.until}</span><input class="input" type="date" name="until" value=${asked.until} min=${asked.since || undefined} onInput=${typed} /></label>
    ${JSON.stringify(asked) !== JSON.stringify(ANY) && html`<button type="button" class="button quiet" onClick=${() => change(ANY)}>${words.clear}</button>`}</search>`;
}

/** @param {{change: Change}} props */
function One({ change }) {
  const at = instant(change.at) ?? 0;
  const address = thingAddress(change);
  const rows = sides(change);
  return html`<li class="change"><div class="change-head"><p>${address ? html`<a class="row-link" href=${address}>${sentence(change, words)}</a>` : html`<strong>${sentence(change, words)}</strong>`}</p>
      <p class="small muted"><time datetime=${change.at} title=${moment(at)}>${dayAndTime(at, now.value)}</time> · ${change.actor === 'command line' ? words.command_line : change.actor}</p>
      ${change.detail.comment && html`<p class="small">${words.quote(change.detail.comment)}</p>`}</div>
    ${rows.length > 0 && html`<details><summary class="small">${words.differs(rows.length)}</summary><div class="table"><table class="sides">
      <thead><tr><th scope="col">${words.what}</th><th scope="col">${words.before}</th><th scope="col">${words.after}</th></tr></thead>
      <tbody>${rows.map(({ name, before, after }) => html`<tr key=${name}><th scope="row">${words.names[name] ?? name}</th><${Side} value=${before} label=${words.before} /><${Side} value=${after} label=${words.after} /></tr>`)}</tbody></table></div></details>`}</li>`;
}

/** @param {{value: string|null, label: string}} props */
const Side = ({ value, label }) => html`<td class="wrap" data-label=${label}>${value === null ? '—' : value === '' ? html`<span class="muted">${words.empty}</span>` : value}</td>`;
