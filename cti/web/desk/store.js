/** The desk's state as a signal, and the one way to change it. */
import { computed, signal } from '../vendor/signals.js';
import { tick } from '../clock.js';
import { FIRST_STATE } from './model.js';
import { reduce } from './reducer.js';

/** @type {import('@preact/signals').Signal<import('./model.js').DeskState>} */
export const desk = signal(FIRST_STATE);

/** @param {import('./events.js').DeskEvent} event */
export function dispatch(event) {
  desk.value = reduce(desk.peek(), event);
}

/** The service's clock, ms since the epoch: every timer is drawn from it. */
export const now = computed(() => tick.value + desk.value.skew_ms);
