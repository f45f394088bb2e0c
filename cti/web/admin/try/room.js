/** Try it: a call that nobody makes. The question stands beside its answer. */
import { html } from '../../html.js';
import { Icon } from '../../icons.js';
import { Bar } from '../../parts/notice.js';
import { wordsFor } from '../../strings/text.js';
import { useEffect, useState } from '../../vendor/preact-hooks.js';
import { config, draft, syntax } from '../draft.js';
import { fieldsOf, itemsOf, textOf } from '../rules/names.js';
import { rulesOf } from '../rules/rule_form.js';
import { Values, valuesOf, vocabulary } from '../rules/vocabulary.js';
import { Outcome } from './outcome.js';
import { form, tried, tryIt } from './store.js';

const { try_it: words } = /** @type {typeof import('../../strings/en/try_it.js')} */ (await wordsFor('try_it'));
const { rule_words } = /** @type {typeof import('../../strings/en/rule_words.js')} */ (await wordsFor('rule_words'));

/** @param {Partial<import('./model.js').Form>} change */
const set = (change) => (form.value = { ...form.peek(), ...change });
/** @param {any} event @returns {string} */
const valueOf = (event) => event.target.value;

/** @param {{id: string|null, given: Readonly<Record<string, string>>}} props */
export function TryIt({ given }) {
  const { text, base_text } = draft.value;
  const [byDraft, setByDraft] = useState(true);
  const [missing, setMissing] = useState(false);
  const changed = text !== base_text;
  useEffect(() => {
    if (given.from || given.to) set({ from: given.from ?? '', to: given.to ?? form.peek().to });
  }, [given.from, given.to]);
  const submitted = (/** @type {Event} */ event) => {
    event.preventDefault();
    setMissing(form.peek().to.trim() === '');
    if (form.peek().to.trim() !== '') tryIt(changed && byDraft ? text : null);
  };
  return html`<div class="room-head"><div><h1 class="page-title">${words.title}</h1><p class="muted">${words.lead}</p></div></div>
    <div class="beside">
      <form class="sheet pad stack" onSubmit=${submitted} aria-label=${words.title}>
        ${changed && html`<div class="field"><label for="try-by">${words.by}</label><select id="try-by" class="input" value=${byDraft ? 'draft' : 'active'} onChange=${(/** @type {any} */ event) => setByDraft(valueOf(event) === 'draft')}>
          <option value="draft">${words.by_draft}</option><option value="active">${words.by_active}</option></select></div>`}
        <${Call} missing=${missing} />
        <${Caller} />
        ${changed && byDraft && syntax.value && html`<${Bar} kind="warn" icon="alert">${words.broken}</${Bar}>`}
        <div class="acts"><button class="button primary" disabled=${tried.value.state === 'trying'}><${Icon} name="flask" />${tried.value.state === 'trying' ? words.trying : words.submit}</button></div>
      </form>
      <div class="stack" aria-live="polite"><${Answer} /></div>
    </div>`;
}

function Answer() {
  const found = tried.value;
  if (found.state === 'ready') return html`<${Outcome} outcome=${found.outcome} form=${found.form} byDraft=${found.text !== null} />`;
  if (found.state === 'refused') return html`<${Bar} kind=${found.why === 'unreachable' ? 'stop' : 'warn'} icon="alert">${words[found.why]}</${Bar}>`;
  return html`<p class="muted pad">${found.state === 'trying' ? words.trying : words.first}</p>`;
}

/** @param {{missing: boolean}} props */
function Call({ missing }) {
  const { from, to, at } = form.value;
  const lines = itemsOf(fieldsOf(config.value).numbers).map(fieldsOf).map(({ number, name }) => [textOf(number), textOf(name)]);
  const listed = lines.some(([number]) => number === to);
  const [other, setOther] = useState(to !== '' && !listed);
  const chosen = other || lines.length === 0;
  const line = (/** @type {string} */ value) => {
    setOther(value === '*');
    set({ to: value === '*' ? '' : value });
  };
  return html`
    <div class="field"><label for="try-from">${words.from}</label>
      <input id="try-from" class="input" inputmode="tel" autocomplete="off" value=${from} aria-describedby="try-from-hint" onInput=${(/** @type {any} */ event) => set({ from: valueOf(event) })} />
      <span id="try-from-hint" class="tiny">${words.from_hint}</span></div>
    <div class="field"><label for="try-to">${words.to}</label>
      ${lines.length > 0 && html`<select id="try-to" class="input" value=${other ? '*' : to} aria-invalid=${missing && !to ? 'true' : undefined} aria-describedby="try-to-error" onChange=${(/** @type {any} */ event) => line(valueOf(event))}>
        <option value="" disabled hidden></option>
        ${lines.map(([number, name]) => html`<option key=${number} value=${number}>${name ? `${name} (${number})` : number}</option>`)}
        <option value="*">${words.to_other}</option></select>`}
      ${chosen && html`<input class="input" id=${lines.length > 0 ? undefined : 'try-to'} aria-label=${words.to} inputmode="tel" autocomplete="off" value=${to} onInput=${(/** @type {any} */ event) => set({ to: valueOf(event) })} />`}
      ${missing && !to && html`<p id="try-to-error" class="error"><${Icon} name="alert" />${words.to_missing}</p>`}</div>
    <div class="field"><label for="try-at">${words.at}</label>
      <input id="try-at" class="input" type="datetime-local" value=${at} aria-describedby="try-at-hint" onInput=${(/** @type {any} */ event) => set({ at: valueOf(event) })} />
      <span id="try-at-hint" class="tiny">${words.at_hint}</span></div>
    <${Answers} />`;
}

