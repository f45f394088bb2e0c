/** The configuration becomes active; the first call is seen coming in. */
import { phone } from '../../format.js';
import { html } from '../../html.js';
import { Icon } from '../../icons.js';
import { useEffect, useRef, useState } from '../../vendor/preact-hooks.js';
import { activate, config, draft } from '../draft.js';
import { Refusal } from '../parts/field.js';
import { Copied } from '../parts/secret.js';
import { parts } from '../parts/words.js';
import { addressOf } from '../place.js';
import { admin } from '../shell.js';
import { State, whoOf } from '../view/parts.js';
import { words } from './words.js';

export function ActiveStep() {
  const [busy, setBusy] = useState(false);
  const [message, setMessage] = useState(/** @type {string|null} */ (null));
  const { report, text, checking } = draft.value;
  const problems = report?.text === text ? report.problems : [];
  const pressed = async () => {
    setBusy(true);
    const { state } = await activate(words.comment);
    setBusy(false);
    if (state !== 'active') setMessage(state === 'problems' ? words.has_problems : state === 'newer' ? words.newer : parts.unreachable);
  };
  return html`${problems.length > 0 && html`<ul class="effects">${problems.map((problem, n) => html`<li key=${n}><${Icon} name="alert" />${problem.message}</li>`)}</ul><p>${words.has_problems}</p>`}
    <${Refusal} message=${message} />
    <div class="acts"><button type="button" class="button primary" disabled=${busy || checking || problems.length > 0} onClick=${pressed}>${busy || checking ? parts.doing : words.activate}</button></div>`;
}

/** @typedef {import('../model.js').FloorCall} FloorCall */

/** A call that has ended stays in sight. @param {{finish?: () => void}} props */
export function CallStep({ finish }) {
  const before = useRef(new Set((admin.peek().floor?.calls ?? []).map(({ id }) => id)));
  const seen = useRef(new Map(/** @type {[string, FloorCall][]} */ ([])));
  const now_here = (admin.value.floor?.calls ?? []).filter(({ id }) => !before.current.has(id));
  for (const call of now_here) seen.current.set(call.id, call);
  const here = new Set(now_here.map(({ id }) => id));
  const calls = [...seen.current.values()].map((call) => (here.has(call.id) ? call : { ...call, state: 'ended' }));
  const answered = calls.some(({ state }) => state === 'talking' || state === 'wrap_up');
  useEffect(() => {
    if (answered) finish?.();
  }, [answered]);
  const line = config.value.numbers?.[0]?.number ?? '';
  const rep = config.value.reps?.[0]?.name ?? '';
  return html`<ol class="try-call"><li>${words.call_log_in(rep)}</li><li>${words.call_ring(phone(String(line)))}${admin.value.me?.simulated && html` ${words.call_simulated}`}</li><li>${words.call_answer}</li></ol>
    ${!admin.value.me?.simulated && html`<${Copied} label=${words.webhook} value=${`${location.origin}/webhooks/twilio/voice`} />`}
    <div role="status" class="coming">${calls.length === 0 ? html`<span class="spinner" aria-hidden="true"></span>${words.waiting}` : html`<ul>${calls.map((call) => html`<li key=${call.id}>
      <a class="row-link" href=${addressOf('calls', call.id)}>${whoOf(call)}</a> <${State} state=${call.state} /></li>`)}</ul>`}</div>
    ${calls.length > 0 && html`<div class="acts"><button type="button" class="button primary" onClick=${finish}>${words.it_works}</button></div>`}`;
}
