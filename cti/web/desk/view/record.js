/** One customer's record: stage, source, owner, open deals and tickets, what was said lately. Unknown things are absent. */
import { day, instant, language, phone, placeOf, timeOfDay } from '../../format.js';
import { html } from '../../html.js';
import { Icon } from '../../icons.js';
import { Face } from '../../parts/face.js';
import { Tier } from './who.js';
import { text } from '../../strings/text.js';
import { canChooseAgain } from '../selectors.js';
import { desk, dispatch, now } from '../store.js';

/** @typedef {import('../model.js').Contact} Contact */
/** @typedef {{contact: Contact}} Props */

const words = text.customer;
/** @type {Record<string, import('../../icons.js').IconName>} */
const CHANNEL_ICONS = { call: 'phone', email: 'mail', meeting: 'calendar', chat: 'chat', note: 'note' };

/** @param {Props} props */
export const Record = ({ contact }) => html`<article class="record sheet">
  <${Head} contact=${contact} />
  <div class="cards">
    <${About} contact=${contact} />
    <${Open} contact=${contact} />
    <${Lately} contact=${contact} />
    <${Notes} contact=${contact} />
  </div>
  ${contact.link && html`<div class="record-foot"><a class="button" href=${contact.link} target="_blank" rel="noopener noreferrer">
    ${words.open}<${Icon} name="out" /></a></div>`}
</article>`;

/** @param {Props} props */
function Head({ contact }) {
  return html`<header class="record-head"><${Face} name=${contact.name} size="small" />
    <div class="grow"><h2>${contact.name}</h2>${contact.company && html`<p class="small muted">${contact.company}</p>`}</div>
    <${Tier} tier=${contact.tier} />
    ${canChooseAgain(desk.value) && html`<button type="button" class="button tiny-button" onClick=${() => dispatch({ type: 'choosing_again' })}>${words.again}</button>`}
  </header>`;
}

/** @param {Props} props */
function About({ contact }) {
  const me = desk.value.me?.rep?.id;
  const owner = contact.owner && (contact.owner_name ?? contact.owner);
  const there = contact.timezone ? timeOfDay(now.value, contact.timezone) : null;
  const source = [contact.lead_source, contact.campaign].filter(Boolean).join(' · ');
  /** @type {[string, unknown][]} */
  const rows = [
    [words.source, source],
    [words.owner, owner && (contact.owner === me ? `${owner} (${words.you})` : owner)],
    [words.there, there && `${there}, ${placeOf(contact.timezone ?? '')}`],
    [words.speaks, contact.language && language(contact.language)],
    [words.email, contact.email && html`<a href=${`mailto:${contact.email}`}>${contact.email}</a>`],
    [words.phones, contact.phones?.map(phone).join(', ')],
    ...Object.entries(contact.fields ?? {}),
  ];
  return html`<section class="card"><${Stage} stage=${contact.stage} />
    <dl class="facts-list">${rows.filter(([, value]) => value).map(([label, value]) => html`<div key=${label}><dt>${label}</dt><dd>${value}</dd></div>`)}</dl>
    ${(contact.tags?.length ?? 0) > 0 && html`<p class="tags">${contact.tags?.map((tag) => html`<span class="chip" key=${tag}>${tag}</span>`)}</p>`}
  </section>`;
}

/** @param {{stage?: string|null}} props */
function Stage({ stage }) {
  const at = words.stages.findIndex(([id]) => id === stage);
  if (at < 0) return stage ? html`<p class="small">${words.stage}: ${stage}</p>` : null;
  const label = words.stages[at][1];
  return html`<div class="stage"><p class="small"><span class="label">${words.stage}</span> <strong>${label}</strong></p>
    <div class="steps" role="img" aria-label=${words.stage_reached(label, at + 1)}>
      ${words.stages.map(([id], n) => html`<i key=${id} class=${n <= at ? 'on' : ''}></i>`)}</div></div>`;
}

/** @param {Props} props */
function Open({ contact }) {
  const deals = contact.deals ?? [];
  const tickets = contact.tickets ?? [];
  if (deals.length + tickets.length === 0) return null;
  return html`<section class="card">
    ${deals.length > 0 && html`<h3>${words.deals}</h3><ul class="items">${deals.map((deal) => html`
      <li key=${deal.id}><p>${deal.name}</p><strong class="num">${deal.amount}</strong><span class="tiny">${deal.stage}</span></li>`)}</ul>`}
    ${tickets.length > 0 && html`<h3>${words.tickets}</h3><ul class="items">${tickets.map((ticket) => html`
      <li key=${ticket.id}><p>${ticket.subject}</p>${ticket.status && html`<span class="chip">${ticket.status}</span>`}<span class="tiny num">${ticket.id}</span></li>`)}</ul>`}
  </section>`;
}

/** @param {Props} props */
function Lately({ contact }) {
  const interactions = contact.interactions ?? [];
  return html`<section class="card"><h3>${words.lately}</h3>
    ${interactions.length === 0 && html`<p class="tiny">${words.nothing}</p>`}
    <ol class="lately">${interactions.map((one) => html`<li key=${one.at + one.summary}>
      <span class="lately-mark" aria-hidden="true"><${Icon} name=${CHANNEL_ICONS[one.channel] ?? 'note'} /></span>
      <p class="small"><strong>${words.channels[one.channel] ?? one.channel}</strong> ${one.by && words.by(one.by)}
        <span class="tiny"> · ${day(instant(one.at) ?? now.value, now.value)}</span></p>
      <p class="small muted">${one.summary}</p></li>`)}</ol></section>`;
}

/** @param {Props} props */
const Notes = ({ contact }) => contact.notes
  ? html`<section class="card"><h3>${words.notes}</h3><p class="small record-notes">${contact.notes}</p></section>`
  : null;
