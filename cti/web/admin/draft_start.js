/** Loads the draft and its bar when somebody needs them: an editing room, or changes that wait in this browser. */
import { effect, signal } from '../vendor/signals.js';
import { isKept } from './draft_keep.js';
import { admin } from './shell.js';

/** The bar and the banners, once they are here. @type {import('@preact/signals').Signal<typeof import('./view/draft_bar.js')|null>} */
export const draftParts = signal(null);

export async function startDraft() {
  if (draftParts.peek()) return;
  const [parts, { openDraft }] = await Promise.all([import('./view/draft_bar.js'), import('./draft.js')]);
  openDraft();
  draftParts.value = parts;
}

/** Changes that wait are seen in every room. */
export function followKept() {
  effect(() => {
    const { me } = admin.value;
    if (me && isKept(me.id)) startDraft().catch(reportError);
  });
}
