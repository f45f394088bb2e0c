/** The settings of a queue: what each is, its bounds and what holds where it is left out, as docs/configuration.md has them. Pure. */
import { fieldsOf } from '../rules/names.js';

/**
 * @typedef {{path: string[], kind: 'length', least_ms: number, most_ms: number, usual: string}
 *   | {path: string[], kind: 'whole', least: number, most: number, usual: string}
 *   | {path: string[], kind: 'share', usual: string} | {path: string[], kind: 'truth', usual: boolean}} QueueField `usual`: empty for none
 */

const [SECOND, MINUTE, DAY] = [1_000, 60_000, 86_400_000];

/** @param {string} path @param {number} least_ms @param {number} most_ms @param {string} usual @returns {QueueField} */
const length = (path, least_ms, most_ms, usual) => ({ path: path.split('.'), kind: 'length', least_ms, most_ms, usual });

/** @type {Readonly<Record<'basics'|'told'|'back'|'goal', readonly QueueField[]>>} */
export const QUEUE_FIELDS = {
  basics: [
    length('max_wait', SECOND, DAY, '15m'), length('offer_timeout', 100, 10 * MINUTE, '20s'), length('wrap_up', 0, DAY, '30s'),
    { path: ['max_size'], kind: 'whole', least: 1, most: 100_000, usual: '' },
  ],
  told: [{ path: ['announce', 'place'], kind: 'truth', usual: true }, { path: ['announce', 'wait'], kind: 'truth', usual: false }, length('announce.every', 30 * SECOND, DAY, '60s')],
  back: [
    { path: ['callback', 'tries'], kind: 'whole', least: 1, most: 10, usual: '3' },
    length('callback.spacing', SECOND, DAY, '15m'), length('callback.ring', 5 * SECOND, 2 * MINUTE, '25s'),
    length('callback.keep', MINUTE, 7 * DAY, '72h'), length('callback.on_hang_up', 0, DAY, ''),
  ],
  goal: [length('service_level.answered_within', SECOND, DAY, '20s'), { path: ['service_level', 'target'], kind: 'share', usual: '80' }],
};

export const STRATEGIES = ['best_fit', 'longest_idle', 'round_robin', 'least_occupied', 'least_flexible'];

/** @param {unknown} queue @param {readonly string[]} path @returns {unknown} */
export const valueAt = (queue, path) => path.reduce((/** @type {unknown} */ holder, key) => fieldsOf(holder)[key], queue);

/** @param {unknown} share 0.8 @returns {string} `80` */
export const percentOf = (share) => (typeof share === 'number' ? String(Math.round(share * 10_000) / 100) : '');

/** @param {string} percent @returns {number|null} `80` → 0.8; null: none from 0 to 100 */
export function shareOf(percent) {
  const share = /^\d{1,3}(?:[.,]\d{1,2})?$/.test(percent) ? Number(percent.replace(',', '.')) / 100 : Number.NaN;
  return share >= 0 && share <= 1 ? Math.round(share * 10_000) / 10_000 : null;
}

/** @param {string} text @param {number} least @param {number} most @returns {number|null} */
export function wholeOf(text, least, most) {
  const n = /^\d{1,6}$/.test(text) ? Number(text) : Number.NaN;
  return n >= least && n <= most ? n : null;
}
