"""When a conference starts and ends, and what it tells."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from cti.telephony.emulator.conference import (
    Conference,
    Participant,
    announced,
    finish,
    join,
    leave,
    modify,
)
from cti.telephony.emulator.twiml_model import ConferenceCallback, Target
from cti.telephony.model import CallSid

AT = datetime(2026, 11, 24, 9, tzinfo=UTC)


def _callback(url: str) -> ConferenceCallback:
    return ConferenceCallback(target=Target(url=url), events=frozenset({"start", "end"}))


def _one(sid: str, **changes: object) -> Participant:
    return replace(Participant(call_sid=CallSid(sid), joined_at=AT, label=f"label-{sid}"), **changes)


def _with(*participants: Participant) -> Conference:
    conference = Conference(sid="CF1", name="c-1", created_at=AT, updated_at=AT)
    for participant in participants:
        conference = join(conference, participant, _callback(f"http://x/{participant.call_sid}")).conference
    return conference


def _kinds(change: object) -> list[str]:
    return [event.kind for event in change.events]


def test_one_participant_waits_and_the_second_starts_it():
    alone = join(_with(), _one("CA1"), None)
    assert (alone.conference.status, _kinds(alone)) == ("init", ["participant-join"])
    both = join(alone.conference, _one("CA2"), None)
    assert (both.conference.status, _kinds(both)) == ("in-progress", ["conference-start", "participant-join"])


def test_two_who_may_not_start_it_wait_for_one_who_may():
    waiting = _with(_one("CA1", start_on_enter=False), _one("CA2", start_on_enter=False))
    assert waiting.status == "init"
    assert join(waiting, _one("CA3"), None).conference.status == "in-progress"


def test_events_go_where_the_first_participant_said():
    assert _with(_one("CA1"), _one("CA2")).callback == _callback("http://x/CA1")


def test_events_are_numbered_without_gaps():
    first = join(_with(), _one("CA1"), None)
    second = join(first.conference, _one("CA2", end_on_exit=True), None)
    third = leave(second.conference, CallSid("CA2"), "participant_hung_up", AT, "completed")
    told = [event.sequence for change in (first, second, third) for event in change.events]
    assert told == list(range(1, len(told) + 1))


def test_a_label_is_unique():
    with pytest.raises(ValueError, match="label"):
        join(_with(_one("CA1")), _one("CA2", label="label-CA1"), None)


def test_one_whose_leaving_ends_it_puts_the_others_out():
    change = leave(
        _with(_one("CA1"), _one("CA2", end_on_exit=True)), CallSid("CA2"), "participant_hung_up", AT, "completed"
    )
    assert change.ejected == ("CA1",)
    assert _kinds(change) == ["participant-leave", "participant-leave", "conference-end"]
    assert [event.fields.get("ReasonParticipantLeft") for event in change.events[:2]] == [
        "participant_hung_up",
        "moderator_ended_conference",
    ]
    assert change.events[-1].fields == {
        "ReasonConferenceEnded": "participant-with-end-conference-on-exit-left",
        "CallSidEndingConference": "CA2",
        "ParticipantLabelEndingConference": "label-CA2",
    }


def test_others_may_leave_without_ending_it():
    change = leave(_with(_one("CA1"), _one("CA2")), CallSid("CA1"), "participant_updated_via_api", AT, "in-progress")
    assert change.conference.status == "in-progress"
    assert _kinds(change) == ["participant-leave"]
    assert change.ejected == ()


def test_it_ends_with_its_last_participant():
    change = leave(_with(_one("CA1")), CallSid("CA1"), "participant_hung_up", AT, "completed")
    assert change.conference.over
    assert change.conference.reason_ended == "last-participant-left"


def test_a_kick_is_told_as_an_update_by_the_api():
    change = leave(_with(_one("CA1"), _one("CA2", end_on_exit=True)), CallSid("CA2"), "kicked", AT, "in-progress")
    assert change.events[0].fields["ReasonParticipantLeft"] == "participant_updated_via_api"
    assert change.conference.reason_ended == "participant-with-end-conference-on-exit-kicked"


def test_the_api_ends_it_once():
    change = finish(_with(_one("CA1"), _one("CA2")), AT)
    assert change.ejected == ("CA1", "CA2")
    assert change.conference.reason_ended == "conference-ended-via-api"
    assert finish(change.conference, AT).events == ()


def test_a_stranger_leaving_changes_nothing():
    conference = _with(_one("CA1"))
    assert leave(conference, CallSid("CA9"), "participant_hung_up", AT, "completed").conference == conference


def test_only_what_differs_is_told():
    conference = _with(_one("CA1"), _one("CA2"))
    one = conference.participants[0]
    assert _kinds(modify(conference, replace(one, muted=True, hold=True), AT)) == [
        "participant-mute",
        "participant-hold",
    ]
    assert modify(conference, one, AT).events == ()
    assert _kinds(modify(conference, replace(one, end_on_exit=True), AT)) == ["participant-modify"]


def test_an_announcements_end_is_told_with_its_reason():
    conference = _with(_one("CA1"))
    assert _kinds(announced(conference, CallSid("CA1"), "http://x", "")) == ["announcement-end"]
    failed = announced(conference, None, "http://x", "11200: no")
    assert failed.events[0].fields == {"AnnounceUrl": "http://x", "ReasonAnnouncementFailed": "11200: no"}
