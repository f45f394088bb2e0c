/**
 * The rooms of the console, in the order of its navigation. A room's module and styles are loaded when it is first
 * opened, so that the first paint does not wait for them; its name is `text.rooms.names[id]`.
 */

/** @typedef {(props: {id: string|null, given: Readonly<Record<string, string>>}) => import('preact').ComponentChild} RoomView */
/**
 * @typedef {object} Room
 * @property {string} id in the address: `#/floor`
 * @property {import('../icons.js').IconName} icon
 * @property {'now'|'routing'|'team'|'records'} group
 * @property {string} right without which it is not shown, as the service names it; the service judges anyway
 * @property {() => Promise<RoomView>} load a view that draws its `h1` at once
 * @property {string[]} [styles] files in this folder, without `.css`
 * @property {boolean} [edits] it changes the draft: the bar of changes is there from the start
 * @property {boolean} [hidden] not in the navigation
 */

/** @type {readonly Room[]} */
export const ROOMS = [
  { id: 'floor', icon: 'headset', group: 'now', right: 'watch_floor', load: async () => (await import('./view/floor.js')).FloorNow },
  { id: 'calls', icon: 'phone', group: 'now', right: 'read_calls', load: async () => (await import('./view/calls_room.js')).CallsRoom, styles: ['parts/parts', 'calls/calls'] },
  { id: 'care', icon: 'bell', group: 'now', right: 'read_config', load: async () => (await import('./care/room.js')).CareRoom, styles: ['parts/parts', 'care/care'] },
  { id: 'rules', icon: 'signpost', group: 'routing', right: 'read_config', edits: true, styles: ['parts/parts', 'rules/rules'], load: async () => (await import('./rules/room.js')).RulesRoom },
  { id: 'try', icon: 'flask', group: 'routing', right: 'read_config', edits: true, styles: ['parts/parts', 'try/try'], load: async () => (await import('./try/room.js')).TryIt },
  { id: 'what-if', icon: 'play', group: 'routing', right: 'read_config', edits: true, styles: ['parts/parts', 'what_if/what_if'], load: async () => (await import('./what_if/room.js')).WhatIf },
  { id: 'versions', icon: 'history', group: 'routing', right: 'read_config', edits: true, styles: ['versions'], load: async () => (await import('./view/versions_room.js')).VersionsRoom },
  { id: 'contacts', icon: 'book', group: 'team', right: 'search_contacts', load: async () => (await import('./contacts/room.js')).ContactsRoom, styles: ['parts/parts', 'contacts/contacts'] },
  { id: 'people', icon: 'people', group: 'team', right: 'manage_users', load: async () => (await import('./people/room.js')).PeopleRoom, styles: ['parts/parts', 'people/people'] },
  { id: 'audit', icon: 'shield', group: 'records', right: 'read_config', load: async () => (await import('./audit/room.js')).AuditRoom, styles: ['parts/parts', 'audit/audit'] },
  { id: 'start', icon: 'flag', group: 'now', right: 'configure', hidden: true, edits: true, load: async () => (await import('./start/room.js')).StartRoom, styles: ['parts/parts', 'start/start'] },
];

/** @param {string} id @returns {Room} */
export const roomOf = (id) => ROOMS.find((room) => room.id === id) ?? ROOMS[0];
