/** One rule: as a sentence, as a form with the text beside it, and its examples. */
import { html } from '../../html.js';
import { Icon } from '../../icons.js';
import { useState } from '../../vendor/preact-hooks.js';
import { change, config, mayEdit, syntax } from '../draft.js';
import { addressOf } from '../place.js';
import { go } from '../router.js';
import { Ask, Block } from './ask.js';
import { DeleteDialog } from './delete.js';
import { Examples } from './examples.js';
import { ChoiceField, choicesOf, edit, TextField } from './fields.js';
import { fieldsOf } from './names.js';
import { Plan } from './plan.js';
import { duplicateRule, freeName, kindOf, renameRule, rulesOf, setKind } from './rule_form.js';
import { RuleText } from './text.js';
import { told } from './told.js';
import { Unreadable } from './unreadable.js';
import { known } from './vocabulary.js';
import { When } from './when.js';
import { words } from './words.js';

/** @param {{index: number}} props */
export function OneRule({ index }) {
  const { name, told: { when, does } } = told.value[index];
  const rule = rulesOf(config.value)[index];
  return html`<a class="back" href=${addressOf('rules')}><${Icon} name="left" />${words.back}</a>
    <${Head} index=${index} title=${name || words.unnamed} />
    <section class="sheet pad told" aria-live="polite"><p><strong>${when}</strong></p><ul class="rule-does">${does.map((one, n) => html`<li key=${n}>${one}</li>`)}</ul></section>
    <${Unreadable} />
    <${Sides} index=${index} rule=${rule} name=${name} />
    <${Examples} index=${index} name=${name} />`;
}

/** @param {{index: number, title: string}} props */
function Head({ index, title }) {
  const [deleting, setDeleting] = useState(false);
  const count = told.value.length;
  const copy = () => {
    const name = freeName(config.peek(), title);
    change(words.did.duplicated(title), (doc) => duplicateRule(doc, index, name));
    go('rules', index + 1);
  };
  return html`<div class="room-head"><h1 class="page-title">${title}</h1>
    <span class="muted small num">${words.place_of(index + 1, count)}</span>
    <span class="acts">
      ${index > 0 && html`<a class="button quiet icon-only" aria-label=${words.before} href=${addressOf('rules', index - 1)}><${Icon} name="up" /></a>`}
      ${index < count - 1 && html`<a class="button quiet icon-only" aria-label=${words.behind} href=${addressOf('rules', index + 1)}><${Icon} name="down" /></a>`}
      <a class="button" href=${addressOf('try')}><${Icon} name="flask" />${words.try_it}</a>
      ${mayEdit.value && html`<button type="button" class="button" disabled=${syntax.value !== null} onClick=${copy}><${Icon} name="copy" />${words.duplicate}</button>
        <button type="button" class="button" disabled=${syntax.value !== null} onClick=${() => setDeleting(true)}><${Icon} name="trash" />${words.remove}</button>`}</span></div>
    ${deleting && html`<${DeleteDialog} index=${index} onClose=${() => setDeleting(false)} onDone=${() => { setDeleting(false); go('rules'); }} />`}`;
}

/** Beside each other where there is room, else one of them. @param {{index: number, rule: Record<string, unknown>, name: string}} props */
function Sides({ index, rule, name }) {
  const [side, setSide] = useState(/** @type {'form'|'text'} */ ('form'));
  return html`<div class="side-choice acts">${/** @type {const} */ (['form', 'text']).map((one) => html`<button type="button" key=${one} class="button" aria-pressed=${side === one} onClick=${() => setSide(one)}>${words[one]}</button>`)}</div>
    <div class=${`rule-sides ${side}`}>
      <form class="sheet pad rule-form" aria-label=${words.form} onSubmit=${(/** @type {Event} */ event) => event.preventDefault()}><${Form} key=${index} index=${index} rule=${rule} name=${name} /></form>
      <section class="sheet pad rule-source" aria-label=${words.text}><${RuleText} index=${index} /></section></div>`;
}

/** @param {{index: number, rule: Record<string, unknown>, name: string}} props */
function Form({ index, rule, name }) {
  const kind = kindOf(rule);
  const usual = { queue: known.value.queues[0]?.value ?? 'support', say: words.said.menu };
  return html`
    <${TextField} path=${['rules', index, 'name']} label=${words.name} value=${name} needed=${true} onCommit=${(/** @type {string} */ fresh) => edit(index, words.name, (doc) => renameRule(doc, index, fresh))} />
    <${When} index=${index} rule=${rule} />
    <fieldset class="part-form"><legend><h2>${words.then}</h2></legend>
      <${ChoiceField} path=${['rules', index]} label=${words.kind} value=${kind} choices=${choicesOf(words.kinds)} below=${false} onCommit=${(/** @type {any} */ fresh) => edit(index, words.kind, (doc) => setKind(doc, index, fresh, usual))} />
      ${kind.startsWith('ask') && html`<${Ask} index=${index} ask=${fieldsOf(rule.ask)} />`}
      ${kind === 'block' && html`<${Block} index=${index} block=${rule.block} />`}
      ${(kind === 'route' || kind === 'ask_route') && html`<${Plan} index=${index} route=${fieldsOf(rule.route)} />`}</fieldset>`;
}
