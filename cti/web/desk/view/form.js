/** Disposition and notes, saved as typed: while talking, in after-call work, and after its time is over. */
import { duration } from '../../format.js';
import { html } from '../../html.js';
import { Icon } from '../../icons.js';
import { Bar } from '../../parts/notice.js';
import { text } from '../../strings/text.js';
import { useRef, useState } from '../../vendor/preact-hooks.js';
import { file } from '../actions.js';
import { isArranging, whoOf } from '../forms.js';
import { callsComeTo, keepingOf } from '../selectors.js';
import { desk, dispatch } from '../store.js';
import { CallBack, CallBackOpener } from './call_back.js';
import { leftUntil } from './time.js';
import { Who } from './who.js';

/** @typedef {import('../model.js').Form} Form */

const words = text.form;

export function FormCard() {
  const { form, call, aside } = desk.value;
  const [asked, setAsked] = useState(false);
  const closed = useRef(false);
  if (!form) return null;
  const filable = !form.gone;
  const wrapping = call?.state === 'wrap_up' && call.id === form.call_id;
  const choices = desk.value.me?.dispositions ?? [];
  const lacking = choices.length > 0 && !form.disposition;
  const submit = (/** @type {SubmitEvent} */ event) => {
    event.preventDefault();
    const open = lacking || isArranging(form);
    setAsked(open);
    if (!open) file();
  };
  const typed = (/** @type {InputEvent} */ event) =>
    dispatch({ type: 'form_changed', notes: /** @type {HTMLTextAreaElement} */ (event.currentTarget).value });
  return html`<form class=${`form-card sheet ${wrapping ? 'wrapping' : ''}`} onSubmit=${submit} aria-labelledby="form-title" key=${form.call_id}>
    <${Head} form=${form} wrapping=${wrapping} ends_at=${call?.ends_at ?? null} since=${call?.since ?? null} more=${aside.length} closed=${closed} />
    ${wrapping && html`<${Who} caller=${form.caller} from=${form.from} />`}
    <div class="form-body">
      ${form.late && html`<p class="small muted">${form.gone ? words.gone_hint(whoOf(form)) : words.late_hint(whoOf(form), callsComeTo(desk.value))}</p>`}
      ${(wrapping || form.late) && filable && html`<${Dispositions} form=${form} choices=${choices} error=${asked && lacking} />`}
      <div class="field">
        <label for="notes" class=${wrapping || form.late ? '' : 'hidden-text'}>${words.notes}</label>
        <textarea class="input" id="notes" maxlength="10000" placeholder=${words.notes_hint} value=${form.notes} readonly=${form.gone} onInput=${typed}></textarea>
      </div>
      ${filable && html`<${CallBack} form=${form} closed=${closed} asked=${asked && isArranging(form)} />`}
      <div class="form-foot"><${Saved} form=${form} />${form.gone ? html`<${Discard} form=${form} />` : (wrapping || form.late) && html`<${Done} form=${form} late=${form.late} />`}</div>
      ${form.refused && html`<div role="alert"><${Bar} kind="stop" icon="alert">${words.refused}</${Bar}></div>`}
    </div>
  </form>`;
}

/** @param {{form: Form, wrapping: boolean, ends_at: string|null, since: string|null, more: number, closed: {current: boolean}}} props */
function Head({ form, wrapping, ends_at, since, more, closed }) {
  const title = wrapping ? words.title : form.late ? words.title_late : words.title_while;
  const left_ms = wrapping ? leftUntil(ends_at) : null;
  const whole_ms = ends_at && since ? Date.parse(ends_at) - Date.parse(since) : 0;
  const share = left_ms !== null && whole_ms > 0 ? Math.min(1, left_ms / whole_ms) : 0;
  return html`
    ${left_ms !== null && html`<span class="time-bar accent" aria-hidden="true"><i style=${{ transform: `scaleX(${share})` }}></i></span>`}
    <div class="form-head"><h2 id="form-title">${title}</h2><${CallBackOpener} form=${form} closed=${closed} />
      ${left_ms !== null && html`<span class="chip accent num" role="timer"><${Icon} name="clock" />
        ${left_ms > 0 ? words.left(duration(left_ms)) : words.over}</span>`}
      ${more > 0 && html`<span class="chip num">${words.more(more)}</span>`}</div>`;
}

/** @param {{form: Form, choices: {id: string, label: string}[], error: boolean}} props */
function Dispositions({ form, choices, error }) {
  if (choices.length === 0) return html`<p class="tiny">${words.none}</p>`;
  return html`<fieldset class="dispositions" aria-describedby=${error ? 'disposition-error' : undefined}>
    <legend class="field-label">${words.disposition}</legend>
    <div class="options">${choices.map(({ id, label }) => html`
      <label key=${id} class="option"><input type="radio" name="disposition" value=${id} checked=${form.disposition === id}
        onChange=${() => dispatch({ type: 'form_changed', disposition: id })} /><span>${label}</span></label>`)}</div>
    ${error && html`<p class="error" id="disposition-error" role="alert"><${Icon} name="alert" />${words.choose_first}</p>`}
  </fieldset>`;
}

/** @param {{form: Form}} props */
function Saved({ form }) {
  const keeping = keepingOf(desk.value, form);
  return html`<span class="tiny saved" role="status">
    ${keeping === 'saved' && html`<${Icon} name="check" />`}${keeping === 'failed' && html`<${Icon} name="alert" />`}${words[keeping]}</span>`;
}

/** @param {{form: Form, late: boolean}} props */
const Done = ({ form, late }) => html`<button class="button primary" disabled=${form.filing}>
  ${form.filing ? words.filing : late ? words.done : words.done_next}</button>`;

/** @param {{form: Form}} props */
const Discard = ({ form }) => html`<button type="button" class="button" onClick=${() => dispatch({ type: 'form_discarded', call_id: form.call_id })}>
  ${words.discard}</button>`;
