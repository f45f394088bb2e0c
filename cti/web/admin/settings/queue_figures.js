/** How one queue is doing: who waits now, and its last hour. */
import { duration, instant } from '../../format.js';
import { html } from '../../html.js';
import { now } from '../shell.js';
import { live } from './live_queues.js';
import { percentOf } from './queue_fields.js';
import { words } from './words.js';

const said = words.queues;

/** @param {{id: string}} props */
export function Figures({ id }) {
  const { state, queues } = live.value;
  const queue = queues.find((one) => one.id === id);
  const missing = state === 'failed' ? said.figures_failed : state === 'loading' ? said.figures_loading : said.not_live;
  if (!queue) return html`<p class="tiny" role="status">${missing}</p>`;
  const { last_hour: hour, service_level: level } = queue;
  const since = instant(queue.longest_since);
  const figures = [
    [said.waiting, queue.waiting], [said.longest, since === null ? said.no_calls : duration(now.value - since)],
    [said.arrived, hour.arrived], [said.answered, hour.answered], [said.abandoned, hour.abandoned],
    [said.within(`${level.answered_within_s}\u00a0s`, `${percentOf(level.target)}\u00a0%`), hour.service_level === null ? said.no_calls : `${Math.round(hour.service_level * 100)}\u00a0%`],
  ];
  return html`<dl class="figures" aria-label=${said.live}>${figures.map(([label, value]) => html`<div key=${label}><dt>${label}</dt><dd class="num">${value}</dd></div>`)}</dl>
    ${state === 'failed' && html`<p class="tiny" role="status">${said.figures_failed}</p>`}`;
}
