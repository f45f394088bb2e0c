/** The centre of the desk: the call, or what stands in its place. */
import { html } from '../../html.js';
import { text } from '../../strings/text.js';
import { offerWords } from '../offer_words.js';
import { faceOf, showsForm } from '../selectors.js';
import { desk } from '../store.js';
import { CallCard } from './call.js';
import { FormCard } from './form.js';
import { Offer } from './offer.js';
import { Away, Disconnected, Expected, Idle, Loading, Missed, NoDesk, NoQueue } from './quiet.js';
import { Start } from './start.js';

/** @type {Record<import('../selectors.js').Face, () => import('../../html.js').Children>} */
const FACES = {
  loading: Loading, no_desk: NoDesk, disconnected: Disconnected, start: Start, offer: Offer, expected: Expected,
  connecting: CallCard, talking: CallCard, returning: CallCard, wrap_up: Idle, missed: Missed, away: Away, idle: Idle, no_queue: NoQueue,
};

export function Centre() {
  const face = faceOf(desk.value);
  const { form, offer } = desk.value;
  const filing = face === 'wrap_up' && form !== null && !form.late;
  return html`<section class="centre" aria-label=${face === 'offer' && offer ? offerWords(offer.pop).region : text.call.region} data-face=${face}>
    ${!filing && html`<${FACES[face]} key=${face} />`}
    ${form && showsForm(desk.value) && html`<${FormCard} key=${form.call_id} />`}
  </section>`;
}
