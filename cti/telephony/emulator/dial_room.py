"""Calls to outside numbers: the legs that ``<Dial>`` makes, and what is told about them. Every change happens at
once, without waiting.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from cti.telephony.emulator.directory import Directory
from cti.telephony.emulator.fields import dial_leg_action_fields
from cti.telephony.emulator.leg import NOBODY, Leg
from cti.telephony.emulator.leg_book import LegBook
from cti.telephony.emulator.leg_steps import LegSteps
from cti.telephony.emulator.phone_numbers import e164
from cti.telephony.emulator.settings import new_sid
from cti.telephony.emulator.twiml_model import DialNumber, Fault, Target
from cti.telephony.emulator.web_client import WebClient
from cti.telephony.model import CallSid, LegStatus


class DialRoom:
    """The pairs of a leg and the one that its ``<Dial>`` called."""

    def __init__(
        self,
        *,
        legs: LegBook,
        steps: LegSteps,
        web: WebClient,
        now: Callable[[], datetime],
        account_sid: str,
        directory: Directory,
    ) -> None:
        self._legs = legs
        self._steps = steps
        self._web = web
        self._now = now
        self._account_sid = account_sid
        self._directory = directory
        self._actions: dict[CallSid, Target] = {}

    def refusal(self, parent: Leg, verb: DialNumber) -> Fault | None:
        """13214 unless what is shown is a number, and the caller's, the called one, or one of the account's; a browser
        has to show one of the account's."""
        shown = verb.caller_id or parent.from_
        if not verb.caller_id and not parent.is_device and e164(shown) is None:
            return Fault(code=13214, url="", message=f"{shown[:40]} is no number that could be shown")
        own = () if parent.is_device else (parent.from_, parent.to)
        if shown in own or self._directory.number(shown) is not None:
            return None
        return Fault(code=13214, url="", message=f"{shown[:40]} cannot be shown as the caller's number")

    def begin(self, parent: Leg, verb: DialNumber) -> Leg:
        """The number is called."""
        child = Leg(
            sid=CallSid(new_sid("CA")),
            from_=verb.caller_id or parent.from_,
            to=verb.number,
            created_at=self._now(),
            status=LegStatus.INITIATED,
            direction="outbound-dial",
            parent_sid=parent.sid,
            progress=verb.progress,
        )
        if verb.action is not None:
            self._actions[parent.sid] = verb.action
        self._legs.put(child)
        self._legs.put(replace(parent, dialled=child.sid))
        self._steps.tell(child, "initiated")
        return child

    def bridge(self, child: Leg) -> None:
        """Somebody answered: both talk."""
        parent = self._legs.live(child.parent_sid)
        if parent is not None and parent.dialled == child.sid:
            self._legs.put(replace(parent, bridged=True))

    def part(self, sid: CallSid) -> Target | None:
        """The parent talks with nobody any more; where its ``<Dial>`` wanted that told, asked once."""
        parent = self._legs.live(sid)
        if parent is not None:
            self._legs.put(replace(parent, dialled=NOBODY, bridged=False))
        return self._actions.pop(sid, None)

    def tell_action(self, parent: Leg, child_sid: CallSid) -> None:
        """The parent hung up: requests the action in the background; its answer is not carried out."""
        action, child = self._actions.pop(parent.sid, None), self._legs.get(child_sid)
        if action is not None and child is not None:
            self._web.tell(parent.sid, action, self.action_fields(parent, child))

    def action_fields(self, parent: Leg, child: Leg) -> dict[str, str]:
        """What the action is asked with; ``child`` is over."""
        return dial_leg_action_fields(parent, child, self._account_sid)
