/** A contact as a form has it, and as the service takes it. Pure. */

/** @typedef {Record<string, any> & {id: string, name: string, phones: string[], fields: Record<string, string>, tags: string[], link: string|null}} Contact as the service shows it */
/** @typedef {typeof PLAIN[number]} Plain a column of the contacts file that is one text */
/** @typedef {Record<Plain, string> & {phones: string, tags: string, fields: [string, string][]}} Form several phones: a line each */

export const PLAIN = /** @type {const} */ (['name', 'company', 'email', 'tier', 'owner', 'language', 'timezone', 'stage', 'lead_source', 'campaign', 'notes', 'external_id']);
export const STAGES = /** @type {const} */ (['lead', 'mql', 'sql', 'opportunity', 'customer']);

/** @param {Contact|null} contact null: a new one @returns {Form} */
export function formOf(contact) {
  const plain = Object.fromEntries(PLAIN.map((column) => [column, contact?.[column] ?? '']));
  const lists = { phones: (contact?.phones ?? []).join('\n'), tags: (contact?.tags ?? []).join('; '), fields: Object.entries(contact?.fields ?? {}) };
  return /** @type {Form} */ ({ ...plain, ...lists });
}

/** @param {Form} form @returns {Record<string, unknown>} what `/contacts` takes */
export function bodyOf({ phones, tags, fields, ...plain }) {
  const texts = Object.fromEntries(Object.entries(plain).map(([column, text]) => [column, text.trim()]));
  return { ...texts, phones: partsOf(phones, /\n/), tags: partsOf(tags, /[;\n]/), fields: Object.fromEntries(fields.map(([name, value]) => [name.trim(), value]).filter(([name]) => name !== '')) };
}

/** @param {string} text @param {RegExp} by @returns {string[]} */
const partsOf = (text, by) => text.split(by).map((part) => part.trim()).filter(Boolean);

/**
 * The service names the column of the contacts file; the form calls two of them otherwise.
 * @param {Record<string, string>} fields @returns {Record<string, string>}
 */
export const asFormNames = (fields) => Object.fromEntries(Object.entries(fields).map(([name, said]) => [name === 'phone' ? 'phones' : name, said]));

/** @param {string} message as the service says it @param {{number: (n: string, rest: string) => string, longer: (n: string) => string, messages: Readonly<Record<string, string>>}} words @returns {string} */
export function said(message, words) {
  const [, n, rest] = /^number (\d+): (.+)$/.exec(message) ?? [];
  if (rest !== undefined) return words.number(n, said(rest, words));
  const [, limit] = /^longer than (\d+) characters$/.exec(message) ?? [];
  return limit !== undefined ? words.longer(limit) : words.messages[message] ?? message;
}
