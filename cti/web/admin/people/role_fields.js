/** What somebody may do, and which rep they are: the same in both forms. */
import { html } from '../../html.js';
import { Field } from '../parts/field.js';
import { admin } from '../shell.js';
import { people } from './store.js';
import { words } from './words.js';

const ROLES = /** @type {const} */ (['rep', 'supervisor', 'admin']);

/**
 * @param {{role: import('./effects.js').Role, rep: string, own: string|null, errors: Record<string, string>, within: string,
 *   change: (event: Event) => void}} props `own`: the id of the person, whose rep nobody else has
 */
export function RoleFields({ role, rep, own, errors, within, change }) {
  const reps = [...(admin.value.floor?.reps ?? [])].sort((a, b) => a.name.localeCompare(b.name));
  const taken = new Set(people().filter(({ id }) => id !== own).map((person) => person.rep));
  const known = reps.some(({ id }) => id === rep);
  return html`<${Field} name="role" label=${words.role} within=${within} hint=${words.role_hints[role]} error=${errors.role ?? null}>${(/** @type {object} */ given) => html`
      <select class="input" ...${given} value=${role} onChange=${change}>${ROLES.map((one) => html`<option key=${one} value=${one}>${words.roles[one]}</option>`)}</select>`}</${Field}>
    <${Field} name="rep" label=${words.rep} within=${within} hint=${words.rep_hint} error=${errors.rep ?? null}>${(/** @type {object} */ given) => html`
      <select class="input" ...${given} value=${rep} onChange=${change}>
        <option value="">${words.no_rep}</option>
        ${rep && !known && html`<option value=${rep}>${words.unknown_rep(rep)}</option>`}
        ${reps.map(({ id, name }) => html`<option key=${id} value=${id} disabled=${taken.has(id)}>${name} (${id})</option>`)}</select>`}</${Field}>`;
}
