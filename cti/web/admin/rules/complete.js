/** What may come next in the text of a rule, by what stands before the cursor in its line. Pure. */

/** @typedef {{label: string, detail: string}} Option */
/** @typedef {{from: number, options: Option[]}} Completion `from`: offset in the line */
/**
 * @typedef {object} Known
 * @property {{value: string, name: string}[]} queues @property {{value: string, name: string}[]} reps
 * @property {string[]} skills @property {string[]} hours @property {string[]} rules
 * @property {string[]} fields `call.to`, `caller.tier`, `hours.office`
 * @property {(field: string) => {value: string, name: string}[]} values
 */

const PATH = /\b((?:call|caller|hours)(?:\.\w*)*)$/;
/** A field, a comparison, and a text that is not ended. */
const COMPARED = /\b((?:call|caller)\.\w+)\s*(?:==|!=|\.(?:startsWith|endsWith|contains)\(|in\s*\[[^\]]*?)\s*\\?["']([^"']*)$/;
const IN_LIST = /["']([^"']*)$/;
const WORD = /[\w-]*$/;

/** @param {string} line as far as the cursor @param {Known} known @returns {Completion|null} */
export function completions(line, known) {
  return ofCondition(line, known) ?? ofKey(line, known);
}

/** @param {string} line @param {Known} known @returns {Completion|null} */
function ofCondition(line, known) {
  if (!/\b(when:|call|caller|hours)\b/.test(line)) return null;
  const compared = COMPARED.exec(line);
  if (compared) return options(line, compared[2], known.values(compared[1]));
  const path = PATH.exec(line);
  if (path?.[1].includes('.')) return ofPath(line, path[1], known);
  const text = IN_LIST.exec(line);
  return text && /\bwhen:.*(\(|&&|\|\||when:)\s*["']+[^"']*$/.test(line) ? options(line, text[1], [...known.values('call.answers'), ...known.values('call.lists'), ...known.values('caller.tags')]) : null;
}

/** @param {string} line @param {string} path `caller.ti` @param {Known} known @returns {Completion|null} */
function ofPath(line, path, known) {
  const [root, name, more] = path.split('.');
  if (root === 'hours' && more !== undefined) return options(line, more, ['open', 'holiday'].map(plain));
  if (more !== undefined) return null;
  return options(line, name, known.fields.filter((field) => field.startsWith(`${root}.`)).map((field) => plain(field.slice(root.length + 1))).filter(({ value }) => /^\w+$/.test(value)));
}

const THENS = ['hang_up', 'voicemail', 'callback', '{queue: }', '{dial: "+"}'];

/** Behind a key, or a key itself. @param {string} line @param {Known} known @returns {Completion|null} */
function ofKey(line, known) {
  const typed = WORD.exec(line)?.[0] ?? '';
  const before = line.slice(0, line.length - typed.length);
  const key = /([\w-]+):\s*(?:\[[^\]]*)?$/.exec(before)?.[1];
  const found = key === undefined ? null : ofValue(key, known);
  if (found) return options(line, typed, found);
  const within = /\b(needs|prefers):\s*\{([^{}]*,)?\s*$/.exec(before);
  if (within) return options(line, typed, known.skills.map(plain), ': ');
  return keysOf(line, before, typed);
}

/** @param {string} key @param {Known} known @returns {{value: string, name: string}[]|null} */
function ofValue(key, known) {
  switch (key) {
    case 'queue': case 'queues': return known.queues;
    case 'rep': return known.reps;
    case 'who': return [...['owner', 'last'].map(plain), ...known.reps];
    case 'hours': return known.hours.map(plain);
    case 'rule': return known.rules.map(plain);
    case 'then': return THENS.map(plain);
    case 'skip_if': return ['nobody_on_duty', 'nobody_free'].map(plain);
    case 'block': return ['rejected', 'busy', '{say: }'].map(plain);
    default: return null;
  }
}

/** By what holds them, on one line. @type {[RegExp, string[]][]} */
const KEYS = [
  [/\bprefer_rep:\s*\{([^{}]*,)?\s*$/, ['who', 'wait', 'team_wait', 'must_qualify']],
  [/\broute:\s*\{([^{}]|\{[^{}]*\})*$/, ['queue', 'priority', 'head_start', 'prefer_rep', 'needs', 'prefers', 'steps', 'closing']],
  [/-\s*\{([^{}]|\{[^{}]*\})*\bafter\b([^{}]|\{[^{}]*\})*,\s*$|-\s*\{\s*$/, ['after', 'needs', 'prefers', 'queues', 'priority', 'offer_callback', 'then', 'skip_if']],
  [/^\s{4,5}$/, ['when', 'ask', 'block', 'route']],
  [/^\s{6,7}$/, ['queue', 'priority', 'head_start', 'prefer_rep', 'needs', 'prefers', 'steps', 'closing', 'say', 'keys', 'speech', 'tries', 'timeout']],
];

/** @param {string} line @param {string} before @param {string} typed @returns {Completion|null} */
function keysOf(line, before, typed) {
  const found = KEYS.find(([where]) => where.test(before));
  return found ? options(line, typed, found[1].map(plain), ': ') : null;
}

/** @param {string} value */
const plain = (value) => ({ value, name: value });

/** @param {string} line @param {string} typed @param {{value: string, name: string}[]} choices @param {string} [behind] @returns {Completion|null} */
function options(line, typed, choices, behind = '') {
  const seen = new Map(choices.map(({ value, name }) => [value, name]));
  const found = [...seen].map(([value, name]) => ({ label: `${value}${behind}`, detail: name === value ? '' : name }));
  return found.length === 0 ? null : { from: line.length - typed.length, options: found };
}
