/** A real call is chosen, and becomes an example in the draft. */
import { get } from '../../api.js';
import { dayAndTime, instant, phone } from '../../format.js';
import { html } from '../../html.js';
import { Icon } from '../../icons.js';
import { Dialog } from '../../parts/dialog.js';
import { text } from '../../strings/text.js';
import { useEffect, useState } from '../../vendor/preact-hooks.js';
import { change, config } from '../draft.js';
import { asked, heard } from '../parts/asked.js';
import { now } from '../shell.js';
import { addExample, freeExampleName } from './rule_form.js';
import { words } from './words.js';

const SHOWN = 20;
const TYPED_AFTER_MS = 250;

/** @param {{caller_name: string|null, from: string}} call */
const whoOf = ({ caller_name, from }) => caller_name ?? (/\d/.test(from) ? phone(from) : text.caller.withheld);

/** @param {{onClose: () => void, onMade: (said: string) => void}} props */
export function PickCall({ onClose, onMade }) {
  const [calls] = useState(() => asked());
  const [q, setQ] = useState('');
  const [busy, setBusy] = useState('');
  const [refused, setRefused] = useState('');
  useEffect(() => {
    const timer = setTimeout(() => calls.ask(`/api/v1/calls?${new URLSearchParams({ ...(q.trim() ? { q: q.trim() } : {}), limit: String(SHOWN) })}`), q === '' ? 0 : TYPED_AFTER_MS);
    return () => clearTimeout(timer);
  }, [q]);
  const use = async (/** @type {string} */ id) => {
    setBusy(id);
    setRefused('');
    const answer = heard(await get(`/api/v1/calls/${encodeURIComponent(id)}/as-test`));
    setBusy('');
    if (!answer.ok) return setRefused(answer.status === 409 ? words.pick.undecided : words.pick.refused);
    return onMade(made(answer.data));
  };
  const { state, body } = calls.seen.value;
  const found = body?.calls ?? [];
  return html`<${Dialog} title=${words.pick.title} close_label=${words.deleting.close} onClose=${onClose}>
    <p class="muted">${words.pick.lead}</p>
    <input class="input" type="search" aria-label=${words.pick.find} placeholder=${words.pick.find} value=${q} onInput=${(/** @type {any} */ event) => setQ(event.target.value)} />
    ${state === 'failed' && html`<p class="error" role="alert">${words.pick.failed}</p>`}
    ${state === 'ready' && found.length === 0 && html`<p class="muted" role="status">${words.pick.none}</p>`}
    ${refused && html`<p class="error" role="alert"><${Icon} name="alert" />${refused}</p>`}
    <ul class="pick-list">${found.map((/** @type {import('../model.js').ListedCall} */ call) => html`<li key=${call.id}><button type="button" class="choice" disabled=${busy !== ''} onClick=${() => use(call.id)}>
      <span class="grow"><strong>${whoOf(call)}</strong><span class="block tiny">${[call.rule, dayAndTime(instant(call.arrived_at) ?? 0, now.value)].filter(Boolean).join(' · ')}</span></span><${Icon} name="plus" /></button></li>`)}</ul></${Dialog}>`;
}

/** @param {{test: Record<string, any>, taken: string, complete: boolean}} found @returns {string} what was done */
function made({ test, taken, complete }) {
  const name = freeExampleName(config.peek(), String(test.name));
  change(words.did.example(name), (doc) => addExample(doc, { ...test, name }));
  return [words.pick.made(name, String(test.expect?.rule ?? taken)), ...(complete ? [] : [words.pick.incomplete])].join(' ');
}
