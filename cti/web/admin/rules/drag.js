/** Rows dragged by their grips, with mouse, pen or finger. Only marks where a row would go; whoever asked moves it. */
import { placeAt } from './order.js';

const EDGE_PX = 60;
const SCROLL_PX = 14;

/**
 * @param {HTMLElement} list whose children have a `.grip` each
 * @param {(from: number, to: number) => void} onMove
 * @returns {() => void} ends it
 */
export function dragged(list, onMove) {
  const started = (/** @type {PointerEvent} */ event) => {
    const grip = /** @type {HTMLElement} */ (event.target).closest('.grip');
    const row = grip?.parentElement;
    if (!grip || !row || event.button !== 0) return;
    follow(list, [...list.children].indexOf(row), event, onMove);
  };
  list.addEventListener('pointerdown', started);
  return () => list.removeEventListener('pointerdown', started);
}

/** @param {HTMLElement} list @param {number} from @param {PointerEvent} first @param {(from: number, to: number) => void} onMove */
function follow(list, from, first, onMove) {
  const rows = /** @type {HTMLElement[]} */ ([...list.children]);
  const middles = rows.map((row) => row.offsetTop + row.offsetHeight / 2);
  let [to, begun, y] = [from, false, first.clientY];
  const mark = () => {
    rows.forEach((row) => row.classList.remove('drop-before', 'drop-behind', 'dragging'));
    if (!begun) return;
    rows[from].classList.add('dragging');
    if (to !== from) rows[to].classList.add(to < from ? 'drop-before' : 'drop-behind');
  };
  const moved = (/** @type {PointerEvent} */ event) => {
    y = event.clientY;
    begun ||= Math.abs(y - first.clientY) > 4;
    to = placeAt(middles, y - list.getBoundingClientRect().top + list.offsetTop, from);
    mark();
  };
  const edge = setInterval(() => {
    if (begun && y < EDGE_PX + 60) scrollBy(0, -SCROLL_PX);
    if (begun && y > innerHeight - EDGE_PX) scrollBy(0, SCROLL_PX);
  }, 16);
  const over = new AbortController();
  const end = (/** @type {boolean} */ drops) => {
    clearInterval(edge);
    over.abort();
    const goes = begun && drops;
    begun = false;
    mark();
    if (goes && to !== from) onMove(from, to);
  };
  addEventListener('pointermove', moved, { signal: over.signal });
  addEventListener('pointerup', () => end(true), { signal: over.signal });
  addEventListener('pointercancel', () => end(false), { signal: over.signal });
  addEventListener('keydown', (event) => event.key === 'Escape' && end(false), { signal: over.signal });
}
