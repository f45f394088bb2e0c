/** What would become of a call: the rule and why not those before it, the plan as a time line, who would get it. */
import { explain } from '../explain.js';
import { html } from '../../html.js';
import { Icon } from '../../icons.js';
import { Bar } from '../../parts/notice.js';
import { wordsFor } from '../../strings/text.js';
import { useState } from '../../vendor/preact-hooks.js';
import { change, config, mayEdit } from '../draft.js';
import { addressOf } from '../place.js';
import { roomOf } from '../rooms.js';
import { addExample, freeExampleName, rulesOf } from '../rules/rule_form.js';
import { sentence } from '../rules/sentence.js';
import { known } from '../rules/vocabulary.js';
import { exampleOf } from './ask.js';
import { grouped, length, missed, stagesOf } from './why.js';

const { try_it: words } = /** @type {typeof import('../../strings/en/try_it.js')} */ (await wordsFor('try_it'));
const { rule_words } = /** @type {typeof import('../../strings/en/rule_words.js')} */ (await wordsFor('rule_words'));

/** @typedef {import('./model.js').Outcome} Found */

const FIRST_SHOWN = 5;

const context = () => ({ names: known.value.names, words, rule_words });

/** @param {{outcome: Found, form: import('./model.js').Form, byDraft: boolean}} props */
export function Outcome({ outcome, form, byDraft }) {
  return html`
    <${Who} outcome=${outcome} />
    <${Rule} outcome=${outcome} form=${form} byDraft=${byDraft} />
    ${outcome.plan && outcome.course === 'route' && html`<${Stages} plan=${outcome.plan} />`}
    ${outcome.everybody && html`<${Everybody} everybody=${outcome.everybody} />`}
    <${Facts} facts=${outcome.facts} />`;
}

/** @param {{outcome: Found}} props */
function Who({ outcome }) {
  const { course, decision, everybody } = outcome;
  if (course === 'block') return html`<section class="sheet pad stack"><h2>${words.refused}</h2>
    <p>${outcome.say ? words.says(outcome.say) : words.rejects[outcome.reject ?? 'rejected']}</p></section>`;
  if (course === 'closed') return html`<section class="sheet pad stack"><h2>${words.closed}</h2><p>${rule_words.ends[outcome.then ?? ''] ?? outcome.then}</p></section>`;
  const nameOf = (/** @type {string} */ id) => everybody?.find(({ rep }) => rep === id)?.name ?? id;
  const told = decision ? explain(decision, nameOf) : { verdict: '', sentences: [] };
  return html`<section class="sheet pad stack" aria-labelledby="try-who-title"><span class="label" id="try-who-title">${words.gets}</span>
    <h2 class=${`verdict ${outcome.rep ? 'go' : 'warn'}`}><${Icon} name=${outcome.rep ? 'check' : 'clock'} />${outcome.rep ? words.would(nameOf(outcome.rep)) : words.nobody}</h2>
    <ul class="plain small">${[...(outcome.rep ? [told.verdict] : []), ...told.sentences].map((one) => html`<li key=${one}>${one}</li>`)}</ul></section>`;
}

/** @param {{outcome: Found, form: import('./model.js').Form, byDraft: boolean}} props */
function Rule({ outcome, form, byDraft }) {
  const [kept, setKept] = useState(false);
  const rules = rulesOf(config.value);
  const index = rules.findIndex(({ name }) => name === outcome.rule);
  const told = index < 0 ? null : sentence(rules[index], { names: known.value.names, words: rule_words, is_other: index > 0 });
  const keep = () => {
    change(words.keep, (doc) => addExample(doc, exampleOf(form, outcome, freeExampleName(config.peek(), words.example(outcome.rule)))));
    setKept(true);
  };
  return html`<section class="sheet pad stack" aria-labelledby="try-rule"><span class="label">${index < 0 ? words.rule : words.place(index + 1)}</span>
    <h2 id="try-rule"><${RuleName} name=${outcome.rule} index=${index} /></h2>
    ${told && byDraft !== null && html`<p class="muted">${told.whole}</p>`}
    ${outcome.questions.map(({ rule, say, answer }) => html`<p key=${rule} class="small">${words.question(say, answer ?? words.no_answer)}</p>`)}
    ${outcome.problems.length > 0 && html`<${Bar} kind="warn" icon="alert">${words.problems}: ${outcome.problems.join('; ')}</${Bar}>`}
    <${Before} passed=${outcome.passed_over} />
    ${mayEdit.value && index >= 0 && html`<div class="acts">${kept ? html`<p role="status" class="small">${words.kept}</p>` : html`<button type="button" class="button" onClick=${keep}><${Icon} name="plus" />${words.keep}</button>`}</div>`}
  </section>`;
}

