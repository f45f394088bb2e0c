import assert from 'node:assert/strict';
import { test } from 'node:test';

import { FIRST_STATE } from '../../../cti/web/desk/model.js';
import { reduce } from '../../../cti/web/desk/reducer.js';
import { callsComeTo, customerOf, faceOf, isElsewhere, keepingOf, legPlaceOf, showsForm, wantedLeg } from '../../../cti/web/desk/selectors.js';
import { ACCEPTED, aCall, aCaller, aContact, after, aPop, AT, ended, hello, moved, presence, TALKING, WRAPPING } from './builders.mjs';

test('an accepted offer becomes a call that connects, and then talks', () => {
  assert.equal(faceOf(after(ACCEPTED)), 'connecting');
  const talking = after(TALKING);
  assert.equal(faceOf(talking), 'talking');
  assert.equal(talking.call?.answered_at, AT);
});

test('the leg is wanted from the accept that the service confirmed until after-call work', () => {
  const popped = [hello, aPop(), { type: 'accept_sent' }];
  assert.equal(wantedLeg(after(popped)), null);
  assert.equal(wantedLeg(after([...popped, { type: 'accept_confirmed', offer_id: 'o1-1' }])), 'o1-1');
  assert.equal(wantedLeg(after(TALKING)), 'o1-1');
  assert.equal(wantedLeg(after(WRAPPING)), null);
});

test('a call accepted in another tab is elsewhere, and this tab wants no leg', () => {
  const state = after([hello, aPop(), ended('accepted'), presence('on_call'), moved('connecting'), moved('talking')]);
  assert.equal(isElsewhere(state), true);
  assert.equal(wantedLeg(state), null);
});

test('a conversation that no tab has is not said to be in another tab', () => {
  const elsewhere = after([{ type: 'snapshot', rep: presence('on_call'), call: aCall() }]);
  assert.equal(legPlaceOf(elsewhere), null);
  const seen = (place, offer_id = 'o1-1') => legPlaceOf(after([{ type: 'leg_seen', offer_id, place }], elsewhere));
  assert.deepEqual([seen('other_tab'), seen('nowhere'), seen('nowhere', 'o1-0')], ['other_tab', 'nowhere', null]);
  assert.equal(legPlaceOf(after([...TALKING, { type: 'leg_seen', offer_id: 'o1-1', place: 'nowhere' }])), null);
});

test('a snapshot of a call that is coming back opens its form, one of a call that never was talked opens none', () => {
  const draft = { disposition: null, notes: 'half' };
  const opened = (returning) => after([{ type: 'snapshot', rep: presence('on_call'), call: aCall({ state: 'connecting', returning, draft }) }]).form?.notes;
  assert.deepEqual([opened(true), opened(false)], ['half', undefined]);
});

test('losing the race for an offer says so and leaves the call to the other tab', () => {
  const lost = { type: 'accept_refused', offer_id: 'o1-1', reason: 'elsewhere' };
  const state = after([hello, aPop(), { type: 'accept_sent' }, ended('accepted'), lost]);
  assert.equal(state.notice?.kind, 'accepted_elsewhere');
  assert.equal(state.held, null);
});

test('an offer that expired is kept as the missed one while the rep is not responding', () => {
  const state = after([hello, aPop(), ended('expired'), presence('not_responding', { reason: 'missed' })]);
  assert.equal(faceOf(state), 'missed');
  assert.equal(state.missed?.who, 'Jan Kowalski');
  assert.equal(after([presence('available')], state).missed, null);
});

for (const outcome of ['caller_left', 'withdrawn']) {
  test(`an offer that ended as ${outcome} leaves a line that says so`, () => {
    const state = after([hello, aPop(), ended(outcome)]);
    assert.equal(state.offer, null);
    assert.deepEqual(state.notice, { kind: outcome, who: 'Jan Kowalski' });
  });
}

