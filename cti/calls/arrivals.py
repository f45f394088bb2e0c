"""A call comes in: opened, looked up under a deadline, given a plan, and put before the matcher.

A look-up that is late goes on in the background and fills in what it finds; one that fails is an ordinary result.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from dataclasses import replace
from typing import TypeVar

import structlog

from crm_adapter.deadline import Lookups
from crm_adapter.model import Answer, Found, Unavailable, Unknown
from crm_adapter.phone import PhoneNumber, Withheld, international, read_number
from cti.calls.background import Background
from cti.calls.call_facts import call_country, call_facts, caller_facts
from cti.calls.conductor import Conductor
from cti.calls.effects import Pending, RouteCall
from cti.calls.events import Asked, Blocked, CallArrived, CallerCameBack, CallerLearned, Routed
from cti.calls.model import Call, Caller, CallerMatch, CallState, call_id_of
from cti.calls.ports import Memory, Rules
from cti.calls.redis_store import Held, RedisCalls, Saved
from cti.calls.step import Verdict
from cti.record.call_model import ATTEMPTS_OF_MS
from cti.record.errors import RecordUnavailable
from routing.languages import language_of
from routing.model import CallId, QueueId
from routing.plan import Course, Plan, Question, Refusal

log = structlog.get_logger()

MEMORY_S = 0.5
"""How long a call waits for what SQL remembers of earlier ones: a read takes 1 ms."""
Remembered = TypeVar("Remembered")


class _EveryRule(frozenset[str]):
    """Who is called back is not asked anything by a menu."""

    def __contains__(self, name: object) -> bool:
        return True


_EVERY_RULE = _EveryRule()


class Arrivals:
    """Opens and routes calls."""

    def __init__(
        self,
        *,
        calls: RedisCalls,
        lookups: Lookups,
        rules: Rules,
        memory: Memory,
        conductor: Conductor,
        background: Background,
        region: str | None = None,
    ) -> None:
        self._calls = calls
        self._lookups = lookups
        self._rules = rules
        self._memory = memory
        self._conductor = conductor
        self._background = background
        self._region = region
        self._routing: dict[CallId, asyncio.Event] = {}

    def routing(self, call_id: CallId) -> bool:
        """True while this process is at it."""
        return call_id in self._routing

    async def arrive(self, arrived: CallArrived) -> Call:
        """Opens the call, or finds it; returns when it has a plan, or is somebody else's work already."""
        call_id = call_id_of(arrived.sid)
        found = await self._calls.open(self._new(arrived), version=self._rules.version)
        if isinstance(found, Saved):
            routed = await self.route(found.held)
            if routed is not None:
                return routed
        held = await self._calls.load(call_id)
        if held is None:
            raise LookupError("a call that was just opened is gone")
        return held.call

    async def reopen(self, call: Call) -> None:
        """A call that the floor forgot, from what SQL or Twilio still knows of it; routed anew at its old place."""
        found = await self._calls.open(call, version=self._rules.version)
        if isinstance(found, Saved):
            await self.route(found.held)

    def _new(self, arrived: CallArrived) -> Call:
        now_ms = self._calls.clock.now_ms()
        return new_call(arrived, arrived_ms=now_ms, now_ms=now_ms, region=self._region)

    async def route(self, held: Held) -> Call | None:
        """Look-up, rules, claim; each call by one worker at a time, and harmless when repeated. The call with its plan
        (it may have been offered since); null: somebody else's work."""
        call = held.call
        if call.state is not CallState.ARRIVING or call.id in self._routing:
            return None
        routed = self._routing[call.id] = asyncio.Event()
        try:
            earlier, caller = await asyncio.gather(self._earlier(call), self._caller(call, routed))
            event = _event(await self._decide(call, caller), caller, self._language(call, caller))
            if earlier and isinstance(event, Routed):
                event = replace(event, place_ms=await self._take_over(earlier.get(event.plan.queue), call))
            told = await self._conductor.tell_held(held, event)
            if told is None:
                told = await self._conductor.tell(call.id, event)
            return told.call
        finally:
            routed.set()
            del self._routing[call.id]

    async def _caller(self, call: Call, routed: asyncio.Event) -> Caller:
        if call.asked:
            return call.caller
        return caller_of(call.caller, await self._answer_in_time(call, routed))

    async def _earlier(self, call: Call) -> dict[QueueId, CallId]:
        """Other calls of the same caller, who is to be called back and so keeps a place in line."""
        number = call.caller.number
        return {} if number is None or call.callback else await self._calls.callbacks_at(number)

    async def _take_over(self, earlier: CallId | None, call: Call) -> int | None:
        """The arrival whose place this caller keeps in that queue, now that nobody need call back; null: none."""
        if earlier is None or earlier == call.id:
            return None
        told = await self._conductor.tell(earlier, CallerCameBack())
        before = told.call
        if before is None or told.verdict is not Verdict.DONE:
            return None
        return before.arrived_ms if before.place_ms is None else before.place_ms

    async def go_on(self, call_id: CallId) -> Call | None:
        """The rules run again for a caller who has answered; returns when there is a plan, a question or an end."""
        held = await self._calls.load(call_id)
        if held is not None and held.call.state is CallState.ARRIVING:
            at_it = self._routing.get(call_id)
            await (self.route(held) if at_it is None else at_it.wait())
            held = await self._calls.load(call_id)
        return held.call if held else None

    async def _answer_in_time(self, call: Call, routed: asyncio.Event) -> Answer | None:
        """What the CRM says before the deadline; null: there is nothing to ask about."""
        number = call.caller.number
        if number is None:
            return None

        async def fill_in(answer: Answer) -> None:
            await routed.wait()
            await self._fill_in(call.id, answer)

        def late(answer: Answer) -> None:
            self._background.start(f"look_up:{call.id}", lambda: fill_in(answer))

        return await self._lookups.start(number, on_late=late).answer_in_time()

    async def _fill_in(self, call_id: CallId, answer: Answer) -> None:
        held = await self._calls.load(call_id)
        if held is None or isinstance(answer, Unavailable):
            return
        caller = caller_of(held.call.caller, answer)
        waits = held.call.state in {CallState.WAITING, CallState.OFFERED}  # an offer may be over in a moment
        course = await self._decide(held.call, caller) if waits else None
        plan = course if isinstance(course, Plan) else None  # a caller who waits is neither asked nor refused any more
        learned = CallerLearned(caller=caller, plan=plan, language=self._language(held.call, caller))
        await self._conductor.tell(call_id, learned)

    async def _decide(self, call: Call, caller: Caller) -> Course:
        now_ms, number = self._calls.clock.now_ms(), caller.number
        about_call, about_caller = (
            replace(call_facts(call), language=self._language(call, caller)),
            caller_facts(caller),
        )
        if self._rules.asks_for_last and number is not None:
            last = await in_time(self._memory.last_rep(number), otherwise=None)
            about_caller = replace(about_caller, last=last)
        if self._rules.asks_for_attempts and number is not None:
            attempts = await in_time(self._memory.attempts(number, call.arrived_ms - ATTEMPTS_OF_MS), otherwise=0)
            about_call = replace(about_call, attempts=attempts)
        asked = call.asked if call.callback is None else _EVERY_RULE
        began = call.plan.version if call.plan else call.asked_by
        arrived_ms = call.arrived_ms
        return self._rules.decide(about_call, about_caller, now_ms, arrived_ms=arrived_ms, asked=asked, version=began)

    def _language(self, call: Call, caller: Caller) -> str | None:
        return language_of(caller_facts(caller).language, call_country(call), line=self._rules.line_language(call.to))


