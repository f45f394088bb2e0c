/** Above every room: the service is away, somebody else has activated a version, or both have changed the same lines. */
import { html } from '../../html.js';
import { Icon } from '../../icons.js';
import { Bar } from '../../parts/notice.js';
import { wordsFor } from '../../strings/text.js';
import { draft, forgetClashes, keepMine, takeTheirs } from '../draft.js';
import { addressOf } from '../place.js';

const { draft: words } = /** @type {typeof import('../../strings/en/draft.js')} */ (await wordsFor('draft'));

export function Banners() {
  const { phase, newer, clashes } = draft.value;
  if (phase === 'failed') return html`<div role="alert"><${Bar} kind="stop" icon="unplug">${words.failed}</${Bar}></div>`;
  return html`${newer && html`<${NewerVersion} newer=${newer} />`}${clashes.length > 0 && html`<${Clashes} clashes=${clashes} />`}`;
}

/** @param {{newer: import('../draft.js').Newer}} props */
const NewerVersion = ({ newer }) => html`<section class="draft-banner warn" role="alert">
  <p class="draft-banner-head"><${Icon} name="people" /><strong>${words.newer(newer.activated_by ?? newer.author, newer.n)}</strong></p>
  ${newer.comment && html`<blockquote>${newer.comment}</blockquote>`}
  <p class="label">${words.newer_differences}</p><${Sentences} said=${newer.differences} />
  <p>${words.newer_hint}</p>
  <div class="acts"><button type="button" class="button primary" onClick=${keepMine}>${words.keep_mine}</button>
    <button type="button" class="button" onClick=${takeTheirs}>${words.take_theirs}</button>
    <a class="button quiet" href=${addressOf('versions', newer.n)}>${words.look}</a></div></section>`;

/** @param {{said: string[]|null, most?: number}} props what differs, in words */
export function Sentences({ said, most = 12 }) {
  if (!said || said.length === 0) return html`<p class="muted small">${said ? words.only_text : words.no_words}</p>`;
  return html`<ul class="sentences">${said.slice(0, most).map((one) => html`<li key=${one}>${one}</li>`)}
    ${said.length > most && html`<li class="muted">${words.more(said.length - most)}</li>`}</ul>`;
}

/** @param {{clashes: readonly import('../lines.js').Clash[]}} props */
const Clashes = ({ clashes }) => html`<section class="draft-banner" role="alert">
  <p class="draft-banner-head"><${Icon} name="alert" /><strong>${words.clashes(clashes.length)}</strong></p>
  ${clashes.map((clash, n) => html`<pre key=${n} class="clash" tabindex="0">${clash.theirs.join('\n') || words.clash_gone}</pre>`)}
  <div class="acts"><button type="button" class="button" onClick=${forgetClashes}>${words.clashes_seen}</button></div></section>`;