test('an accept at the very moment of the hang-up says that the caller left, whichever comes first', () => {
  const accepting = [hello, aPop(), { type: 'accept_sent' }];
  const refused = (reason) => ({ type: 'accept_refused', offer_id: 'o1-1', reason });
  const left = { kind: 'caller_left', who: 'Jan Kowalski' };
  for (const reason of ['caller_left', 'too_late']) {
    assert.deepEqual(after([...accepting, ended('caller_left'), refused(reason)]).notice, left, reason);
  }
  assert.deepEqual(after([...accepting, refused('caller_left')]).notice, left);
  assert.deepEqual(after([...accepting, refused('too_late'), ended('caller_left')]).notice, left);
  assert.equal(after([...accepting, ended('expired'), refused('too_late')]).notice?.kind, 'too_late');
});

test('a late answer to another offer changes nothing', () => {
  const state = after([hello, aPop()]);
  assert.equal(reduce(state, ended('expired', 'o1-0')), state);
});

test('a command that did not reach the service lets one try again', () => {
  const refused = { type: 'accept_refused', offer_id: 'o1-1', reason: 'not_sent' };
  assert.equal(after([hello, aPop(), { type: 'accept_sent' }, refused]).offer?.step, 'ringing');
});

test('a lost leg shows the call as returning, with the time of the first answer kept', () => {
  const state = after([...TALKING, moved('connecting')]);
  assert.equal(faceOf(state), 'returning');
  const back = after([moved('talking', { since: '2026-11-22T10:05:00.000Z' })], state);
  assert.equal(back.call?.returning, false);
  assert.equal(back.call?.answered_at, AT);
});

test('a call that went back to the line is let go, and said so', () => {
  const state = after([...TALKING, moved('waiting')]);
  assert.equal(state.call, null);
  assert.equal(state.notice?.kind, 'back_in_line');
});

test('a caller who hangs up while being put through is not filed', () => {
  const state = after([...ACCEPTED, moved('ended')]);
  assert.equal(state.notice?.kind, 'ended_early');
  assert.equal(state.form, null);
});

test('notes taken while talking are in the form of after-call work', () => {
  const state = after([...TALKING, { type: 'form_changed', notes: 'Monday' }, moved('wrap_up')]);
  assert.equal(state.form?.notes, 'Monday');
});

test('the deadline of after-call work frees the rep and keeps the form', () => {
  const state = after([...WRAPPING, { type: 'form_changed', notes: 'Monday' }, moved('ended'), presence('available')]);
  assert.equal(faceOf(state), 'idle');
  assert.equal(state.form?.late, true);
  assert.equal(state.form?.notes, 'Monday');
});

test('calls come again only to somebody who is available', () => {
  const over = [...MONDAY.slice(0, -1)];
  const comes = (status) => callsComeTo(after([...over, presence(status)]));
  assert.deepEqual(['available', 'reserved', 'away', 'not_responding', 'offline'].map(comes), [true, true, false, false, false]);
  assert.equal(callsComeTo(after([...over, presence('available'), { type: 'link_lost' }])), false);
});

test('a rep who serves no queue is not told to be ready for the next call', () => {
  const me = { type: 'me_loaded', me: { id: 'u1', rep: { id: 'bo', name: 'bo' }, dispositions: [] } };
  const serving = (...queues) => after([hello, me, { type: 'queues_loaded', queues }, presence('available')]);
  assert.deepEqual([faceOf(serving()), callsComeTo(serving())], ['no_queue', false]);
  assert.equal(faceOf(serving({ id: 'support', waiting: 0, longest_since: null })), 'idle');
  assert.equal(faceOf(after([presence('away')], serving())), 'away');
  assert.equal(faceOf(after([hello, presence('available')])), 'idle');
});

test('a form that is late stays under the next offer', () => {
  const state = after([...WRAPPING, moved('ended'), presence('reserved'), aPop({ offer: { id: 'o1-2', expires_at: AT }, call: { ...aPop().call, id: 'c2' } })]);
  assert.equal(faceOf(state), 'offer');
  assert.equal(state.form?.call_id, 'c1');
});

