/** The numbers: what each is called, how its callers are greeted, and which rules look at it. */
import { language as languageName, phone } from '../../format.js';
import { html } from '../../html.js';
import { Icon } from '../../icons.js';
import { useState } from '../../vendor/preact-hooks.js';
import { change, config } from '../draft.js';
import { Empty } from '../parts/state.js';
import { addressOf } from '../place.js';
import { go } from '../router.js';
import { digitsOf, fieldsOf, textOf } from '../rules/names.js';
import { AddDialog, RemoveDialog } from './dialogs.js';
import { canEdit, Frame, RuleLinks } from './frame.js';
import { Problems, TextField } from './inputs.js';
import { addNumber, greetingsOf, isNumber, removeNumber, rulesForAnyLine, setGreeting, setNumber } from './number_changes.js';
import { badLanguage } from './rep_form.js';
import { listOf, namesIn, usesOfNumber } from './uses.js';
import { words } from './words.js';

const said = words.numbers;
const usualLanguage = () => textOf(fieldsOf(config.value).language) || 'en';

/** @param {Record<string, unknown>} line */
const titleOf = (line) => textOf(line.name) || phone(digitsOf(textOf(line.number)));
/** @param {string} number @param {number} [own] @returns {string|null} */
function badNumber(number, own) {
  if (!isNumber(number)) return said.bad;
  return listOf(config.peek(), 'numbers').some((line, n) => n !== own && digitsOf(textOf(line.number)) === digitsOf(number)) ? said.bad_taken : null;
}

/** @type {import('../rooms.js').RoomView} */
export function NumbersRoom({ id }) {
  const lines = listOf(config.value, 'numbers');
  if (id === null) return html`<${AllNumbers} lines=${lines} />`;
  const index = lines.findIndex((line) => digitsOf(textOf(line.number)) === digitsOf(id));
  const back = { href: addressOf('numbers'), label: said.all };
  return html`<${Frame} title=${index < 0 ? said.title : titleOf(lines[index])} back=${back}>${() => (index < 0 ? html`<p class="sheet pad" role="status">${said.gone}</p>`
    : html`<${NumberForm} key=${id} line=${lines[index]} index=${index} />`)}</${Frame}>`;
}

/** @param {{lines: Record<string, unknown>[]}} props */
function AllNumbers({ lines }) {
  const [adding, setAdding] = useState(false);
  const add = (/** @type {string} */ number) => {
    change(said.steps.add(phone(digitsOf(number))), (doc) => addNumber(doc, digitsOf(number)));
    go('numbers', digitsOf(number));
  };
  const acts = html`<button type="button" class="button primary" onClick=${() => setAdding(true)}><${Icon} name="plus" />${said.add}</button>`;
  return html`<${Frame} title=${said.title} lead=${said.lead} acts=${acts}>${() => (lines.length === 0 ? html`<${Empty} icon="hash" title=${said.none}><p class="muted">${said.none_hint}</p></${Empty}>`
    : html`<ul class="number-list sheet">${lines.map((line, index) => html`<li key=${index}><${Line} line=${line} /></li>`)}</ul>`)}</${Frame}>
    ${adding && html`<${AddDialog} title=${said.add} label=${said.add_label} hint=${said.number_hint} check=${badNumber} onAdd=${add} onClose=${() => setAdding(false)} />`}`;
}

/** @param {{line: Record<string, unknown>}} props */
function Line({ line }) {
  const number = textOf(line.number);
  const rules = namesIn(usesOfNumber(config.value, number), 'rule');
  const greetings = greetingsOf(line, usualLanguage());
  return html`<a href=${addressOf('numbers', digitsOf(number))}><span class="number-who"><strong>${titleOf(line)}</strong>${textOf(line.name) && html`<span class="num muted">${phone(digitsOf(number))}</span>`}</span>
    <span class="chips">${textOf(line.language) && html`<span class="chip"><${Icon} name="globe" />${languageName(textOf(line.language))}</span>`}
      ${greetings.length > 0 && html`<span class="chip">${said.own_greeting}</span>`}
      ${rules.length === 0 && html`<span class="chip warn"><${Icon} name="alert" />${said.no_rule_chip}</span>`}</span>
    <span class="small muted number-rules">${rules.join(' · ') || said.by_any(rulesForAnyLine(config.value).join(', '))}</span></a>`;
}