async def in_time(asked: Awaitable[Remembered], *, otherwise: Remembered) -> Remembered:
    """What SQL remembers; while it is away, as if there had been no earlier calls."""
    try:
        async with asyncio.timeout(MEMORY_S):
            return await asked
    except (RecordUnavailable, TimeoutError) as error:
        log.warning("earlier_calls_unknown", error=type(error).__name__)
        return otherwise


def _event(course: Course, caller: Caller, language: str | None) -> Routed | Asked | Blocked:
    match course:
        case Plan():
            return Routed(caller=caller, plan=course, language=language)
        case Question():
            return Asked(caller=caller, question=course, language=language)
        case Refusal():
            return Blocked(caller=caller, refusal=course, language=language)


def new_call(arrived: CallArrived, *, arrived_ms: int, now_ms: int, region: str | None) -> Call:
    """The call as it is opened: nothing known but what Twilio sent."""
    return Call(
        id=call_id_of(arrived.sid),
        sid=arrived.sid,
        from_=arrived.from_,
        to=arrived.to,
        arrived_ms=arrived_ms,
        state=CallState.ARRIVING,
        since_ms=now_ms,
        caller=who_dialled(arrived.from_, region),
        facts=arrived.facts,
        effects=(Pending(id=1, effect=RouteCall()),),
        next_effect=2,
    )


def who_dialled(from_: str, region: str | None) -> Caller:
    """What the number alone says, before anybody is asked."""
    number = international(from_)
    if number is not None:
        return Caller(match=CallerMatch.UNAVAILABLE, number=number)
    match read_number(from_, region=region):
        case PhoneNumber(e164=number):
            return Caller(match=CallerMatch.UNAVAILABLE, number=number)
        case Withheld():
            return Caller(match=CallerMatch.WITHHELD)
        case _:
            return Caller(match=CallerMatch.NONE)


def caller_of(known: Caller, answer: Answer | None) -> Caller:
    """What the answer makes of the caller; null: there was nothing to ask about."""
    match answer:
        case None:
            return known
        case Found(contacts=contacts):
            found = replace(known, contacts=contacts, chosen=False)
            match_ = {0: CallerMatch.NONE, 1: CallerMatch.ONE}.get(len(found.sure), CallerMatch.MANY)
            return replace(found, match=match_)
        case Unknown():
            return Caller(match=CallerMatch.NONE, number=known.number)
        case Unavailable(reason=reason):
            log.warning("crm_unavailable", reason=reason)
            return Caller(match=CallerMatch.UNAVAILABLE, number=known.number)
