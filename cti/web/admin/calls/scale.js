/** Where the time of a call went: its parts on one scale, each with its length as text. */
import { duration, instant } from '../../format.js';
import { html } from '../../html.js';
import { now } from '../shell.js';
import { repName } from '../view/parts.js';
import { placed, spansOf, WIDTH } from './trace.js';
import { words } from './words.js';

/** @typedef {import('./trace.js').Span} Span */

/** @param {{body: import('../model.js').Detail}} props */
export function Scale({ body }) {
  const over = body.call.state === 'ended';
  const { total_ms, spans } = spansOf(body.timeline, over, over ? 0 : now.value);
  if (spans.length === 0) return null;
  const begin = instant(body.timeline[0]?.at) === null ? '' : duration(0);
  return html`<section class="part sheet scale" aria-labelledby="scale-title">
    <div class="part-head"><h2 id="scale-title">${words.scale}</h2><span class="muted small num">${duration(total_ms)}</span></div>
    <ol class="spans">${spans.map((span, n) => html`<${Row} key=${n} span=${span} total_ms=${total_ms} />`)}</ol>
    <p class="axis tiny num" aria-hidden="true"><span>${begin}</span><span>${duration(total_ms / 2)}</span><span>${duration(total_ms)}</span></p></section>`;
}

/** @param {{span: Span, total_ms: number}} props */
function Row({ span, total_ms }) {
  const { x, width } = placed(span, total_ms);
  return html`<li class="span-row"><span class="span-label">${labelOf(span)}</span>
    <svg class=${`track ${span.kind} ${span.open ? 'open' : ''}`} viewBox=${`0 0 ${WIDTH} 14`} preserveAspectRatio="none" aria-hidden="true">
      <rect class="rail" x="0" y="6" width=${WIDTH} height="2" /><rect class="stretch" x=${x} y="0" width=${width} height="14" rx="2" /></svg>
    <span class="num span-length">${lengthOf(span.to_ms - span.from_ms)}${span.open && html` <span class="tiny">${words.goes_on}</span>`}</span></li>`;
}

/** @param {Span} span @returns {string} */
function labelOf({ kind, rep, outcome }) {
  const said = rep === null ? words.spans[kind] : words.spans_of[kind]?.(repName(rep)) ?? words.spans[kind];
  return outcome && words.outcomes[outcome] ? `${said}: ${words.outcomes[outcome]}` : said;
}

/** @param {number} ms @returns {string} with tenths below ten seconds */
const lengthOf = (ms) => (ms < 10_000 ? words.seconds((ms / 1000).toFixed(1)) : duration(ms));