/** @param {{line: Record<string, unknown>, index: number}} props */
function NumberForm({ line, index }) {
  const [removing, setRemoving] = useState(false);
  const number = textOf(line.number);
  const uses = usesOfNumber(config.value, number);
  const set = (/** @type {'name'|'language'} */ key) => (/** @type {string} */ text) => change(said.steps.change(titleOf(line), said[key]), (doc) => setNumber(doc, index, key, text));
  const renumber = (/** @type {string} */ text) => {
    change(said.steps.change(titleOf(line), said.number), (doc) => setNumber(doc, index, 'number', text));
    go('numbers', digitsOf(text));
  };
  const looks = uses.some(({ kind }) => kind === 'rule');
  return html`<div class="two-panels"><div><section class="sheet panel" aria-label=${said.line}><h2>${said.line}</h2><div class="fields">
        <${TextField} name="number" label=${said.number} value=${number} hint=${said.number_hint} mode="tel" check=${(/** @type {string} */ text) => badNumber(text, index)} onSet=${renumber} />
        <${TextField} name="name" label=${said.name} value=${textOf(line.name)} usual=${number} onSet=${set('name')} />
        <${TextField} name="language" label=${said.language} value=${textOf(line.language)} usual=${said.default_language} hint=${said.language_hint} check=${badLanguage} onSet=${set('language')} /></div></section>
      <section class="sheet panel" aria-label=${said.greeting}><h2>${said.greeting}</h2><${Greetings} line=${line} index=${index} /></section></div>
    <div><section class="sheet panel" aria-label=${said.rules}><h2>${said.rules}</h2>
      ${looks ? html`<${RuleLinks} uses=${uses} empty="" />` : html`<p class="error"><${Icon} name="alert" />${said.no_rule}</p><p class="muted">${said.by_any(rulesForAnyLine(config.value).join(', '))}</p>`}</section></div></div>
    <${Problems} path=${['numbers', index]} />
    ${canEdit.value && html`<div class="acts"><button type="button" class="button decline" onClick=${() => setRemoving(true)}><${Icon} name="trash" />${said.remove}</button></div>`}
    ${removing && html`<${RemoveDialog} title=${said.remove_title(titleOf(line))} effects=${effectsOf(uses)} onClose=${() => setRemoving(false)}
      onSure=${() => (change(said.steps.remove(titleOf(line)), (doc) => removeNumber(doc, index)), go('numbers'))} />`}`;
}

/** @param {{line: Record<string, unknown>, index: number}} props */
function Greetings({ line, index }) {
  const [adding, setAdding] = useState(false);
  const [fresh, setFresh] = useState(/** @type {string[]} */ ([]));
  const usual = usualLanguage();
  const given = new Map(greetingsOf(line, usual));
  const languages = [...new Set([textOf(line.language) || usual, ...given.keys(), ...fresh])];
  return html`<div class="form">
    ${languages.map((language) => html`<${TextField} key=${language} name=${language} within="greeting" long lang=${language} label=${said.greeting_in(languageName(language))} value=${given.get(language) ?? ''} hint=${given.has(language) ? null : said.greeting_hint}
      check=${(/** @type {string} */ text) => (text.length > 1000 ? said.too_long : null)} onSet=${(/** @type {string} */ text) => change(said.steps.change(titleOf(line), said.greeting), (doc) => setGreeting(doc, index, language, text, usual))} />`)}
    ${canEdit.value && html`<div class="acts"><button type="button" class="button" onClick=${() => setAdding(true)}><${Icon} name="plus" />${said.add_greeting}</button></div>`}
    ${adding && html`<${AddDialog} title=${said.add_greeting} label=${said.add_language} check=${badLanguage} hint=${words.bad_language} onClose=${() => setAdding(false)}
      onAdd=${(/** @type {string} */ language) => (setFresh([...fresh, language]), setAdding(false))} />`}</div>`;
}

/** @param {import('./uses.js').Use[]} uses @returns {string[]} */
function effectsOf(uses) {
  const [rules, tests] = [namesIn(uses, 'rule').join(', '), namesIn(uses, 'test').join(', ')];
  return [said.effects.still, rules && said.effects.rules(rules), tests && said.effects.tests(tests)].filter((effect) => effect !== '').map(String);
}
