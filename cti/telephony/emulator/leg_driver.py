"""Carries out one leg's documents, one after the other, until the leg is over or told to do something else.

Never changes a queue or a conference itself: it asks the exchange. Guarantees that a failing document ends in the
fallback, and a failing fallback in Twilio's "application error" and the leg's end.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, assert_never

from cti.telephony.emulator.call_out import call_out
from cti.telephony.emulator.conference_stay import stay_in_conference
from cti.telephony.emulator.dial_stay import stay_on_dial
from cti.telephony.emulator.ear import Ear, Input
from cti.telephony.emulator.fields import voice_fields
from cti.telephony.emulator.gather import gather
from cti.telephony.emulator.instructions import CallOut, Fetch, Finished, Inline, Instructions, Outcome
from cti.telephony.emulator.queue_stay import stay_in_queue
from cti.telephony.emulator.record import record
from cti.telephony.emulator.tasks import unless
from cti.telephony.emulator.twiml_model import (
    AnsweringVerb,
    DialConference,
    DialNumber,
    Document,
    Enqueue,
    Fault,
    Gather,
    Hangup,
    InputKind,
    Leave,
    Pause,
    Play,
    Record,
    Redirect,
    Reject,
    Say,
    Verb,
)
from cti.telephony.emulator.twiml_reader import read_answer, read_inline
from cti.telephony.emulator.verbs import Context
from cti.telephony.emulator.web_client import Reply
from cti.telephony.model import CallSid, LegStatus

if TYPE_CHECKING:
    from cti.telephony.emulator.exchange import Exchange

APPLICATION_ERROR = "We are sorry, an application error has occurred. Goodbye."
SHORTEST_DOCUMENT_S = 0.2
"""A document that takes no time is not followed by the next at once: a loop of them would starve the emulator."""


class LegDriver:
    """One leg's thread of documents. ``nudged`` is set when its queue or conference may look different,
    or when the telephone that it rings was picked up."""

    def __init__(self, sid: CallSid, exchange: Exchange) -> None:
        self.sid = sid
        self.exchange = exchange
        self.nudged = asyncio.Event()
        self.ear = Ear(lambda kinds: exchange.note_listening(sid, kinds), lambda heard: exchange.note_input(sid, heard))
        self._interrupted = asyncio.Event()
        self._next: Instructions | None = None

    def go(self, instructions: Instructions) -> None:
        """Drops what it is doing and does this."""
        self._next = instructions
        self._interrupted.set()

    def stop(self) -> None:
        """Drops what it is doing: the leg is over."""
        self._next = None
        self._interrupted.set()

    async def run(self, first: Instructions | None) -> None:
        """Until the leg is over."""
        instructions = first
        while True:
            reason = await unless(self._interrupted, self._carry_out(instructions))
            if not self._interrupted.is_set():
                self.exchange.hang_up(self.sid, reason or "document ended")
                return
            self._interrupted.clear()
            if self._next is None:
                return
            instructions = self._next

    async def fetch(self, request: Fetch, fields: dict[str, str], context: Context) -> Document | Fault:
        """Requests and reads a document."""
        reply = await self.exchange.web.ask(request.target, fields)
        if isinstance(reply, Reply):
            return read_answer(reply.body, reply.content_type, url=reply.url, context=context)
        return reply

    async def heard_within(self, seconds: float, *kinds: InputKind) -> Input | None:
        """The next input of these kinds; null when so much of the line's time has passed without."""
        try:
            async with asyncio.timeout(seconds / self.exchange.player.speed):
                return await self.ear.next(*kinds)
        except TimeoutError:
            return None

    async def pace(self, since: float) -> None:
        """Waits until a document that began at ``since`` (loop time) has lasted the shortest time allowed."""
        spent = asyncio.get_running_loop().time() - since
        await asyncio.sleep(max(0.0, SHORTEST_DOCUMENT_S / self.exchange.player.speed - spent))

    async def _carry_out(self, instructions: Instructions | None) -> str:
        """Documents until one has no successor; the reason why."""
        while instructions is not None:
            since = asyncio.get_running_loop().time()
            outcome = await self._outcome(instructions)
            match outcome:
                case Fetch() | Inline():
                    instructions = outcome
                    await self.pace(since)
                case Finished():
                    return outcome.reason
                case Fault():
                    self.exchange.note_fault(self.sid, outcome)
                    instructions = self._fallback(instructions, outcome)
                case _:
                    assert_never(outcome)
        self.exchange.answer(self.sid)
        await self.exchange.player.play([self.sid], Say(text=APPLICATION_ERROR))
        return "application error"

    def _fallback(self, failed: Instructions, fault: Fault) -> Fetch | None:
        leg = self.exchange.legs.live(self.sid)
        if leg is None or leg.setup.fallback is None or (isinstance(failed, Fetch) and failed.is_fallback):
            return None
        fields = {"ErrorCode": str(fault.code), "ErrorUrl": fault.url}
        return Fetch(target=leg.setup.fallback, fields=fields, is_fallback=True)

    async def _outcome(self, instructions: Instructions) -> Outcome:
        if isinstance(instructions, CallOut):
            return await call_out(self, instructions)
        return await self._document(instructions)

    async def _document(self, instructions: Fetch | Inline) -> Outcome:
        document = await self._read(instructions)
        if isinstance(document, Fault):
            return document
        for at, verb in enumerate(document.verbs):
            outcome = await self._verb(verb, first=at == 0)
            if outcome is not None:
                return outcome
        return Finished(reason="document ended")

    async def _read(self, instructions: Fetch | Inline) -> Document | Fault:
        if isinstance(instructions, Inline):
            return read_inline(instructions.twiml, context=Context.CALL)
        leg = self.exchange.legs.get(self.sid)
        standard = voice_fields(leg, self.exchange.account_sid) if leg else {}
        return await self.fetch(instructions, {**standard, **instructions.fields}, Context.CALL)

    async def _verb(self, verb: Verb, *, first: bool) -> Outcome | None:
        """Carries one verb out; null when the next one follows. Redirect, Reject, Leave and a Pause that comes first
        leave a ringing call ringing; every other verb answers it."""
        match verb:
            case Redirect():
                return Fetch(target=verb.target)
            case Reject():
                return self._reject(verb)
            case Leave():
                return None
            case Pause() if first:
                return await self.exchange.player.play([self.sid], verb)
            case _:
                self.exchange.answer(self.sid)
                return await self._answered(verb)

    async def _answered(self, verb: AnsweringVerb) -> Outcome | None:
        match verb:
            case Say() | Play() | Pause():
                return await self.exchange.player.play([self.sid], verb)
            case Gather():
                return await gather(self, verb)
            case Record():
                return await record(self, verb)
            case Hangup():
                return Finished(reason="hung up by the service")
            case Enqueue():
                return await stay_in_queue(self, verb)
            case DialConference():
                return await stay_in_conference(self, verb)
            case DialNumber():
                return await stay_on_dial(self, verb)
            case _:
                assert_never(verb)

    def _reject(self, verb: Reject) -> Finished:
        unanswered = LegStatus.BUSY if verb.reason == "busy" else LegStatus.NO_ANSWER
        self.exchange.hang_up(self.sid, "rejected", unanswered=unanswered)
        return Finished(reason="rejected")