/** The way to a rule, where there is a room of rules. @param {{name: string, index: number}} props */
const RuleName = ({ name, index }) => (index >= 0 && roomOf('rules').id === 'rules' ? html`<a href=${addressOf('rules', index)}>${name}</a>` : html`<span>${name}</span>`);

/** @param {{passed: import('./model.js').PassedOver[]}} props the nearest first */
function Before({ passed }) {
  const [all, setAll] = useState(false);
  if (passed.length === 0) return html`<p class="small muted">${words.before_none}</p>`;
  const shown = all ? passed : passed.slice(0, FIRST_SHOWN);
  return html`<details open class="before"><summary><h3>${words.before}</h3></summary><ol class="plain">
    ${shown.map(({ index, rule, asked, parts }) => html`<li key=${index}><${RuleName} name=${`${index + 1}. ${rule}`} index=${index} />
      ${asked && html`<span class="block small muted">${words.asked}</span>`}
      ${parts.map((part) => html`<${Missed} key=${part.text} part=${part} />`)}</li>`)}</ol>
    ${!all && passed.length > FIRST_SHOWN && html`<button type="button" class="button quiet" onClick=${() => setAll(true)}>${words.more(passed.length - FIRST_SHOWN)}</button>`}</details>`;
}

/** @param {{part: import('./model.js').Part}} props */
function Missed({ part }) {
  const { term, saw } = missed(part, context());
  return html`<span class="missed small"><${Icon} name="close" /><span>${term}${saw && html` <span class="muted">(${saw})</span>`}</span></span>`;
}

/** @param {{plan: import('./model.js').Plan}} props */
const Stages = ({ plan }) => html`<section class="sheet pad stack" aria-labelledby="try-plan"><h2 id="try-plan">${words.plan}</h2>
  <ol class="line stages">${stagesOf(plan, context()).map(({ at_s, text, note, ends }, n) => html`<li key=${n} class=${ends ? 'ends' : ''}>
    <span class="num small muted">${at_s === 0 ? words.at_once : words.at_s(length(at_s, rule_words))}</span>
    <div>${text}${note && html`<span class="block tiny">${note}</span>`}</div></li>`)}</ol></section>`;

/** @param {{everybody: import('./model.js').Standing[]}} props */
function Everybody({ everybody }) {
  const [q, setQ] = useState('');
  const wanted = q.trim().toLowerCase();
  const found = wanted === '' ? everybody : everybody.filter(({ name, rep }) => `${name} ${rep}`.toLowerCase().includes(wanted));
  return html`<section class="part sheet" aria-labelledby="try-everybody"><div class="part-head"><h2 id="try-everybody">${words.everybody}</h2><span class="muted small num">${words.reps(found.length)}</span></div>
    ${everybody.length > 8 && html`<div class="pad"><input class="input" type="search" aria-label=${words.find} placeholder=${words.find} value=${q} onInput=${(/** @type {any} */ event) => setQ(event.target.value)} /></div>`}
    ${grouped(found).map(([reason, reps]) => html`<${Group} key=${reason} reason=${reason} reps=${reps} />`)}</section>`;
}

const MOST_NAMES = 30;

/** @param {{reason: string, reps: import('./model.js').Standing[]}} props */
function Group({ reason, reps }) {
  const [all, setAll] = useState(false);
  return html`<div class="group"><h3><span class=${`chip ${reason === 'chosen' ? 'go' : ''}`}>${words.reasons[reason] ?? reason}</span> <span class="muted small num">${reps.length}</span></h3>
    <p class="small">${(all ? reps : reps.slice(0, MOST_NAMES)).map(({ name }) => name).join(' · ')}
    ${!all && reps.length > MOST_NAMES && html` <button type="button" class="button quiet tiny-button" onClick=${() => setAll(true)}>+ ${reps.length - MOST_NAMES}</button>`}</p></div>`;
}

/** @param {{facts: Found['facts']}} props */
function Facts({ facts }) {
  const told = Object.entries(facts).flatMap(([root, fields]) => Object.entries(fields).map(([name, value]) => [rule_words.fields[`${root}.${name}`] ?? name, Array.isArray(value) ? value.join(', ') : String(value)]));
  return html`<section class="part sheet"><details class="class"><summary><h2>${words.known}</h2></summary>
    <dl class="facts-list pad">${told.map(([name, value], n) => html`<div key=${n}><dt>${name}</dt><dd>${value}</dd></div>`)}</dl></details></section>`;
}
