/** Shortcuts work anywhere on the page, also while one writes; a dialog that reads keys has them for itself. */
import { accept, decline, endCall } from './actions.js';
import { dialog, keeper, shortcuts } from './shell.js';
import { actionOf } from './shortcuts.js';
import { desk } from './store.js';

/** @type {Record<import('./shortcuts.js').Action, () => void>} */
const DOES = {
  accept: () => void accept(),
  decline: () => void decline(),
  mute: () => {
    const { leg, muted } = desk.peek().phone;
    if (leg === 'live') keeper.mute(!muted);
  },
  end: () => void endCall(),
};

export function listenToKeys() {
  addEventListener('keydown', (event) => {
    const action = actionOf(event, shortcuts.peek());
    if (!action || event.repeat || dialog.peek() === 'shortcuts') return;
    event.preventDefault();
    DOES[action]();
  });
}