const SECOND = [presence('reserved'), aPop({ offer: { id: 'o1-2', expires_at: AT }, call: { ...aPop().call, id: 'c2' } }),
  ended('accepted', 'o1-2'), moved('connecting', { call_id: 'c2' }), moved('talking', { call_id: 'c2' })];
const MONDAY = [...WRAPPING, { type: 'form_changed', notes: 'Monday' }, moved('ended'), presence('available')];

test('the next conversation puts a form with words aside, still to be saved, and brings it back when its own is filed', () => {
  const talking = after([...MONDAY, ...SECOND]);
  assert.deepEqual([talking.form?.call_id, talking.form?.notes], ['c2', '']);
  assert.deepEqual(talking.aside.map(({ call_id, notes, save, late }) => [call_id, notes, save, late]), [['c1', 'Monday', 'dirty', true]]);
  const saved = after([{ type: 'draft_sent', call_id: 'c1' }, { type: 'draft_saved', call_id: 'c1' }], talking);
  assert.equal(saved.aside[0].save, 'saved');
  const filed = after([moved('wrap_up', { call_id: 'c2' }), { type: 'filing_sent', call_id: 'c2' }, { type: 'filed', call_id: 'c2' }], saved);
  assert.deepEqual([filed.form?.call_id, filed.form?.notes, filed.form?.late, filed.aside], ['c1', 'Monday', true, []]);
  assert.equal(after([{ type: 'filed', call_id: 'c1' }], filed).form, null);
});

test('a form in which nothing was written does not come back', () => {
  assert.deepEqual(after([...WRAPPING, moved('ended'), ...SECOND]).aside, []);
});

test('a form that is being filed when the next conversation starts is done with when the answer comes', () => {
  const state = after([...MONDAY, { type: 'filing_sent', call_id: 'c1' }, ...SECOND, { type: 'filed', call_id: 'c1' }]);
  assert.deepEqual([state.form?.call_id, state.aside], ['c2', []]);
});

test('notes of a call that went back to the line stay, and go on when it comes back', () => {
  const waiting = after([...TALKING, { type: 'form_changed', notes: 'Monday' }, moved('waiting')]);
  assert.deepEqual([waiting.form?.notes, waiting.form?.gone], ['Monday', true]);
  const again = [aPop({ offer: { id: 'o1-3', expires_at: AT } }), ended('accepted', 'o1-3'), moved('talking')];
  assert.deepEqual([after(again, waiting).form?.notes, after(again, waiting).form?.gone], ['Monday', false]);
  assert.equal(after([{ type: 'form_discarded', call_id: 'c1' }], waiting).form, null);
  assert.equal(after([...TALKING, moved('waiting')]).form, null);
});

test('a form that a colleague files, or that was filed elsewhere, is not sent again', () => {
  const gone = after([...MONDAY, { type: 'draft_refused', call_id: 'c1', reason: 'not_yours' }]);
  assert.deepEqual([gone.form?.notes, gone.form?.gone], ['Monday', true]);
  assert.equal(after([...MONDAY, { type: 'draft_refused', call_id: 'c1', reason: 'filed' }]).form, null);
});

const aDraft = (changes = {}) => ({
  call_id: 'c1', from: '+48600100200', caller_name: 'Jan Kowalski', state: 'ended', disposition: 'resolved', notes: 'Monday', ...changes,
});

test('forms of a page that was closed are found again, one after the other', () => {
  const state = after([hello, { type: 'drafts_loaded', drafts: [aDraft(), aDraft({ call_id: 'c0' })] }]);
  assert.deepEqual([state.form?.call_id, state.form?.disposition, state.form?.late, state.form?.save], ['c1', 'resolved', true, 'saved']);
  assert.deepEqual(state.aside.map((form) => form.call_id), ['c0']);
  assert.deepEqual(after([{ type: 'drafts_loaded', drafts: [aDraft(), aDraft({ call_id: 'c0' })] }], state), state);
});

