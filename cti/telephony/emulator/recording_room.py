"""All recordings, and what is told about them. Every change happens at once, without waiting."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from cti.telephony.emulator import recording as rules
from cti.telephony.emulator.fields import recording_action_fields, recording_status_fields
from cti.telephony.emulator.leg import Leg
from cti.telephony.emulator.leg_book import LegBook
from cti.telephony.emulator.recording import Recording
from cti.telephony.emulator.resources import account_uri
from cti.telephony.emulator.settings import new_sid
from cti.telephony.emulator.twiml_model import Record, Target
from cti.telephony.emulator.web_client import WebClient
from cti.telephony.model import CallSid

KEPT = 5_000
"""Recordings beyond this many are forgotten, oldest first."""


class RecordingRoom:
    """Recordings by sid; a leg has at most one that runs. ``own_url`` gives the emulator's own address."""

    def __init__(
        self,
        *,
        legs: LegBook,
        web: WebClient,
        now: Callable[[], datetime],
        account_sid: str,
        speed: float,
        own_url: Callable[[], str],
    ) -> None:
        self._legs = legs
        self._web = web
        self._now = now
        self._account_sid = account_sid
        self._speed = speed
        self._own_url = own_url
        self._recordings: dict[str, Recording] = {}

    def newest_first(self) -> list[Recording]:
        """Every recording."""
        return list(reversed(self._recordings.values()))

    def by_sid(self, sid: str) -> Recording | None:
        """The recording with that sid."""
        return self._recordings.get(sid)

    def delete(self, sid: str) -> None:
        """Forgets it, its sound too."""
        self._recordings.pop(sid, None)

    def url(self, recording: Recording) -> str:
        """Where its sound is."""
        return f"{self._own_url()}{account_uri(self._account_sid)}/Recordings/{recording.sid}"

    def begin(self, leg: Leg, verb: Record) -> None:
        """The leg is recorded from now on."""
        recording = Recording(sid=new_sid("RE"), call_sid=leg.sid, verb=verb, started_at=self._now())
        self._legs.put(replace(leg, recording=recording.sid))
        self._keep(recording)

    def speak(self, sid: CallSid, seconds: float) -> None:
        """The person with that leg says something; ``seconds`` on the wall's clock."""
        leg = self._legs.live(sid)
        recording = self.by_sid(leg.recording) if leg else None
        if recording is not None:
            self._recordings[recording.sid] = rules.speak(recording, self._now(), seconds)

    def finish(self, leg: Leg, digits: str) -> tuple[Target, dict[str, str]] | None:
        """The leg's recording ends: where to tell that, with which fields; null when it is empty. ``digits`` is the
        key that ended it, ``hangup``, or nothing."""
        before = self.by_sid(leg.recording)
        if before is None:
            return None
        over = self._keep(rules.finish(before, self._now(), speed=self._speed))
        if over.status == "absent":
            return None
        return over.verb.action, recording_action_fields(over, self.url(over), digits)

    def _keep(self, recording: Recording) -> Recording:
        self._recordings[recording.sid] = recording
        if len(self._recordings) > KEPT:
            for sid in [sid for sid, one in self._recordings.items() if one.ended_at][: KEPT // 10]:
                del self._recordings[sid]
        status = recording.verb.status
        if status is not None and recording.status in status.events:
            fields = recording_status_fields(recording, self.url(recording), self._account_sid)
            self._web.tell(recording.sid, status.target, fields)
        return recording
