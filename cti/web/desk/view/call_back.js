/** Arranging that the person of a form is called back: when, and by whom. Part of the form of after-call work. */
import { dayAndTime, phone } from '../../format.js';
import { html } from '../../html.js';
import { Icon } from '../../icons.js';
import { text } from '../../strings/text.js';
import { useEffect, useRef } from '../../vendor/preact-hooks.js';
import { arrangeCallback } from '../actions.js';
import { localTime, numberOfForm, USUAL_MS } from '../callback.js';
import { desk, dispatch, now } from '../store.js';

/** @typedef {import('../model.js').Form} Form */
/** @typedef {import('../model.js').Arranging} Arranging */

const words = text.callback;

/** @typedef {{current: boolean}} Closed set when it was closed by hand: the opener takes the focus back */

/** Stands above the form, so that the way from the notes to Done stays one step. @param {{form: Form, closed: Closed}} props */
export function CallBackOpener({ form, closed }) {
  const button = useRef(/** @type {HTMLButtonElement|null} */ (null));
  const { call_id, callback } = form;
  useEffect(() => {
    if (closed.current) button.current?.focus();
    closed.current = false;
  }, [callback === null]);
  if (callback || form.gone || numberOfForm(form) === null) return null;
  const open = () => dispatch({ type: 'callback_opened', call_id, at: localTime(now.peek() + USUAL_MS) });
  return html`<button type="button" class="button tiny-button" ref=${button} onClick=${open}><${Icon} name="calendar" />${words.open}</button>`;
}

/** @param {{form: Form, asked: boolean, closed: Closed}} props asked: the form was to be filed before this was done */
export function CallBack({ form, asked, closed }) {
  const { call_id, callback } = form;
  const number = numberOfForm(form);
  if (!callback || number === null) return null;
  if (callback.step === 'done') return html`<${Arranged} callback=${callback} />`;
  const close = () => {
    closed.current = true;
    dispatch({ type: 'callback_closed', call_id });
  };
  return html`<${Fields} call_id=${call_id} number=${number} callback=${callback} asked=${asked} close=${close} />`;
}

/** @param {{callback: Arranging}} props */
const Arranged = ({ callback: { at, mine } }) => html`<p class="small call-back-done" role="status"><${Icon} name="check" />
  ${words.done(dayAndTime(Date.parse(at), now.peek()), mine)}</p>`;

/** @param {{call_id: string, number: string, callback: Arranging, asked: boolean, close: () => void}} props */
function Fields({ call_id, number, callback, asked, close }) {
  const { at, mine, step, problem } = callback;
  const time = useRef(/** @type {HTMLInputElement|null} */ (null));
  useEffect(() => time.current?.focus(), []);
  const sending = step === 'sending';
  const change = (/** @type {{at?: string, mine?: boolean}} */ what) => dispatch({ type: 'callback_changed', call_id, ...what });
  const pressed = (/** @type {KeyboardEvent} */ event) => {
    if (event.key === 'Escape') close();
    if (event.key !== 'Enter' || event.target instanceof HTMLButtonElement) return;
    event.preventDefault();
    arrangeCallback(call_id);
  };
  const said = problem ? words.problems[problem] : asked && step === 'open' ? words.first : '';
  return html`<fieldset class="call-back" onKeyDown=${pressed}>
    <legend class="field-label num">${words.legend(phone(number))}</legend>
    <div class="call-back-fields">
      <div class="field"><label for="call-back-at">${words.at}</label>
        <input class="input num" id="call-back-at" type="datetime-local" ref=${time} value=${at} readonly=${sending} aria-invalid=${problem !== null}
          aria-describedby="call-back-said" onInput=${(/** @type {InputEvent} */ event) => change({ at: /** @type {HTMLInputElement} */ (event.currentTarget).value })} /></div>
      ${desk.value.me?.rep && html`<label class="tick"><input type="checkbox" checked=${mine} disabled=${sending}
        onChange=${(/** @type {Event} */ event) => change({ mine: /** @type {HTMLInputElement} */ (event.currentTarget).checked })} /><span>${words.mine}</span></label>`}
    </div>
    <p class=${said ? 'error' : 'tiny'} id="call-back-said" role=${said ? 'alert' : 'status'}>${said && html`<${Icon} name="alert" />`}${said || (step === 'unsent' ? words.unsent : '')}</p>
    <div class="acts"><button type="button" class="button" onClick=${close} disabled=${sending}>${words.close}</button>
      <button type="button" class="button primary" disabled=${sending} onClick=${() => arrangeCallback(call_id)}>${sending ? words.arranging : words.arrange}</button></div>
  </fieldset>`;
}
