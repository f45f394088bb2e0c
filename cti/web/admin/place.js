/** Where one is in the console: the address after `#`, read and written. Pure. */

/**
 * @typedef {object} Place
 * @property {string} room an id of the registry
 * @property {string|null} id what is open in it: `#/calls/ID`
 * @property {Readonly<Record<string, string>>} given what another room hands over: `#/try?call=ID`
 */

export const FIRST_ROOM = 'floor';
const SHAPE = /^#\/([a-z-]+)(?:\/([^/?]+))?(?:\?(.*))?$/;

/** @param {string} hash @param {(room: string) => boolean} isKnown @returns {Place} the first room for an address that is none */
export function placeOf(hash, isKnown) {
  const [, room, id, query] = SHAPE.exec(hash) ?? [];
  if (room === undefined || !isKnown(room)) return { room: FIRST_ROOM, id: null, given: {} };
  return { room, id: id === undefined ? null : decoded(id), given: Object.fromEntries(new URLSearchParams(query ?? '')) };
}

/**
 * @param {string} room @param {string|number|null} [id] @param {Record<string, string>} [given]
 * @returns {string} for a link: `#/calls/c-1`
 */
export function addressOf(room, id = null, given = {}) {
  const query = new URLSearchParams(given).toString();
  return `#/${room}${id === null ? '' : `/${encodeURIComponent(id)}`}${query && `?${query}`}`;
}

/** @param {string} id @returns {string} */
function decoded(id) {
  try {
    return decodeURIComponent(id);
  } catch {
    return id;
  }
}
