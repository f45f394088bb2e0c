/** How the queues are doing now, as the service tells it; asked for again while a room shows it. */
import { get } from '../../api.js';
import { useEffect } from '../../vendor/preact-hooks.js';
import { signal } from '../../vendor/signals.js';

/**
 * @typedef {{id: string, waiting: number, longest_since: string|null, service_level: {answered_within_s: number, target: number},
 *   last_hour: {arrived: number, answered: number, abandoned: number, service_level: number|null}}} LiveQueue
 */

const EVERY_MS = 5_000;

/** @type {import('@preact/signals').Signal<{state: 'loading'|'ready'|'failed', queues: LiveQueue[]}>} */
export const live = signal({ state: 'loading', queues: [] });

async function ask() {
  if (document.hidden) return;
  const answer = await get('/api/v1/queues');
  live.value = answer.ok ? { state: 'ready', queues: answer.data.queues ?? [] } : { ...live.peek(), state: 'failed' };
}

/** Keeps them true while the room is open. */
export function useLiveQueues() {
  useEffect(() => {
    ask();
    const timer = setInterval(ask, EVERY_MS);
    return () => clearInterval(timer);
  }, []);
}
