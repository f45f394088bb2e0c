"""The steps of a leg that was called: dialled, ringing, answered, over; told where its maker asked. Every change
happens at once, without waiting.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from cti.telephony.emulator.fields import status_fields
from cti.telephony.emulator.leg import Leg, dial, ring
from cti.telephony.emulator.leg_book import LegBook
from cti.telephony.emulator.web_client import WebClient
from cti.telephony.model import CallSid


class LegSteps:
    """Takes called legs forward, and tells each step that was subscribed to, numbered from 0."""

    def __init__(self, *, legs: LegBook, web: WebClient, now: Callable[[], datetime], account_sid: str) -> None:
        self._legs = legs
        self._web = web
        self._now = now
        self._account_sid = account_sid

    def dial(self, sid: CallSid) -> None:
        """The leg's turn in line has come: it is dialled, and rings. No list ever shows it between the two."""
        leg = self._legs.live(sid)
        if leg is not None:
            self.tell(self._legs.put(dial(leg, self._now())), "initiated")
            self.ring(sid)

    def ring(self, sid: CallSid) -> None:
        """The telephone that it calls rings."""
        leg = self._legs.live(sid)
        if leg is not None:
            self.tell(self._legs.put(ring(leg, self._now())), "ringing")

    def tell(self, leg: Leg, event: str) -> None:
        """Something has happened to the leg; requests its callback in the background."""
        progress = leg.progress
        if progress is None or event not in progress.events:
            return
        fields = status_fields(leg, self._now(), self._account_sid, leg.steps_told)
        self._legs.put(replace(leg, steps_told=leg.steps_told + 1))
        self._web.tell(leg.sid, progress.target, fields)
