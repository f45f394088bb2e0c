/** A real call becomes an example of the rules, in the draft. */
import { get } from '../../api.js';
import { html } from '../../html.js';
import { Icon } from '../../icons.js';
import { useState } from '../../vendor/preact-hooks.js';
import { effect } from '../../vendor/signals.js';
import { startDraft } from '../draft_start.js';
import { heard } from '../parts/asked.js';
import { Refusal } from '../parts/field.js';
import { refusal } from '../parts/refused.js';
import { parts } from '../parts/words.js';
import { addressOf } from '../place.js';
import { roomOf } from '../rooms.js';
import { may } from '../shell.js';
import { words } from './words.js';

/** @typedef {{rule: string, taken: string, complete: boolean, at: number}} Made `at`: the rule's place in the draft, -1: it is not there */

/** @param {{id: string}} props */
export function MakeExample({ id }) {
  const [made, setMade] = useState(/** @type {Made|null} */ (null));
  const [busy, setBusy] = useState(false);
  const [message, setMessage] = useState(/** @type {string|null} */ (null));
  if (!may('configure')) return null;
  const pressed = async () => {
    setBusy(true);
    const answer = heard(await get(`/api/v1/calls/${encodeURIComponent(id)}/as-test`));
    const done = answer.ok ? await added(answer.data) : null;
    setMade(done);
    setMessage(answer.status === 409 ? words.undecided : answer.ok && !done ? parts.unreachable : refusal(answer, parts).message);
    setBusy(false);
  };
  return html`<section class="summary sheet why-not" aria-labelledby="example-title"><h2 id="example-title">${words.example}</h2>
    <p class="small muted">${words.example_lead}</p>
    ${made === null && html`<button type="button" class="button" disabled=${busy} onClick=${pressed}><${Icon} name="flask" />${busy ? parts.doing : words.make_example}</button>`}
    <div role="status">${made && html`<p class="done-line"><${Icon} name="check" />${words.example_made(made.rule)}</p>
      ${made.taken !== made.rule && html`<p class="small">${words.example_differs(made.taken)}</p>`}
      ${!made.complete && html`<p class="small">${words.example_incomplete}</p>`}
      ${made.at >= 0 && roomOf('rules').id === 'rules' && html`<a href=${addressOf('rules', made.at)}>${words.open_rule}</a>`}`}</div>
    <${Refusal} message=${message} /></section>`;
}

/** @param {{test: Record<string, any>, taken: string, complete: boolean}} found @returns {Promise<Made|null>} null: the draft cannot be read */
async function added({ test, taken, complete }) {
  await startDraft();
  const [{ change, config, draft }, { addExample, rulesOf, testsOf }] = await Promise.all([import('../draft.js'), import('../rules/rule_form.js')]);
  if (!(await isReady(draft))) return null;
  const names = new Set(testsOf(config.peek()).map((one) => one.test.name));
  let name = String(test.name);
  for (let n = 2; names.has(name); n += 1) name = `${test.name} (${n})`;
  change(words.example_step(name), (doc) => addExample(doc, { ...test, name }));
  const rule = String(test.expect?.rule ?? taken);
  return { rule, taken, complete, at: rulesOf(config.peek()).findIndex((one) => one.name === rule) };
}

/** @param {import('@preact/signals').ReadonlySignal<{phase: 'loading'|'ready'|'failed'}>} draft @returns {Promise<boolean>} */
const isReady = (draft) => new Promise((done) => {
  const stop = effect(() => {
    const { phase } = draft.value;
    if (phase === 'loading') return;
    queueMicrotask(() => stop());
    done(phase === 'ready');
  });
});
