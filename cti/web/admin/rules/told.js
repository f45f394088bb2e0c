/** Sentences of the draft's rules, told once and kept while nothing that they speak of changes. */
import { computed } from '../../vendor/signals.js';
import { config, draft } from '../draft.js';
import { rulesOf, testsOf } from './rule_form.js';
import { fieldsOf, textOf } from './names.js';
import { sentence } from './sentence.js';
import { known } from './vocabulary.js';
import { rule_words } from './words.js';

/** @typedef {import('./sentence.js').Sentence} Sentence */
/** @typedef {{index: number, test: Record<string, unknown>, state: 'holds'|'fails'|'not_tried', message: string}} Example */

/** @type {Map<string, Sentence>} */
let kept = new Map();
/** @type {string} */
let kept_for = '';

/** In the order of the file. @type {import('@preact/signals').ReadonlySignal<{name: string, told: Sentence}[]>} */
export const told = computed(() => {
  const { queues, reps, numbers } = fieldsOf(config.value);
  const named = JSON.stringify([queues, numbers, reps]);
  if (named !== kept_for) [kept, kept_for] = [new Map(), named];
  const names = known.value.names;
  const before = kept;
  kept = new Map();
  return rulesOf(config.value).map((rule, n) => {
    const key = `${n > 0}${JSON.stringify(rule)}`;
    const found = before.get(key) ?? sentence(rule, { names, words: rule_words, is_other: n > 0 });
    kept.set(key, found);
    return { name: textOf(rule.name), told: found };
  });
});

/** The file's own tests, each with what the newest check says of it. @type {import('@preact/signals').ReadonlySignal<Example[]>} */
export const examples = computed(() => {
  const { report, text } = draft.value;
  const tried = report?.text === text ? report.tests : null;
  return testsOf(config.value).map(({ index, test }) => {
    const found = tried?.[index];
    return { index, test, state: found ? (found.passed ? 'holds' : 'fails') : 'not_tried', message: found?.message ?? '' };
  });
});

/** By the rule that they expect. @type {import('@preact/signals').ReadonlySignal<Map<string, Example[]>>} */
export const examplesByRule = computed(() => {
  /** @type {Map<string, Example[]>} */
  const found = new Map();
  for (const one of examples.value) {
    const rule = textOf(fieldsOf(one.test.expect).rule);
    found.set(rule, [...(found.get(rule) ?? []), one]);
  }
  return found;
});
