/**
 * A rule as a sentence: "When a gold customer calls Support line: their own rep, for 15 s; then anyone with support 3;
 * after 2 min offer a call back." Takes whatever the text parsed to, never throws, leaves nothing out. Pure.
 */
import { readCondition } from './condition.js';
import { lengthWords } from './length.js';
import { digitsOf, fieldsOf, itemsOf, textOf } from './names.js';

/** @typedef {import('./names.js').Names} Names */
/** @typedef {import('./condition.js').Row} Row */
/** @typedef {typeof import('../../strings/en/rule_words.js').rule_words} Words */
/** @typedef {{when: string, does: string[], whole: string}} Sentence */
/** @typedef {{who: string, rels: string[], line: string, times: string[]}} Clause */

/**
 * @param {unknown} rule as plain values
 * @param {{names: Names, words: Words, is_other: boolean}} context `is_other`: rules stand before it
 * @returns {Sentence}
 */
export function sentence(rule, { names, words, is_other }) {
  const fields = fieldsOf(rule);
  const when = whenOf(fields.when, names, words, is_other);
  const does = [...asking(fields.ask, words), ...refusing(fields.block, words), ...routing(fields.route, names, words)];
  const told = does.length > 0 ? does : [words.nothing];
  return { when, does: told, whole: `${when}: ${told.join('; ')}.` };
}

// When

/** @param {unknown} when @param {Names} names @param {Words} words @param {boolean} is_other */
function whenOf(when, names, words, is_other) {
  const { join, rows } = readCondition(when);
  if (rows.length === 0) return is_other ? words.every_other : words.every;
  const groups = join === 'all' ? [rows] : rows.map((row) => [row]);
  return words.when(groups.map((group) => words.clause(clauseOf(group, names, words))));
}

/** @param {Row[]} rows @param {Names} names @param {Words} words @returns {Clause} */
function clauseOf(rows, names, words) {
  /** @type {Clause} */
  const clause = { who: '', rels: [], line: '', times: [] };
  for (const row of rows) {
    if (row.kind === 'expression') clause.times.push(words.where(row.text));
    else place(clause, row, names, words);
  }
  return { ...clause, who: clause.who || words.somebody };
}

/** @param {Clause} clause @param {import('./condition.js').Test} test @param {Names} names @param {Words} words */
function place(clause, { field, op, values }, names, words) {
  const either = words.or(values.map((value) => valueOf(field, value, names, words)));
  const who = clause.who === '' ? whoOf(field, op, either, values, words) : null;
  if (who) clause.who = who;
  else if (field === 'call.to' && clause.line === '') clause.line = op === 'is_not' || op === 'none_of' ? words.not_line(either) : words.line(either);
  else if (field.startsWith('hours.')) clause.times.push(words.hours[op]?.(field.slice('hours.'.length)) ?? '');
  else clause.rels.push(relOf(field, op, either, values, words));
}

/**
 * One test by itself: `a gold customer`, `Support line`, `while office is closed`.
 * @param {Row} row @param {Names} names @param {Words} words @returns {string}
 */
export function testWords(row, names, words) {
  const { who, rels, line, times } = clauseOf([row], names, words);
  return rels[0] ?? (line || times[0] || who);
}

/** What one field of a call holds. @param {string} field @param {string} value @param {Names} names @param {Words} words */
export const fieldValue = (field, value, names, words) => valueOf(field, value, names, words);

/** Who calls, where the test says that. @param {string} field @param {string} op @param {string} either @param {string[]} values @param {Words} words */
function whoOf(field, op, either, values, words) {
  if (field === 'caller.tier' && (op === 'is' || op === 'one_of')) return words.customer(either);
  if (field === 'caller.match' && op === 'is') return words.matches[values[0]] ?? null;
  return field === 'call.from' && op === 'unknown' ? words.matches.withheld : null;
}

/** What else is said of who calls. @param {string} field @param {string} op @param {string} either @param {string[]} values @param {Words} words */
function relOf(field, op, either, values, words) {
  const name = words.fields[field] ?? field.replace(/^caller\./, '');
  const own = words.rels[`${field} ${op}`];
  return own ? own(either, Number(values[0])) : (words.tests[op]?.(name, either) ?? '');
}

/** @param {string} field @param {string} value @param {Names} names @param {Words} words */
function valueOf(field, value, names, words) {
  if (field === 'call.to' || field === 'call.forwarded_from') return names.line(value);
  if (field === 'caller.owner' || field === 'caller.last') return names.rep(value);
  if (field === 'caller.match') return words.match_values[value] ?? value;
  if (field === 'call.country') return display(words.locale, 'region', value);
  return (field === 'call.language' || field === 'caller.language') && /^[a-z]{2,3}(-|$)/.test(value) ? display(words.locale, 'language', value) : value;
}

/** @param {string} locale @param {'region'|'language'} type @param {string} code */
function display(locale, type, code) {
  try {
    return new Intl.DisplayNames([locale], { type }).of(code) ?? code;
  } catch {
    return code;
  }
}

// Then

/** @param {unknown} value a text, or one for each language @param {Words} words @returns {string} the first of them, in quotes */
function saying(value, words) {
  const text = textOf(value) || textOf(Object.values(fieldsOf(value))[0]);
  return words.quote(text.trim());
}

/** @param {unknown} ask @param {Words} words @returns {string[]} */
function asking(ask, words) {
  if (ask === undefined || ask === null) return [];
  const { say, keys, speech } = fieldsOf(ask);
  const pressed = Object.entries(fieldsOf(keys)).map(([key, answer]) => `${key} = ${textOf(answer)}`);
  const spoken = Object.keys(fieldsOf(speech)).length > 0;
  return [words.ask(saying(say, words), [...pressed, ...(spoken ? [words.or_said] : [])].join(', '))];
}

