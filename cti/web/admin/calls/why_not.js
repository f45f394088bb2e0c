/** Why not a certain rep? The answer of each decision about the call. */
import { get } from '../../api.js';
import { duration } from '../../format.js';
import { html } from '../../html.js';
import { useEffect, useState } from '../../vendor/preact-hooks.js';
import { heard } from '../parts/asked.js';
import { Field, Refusal } from '../parts/field.js';
import { refusal } from '../parts/refused.js';
import { parts } from '../parts/words.js';
import { admin } from '../shell.js';
import { words } from './words.js';

/** @typedef {{reason: string, text: string, at?: string}} Answer */

/** @param {{id: string, start: number}} props */
export function WhyNot({ id, start }) {
  const [rep, setRep] = useState('');
  const [answer, setAnswer] = useState(/** @type {(Answer & {rep: string, decisions?: Answer[]})|null} */ (null));
  const [message, setMessage] = useState(/** @type {string|null} */ (null));
  const reps = [...(admin.value.floor?.reps ?? [])].sort((a, b) => a.name.localeCompare(b.name));
  useEffect(() => {
    if (rep === '') return undefined;
    let wanted = true;
    get(`/api/v1/calls/${encodeURIComponent(id)}/why-not/${encodeURIComponent(rep)}`).then((came) => {
      if (!wanted) return;
      setAnswer(heard(came).ok ? /** @type {any} */ (came).data : null);
      setMessage(refusal(came, parts).message);
    });
    return () => void (wanted = false);
  }, [id, rep]);
  const chosen = (/** @type {Event} */ event) => {
    setAnswer(null);
    setRep(/** @type {HTMLSelectElement} */ (event.currentTarget).value);
  };
  return html`<section class="summary sheet why-not" aria-labelledby="why-not-title"><h2 id="why-not-title">${words.why_not}</h2>
    <${Field} name="rep" label=${words.why_not_rep} within="why-not">${(/** @type {object} */ given) => html`<select class="input" ...${given} value=${rep} onChange=${chosen}>
      <option value="">${words.choose}</option>${reps.map((one) => html`<option key=${one.id} value=${one.id}>${one.name}</option>`)}</select>`}</${Field}>
    <div role="status">${answer && answer.rep === rep && html`<${Said} answer=${answer} start=${start} />`}</div><${Refusal} message=${message} /></section>`;
}

/** @param {{answer: Answer & {decisions?: Answer[]}, start: number}} props */
function Said({ answer, start }) {
  const each = answer.decisions ?? [];
  if (each.length < 2) return html`<p><strong>${words.reasons[answer.reason] ?? answer.reason}</strong></p><p class="small muted">${answer.text}</p>`;
  return html`<ol class="why-each">${each.map((one, n) => html`<li key=${n}><span class="tiny num">+${duration(Date.parse(one.at ?? '') - start)}</span>
    <div><strong class="small">${words.reasons[one.reason] ?? one.reason}</strong><p class="small muted">${one.text}</p></div></li>`)}</ol>`;
}
