/** Why the rules before were not taken, the plan as a time line, and why not each rep: as words. Pure. */
import { readCondition } from '../rules/condition.js';
import { lengthText, lengthWords } from '../rules/length.js';
import { anyoneOf, changesOf, fieldValue, skipOf, testWords } from '../rules/sentence.js';

/** @typedef {import('../rules/names.js').Names} Names */
/** @typedef {typeof import('../../strings/en/rule_words.js').rule_words} RuleWords */
/** @typedef {typeof import('../../strings/en/try_it.js').try_it} Words */

/**
 * @param {import('./model.js').Part} part
 * @param {{names: Names, words: Words, rule_words: RuleWords}} context
 * @returns {{term: string, saw: string}} what was wanted, and what came
 */
export function missed({ text, saw, problem }, { names, words, rule_words }) {
  const { rows } = readCondition(text);
  const term = rows.length === 1 && rows[0].kind === 'test' ? testWords(rows[0], names, rule_words) : text;
  const seen = Object.entries(saw).map(([field, value]) => words.saw(fieldName(field, rule_words), valueWords(field, value, names, words, rule_words)));
  return { term, saw: [...seen, ...(problem && seen.length === 0 ? [problem] : [])].join(', ') };
}

/** @param {string} field @param {RuleWords} rule_words */
const fieldName = (field, rule_words) => rule_words.fields[field] ?? field.replace(/^(call|caller|hours)\./, '').replace(/\.(open|holiday)$/, '');

/** @param {string} field @param {unknown} value @param {Names} names @param {Words} words @param {RuleWords} rule_words @returns {string} */
function valueWords(field, value, names, words, rule_words) {
  if (value === null || value === undefined || value === '') return words.not_known;
  if (Array.isArray(value)) return value.length === 0 ? words.none : value.map(String).join(', ');
  if (typeof value === 'boolean') return (field.endsWith('.holiday') ? words.holiday : words.open)[value ? 1 : 0];
  return fieldValue(field, String(value), names, rule_words);
}

/** @typedef {{at_s: number, text: string, note: string, ends: boolean}} Stage */

/**
 * @param {import('./model.js').Plan} plan
 * @param {{names: Names, words: Words, rule_words: RuleWords}} context
 * @returns {Stage[]} what happens from which second on
 */
export function stagesOf(plan, { names, words, rule_words }) {
  const prefer = plan.prefer_rep;
  const stages = plan.steps.map((step) => stageOf(step, names, rule_words));
  const last = stages[stages.length - 1];
  const open = Math.max(prefer?.rep ? prefer.wait_s : 0, prefer?.team ? prefer.team_until_s : 0);
  const order = [...(plan.priority > 0 ? [rule_words.priority(String(plan.priority))] : []), ...(plan.head_start_s > 0 ? [rule_words.head_start(length(plan.head_start_s, rule_words))] : [])];
  return [
    ...(prefer && !prefer.rep ? [{ at_s: 0, text: words.no_preferred(rule_words.who[prefer.who] ?? prefer.who), note: '', ends: false }] : []),
    ...(prefer?.rep && prefer.wait_s > 0 ? [{ at_s: 0, text: words.preferred(prefer.name ?? prefer.rep), note: words.if_busy, ends: false }] : []),
    ...(prefer?.rep && prefer.wait_s === 0 ? [{ at_s: 0, text: words.preferred(prefer.name ?? prefer.rep), note: words.if_free, ends: false }] : []),
    ...(prefer?.team ? [{ at_s: prefer.wait_s, text: words.team(prefer.team), note: '', ends: false }] : []),
    { at_s: open, text: [anyoneOf({ ...plan }, names, rule_words), ...order].join(', '), note: '', ends: false },
    ...stages,
    ...(last?.ends && last.note === '' ? [] : [{ at_s: plan.max_wait_s, text: rule_words.ends.hang_up, note: words.longest, ends: true }]),
  ];
}

/** @param {import('./model.js').Step} step @param {Names} names @param {RuleWords} rule_words @returns {Stage} */
function stageOf(step, names, rule_words) {
  const [kind, rest] = (step.then ?? '').split(/:(.*)/s);
  const then = step.then === undefined ? {} : { then: kind === 'queue' ? { queue: rest } : kind === 'dial' ? { dial: rest } : kind };
  const { then: _, ...others } = step;
  const ends = step.then !== undefined && kind !== 'queue';
  return { at_s: step.after_s, text: changesOf({ ...others, ...then }, names, rule_words).join(', '), note: skipOf(others, rule_words), ends };
}

/** @param {number} seconds @param {RuleWords} rule_words @returns {string} `1 min 30 s` */
export const length = (seconds, rule_words) => lengthWords(lengthText(Math.round(seconds * 1000)), rule_words.units);

/** Who is chosen and who would come next stand alone; the others by why not, the nearest reason first. */
const ORDER = ['chosen', 'ranked_lower', 'held', 'reserved', 'on_call', 'wrap_up', 'declined', 'away', 'not_responding', 'disconnected', 'offline', 'never_seen', 'lacks', 'team', 'queue'];

/** @param {import('./model.js').Standing[]} everybody @returns {[string, import('./model.js').Standing[]][]} by reason */
export function grouped(everybody) {
  const reasons = [...new Set(everybody.map(({ reason }) => reason))];
  const place = (/** @type {string} */ reason) => (ORDER.includes(reason) ? ORDER.indexOf(reason) : ORDER.length);
  reasons.sort((one, other) => place(one) - place(other));
  return reasons.map((reason) => [reason, everybody.filter((each) => each.reason === reason)]);
}
