"""A conference: who is in, when it runs, what it tells. Frozen; every change is a function that also says what
happened. Pure.

Guarantees: it starts once, with at least two participants of whom one may start it; it ends once; events are
numbered without gaps; they go where the first participant said, whatever later ones say.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Literal

from cti.telephony.emulator.twiml_model import ConferenceCallback, Target
from cti.telephony.model import CallSid

ConferenceStatus = Literal["init", "in-progress", "completed"]
LeftBecause = Literal["participant_hung_up", "participant_updated_via_api", "kicked"]
"""Why one leg left. Twilio reports a leg that was kicked as updated by the API."""

_SUBSCRIPTION = {
    "conference-start": "start",
    "conference-end": "end",
    "participant-join": "join",
    "participant-leave": "leave",
    "participant-mute": "mute",
    "participant-unmute": "mute",
    "participant-hold": "hold",
    "participant-unhold": "hold",
    "participant-modify": "modify",
    "announcement-end": "announcement",
    "announcement-fail": "announcement",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Participant:
    """One leg in a conference."""

    call_sid: CallSid
    joined_at: datetime
    label: str | None = None
    muted: bool = False
    hold: bool = False
    start_on_enter: bool = True
    end_on_exit: bool = False
    hold_music: Target | None = None
    """What is played on hold, where it is not the wait document."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ConferenceEvent:
    """Something that happened in a conference; ``fields`` are what only this kind carries."""

    kind: str
    sequence: int
    participant: Participant | None = None
    fields: Mapping[str, str] = field(default_factory=dict)

    @property
    def subscription(self) -> str:
        """The word of ``statusCallbackEvent`` that asks for it."""
        return _SUBSCRIPTION[self.kind]


@dataclass(frozen=True, slots=True, kw_only=True)
class Conference:
    """One conference; a name can have many in the course of time, but only one that is not completed."""

    sid: str
    name: str
    created_at: datetime
    updated_at: datetime
    status: ConferenceStatus = "init"
    participants: tuple[Participant, ...] = ()
    callback: ConferenceCallback | None = None
    sequence: int = 0
    reason_ended: str | None = None
    ended_by: CallSid | None = None

    @property
    def over(self) -> bool:
        """True once it has ended."""
        return self.status == "completed"

    def find(self, call_sid_or_label: str) -> Participant | None:
        """The participant with that call sid or label."""
        return next((one for one in self.participants if call_sid_or_label in (one.call_sid, one.label)), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What a change came to."""

    conference: Conference
    events: tuple[ConferenceEvent, ...] = ()
    ejected: tuple[CallSid, ...] = ()
    """Legs that are out although they did not leave by themselves."""


def join(conference: Conference, participant: Participant, callback: ConferenceCallback | None) -> Change:
    """The leg is in. The first one decides where events go. Raises ValueError for a label that is taken."""
    if participant.label and any(one.label == participant.label for one in conference.participants):
        raise ValueError("the label is taken")
    first = not conference.participants
    inside = replace(
        conference,
        participants=(*conference.participants, participant),
        callback=callback if first else conference.callback,
        updated_at=participant.joined_at,
    )
    kinds: list[tuple[str, Participant | None]] = [("participant-join", participant)]
    if inside.status == "init" and _may_start(inside):
        inside = replace(inside, status="in-progress")
        kinds.insert(0, ("conference-start", None))
    return _tell(inside, kinds)


def leave(conference: Conference, sid: CallSid, because: LeftBecause, at: datetime, call_status: str) -> Change:
    """The leg is out; the conference ends when it was the last, or one whose leaving ends it."""
    gone = conference.find(sid)
    if gone is None:
        return Change(conference=conference)
    rest = tuple(one for one in conference.participants if one.call_sid != sid)
    kicked = because == "kicked"
    why = "participant_updated_via_api" if kicked else because
    outside = replace(conference, participants=rest, updated_at=at)
    told = _tell(outside, [("participant-leave", gone)], _left_fields(call_status, why))
    if gone.end_on_exit and rest:
        reason = "participant-with-end-conference-on-exit-" + ("kicked" if kicked else "left")
        return _close(told, reason, gone, at, "moderator_ended_conference")
    if not rest:
        return _close(told, "last-participant-" + ("kicked" if kicked else "left"), gone, at, "")
    return told


def finish(conference: Conference, at: datetime) -> Change:
    """Ended by the API; harmless when it has ended."""
    if conference.over:
        return Change(conference=conference)
    return _close(Change(conference=conference), "conference-ended-via-api", None, at, "conference_ended_via_api")


def modify(conference: Conference, changed: Participant, at: datetime) -> Change:
    """A participant is muted, held or otherwise changed; nothing happens when nothing differs."""
    before = conference.find(changed.call_sid)
    if before is None or before == changed:
        return Change(conference=conference)
    kinds: list[tuple[str, Participant | None]] = []
    if before.muted != changed.muted:
        kinds.append(("participant-mute" if changed.muted else "participant-unmute", changed))
    if before.hold != changed.hold:
        kinds.append(("participant-hold" if changed.hold else "participant-unhold", changed))
    if before.end_on_exit != changed.end_on_exit:
        kinds.append(("participant-modify", changed))
    participants = tuple(changed if one.call_sid == changed.call_sid else one for one in conference.participants)
    return _tell(replace(conference, participants=participants, updated_at=at), kinds)


def announced(conference: Conference, sid: CallSid | None, url: str, reason: str) -> Change:
    """An announcement has been played (``reason`` empty) or could not be."""
    kind = "announcement-fail" if reason else "announcement-end"
    fields = {"ReasonAnnouncementFailed": reason} if reason else {}
    participant = conference.find(sid) if sid else None
    return _tell(conference, [(kind, participant)], {"AnnounceUrl": url, **fields})


def _may_start(conference: Conference) -> bool:
    return len(conference.participants) >= 2 and any(one.start_on_enter for one in conference.participants)


def _tell(
    conference: Conference, kinds: list[tuple[str, Participant | None]], fields: Mapping[str, str] | None = None
) -> Change:
    events = tuple(
        ConferenceEvent(kind=kind, sequence=conference.sequence + at, participant=participant, fields=fields or {})
        for at, (kind, participant) in enumerate(kinds, 1)
    )
    return Change(conference=replace(conference, sequence=conference.sequence + len(events)), events=events)


def _left_fields(call_status: str, why: str) -> dict[str, str]:
    return {"ParticipantCallStatus": call_status, "ReasonParticipantLeft": why}


def _close(so_far: Change, reason: str, by: Participant | None, at: datetime, others_left: str) -> Change:
    conference = so_far.conference
    others = conference.participants
    told = _tell(
        replace(conference, participants=()),
        [("participant-leave", one) for one in others],
        _left_fields("in-progress", others_left),
    )
    ended = {"ReasonConferenceEnded": reason}
    if by is not None:
        ended["CallSidEndingConference"] = by.call_sid
        if by.label:
            ended["ParticipantLabelEndingConference"] = by.label
    closed = _tell(
        replace(
            told.conference,
            status="completed",
            updated_at=at,
            reason_ended=reason,
            ended_by=by.call_sid if by else None,
        ),
        [("conference-end", None)],
        ended,
    )
    return Change(
        conference=closed.conference,
        events=(*so_far.events, *told.events, *closed.events),
        ejected=tuple(one.call_sid for one in others),
    )
