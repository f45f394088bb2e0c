"""All conferences, their callbacks, and the legs in them. Every change happens at once, without waiting."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from cti.telephony.emulator import conference as rules
from cti.telephony.emulator.conference import Change, Conference, LeftBecause, Participant
from cti.telephony.emulator.fields import conference_event_fields
from cti.telephony.emulator.leg import Leg
from cti.telephony.emulator.leg_book import LegBook
from cti.telephony.emulator.settings import new_sid
from cti.telephony.emulator.twiml_model import DialConference, Fault, Target
from cti.telephony.emulator.web_client import WebClient
from cti.telephony.model import CallSid

KEPT = 5_000
"""Ended conferences beyond this many are forgotten, oldest first."""


class ConferenceRoom:
    """Conferences by sid. ``nudge`` is called for every leg that should look at its conference again."""

    def __init__(
        self,
        *,
        legs: LegBook,
        web: WebClient,
        now: Callable[[], datetime],
        account_sid: str,
        nudge: Callable[[CallSid], None],
    ) -> None:
        self._legs = legs
        self._web = web
        self._now = now
        self._account_sid = account_sid
        self._nudge = nudge
        self._conferences: dict[str, Conference] = {}
        self._live: dict[str, str] = {}
        self._actions: dict[CallSid, Target] = {}

    def newest_first(self) -> list[Conference]:
        """Every conference."""
        return list(reversed(self._conferences.values()))

    def by_sid(self, sid: str) -> Conference | None:
        """The conference with that sid, live or over."""
        return self._conferences.get(sid)

    def by_sid_or_name(self, key: str) -> Conference | None:
        """By sid, or the live one by that name."""
        return self._conferences.get(key) or self._conferences.get(self._live.get(key, ""))

    def of(self, leg: Leg) -> Conference | None:
        """The conference that the leg is in."""
        return self._conferences.get(leg.conference)

    def enter(self, leg: Leg, verb: DialConference) -> Fault | None:
        """The leg is in; or why not: 16025 the label is taken, 16020 it is full (the latter code is our choice)."""
        conference = self.by_sid_or_name(verb.name) or self._open(verb.name)
        if verb.label and conference.find(verb.label):
            return Fault(code=16025, url="", message="the participant label is taken")
        if len(conference.participants) >= verb.max_participants:
            return Fault(code=16020, url="", message="the conference is full")
        participant = Participant(
            call_sid=leg.sid,
            joined_at=self._now(),
            label=verb.label,
            muted=verb.muted,
            start_on_enter=verb.start_on_enter,
            end_on_exit=verb.end_on_exit,
        )
        if verb.action is not None:
            self._actions[leg.sid] = verb.action
        self._legs.put(replace(leg, conference=conference.sid))
        self._apply(rules.join(conference, participant, verb.callback))
        return None

    def leave(self, leg: Leg, sid: str, because: LeftBecause) -> None:
        """The leg is out of that conference; the others too when its leaving ends it."""
        conference = self._conferences[sid]
        self._apply(rules.leave(conference, leg.sid, because, self._now(), leg.status.value))
        self._actions.pop(leg.sid, None)
        if leg.conference:
            self._legs.put(replace(leg, conference=""))

    def kick(self, sid: str, call_sid: CallSid) -> None:
        """Removes a participant by REST; its document goes on after ``<Dial>``."""
        change = rules.leave(self._conferences[sid], call_sid, "kicked", self._now(), "in-progress")
        self._apply(replace(change, ejected=(call_sid, *change.ejected)))

    def finish(self, sid: str) -> Conference:
        """Ends it by REST."""
        return self._apply(rules.finish(self._conferences[sid], self._now()))

    def modify(self, sid: str, participant: Participant) -> Participant:
        """A participant is changed by REST."""
        self._apply(rules.modify(self._conferences[sid], participant, self._now()))
        self._nudge(participant.call_sid)
        return participant

    def announced(self, sid: str, call_sid: CallSid | None, url: str, reason: str) -> None:
        """An announcement is over; ``reason`` says why it could not be played."""
        conference = self._conferences.get(sid)
        if conference is not None and not conference.over:
            self._apply(rules.announced(conference, call_sid, url, reason))

    def take_action(self, sid: CallSid) -> Target | None:
        """Where the leg's ``<Dial>`` wanted its end told; asked once."""
        return self._actions.pop(sid, None)

    def _open(self, name: str) -> Conference:
        conference = Conference(sid=new_sid("CF"), name=name, created_at=self._now(), updated_at=self._now())
        self._conferences[conference.sid] = conference
        self._live[name] = conference.sid
        return conference

    def _apply(self, change: Change) -> Conference:
        conference = change.conference
        self._conferences[conference.sid] = conference
        if conference.over and self._live.get(conference.name) == conference.sid:
            del self._live[conference.name]
            self._forget()
        for sid in change.ejected:
            leg = self._legs.live(sid)
            if leg is not None:
                self._legs.put(replace(leg, conference=""))
            self._nudge(sid)
        for participant in conference.participants:
            self._retell(participant.call_sid)
            self._nudge(participant.call_sid)
        self._call_back(change)
        return conference

    def _retell(self, sid: CallSid) -> None:
        leg = self._legs.get(sid)
        if leg is not None:
            self._legs.put(leg)

    def _call_back(self, change: Change) -> None:
        callback = change.conference.callback
        if callback is None:
            return
        for event in change.events:
            if event.subscription in callback.events:
                fields = conference_event_fields(change.conference, event, self._now(), self._account_sid)
                self._web.tell(change.conference.sid, callback.target, fields)

    def _forget(self) -> None:
        over = [sid for sid, conference in self._conferences.items() if conference.over]
        if len(over) > KEPT:
            for sid in over[: KEPT // 10]:
                del self._conferences[sid]
