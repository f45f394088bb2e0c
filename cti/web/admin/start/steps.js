/** The first steps of an empty system: how far one is, and what each step writes into the configuration. Pure. */

/** @typedef {'number'|'skills'|'reps'|'rule'|'active'|'call'} Step */
/** @typedef {{numbers?: {number: string, name?: string}[], skills?: string[], reps?: {id: string, name: string}[], rules?: {name: string}[], queues?: {id: string}[]}} Config */

export const STEPS = /** @type {const} */ (['number', 'skills', 'reps', 'rule', 'active', 'call']);
const QUEUE = 'main';

/**
 * @param {unknown} config the draft's @param {{rep: string|null}[]} people
 * @param {{everybody: boolean, active: boolean, called: boolean}} around `everybody`: no further rep is to be added now
 * @returns {Record<Step, boolean>} which are done
 */
export function doneSteps(config, people, { everybody, active, called }) {
  const { numbers, skills, reps, rules } = /** @type {Config} */ (config ?? {});
  const has = (/** @type {unknown} */ list) => Array.isArray(list) && list.length > 0;
  const staffed = has(reps) && (reps ?? []).some(({ id }) => people.some(({ rep }) => rep === id));
  return { number: has(numbers), skills: has(skills), reps: staffed && (everybody || has(rules)), rule: has(rules), active, call: called };
}

/** @param {Record<Step, boolean>} done @returns {Step|null} the first that is left */
export const nextStep = (done) => STEPS.find((step) => !done[step]) ?? null;

/** @param {string} text @returns {string|null} plus and digits, as the configuration has numbers; null: it is none */
export function numberOf(text) {
  const plain = text.replace(/[\s().\-/]/g, '');
  return /^\+[1-9]\d{6,14}$/.test(plain) ? plain : null;
}

/** @param {string} name @param {readonly string[]} [taken] @returns {string} as ids are written: `ana-perez`, `ana-perez-2`; empty for a name without a letter of ours */
export function idOf(name, taken = []) {
  const plain = name.normalize('NFKD').replace(/[\u0300-\u036f]/g, '').replaceAll('ł', 'l').replaceAll('Ł', 'l').toLowerCase().replace(/[^a-z0-9]+/g, '-').replace(/^-+|-+$/g, '').slice(0, 60);
  if (plain === '') return '';
  let id = plain;
  for (let n = 2; taken.includes(id); n += 1) id = `${plain}-${n}`;
  return id;
}

/** @param {string} text `Support, Spanish` @returns {string[]} */
export const skillsOf = (text) => [...new Set(text.split(/[,;\n]/).map((part) => idOf(part)).filter((id) => id !== ''))];

/** @param {string} name @param {Record<string, number>} levels 0: not @param {readonly string[]} taken ids @returns {Record<string, unknown>} */
export function repOf(name, levels, taken) {
  const skills = Object.fromEntries(Object.entries(levels).filter(([, level]) => level > 0));
  return { id: idOf(name, taken) || idOf('rep', taken), name: name.trim(), skills };
}

/** @param {{skill: string, minutes: number, then: 'apology'|'voicemail'}} wanted @param {string} rule its name @returns {{queue: Record<string, unknown>, rule: Record<string, unknown>}} */
export function firstRule({ skill, minutes, then }, rule) {
  const needs = skill === '' ? {} : { needs: { [skill]: 1 } };
  const steps = then === 'voicemail' ? { steps: [{ after: `${minutes}m`, then: 'voicemail' }] } : {};
  const max_wait = `${then === 'voicemail' ? minutes + 5 : minutes}m`;
  return { queue: { id: QUEUE, max_wait }, rule: { name: rule, route: { queue: QUEUE, ...needs, ...steps } } };
}
