/** How long each part of a call took, from its time line: what is drawn to scale. Pure. */

/** @typedef {'rules'|'menu'|'wait'|'offer'|'connect'|'talk'|'lost'|'outside'|'later'|'wrap_up'} SpanKind */
/** @typedef {{kind: SpanKind, rep: string|null, from_ms: number, to_ms: number, open: boolean, outcome: string|null}} Span from the call's arrival; `open`: it goes on */
/** @typedef {import('../model.js').Moment} Moment */

/** Kinds of moments that begin a part, and those that end it. @type {readonly {kind: SpanKind, begins: readonly string[], ends: readonly string[], of_rep?: boolean}[]} */
const PARTS = [
  { kind: 'rules', begins: ['arrived'], ends: ['routed', 'asked', 'blocked', 'ended'] },
  { kind: 'menu', begins: ['asked'], ends: ['menu_answered', 'menu_unanswered', 'ended'] },
  { kind: 'wait', begins: ['routed', 'back_in_line', 'not_connected', 'callback_due'], ends: ['answered', 'blocked', 'diverted', 'callback_promised', 'ended'] },
  { kind: 'offer', begins: ['offered'], ends: ['accepted', 'offer_ended', 'ended'], of_rep: true },
  { kind: 'connect', begins: ['accepted'], ends: ['answered', 'not_connected', 'callback_not_reached', 'ended'], of_rep: true },
  { kind: 'talk', begins: ['answered'], ends: ['hung_up', 'not_connected', 'ended'], of_rep: true },
  { kind: 'lost', begins: ['leg_lost'], ends: ['back_together', 'not_connected', 'hung_up', 'ended'], of_rep: true },
  { kind: 'outside', begins: ['diverted'], ends: ['ended'] },
  { kind: 'later', begins: ['callback_promised', 'callback_not_reached'], ends: ['callback_due', 'offered', 'ended'] },
  { kind: 'wrap_up', begins: ['hung_up'], ends: ['filed', 'wrap_up_over', 'wrap_up_skipped'], of_rep: true },
];

/**
 * @param {readonly Moment[]} timeline in order @param {boolean} over the call has ended
 * @param {number} now_ms for what goes on
 * @returns {{total_ms: number, spans: Span[]}} in the order in which they began
 */
export function spansOf(timeline, over, now_ms) {
  const moments = timeline.map((one) => ({ ...one, ms: Date.parse(one.at) })).filter(({ ms }) => !Number.isNaN(ms));
  if (moments.length === 0) return { total_ms: 0, spans: [] };
  const start = moments[0].ms;
  const last = moments[moments.length - 1].ms;
  const until = over ? last : Math.max(now_ms, last);
  const spans = PARTS.flatMap((part) => ofPart(part, moments, until, over)).map((span) => ({ ...span, from_ms: span.from_ms - start, to_ms: span.to_ms - start }));
  return { total_ms: until - start, spans: spans.sort((a, b) => a.from_ms - b.from_ms || PARTS.findIndex(({ kind }) => kind === a.kind) - PARTS.findIndex(({ kind }) => kind === b.kind)) };
}

/** @param {typeof PARTS[number]} part @param {(Moment & {ms: number})[]} moments @param {number} until @param {boolean} over @returns {Span[]} */
function ofPart({ kind, begins, ends, of_rep = false }, moments, until, over) {
  /** @type {Span[]} */
  const spans = [];
  /** @type {Span|null} */
  let running = null;
  let rep = /** @type {string|null} */ (null);
  for (const one of moments) {
    if (typeof one.data?.rep === 'string') rep = one.data.rep;
    if (running && ends.includes(one.kind)) {
      spans.push({ ...running, to_ms: one.ms, open: false, outcome: outcomeOf(one) });
      running = null;
    }
    if (!running && begins.includes(one.kind)) running = { kind, rep: of_rep ? rep : null, from_ms: one.ms, to_ms: until, open: true, outcome: null };
  }
  return running ? [...spans, { ...running, open: !over }] : spans;
}

/** @param {Moment} moment @returns {string|null} how the part ended, where that is more than its end */
const outcomeOf = ({ kind, data }) => (kind === 'offer_ended' ? String(data?.outcome ?? '') || null : kind === 'accepted' ? 'accepted' : null);

/** Parts shorter than this share of the whole are drawn this wide, so that they are seen. */
const LEAST = 4;
export const WIDTH = 1000;

/** @param {Span} span @param {number} total_ms @returns {{x: number, width: number}} on a track of `WIDTH` */
export function placed({ from_ms, to_ms }, total_ms) {
  if (total_ms <= 0) return { x: 0, width: WIDTH };
  const width = Math.max(LEAST, ((to_ms - from_ms) / total_ms) * WIDTH);
  return { x: Math.min(WIDTH - width, (from_ms / total_ms) * WIDTH), width };
}