test('a draft that is read does not replace what is on the page', () => {
  const typed = after([...MONDAY, { type: 'drafts_loaded', drafts: [aDraft({ notes: 'Mon' })] }]);
  assert.deepEqual([typed.form?.notes, typed.aside], ['Monday', []]);
  const talking = after([...TALKING, { type: 'drafts_loaded', drafts: [aDraft({ call_id: 'c0' })] }]);
  assert.deepEqual([talking.form?.call_id, talking.aside.length], ['c1', 1]);
  const empty = after([...TALKING, { type: 'drafts_loaded', drafts: [aDraft({ state: 'talking' })] }]);
  assert.deepEqual([empty.form?.notes, empty.form?.late], ['Monday', false]);
});

test('filing closes the form; a refusal keeps it', () => {
  const sent = [...WRAPPING, { type: 'filing_sent', call_id: 'c1' }];
  assert.equal(after([...sent, { type: 'filed', call_id: 'c1' }]).form, null);
  const refused = after([...sent, { type: 'filing_refused', call_id: 'c1' }]);
  assert.deepEqual([refused.form?.filing, refused.form?.refused], [false, true]);
});

test('an answer to an older draft does not claim that the newer words are saved', () => {
  const typed = [...TALKING, { type: 'form_changed', notes: 'a' }, { type: 'draft_sent', call_id: 'c1' }, { type: 'form_changed', notes: 'ab' }];
  assert.equal(after([...typed, { type: 'draft_saved', call_id: 'c1' }]).form?.save, 'dirty');
});

test('a snapshot restores a call with its draft, and takes nothing typed since away', () => {
  const call = aCall({ state: 'wrap_up', draft: { disposition: 'resolved', notes: 'from before' } });
  const fresh = after([{ type: 'snapshot', rep: presence('wrap_up'), offer: null, call }]);
  assert.equal(fresh.form?.notes, 'from before');
  const typed = after([{ type: 'form_changed', notes: 'newer' }, { type: 'snapshot', rep: presence('wrap_up'), call }], fresh);
  assert.equal(typed.form?.notes, 'newer');
});

test('a snapshot without the offer that was ringing says that it moved on', () => {
  const state = after([hello, aPop(), { type: 'snapshot', rep: presence('available'), offer: null, call: null }]);
  assert.equal(state.notice?.kind, 'offer_gone');
});

test('an event that comes twice counts once', () => {
  const state = after([{ ...hello, cursor: '1-0' }, { ...aPop(), cursor: '2-0' }, { ...ended('caller_left'), cursor: '3-0' }]);
  const closed = after([{ type: 'notice_closed' }], state);
  assert.equal(reduce(closed, { ...ended('caller_left'), cursor: '3-0' }), closed);
});

test('an event about a call that is not known here asks for the whole truth', () => {
  assert.equal(after([hello, moved('talking')]).stale, true);
  assert.equal(after([hello, moved('ended')]).stale, false);
});

test('a record that arrives later fills the offer, the call and the form', () => {
  const unknown = aCaller({ match: 'unavailable', contacts: [] });
  const update = { type: 'caller_updated', call_id: 'c1', caller: aCaller() };
  assert.equal(after([hello, aPop({ caller: unknown }), update]).offer?.pop.caller?.match, 'one');
  assert.equal(after([...TALKING, update]).form?.caller?.contacts[0].name, 'Jan Kowalski');
});

test('a choice among several can be taken back', () => {
  const several = aCaller({ match: 'many', contacts: [aContact(), aContact({ id: 'k2', name: 'Ewa Nowak' })] });
  const chosen = { type: 'caller_updated', call_id: 'c1', caller: aCaller({ contacts: [several.contacts[1]] }) };
  const state = after([hello, aPop({ caller: several }), chosen]);
  assert.equal(state.offer?.pop.caller?.match, 'one');
  const again = after([{ type: 'choosing_again' }], state).offer?.pop.caller;
  assert.deepEqual([again?.match, again?.contacts.length], ['many', 2]);
});

