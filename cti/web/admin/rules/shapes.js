/** Rules as people usually begin them, with what the draft has. Pure. */

/** @typedef {typeof import('../../strings/en/rules.js').rules} Words */
/** @typedef {{queues: {value: string}[], lines: {value: string}[], skills: string[], hours: string[], lists: string[]}} Known */
/** @typedef {keyof Words['shapes']} Shape */

/** @param {Known} known @returns {Shape[]} those that make sense with it */
export function shapesFor({ lines, skills, hours, lists, queues }) {
  /** @type {[Shape, boolean][]} */
  const all = [
    ['tier', true], ['owner', true], ['last', true], ['line', lines.length > 0], ['menu', true], ['language', familyOf(skills, 'language')],
    ['closed', hours.length > 0], ['overflow', queues.length > 1], ['list', lists.length > 0], ['withheld', true], ['empty', true],
  ];
  return all.filter(([, fits]) => fits).map(([shape]) => shape);
}

/** @param {string[]} skills @param {string} family @returns {boolean} */
const familyOf = (skills, family) => skills.some((skill) => skill.startsWith(`${family}-`));

/** @param {Shape} shape @param {Known} known @param {Words} words @param {string} name @returns {Record<string, unknown>} a rule as plain values */
export function ruleOf(shape, known, words, name) {
  const queue = known.queues[0]?.value ?? 'support';
  const needs = known.skills[0] ? { needs: { [known.skills[0]]: 1 } } : {};
  const best = known.skills[0] ? { needs: { [known.skills[0]]: 3 }, steps: [{ after: '30s', needs: { [known.skills[0]]: 1 } }] } : {};
  /** @type {Record<Shape, Record<string, unknown>>} */
  const rules = {
    empty: { route: { queue } },
    line: { when: `call.to == "${known.lines[0]?.value ?? ''}"`, route: { queue, ...needs } },
    tier: { when: 'caller.tier == "gold"', route: { queue, priority: 10, ...best } },
    owner: { when: 'caller.owner != null', route: { queue, prefer_rep: { who: 'owner', wait: '15s' }, ...needs } },
    last: { when: 'caller.match == "one"', route: { queue, prefer_rep: { who: 'last', wait: '15s' }, ...needs } },
    language: { when: 'call.language != null', route: { queue, needs: { language: 'call.language' }, steps: [{ after: '60s', needs: {} }] } },
    menu: { ...(known.lines[0] ? { when: `call.to == "${known.lines[0].value}"` } : {}), ask: { say: words.said.menu, keys: { 1: 'sales', 2: 'support' } } },
    closed: { when: `!hours.${known.hours[0] ?? 'office'}.open`, block: { say: words.said.closed } },
    list: { when: `"${known.lists[0] ?? 'vip'}" in call.lists`, route: { queue, priority: 100, ...needs } },
    withheld: { when: 'call.from == null', block: { say: words.said.withheld } },
    overflow: { when: 'call.from != null', route: { queue, ...needs, steps: [{ after: '60s', queues: [known.queues[1]?.value ?? queue], needs: {} }] } },
  };
  return { name, ...rules[shape] };
}
