"""The one place that makes steps happen: loads a call, steps, saves by compare-and-set, and sees to what follows.

Never decides anything itself: that is ``machine.step``. Guarantees that a step is saved whole or not at all, that who
loses a race steps again on what won it, and that matches made by a step are taken up at once (or, should this process
die, by another within a second, through the ``match`` deadline).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import structlog

from cti.calls import redis_store
from cti.calls.background import Background
from cti.calls.clock import RedisClock
from cti.calls.errors import Contention
from cti.calls.events import Event, NumberTaken, RepMatched
from cti.calls.figures import count
from cti.calls.line_effects import LineEffects
from cti.calls.machine import step
from cti.calls.model import Call
from cti.calls.ports import Rules
from cti.calls.redis_store import Conflict, Held, OfferGone, RedisCalls, Saved, Saving
from cti.calls.step import Step, Verdict, ask_of
from cti.calls.told_waits import count_truth
from routing.errors import StaleVersion
from routing.model import CallId, Demand, Match

log = structlog.get_logger()

_TRIES = 30
"""Races lost in a row before giving up; each means that somebody else made progress."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What came of telling a call something."""

    call: Call | None
    """As it is now; null: no such call on this floor."""
    verdict: Verdict


class Conductor:
    """Tells calls what happened. Safe to ask from any worker, any number of times."""

    def __init__(self, *, calls: RedisCalls, rules: Rules, clock: RedisClock, background: Background) -> None:
        self._calls = calls
        self._rules = rules
        self._clock = clock
        self._background = background
        self._line: LineEffects | None = None

    def connect(self, line: LineEffects) -> None:
        """Hands over who carries out line effects; once, while the house is put together."""
        self._line = line

    async def tell(self, call_id: CallId, event: Event) -> Told:
        """One event for one call. Raises NotReady, FloorAway and Contention."""
        for _ in range(_TRIES):
            held = await self._calls.load(call_id)
            if held is None:
                return Told(call=None, verdict=Verdict.IGNORED)
            told = await self.tell_held(held, event)
            if told is not None:
                return told
        raise Contention(f"gave up after {_TRIES} tries")

    async def tell_held(self, held: Held, event: Event) -> Told | None:
        """As ``tell``, for a call just read; null when somebody else was faster."""
        limits = self._rules.limits(held.call.queue)
        made = step(held.call, event, self._clock.now_ms(), limits)
        if made.verdict is not Verdict.DONE:
            return Told(call=held.call, verdict=made.verdict)
        match await self._save(held, made):
            case Saved(held=saved, matches=matches):
                count_truth(held.call, made.call)
                count(held.call, made.call, made.notes, limits.answered_within_ms)
                self._start_line_effects(made.call, new_from=held.call.next_effect)
                await self.take_up(matches, just_saved=saved)
                return Told(call=made.call, verdict=Verdict.DONE)
            case OfferGone():
                return Told(call=held.call, verdict=Verdict.TOO_LATE)
            case redis_store.NumberTaken():
                return await self.tell_held(held, NumberTaken())
            case Conflict():
                return None

    async def _save(self, held: Held, made: Step) -> Saving:
        try:
            return await self._calls.save(held, made, version=self._rules.version, staff=self._rules.staff())
        except StaleVersion:
            await self._rules.refresh()
            await self.take_up(await self._rules.register([ask_of(made.call).demand] if made.call.plan else []))
            return Conflict()

    async def register(self, demand: Demand) -> None:
        """So that the floor counts who meets it; nothing where it does already."""
        await self.take_up(await self._rules.register([demand]))

    async def take_up(self, matches: Iterable[Match], *, just_saved: Held | None = None) -> None:
        """Turns reservations into offers: the pop is written, before anything rings. A call that was just saved need
        not be read again."""
        for match in matches:
            event, told = RepMatched(match=match), None
            if just_saved is not None and just_saved.call.id == match.call:
                told = await self.tell_held(just_saved, event)
            if told is None:
                told = await self.tell(match.call, event)
            if told.verdict is not Verdict.DONE:
                log.info("match_not_taken_up", call=match.call, rep=match.rep, verdict=told.verdict)

    def _start_line_effects(self, call: Call, *, new_from: int) -> None:
        """What was pending before the step is some worker's already, until its lease is over."""
        for pending in call.effects:
            if self._line is not None and pending.id >= new_from:
                self._line.start(call.id, pending)

    async def run_line_effects(self, call_id: CallId) -> None:
        """The effects' lease is over: whoever had them may be dead, and may have carried them out."""
        held = await self._calls.load(call_id)
        if held is None or self._line is None:
            return
        for pending in held.call.effects:
            self._line.start(call_id, pending, again=True)
