/** A finding in words, and where it is mended. Pure. */
import { addressOf } from '../place.js';

/**
 * @typedef {{kind: string, subject: string|null, detail: Record<string, any>, since: string|null,
 *   mend: {room: string, id: string|number|null}}} Finding
 */
/** @typedef {typeof import('../../strings/en/care.js').care} Words */
/** @typedef {{when: (iso: string|null) => string|null, phone: (number: string) => string, duration: (s: number) => string}} Write */

/** How much each kind presses; what is not named is worth a look only. @type {Record<string, 'stop'|'warn'>} */
const PRESSING = {
  nobody_on_duty: 'stop', demand_unmet: 'stop', condition_failed: 'stop', example_fails: 'warn', queue_unserved: 'stop',
  rule_shadowed: 'warn', rule_never_matched: 'warn', number_without_rule: 'warn', rep_without_queue: 'warn', rep_without_calls: 'warn', token_ends: 'warn',
};

/** @param {string} kind @returns {'stop'|'warn'|''} */
export const pressing = (kind) => PRESSING[kind] ?? '';

/** @param {Record<string, number>} needs @returns {string} `support 3, spanish 2` */
const needsOf = (needs) => Object.entries(needs ?? {}).map(([skill, least]) => `${skill} ${least}`).join(', ');

/**
 * @param {Finding} finding @param {Words} words @param {Write} write
 * @returns {string[]} one or two sentences; of a kind from a newer service its name
 */
export function sentences({ kind, subject, detail, since }, words, write) {
  const say = words.say;
  const name = detail.name ? `${detail.name} (${subject})` : subject ?? '';
  /** @type {Record<string, () => (string|null|false)[]>} */
  const of = {
    nobody_on_duty: () => [say.nobody_on_duty, detail.waiting > 0 && say.waiting(detail.waiting)],
    demand_unmet: () => [say.demand_unmet(subject ?? '', needsOf(detail.needs), (detail.queues ?? []).join(', ')),
      detail.met_after_s === null ? say.never_met : say.met_after(write.duration(detail.met_after_s)), detail.waiting > 0 && say.waiting(detail.waiting)],
    condition_failed: () => [say.condition_failed(subject ?? '', detail.count, detail.at_least), `${detail.message}.`],
    example_fails: () => [detail.rule && detail.taken && detail.rule !== detail.taken ? say.example_took(subject ?? '', detail.rule, detail.taken) : say.example_fails(subject ?? '')],
    rule_shadowed: () => [detail.always ? say.shadowed_always(subject ?? '', detail.by) : say.shadowed(subject ?? '', detail.by, detail.took)],
    rule_never_matched: () => [say.never_matched(subject ?? '', detail.calls, detail.at_least, detail.days), detail.last_at && say.last_taken(write.when(detail.last_at) ?? '')],
    queue_unserved: () => [say.queue_unserved(name)],
    queue_unused: () => [say.queue_unused(name)],
    number_without_rule: () => [say.number_without_rule([detail.name, write.phone(subject ?? '')].filter(Boolean).join(', '), detail.rule)],
    rep_without_queue: () => [say.rep_without_queue(name)],
    rep_without_calls: () => [say.rep_without_calls(name)],
    rep_without_user: () => [say.rep_without_user(name)],
    user_without_rep: () => [detail.rep ? say.user_of_unknown_rep(detail.name, detail.rep) : say.user_without_rep(detail.name)],
    user_idle: () => [say.user_idle(detail.name, detail.days), detail.last_at ? say.last_seen(write.when(detail.last_at) ?? '') : say.never_seen(write.when(since) ?? '')],
    token_ends: () => [say.token_ends(subject || words.unnamed, detail.email, write.when(detail.ends_at) ?? ''), detail.last_at ? say.last_used(write.when(detail.last_at) ?? '') : say.never_used],
  };
  const said = of[kind]?.() ?? [[kind.replaceAll('_', ' '), subject].filter(Boolean).join(': ')];
  return /** @type {string[]} */ (said.filter((one) => typeof one === 'string' && one !== ''));
}

/** @param {Finding} finding @returns {string} an address of the console */
export function mendAddress({ kind, subject, mend }) {
  if (kind === 'rep_without_user' && subject) return addressOf('people', null, { rep: subject });
  return addressOf(mend.room, mend.id);
}

/** @param {readonly Finding[]} findings @returns {{kind: string, findings: Finding[]}[]} in the service's order */
export function byKind(findings) {
  const groups = new Map(/** @type {[string, Finding[]][]} */ ([]));
  for (const finding of findings) groups.set(finding.kind, [...(groups.get(finding.kind) ?? []), finding]);
  return [...groups].map(([kind, some]) => ({ kind, findings: some }));
}
