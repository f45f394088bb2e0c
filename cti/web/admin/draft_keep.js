/** Where the browser keeps each person's draft of this service, until it is active or given up. Never throws. */

const NAME = 'cti.draft.';

/** @param {string} person an id */
const keyOf = (person) => NAME + person;

/** @param {string} person @returns {boolean} a draft waits: without reading it */
export function isKept(person) {
  try {
    return localStorage.getItem(keyOf(person)) !== null;
  } catch {
    return false;
  }
}

/** @param {string} person @returns {any} null where there is none that can be read */
export function readKept(person) {
  try {
    return JSON.parse(localStorage.getItem(keyOf(person)) ?? 'null');
  } catch {
    return null;
  }
}

/**
 * @param {string} person @param {import('./draft_model.js').Kept|null} draft null: it is over
 * @returns {boolean} it is kept; where there is too little room, without the steps that could be undone
 */
export function writeKept(person, draft) {
  for (const form of draft === null ? [null] : [draft, { ...draft, past: [], future: [] }]) {
    try {
      if (form === null) localStorage.removeItem(keyOf(person));
      else localStorage.setItem(keyOf(person), JSON.stringify(form));
      return true;
    } catch {
      continue;
    }
  }
  return false;
}

/** Another tab of the same person wrote. @param {string} person @param {(draft: any) => void} heard null: it is over */
export function hearKept(person, heard) {
  addEventListener('storage', (event) => {
    if (event.key === keyOf(person)) heard(readKept(person));
  });
}
