/** Every version of the configuration: the list, one of them, and one's own draft beside them. */
import { get } from '../../api.js';
import { html } from '../../html.js';
import { Icon } from '../../icons.js';
import { wordsFor } from '../../strings/text.js';
import { useEffect, useState } from '../../vendor/preact-hooks.js';
import { changes, draft, isChanged, mayEdit } from '../draft.js';
import { addressOf } from '../place.js';
import { formerOf } from '../versions_model.js';
import { DraftVersion } from './draft_version.js';
import { AgainDialog } from './version_again.js';
import { OneVersion } from './version.js';
import { whoAndWhen, whyOf } from './version_words.js';

/** @typedef {import('../versions_model.js').Info} Info */

const { versions: words } = /** @type {typeof import('../../strings/en/versions.js')} */ (await wordsFor('versions'));
const LOOKS = { active: 'go', former: '', draft: 'accent' };

/** @param {{id: string|null}} props */
export function VersionsRoom({ id }) {
  if (id === null) return html`<div class="readable"><${List} /></div>`;
  return html`<div class="readable"><a class="back" href=${addressOf('versions')}><${Icon} name="left" />${words.all}</a>
    ${id === 'draft' ? html`<${DraftVersion} />` : html`<${OneVersion} key=${id} n=${Number(id)} />`}</div>`;
}

function List() {
  const [{ items, next, state }, more] = useVersions();
  const [again, setAgain] = useState(/** @type {Info|null} */ (null));
  const former = formerOf(items);
  return html`<div class="room-head"><div><h1 class="page-title">${words.title}</h1><p class="muted">${words.lead}</p></div>
      ${former && mayEdit.value && html`<button type="button" class="button" onClick=${() => setAgain(former)}><${Icon} name="undo" />${words.back(former.n)}</button>`}</div>
    ${isChanged.value && html`<a class="version sheet mine" href=${addressOf('versions', 'draft')}><${Icon} name="pencil" />
      <span class="version-said"><strong>${words.mine}</strong><span class="tiny">${words.mine_of(draft.value.base, changes.value)}</span></span></a>`}
    ${items.length > 0 && html`<ol class="versions sheet">${items.map((one) => html`<li key=${one.n}><${Row} one=${one} /></li>`)}</ol>`}
    <div class="list-foot" role="status">
      ${state === 'failed' && html`<p class="error"><${Icon} name="alert" />${words.failed}</p><button type="button" class="button" onClick=${() => more(next)}>${words.retry}</button>`}
      ${items.length === 0 && state !== 'failed' && html`<p class="muted">${state === 'loading' ? words.loading : words.none}</p>`}
      ${next && state === 'ready' && html`<button type="button" class="button" onClick=${() => more(next)}>${words.older}</button>`}</div>
    ${again && html`<${AgainDialog} n=${again.n} onClose=${() => setAgain(null)} />`}`;
}

/** @param {{one: Info}} props */
const Row = ({ one }) => html`<a class="version" href=${addressOf('versions', one.n)}>
  <span class="version-n num" aria-hidden="true">${one.n}</span>
  <span class="version-said"><strong><span class="hidden-text">${words.n(one.n)}: </span>${whyOf(one)}</strong><span class="tiny">${whoAndWhen(one)}</span></span>
  <span class=${`chip ${LOOKS[one.state]}`}>${words.states[one.state]}</span></a>`;

/** The list, asked for again when another version is active. @returns {[{items: Info[], next: string|null, state: 'loading'|'ready'|'failed'}, (cursor: string|null) => void]} */
function useVersions() {
  const [list, setList] = useState(/** @type {{items: Info[], next: string|null, state: 'loading'|'ready'|'failed'}} */ ({ items: [], next: null, state: 'loading' }));
  const load = async (/** @type {string|null} */ cursor) => {
    const answer = await get(`/api/v1/config/versions?limit=50${cursor ? `&cursor=${cursor}` : ''}`);
    setList((before) => {
      if (!answer.ok) return { ...before, state: 'failed' };
      const { versions, next } = answer.data;
      return { items: cursor ? [...before.items, ...versions] : versions, next, state: 'ready' };
    });
  };
  useEffect(() => void load(null), [draft.value.base, draft.value.newer?.n]);
  return [list, load];
}
