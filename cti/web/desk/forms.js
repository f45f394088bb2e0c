/**
 * The forms of after-call work: the one that is shown, and those put aside because another conversation began. Whatever
 * was written stays until it is filed, or thrown away by the rep. Pure; see `reducer.js`.
 */
import { nameOf } from './caller.js';

/** @typedef {import('./model.js').DeskState} DeskState */
/** @typedef {import('./model.js').Form} Form */
/** @typedef {import('./model.js').Call} Call */
/** @typedef {import('./model.js').UnfiledDraft} UnfiledDraft */

/** @param {Form} form @returns {string} whom the form is about */
export const whoOf = (form) => form.name ?? nameOf(form.caller, form.from);

/** @param {DeskState} state @returns {Form[]} all of them, the shown one first */
export const formsOf = ({ form, aside }) => (form ? [form, ...aside] : aside);

/** @param {Form} form @returns {boolean} a call back is being arranged, and the service has not said that it is */
export const isArranging = ({ callback }) => callback !== null && callback.step !== 'done';

/** @param {Form} form */
const isEmpty = (form) => form.notes === '' && form.disposition === null && !isArranging(form);
/** @param {Form} form */
const wasWritten = (form) => form.save !== 'clean' || !isEmpty(form);

/** @param {DeskState} state @param {string} call_id @param {(form: Form) => Partial<Form>} change @returns {DeskState} */
export function withForm(state, call_id, change) {
  const { form, aside } = state;
  if (form?.call_id === call_id) return { ...state, form: { ...form, ...change(form) } };
  if (!aside.some((one) => one.call_id === call_id)) return state;
  return { ...state, aside: aside.map((one) => (one.call_id === call_id ? { ...one, ...change(one) } : one)) };
}

/** The next one is shown in its place. @param {DeskState} state @param {string} call_id @returns {DeskState} */
export function withoutForm(state, call_id) {
  const [form, ...aside] = formsOf(state).filter((one) => one.call_id !== call_id);
  return { ...state, form: form ?? null, aside };
}

/** @param {Call} call @returns {boolean} there was a conversation, also while it comes back */
const hasBegun = (call) => call.state !== 'connecting' || call.returning;

/**
 * The form that belongs to a call is opened when the conversation starts, so that one can write while talking.
 * @param {DeskState} state @param {Call|null} call @returns {DeskState}
 */
export function formAfter(state, call) {
  const { form } = state;
  if (!call || !hasBegun(call)) return form && form.call_id !== call?.id ? { ...state, form: { ...form, late: true } } : state;
  if (form?.call_id === call.id) return { ...state, form: { ...form, late: false, gone: false } };
  const kept = state.aside.find((one) => one.call_id === call.id);
  const rest = state.aside.filter((one) => one !== kept);
  const opened = kept ? { ...kept, late: false, gone: false } : formOf(call);
  return { ...state, form: opened, aside: form && wasWritten(form) ? [{ ...form, late: true }, ...rest] : rest };
}

/** @param {Call} call @returns {Form} */
const formOf = (call) => ({
  call_id: call.id, name: null, caller: call.caller, from: call.from, to: call.to, callback: null, disposition: call.draft?.disposition ?? null,
  notes: call.draft?.notes ?? '', save: 'clean', filing: false, refused: false, late: false, gone: false,
});

/** The call went back to the line: what was written waits for it. @param {DeskState} state @param {string} call_id @returns {DeskState} */
export function formGone(state, call_id) {
  const form = formsOf(state).find((one) => one.call_id === call_id);
  if (form && !wasWritten(form)) return withoutForm(state, call_id);
  return withForm(state, call_id, () => ({ gone: true, late: true, filing: false, save: 'clean' }));
}

/** @param {DeskState} state @param {string} call_id @param {Partial<import('./model.js').Arranging>} change @returns {DeskState} */
export const withArranging = (state, call_id, change) =>
  withForm(state, call_id, ({ callback }) => (callback ? { callback: { ...callback, ...change } } : {}));

/** The service takes no more for this call. @param {DeskState} state @param {string} call_id @param {'not_yours'|'filed'} reason @returns {DeskState} */
export const formOver = (state, call_id, reason) => (reason === 'filed' ? withoutForm(state, call_id) : formGone(state, call_id));

/** What was kept of pages that were closed. @param {DeskState} state @param {UnfiledDraft[]} drafts @returns {DeskState} */
export const withDrafts = (state, drafts) => drafts.reduce(withDraft, state);

/** @param {DeskState} state @param {UnfiledDraft} draft @returns {DeskState} */
function withDraft(state, draft) {
  const { call_id, from, caller_name: name, disposition, notes } = draft;
  const known = formsOf(state).find((one) => one.call_id === call_id);
  if (known && wasWritten(known)) return state;
  if (known) return withForm(state, call_id, () => ({ disposition, notes, save: 'saved' }));
  /** @type {Form} */
  const found = {
    call_id, name, caller: null, from, to: null, callback: null, disposition, notes, save: 'saved', filing: false, refused: false, late: true, gone: false,
  };
  return state.form ? { ...state, aside: [...state.aside, found] } : { ...state, form: found };
}
