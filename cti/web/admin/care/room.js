/** What needs care: each finding as a sentence, with the way to where it is mended. */
import { dayAndTime, duration, instant, phone } from '../../format.js';
import { html } from '../../html.js';
import { Icon } from '../../icons.js';
import { wordsFor } from '../../strings/text.js';
import { useEffect } from '../../vendor/preact-hooks.js';
import { Empty, Waiting } from '../parts/state.js';
import { addressOf } from '../place.js';
import { roomOf } from '../rooms.js';
import { now } from '../shell.js';
import { byKind, mendAddress, pressing, sentences } from './sentence.js';
import { care_seen, loadCare, watchCare } from './store.js';

/** @type {typeof import('../../strings/en/care.js').care} */
const words = (await wordsFor('care')).care;

/** @type {import('./sentence.js').Write} */
const write = {
  when: (iso) => {
    const ms = instant(iso);
    return ms === null ? null : dayAndTime(ms, now.peek());
  },
  phone,
  duration: (s) => duration(s * 1000),
};

/** The room, or the text of the draft, in which everything can be mended. @param {string} room @param {string} address */
const wayTo = (room, address) => (roomOf(room).id === room ? address : addressOf('versions', 'draft'));

export function CareRoom() {
  useEffect(watchCare, []);
  const state = care_seen.value;
  return html`<h1 class="page-title">${words.title}</h1>
    <${Waiting} state=${state} retry=${loadCare} />
    ${state.body && html`<${Findings} body=${state.body} />`}`;
}

/** @param {{body: {findings: import('./sentence.js').Finding[], counts: Record<string, number>, days: number, version: number|null}}} props */
function Findings({ body }) {
  if (body.version === null) return html`<${Empty} icon="flag" title=${words.nothing_yet}><a class="button primary" href=${wayTo('start', addressOf('start'))}>${words.begin}</a></${Empty}>`;
  if (body.findings.length === 0) return html`<${Empty} icon="check" kind="go" title=${words.well}><p class="muted">${words.well_lead(body.days)}</p></${Empty}>`;
  return html`<p class="muted room-lead">${words.lead(body.days, body.version)}</p>
    <div class="care">${byKind(body.findings).map(({ kind, findings }) => html`<${Kind} key=${kind} kind=${kind} findings=${findings} count=${body.counts[kind] ?? findings.length} />`)}</div>`;
}

/** @param {{kind: string, findings: import('./sentence.js').Finding[], count: number}} props */
const Kind = ({ kind, findings, count }) => html`<section class="part sheet" aria-labelledby=${`care-${kind}`}>
  <div class="part-head care-head"><span class=${`care-mark ${pressing(kind)}`}><${Icon} name=${pressing(kind) === '' ? 'info' : 'alert'} /></span>
    <h2 id=${`care-${kind}`}>${words.kinds[kind] ?? kind.replaceAll('_', ' ')}</h2><span class="muted small num">${count}</span></div>
  <ul>${findings.map((finding, n) => html`<${One} key=${`${finding.subject}-${n}`} finding=${finding} />`)}</ul>
  ${count > findings.length && html`<p class="muted small empty">${words.more(count - findings.length)}</p>`}</section>`;

/** @param {{finding: import('./sentence.js').Finding}} props */
function One({ finding }) {
  const [first, ...others] = sentences(finding, words, write);
  const id = `care-${finding.kind}-${finding.mend.id ?? finding.subject}`;
  return html`<li class="finding"><div id=${id}><p>${first}</p>${others.map((one) => html`<p key=${one} class="small muted">${one}</p>`)}</div>
    <a class="button" href=${wayTo(finding.mend.room, mendAddress(finding))} aria-describedby=${id}>${words.mends[finding.kind] ?? words.mend}<${Icon} name="right" /></a></li>`;
}
