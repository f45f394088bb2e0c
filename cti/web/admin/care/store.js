/** What needs care, as the service says: asked for once a minute while the page is seen, and oftener while its room is open. */
import { computed, effect } from '../../vendor/signals.js';
import { asked } from '../parts/asked.js';
import { go } from '../router.js';
import { admin, may } from '../shell.js';

const EVERY_MS = 60_000;
const EVERY_IN_ROOM_MS = 10_000;

const findings = asked();
export const care_seen = findings.seen;
/** How many findings there are, of all kinds. */
export const care_count = computed(() => Object.values(/** @type {Record<string, number>} */ (care_seen.value.body?.counts ?? {})).reduce((sum, n) => sum + n, 0));

export const loadCare = () => findings.ask('/api/v1/care');

/** @param {number} every_ms @returns {() => void} ends it */
function asking(every_ms) {
  loadCare();
  const timer = setInterval(() => {
    if (!document.hidden && admin.peek().access === 'ok') loadCare();
  }, every_ms);
  return () => clearInterval(timer);
}

/** From when it is known who is there, for those who may read it. */
export function followCare() {
  const admitted = computed(() => may('read_config'));
  effect(() => (admitted.value ? asking(EVERY_MS) : undefined));
}

/** An admin of a system where nothing is active yet begins with the first steps, unless an address says otherwise. */
export function leadIn() {
  const stop = effect(() => {
    const { body } = care_seen.value;
    if (body === null) return;
    queueMicrotask(() => stop());
    if (body.version === null && location.hash === '' && may('configure')) go('start');
  });
}

/** While the room is open. @returns {() => void} */
export const watchCare = () => asking(EVERY_IN_ROOM_MS);