test('a choice among mere suggestions can be taken back, and they stay suggestions', () => {
  const suggested = aCaller({ match: 'none', contacts: [aContact({ quality: 'suggestion' })] });
  const chosen = { type: 'caller_updated', call_id: 'c1', caller: aCaller() };
  const again = after([hello, aPop({ caller: suggested }), chosen, { type: 'choosing_again' }]).offer?.pop.caller;
  assert.deepEqual([again?.match, again?.contacts.length], ['none', 1]);
});

test('choosing a contact for a call that has gone to a colleague says that it is too late', () => {
  assert.deepEqual(after([hello, aPop(), { type: 'choice_too_late' }]).notice, { kind: 'too_late', who: '' });
});

test('an answer to an outdated search is dropped', () => {
  const typed = after([{ type: 'search_typed', query: 'ko' }, { type: 'search_typed', query: 'kow' }]);
  assert.equal(reduce(typed, { type: 'search_answered', query: 'ko', contacts: [aContact()] }), typed);
});

test('while disconnected nothing is shown as live', () => {
  assert.equal(faceOf(after([...TALKING, { type: 'link_lost' }])), 'disconnected');
  assert.equal(faceOf(after([hello, { type: 'signed_out' }, { type: 'link_lost' }])), 'disconnected');
  assert.equal(after([{ type: 'signed_out' }, { type: 'link_lost' }]).link, 'signed_out');
});

test('a connection that is lost in mid-talk takes neither the form nor the record away', () => {
  const lost = after([...TALKING, { type: 'form_changed', notes: 'Mon' }, { type: 'link_lost' }, { type: 'form_changed', notes: 'Monday' }]);
  assert.deepEqual([faceOf(lost), showsForm(lost), lost.form?.notes], ['disconnected', true, 'Monday']);
  assert.equal(customerOf(lost)?.caller?.contacts[0].name, 'Jan Kowalski');
  assert.deepEqual([showsForm(after(WRAPPING)), showsForm(after([...WRAPPING, { type: 'link_lost' }]))], [true, true]);
});

test('without a connection no offer shows its record, and nobody else sees anything once logged out', () => {
  assert.equal(customerOf(after([hello, aPop(), { type: 'link_lost' }])), null);
  const out = after([...TALKING, { type: 'signed_out' }]);
  assert.deepEqual([showsForm(out), customerOf(out)], [false, null]);
});

test('without a connection what was typed does not count as being saved', () => {
  const typed = after([...TALKING, { type: 'form_changed', notes: 'Monday' }, { type: 'draft_sent', call_id: 'c1' }]);
  assert.equal(keepingOf(typed, typed.form), 'saving');
  const lost = after([{ type: 'link_lost' }], typed);
  assert.equal(keepingOf(lost, lost.form), 'failed');
  const saved = after([{ type: 'draft_saved', call_id: 'c1' }], lost);
  assert.equal(keepingOf(saved, saved.form), 'saved');
});

test('timers follow the clock of the service', () => {
  assert.equal(after([{ ...hello, received_ms: Date.parse(AT) - 4_000 }]).skew_ms, 4_000);
});

test('nothing the page did itself ends an offer or a call', () => {
  const page = ['accept_sent', 'decline_sent', 'phone_starting', 'phone_ready', 'phone_closed', 'notice_closed', 'not_sent', 'link_lost'];
  const state = after([hello, aPop()]);
  for (const type of page) assert.equal(reduce(state, { type }).offer?.pop.offer.id, 'o1-1', type);
});

test('an unknown event of a later release is ignored', () => {
  assert.equal(reduce(FIRST_STATE, { type: 'call_held' }), FIRST_STATE);
});
