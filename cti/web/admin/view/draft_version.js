/** One's own draft, as the version that it may become: what differs from the active one, and the whole text to edit. */
import { html } from '../../html.js';
import { Icon } from '../../icons.js';
import { wordsFor } from '../../strings/text.js';
import { useState } from '../../vendor/preact-hooks.js';
import { changes, draft, isChanged, mayEdit, replaceText } from '../draft.js';
import { Editor } from '../parts/editor.js';
import { TextDifference } from './text_difference.js';
import { InWords } from './version.js';

const { versions: words } = /** @type {typeof import('../../strings/en/versions.js')} */ (await wordsFor('versions'));
const LARGEST = 1024 * 1024;

export function DraftVersion() {
  const { base, base_text, text, report, phase } = draft.value;
  if (phase !== 'ready') return html`<h1 class="page-title">${words.mine}</h1><p class="muted" role="status">${words.loading}</p>`;
  const said = report?.text === text ? report.differences : undefined;
  return html`<div class="room-head"><div><h1 class="page-title">${words.mine}</h1>
      <p class="muted">${isChanged.value ? words.mine_of(base, changes.value) : words.no_changes}</p></div><${Files} /></div>
    ${isChanged.value && html`
      ${said === undefined ? html`<p class="muted" role="status">${words.loading}</p>` : html`<${InWords} said=${said} same=${false} />`}
      <section class="stack"><h2 class="page-title">${words.text}</h2><${TextDifference} before=${base_text} after=${text} /></section>`}
    <section class="stack"><h2 class="page-title">${words.edit}</h2><${Editor} label=${words.editor} /></section>`;
}

/** For whoever keeps the configuration in files. */
function Files() {
  const [refused, setRefused] = useState(false);
  const { base } = draft.value;
  const save = () => {
    const address = URL.createObjectURL(new Blob([draft.peek().text], { type: 'application/yaml' }));
    Object.assign(document.createElement('a'), { href: address, download: `configuration-${base ?? 'new'}.yaml` }).click();
    URL.revokeObjectURL(address);
  };
  const open = async (/** @type {Event} */ event) => {
    const field = /** @type {HTMLInputElement} */ (event.currentTarget);
    const [file] = field.files ?? [];
    if (!file) return;
    setRefused(file.size > LARGEST);
    if (file.size <= LARGEST) replaceText(words.uploaded(file.name), await file.text());
    field.value = '';
  };
  return html`<div class="acts"><button type="button" class="button" onClick=${save}><${Icon} name="save" />${words.download}</button>
    ${mayEdit.value && html`<label class="button file-button"><input class="hidden-text" type="file" accept=".yaml,.yml,text/yaml,application/yaml" onChange=${open} />${words.upload}</label>`}
    ${refused && html`<p class="error" role="alert"><${Icon} name="alert" />${words.too_large}</p>`}</div>`;
}