/** One choice for each rule that asks. */
function Answers() {
  const asking = rulesOf(config.value).map(({ ask }) => fieldsOf(ask)).filter(({ keys, speech }) => keys || speech);
  if (asking.length === 0) return null;
  const known = [...new Set(asking.flatMap(({ keys, speech }) => [...Object.values(fieldsOf(keys)).map(textOf), ...Object.keys(fieldsOf(speech))]))];
  const { answers } = form.value;
  const put = (/** @type {number} */ n, /** @type {string} */ value) => set({ answers: [...answers.slice(0, n), ...(value === '' ? [] : [value]), ...(value === '' ? [] : answers.slice(n + 1))] });
  return html`<fieldset class="field"><legend class="label">${words.answers}</legend>
    ${asking.slice(0, answers.length + 1).map((_, n) => html`<select key=${n} class="input" aria-label=${words.answer(n + 1)} value=${answers[n] ?? ''} onChange=${(/** @type {any} */ event) => put(n, valueOf(event))}>
      <option value="">${words.no_answer}</option>${known.map((one) => html`<option key=${one} value=${one}>${one}</option>`)}</select>`)}
    <span class="tiny">${words.answers_hint}</span></fieldset>`;
}

function Caller() {
  const { who, caller } = form.value;
  return html`<div class="field"><label for="try-who">${words.who}</label>
      <select id="try-who" class="input" value=${who} onChange=${(/** @type {any} */ event) => set({ who: event.target.value })}>
        ${Object.entries(words.whos).map(([key, name]) => html`<option key=${key} value=${key}>${name}</option>`)}</select></div>
    ${who === 'said' && html`<${Facts} facts=${caller} onChange=${(/** @type {any} */ facts) => set({ caller: facts })} />`}`;
}

/**
 * Fields of a caller, each with its value.
 * @param {{facts: import('./model.js').Fact[], onChange: (facts: import('./model.js').Fact[]) => void}} props
 */
export function Facts({ facts, onChange }) {
  const fields = vocabulary.value.fields.filter(({ path }) => path.startsWith('caller.')).map(({ path }) => path.slice('caller.'.length));
  const put = (/** @type {number} */ n, /** @type {Partial<import('./model.js').Fact>} */ change) => onChange(facts.map((fact, m) => (m === n ? { ...fact, ...change } : fact)));
  return html`<div class="stack tight">
    ${facts.map(({ field, value }, n) => html`<div class="fact" key=${n}>
      <select class="input" aria-label=${words.field} value=${field} onChange=${(/** @type {any} */ event) => put(n, { field: valueOf(event), value: '' })}>
        ${[...new Set([...fields, field])].map((one) => html`<option key=${one} value=${one}>${rule_words.fields[`caller.${one}`] ?? one}</option>`)}</select>
      <input class="input" aria-label=${words.value} autocomplete="off" list=${`try-fact-${n}`} value=${value} onInput=${(/** @type {any} */ event) => put(n, { value: valueOf(event) })} />
      <${Values} id=${`try-fact-${n}`} values=${valuesOf(`caller.${field}`)} />
      <button type="button" class="button quiet icon-only" aria-label=${words.remove_fact(rule_words.fields[`caller.${field}`] ?? field)} onClick=${() => onChange(facts.filter((_, m) => m !== n))}><${Icon} name="close" /></button></div>`)}
    <button type="button" class="button quiet start-aligned" onClick=${() => onChange([...facts, { field: fields.find((one) => !facts.some(({ field }) => field === one)) ?? 'tier', value: '' }])}><${Icon} name="plus" />${words.add_fact}</button></div>`;
}
