/** A routing decision as sentences, from the figures that the claim itself used. Pure. */
import { duration } from '../format.js';
import { text } from '../strings/text.js';

const words = text.detail;

/**
 * @param {import('./model.js').Decision} decision
 * @param {(rep: string) => string} nameOf a rep's name by id
 * @returns {{verdict: string, sentences: string[]}} what was decided, then why
 */
export function explain(decision, nameOf) {
  const { chosen, fit, idle_ms, rule, queue } = decision;
  const how = words.how[decision.how] ?? '';
  const verdict = chosen === null ? words.nobody : `${words.chosen(nameOf(chosen))}${how ? `, ${how}` : ''}.`;
  const sentences = [
    rule && words.rule(rule),
    queue && words.queue(queue),
    decision.prefer && (words.prefer[decision.prefer] ?? decision.prefer),
    ...supply(decision),
    chosen !== null && fit != null && words.fit(fit, duration(idle_ms ?? 0), sum(decision)),
    decision.tie && words.tie(nameOf(decision.tie.with), decision.tie.equal_in.map(plain).join(', ')),
  ];
  const found = sentences.filter((sentence) => typeof sentence === 'string' && sentence !== '');
  return { verdict, sentences: /** @type {string[]} */ (found) };
}

/** @param {import('./model.js').Decision} decision @returns {string[]} who could have taken it, and who not */
function supply({ on_duty, qualified, free, away, declined, lacking, reasons }) {
  if (on_duty === undefined) return reasons ?? [];
  const funnel = [words.duty(on_duty), words.qualified(qualified ?? 0), words.free(free ?? 0)];
  return [
    `${on_duty === 0 ? funnel[0] : funnel.join(', ')}.`,
    ...Object.entries(lacking ?? {}).map(([need, n]) => words.lacking(n, readable(need))),
    ...(away ? [words.away(away)] : []),
    ...(declined ? [words.declined(declined)] : []),
  ];
}

/** @param {import('./model.js').Decision} decision @returns {string} `spanish 2 × 5 + support 4 − 3` */
const sum = ({ fit_parts }) => (fit_parts ?? []).map(({ skill, level, least, weight }) =>
  (least === null ? `${skill} ${weight} × ${level}` : `${skill} ${level} − ${least}`)).join(' + ');

/** @param {string} name `best_fit` @returns {string} `best fit` */
const plain = (name) => name.replaceAll('_', ' ');

/** @param {string} need `support>=3` @returns {string} `support 3` */
const readable = (need) => need.replace('>=', ' ');
