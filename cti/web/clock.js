/** A signal that moves twice a second while the page is seen: what timers are drawn from. */
import { signal } from './vendor/signals.js';

/** This machine's clock, ms since the epoch. Add the state's `skew_ms` to get the service's. */
export const tick = signal(Date.now());

const TICK_MS = 500;

setInterval(() => {
  if (!document.hidden) tick.value = Date.now();
}, TICK_MS);
document.addEventListener('visibilitychange', () => {
  tick.value = Date.now();
});
