/** What a change of a person affects, before it is made. Pure. */

/**
 * @typedef {{id: string, email: string, name: string, role: Role, rep: string|null, created_at: string, disabled: boolean,
 *   last_login_at: string|null, last_seen_at: string|null}} Person
 */
/** @typedef {'rep'|'supervisor'|'admin'} Role */
/** @typedef {{id: string, label: string, user: {id: string, email: string, name: string}, created_at: string, ends_at: string, last_used_at: string|null}} Token */
/** @typedef {{name: string, role: Role, rep: string, disabled: boolean, password: string}} Wanted as the form has it; rep and password empty: none */
/** @typedef {'logged_out'|'on_call'|'loses_admin'|'loses_console'|'gains_admin'|'no_desk'|'moves_desk'|'gains_desk'|'no_log_in'|'log_in_again'|'tokens_stop'|'tokens_change'|'new_password'|'self'} Effect */

/** @param {Person} person @returns {Wanted} */
export const wantedOf = ({ name, role, rep, disabled }) => ({ name, role, rep: rep ?? '', disabled, password: '' });

/** @param {Person} person @param {Wanted} wanted @returns {boolean} there is something to save */
export const isChanged = (person, wanted) => JSON.stringify(wantedOf(person)) !== JSON.stringify(wanted);

/**
 * @param {Person} person as is @param {Wanted} wanted
 * @param {{tokens: number, on_call: boolean, is_self: boolean}} around how many tokens hold, whether they have a call now
 * @returns {Effect[]} the gravest first
 */
export function effectsOf(person, wanted, { tokens, on_call, is_self }) {
  const stopped = wanted.disabled && !person.disabled;
  const role = wanted.role !== person.role;
  const rep = wanted.rep !== (person.rep ?? '');
  const out = stopped || role || rep || wanted.password !== '';
  /** @type {[boolean, Effect][]} */
  const all = [
    [is_self && (stopped || role), 'self'],
    [stopped, 'no_log_in'],
    [out && !stopped, 'logged_out'],
    [out && on_call, 'on_call'],
    [role && person.role === 'admin', 'loses_admin'],
    [role && wanted.role === 'rep' && person.role === 'supervisor', 'loses_console'],
    [role && wanted.role === 'admin', 'gains_admin'],
    [rep && wanted.rep === '', 'no_desk'],
    [rep && wanted.rep !== '' && person.rep !== null, 'moves_desk'],
    [rep && wanted.rep !== '' && person.rep === null, 'gains_desk'],
    [tokens > 0 && stopped, 'tokens_stop'],
    [tokens > 0 && role && !stopped, 'tokens_change'],
    [person.disabled && !wanted.disabled, 'log_in_again'],
    [wanted.password !== '', 'new_password'],
  ];
  return all.filter(([holds]) => holds).map(([, effect]) => effect);
}

/**
 * @param {readonly Person[]} people @param {string} words part of a name, an address, a rep or a role @param {(person: Person) => string} role_name
 * @returns {Person[]} by name; those who may not log in last
 */
export function found(people, words, role_name) {
  const wanted = words.trim().toLocaleLowerCase();
  const said = (/** @type {Person} */ person) => [person.name, person.email, person.rep ?? '', role_name(person)].join('\n').toLocaleLowerCase();
  return people.filter((person) => said(person).includes(wanted))
    .sort((a, b) => Number(a.disabled) - Number(b.disabled) || a.name.localeCompare(b.name));
}

/** @param {readonly {id: string, name: string}[]} reps the configured ones @param {readonly Person[]} people @returns {{id: string, name: string}[]} who cannot log in yet */
export const withoutAccount = (reps, people) => reps.filter(({ id }) => !people.some(({ rep }) => rep === id));
