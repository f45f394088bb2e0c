/** One version: who, when, why, and what differs from another, in words and in the text. */
import { get } from '../../api.js';
import { html } from '../../html.js';
import { wordsFor } from '../../strings/text.js';
import { useEffect, useState } from '../../vendor/preact-hooks.js';
import { draft, mayEdit, replaceText } from '../draft.js';
import { askDifferences } from '../draft_server.js';
import { go } from '../router.js';
import { Sentences } from './draft_banners.js';
import { TextDifference } from './text_difference.js';
import { AgainDialog } from './version_again.js';
import { whoAndWhen, whyOf } from './version_words.js';

/** @typedef {import('../versions_model.js').Info & {text: string}} Version */

const { versions: words } = /** @type {typeof import('../../strings/en/versions.js')} */ (await wordsFor('versions'));

/** @param {{n: number}} props */
export function OneVersion({ n }) {
  const [version, failed] = useVersion(n);
  const [against, setAgainst] = useState(/** @type {number|null} */ (null));
  const [again, setAgain] = useState(false);
  if (!version) return html`<h1 class="page-title">${words.n(n)}</h1><p class=${failed ? 'error' : 'muted'} role="status">${failed ? words.missing : words.loading}</p>`;
  const active = draft.value.base;
  const isActive = version.state === 'active';
  const choices = [version.based_on, isActive ? null : active].filter((one) => one !== null && one !== n);
  const before = against ?? choices[0] ?? null;
  const begin = () => {
    replaceText(words.begun(n), version.text);
    go('versions', 'draft');
  };
  return html`<div class="room-head"><div><h1 class="page-title">${words.n(n)}</h1>
      <p class="version-why">${whyOf(version)}</p><p class="tiny">${whoAndWhen(version)}</p></div>
      ${mayEdit.value && !isActive && html`<div class="acts"><button type="button" class="button" onClick=${begin}>${words.begin}</button>
        <button type="button" class="button" onClick=${() => setAgain(true)}>${version.state === 'draft' ? words.first : words.again}</button></div>`}</div>
    ${new Set(choices).size > 1 && html`<div class="field compare"><label for="compare">${words.compare}</label>
      <select class="input" id="compare" value=${String(before)} onChange=${(/** @type {Event} */ event) => setAgainst(Number(/** @type {HTMLSelectElement} */ (event.currentTarget).value))}>
        <option value=${String(version.based_on)}>${words.with_base(version.based_on ?? 0)}</option>
        <option value=${String(active)}>${words.with_active(active ?? 0)}</option></select></div>`}
    ${before !== null && html`<${Compared} key=${before} from=${before} to=${version} />`}
    <details class="whole"><summary>${words.whole}</summary><pre class="sheet" tabindex="0">${version.text}</pre></details>
    ${again && html`<${AgainDialog} n=${n} onClose=${() => setAgain(false)} />`}`;
}

/** @param {{from: number, to: Version}} props */
function Compared({ from, to }) {
  const [before] = useVersion(from);
  const [said, setSaid] = useState(/** @type {string[]|null|undefined} */ (undefined));
  useEffect(() => void askDifferences(from, to.n).then(setSaid), [from, to.n]);
  if (!before || said === undefined) return html`<p class="muted" role="status">${words.loading}</p>`;
  return html`<${InWords} said=${said} same=${before.text === to.text} />
    <section class="stack"><h2 class="page-title">${words.text}</h2><${TextDifference} before=${before.text} after=${to.text} /></section>`;
}

/** @param {{said: string[]|null, same: boolean}} props */
export const InWords = ({ said, same }) => html`<section class="stack"><h2 class="page-title">${words.words}</h2>
  ${same ? html`<p class="muted">${words.same}</p>` : said?.length ? html`<${Sentences} said=${said} most=${200} />` : html`<p class="muted">${said ? words.only_text : words.no_words}</p>`}</section>`;

/** @param {number} n @returns {[Version|null, boolean]} and whether it could not be had */
function useVersion(n) {
  const [[version, failed], set] = useState(/** @type {[Version|null, boolean]} */ ([null, false]));
  useEffect(() => {
    let asked = true;
    get(`/api/v1/config/versions/${n}`).then((answer) => asked && set(answer.ok ? [answer.data, false] : [null, true]));
    return () => void (asked = false);
  }, [n, draft.value.base]);
  return [version, failed];
}