/** @param {unknown} block @param {Words} words @returns {string[]} */
function refusing(block, words) {
  if (block === undefined || block === null) return [];
  const say = fieldsOf(block).say;
  if (say !== undefined) return [words.block_say(saying(say, words))];
  return [words.blocks[textOf(block)] ?? words.blocks.rejected];
}

/** @param {unknown} route @param {Names} names @param {Words} words @returns {string[]} */
function routing(route, names, words) {
  if (route === undefined || route === null) return [];
  const plan = fieldsOf(route);
  const first = preferring(plan.prefer_rep, names, words);
  const anyone = anyoneOf(plan, names, words);
  const order = [...ahead(plan.priority, words), ...waited(plan.head_start, words)];
  return [
    ...first,
    [first.length > 0 ? words.afterwards(anyone) : anyone, ...order].join(', '),
    ...itemsOf(plan.steps).map((step) => stepping(fieldsOf(step), names, words)),
    ...closing(plan.closing, names, words),
  ];
}

/** `anyone with support 3`. @param {Record<string, unknown>} plan @param {Names} names @param {Words} words */
export const anyoneOf = (plan, names, words) =>
  words.anyone(names.queues > 1 ? names.queue(textOf(plan.queue)) : '', levels(plan.needs, words), liked(plan.prefers, words));

/** @param {unknown} prefer @param {Names} names @param {Words} words @returns {string[]} */
function preferring(prefer, names, words) {
  if (prefer === undefined || prefer === null) return [];
  const { who, wait, team_wait, must_qualify } = fieldsOf(prefer);
  const rep = textOf(who);
  const first = words.preferred(words.who[rep] ?? names.rep(rep), must_qualify === false, long(wait) ? time(wait, words) : '');
  return [first, ...(long(team_wait) ? [words.team(time(team_wait, words))] : [])];
}

/** @param {Record<string, unknown>} step @param {Names} names @param {Words} words */
function stepping(step, names, words) {
  return words.after(time(step.after, words), changesOf(step, names, words).join(', ') || words.nothing, skipOf(step, words));
}

/** @param {Record<string, unknown>} step @param {Words} words */
export const skipOf = ({ skip_if }, words) => (skip_if === undefined ? '' : words.skip_if[textOf(skip_if)] ?? textOf(skip_if));

/** What a step changes. @param {Record<string, unknown>} step @param {Names} names @param {Words} words @returns {string[]} */
export function changesOf(step, names, words) {
  const { needs, prefers, queues, priority, offer_callback, then } = step;
  return [
    ...(queues === undefined ? [] : [words.also(words.and(itemsOf(queues).map((id) => names.queue(textOf(id)))))]),
    ...(needs === undefined ? [] : [levels(needs, words) || words.no_needs]),
    ...(prefers === undefined ? [] : [liked(prefers, words) || words.no_prefers]),
    ...ahead(priority, words),
    ...(offer_callback === undefined ? [] : [offer_callback === false ? words.no_callback : words.callback]),
    ...(then === undefined ? [] : [ending(then, names, words)]),
  ];
}

/** @param {unknown} then @param {Names} names @param {Words} words @returns {string} */
export function ending(then, names, words) {
  const { queue, dial } = fieldsOf(then);
  if (queue !== undefined) return words.to_queue(names.queue(textOf(queue)));
  if (dial !== undefined) return words.dial(names.line(digitsOf(textOf(dial))));
  return words.ends[textOf(then)] ?? textOf(then);
}

/** @param {unknown} closing @param {Names} names @param {Words} words @returns {string[]} */
function closing(closing, names, words) {
  if (closing === undefined || closing === null) return [];
  const { hours, then } = fieldsOf(closing);
  return [words.closing(textOf(hours), ending(then, names, words))];
}

/** @param {unknown} length */
const long = (length) => length !== undefined && length !== null && !/^0+(\.0+)?[hms]?$/.test(textOf(length));
/** @param {unknown} length @param {Words} words */
const time = (length, words) => lengthWords(length, words.units);
/** @param {unknown} priority @param {Words} words */
const ahead = (priority, words) => (priority === undefined || priority === null ? [] : [words.priority(textOf(priority))]);
/** @param {unknown} start @param {Words} words */
const waited = (start, words) => (long(start) ? [words.head_start(time(start, words))] : []);

/** `support 3 and the language of the caller`. @param {unknown} needs @param {Words} words */
const levels = (needs, words) => words.and(Object.entries(fieldsOf(needs)).map(([skill, level]) => wanted(skill, level, 'least', words)));
/** @param {unknown} prefers @param {Words} words */
const liked = (prefers, words) => {
  const all = Object.entries(fieldsOf(prefers)).map(([skill, weight]) => wanted(skill, weight, 'weight', words));
  return all.length > 0 ? words.prefers(words.and(all)) : '';
};

/** A skill and its number; or a family of which a fact of the call chooses. @param {string} skill @param {unknown} level @param {'least'|'weight'} key @param {Words} words */
function wanted(skill, level, key, words) {
  const fact = textOf(fieldsOf(level).is) || (typeof level === 'string' && level.includes('.') ? level : '');
  const n = textOf(fact ? fieldsOf(level)[key] : level);
  const what = fact ? words.by_fact(skill, words.fields[fact] ?? fact.replace(/^call(er)?\./, '')) : skill;
  if (key === 'least') return n === '' ? what : `${what}\u00a0${n}`;
  return n === '' || n === '1' ? what : words.weight(what, n);
}
