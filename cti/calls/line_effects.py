"""Carries out line effects, each after its precondition, and tells the call what came of it.

An effect is begun by the worker whose step wanted it, and by another only once its lease (2 s) is over. Every command
and every look is shorter than that, and the lease is renewed between them, so that two workers never run the same
command at the same time unless one of them has stopped.
"""

from __future__ import annotations

import asyncio
import random
from typing import TYPE_CHECKING, assert_never

import structlog

from cti.calls.background import Background
from cti.calls.effects import (
    AnnounceOneMoment,
    AskTwilio,
    DialCustomer,
    EndConference,
    EndLeg,
    LookInside,
    MoveCaller,
    Pending,
    ReturnCaller,
    RouteCall,
)
from cti.calls.events import CustomerDialled, EffectSettled, LegEnded, ParticipantJoined
from cti.calls.model import Call, CallState
from cti.calls.ports import CallUrls
from cti.calls.redis_store import RedisCalls
from cti.telephony.errors import LineUnavailable
from cti.telephony.model import CallSid, CommandResult, Dialled, Done, NotInProgress, Refused
from cti.telephony.ports import Line
from routing.model import CallId

if TYPE_CHECKING:
    from cti.calls.arrivals import Arrivals
    from cti.calls.conductor import Conductor

log = structlog.get_logger()

ATTEMPT_S = 1.5
"""One REST command, or one look, its own repeats included: less than the lease."""
GIVE_UP_AFTER = 3
"""Attempts at a refused move before the wait document is asked to let the caller go."""
LOOKS = 3
"""For a leg whose reply was lost, a second apart: Twilio's lists may lag."""
LISTED_MS = 10_000
"""By then a leg that somebody has had dialled is on Twilio's lists: until then no other call dials that number."""
CARRIED_OUT_S = 1.0
"""A move whose reply was lost shows within that time, by the join document that the caller's leg fetches. A second move
would take the caller out of the conference again, and so end it."""


_OUT_OF_A_CONFERENCE = frozenset({CallState.WAITING, CallState.OFFERED, CallState.DIVERTED})


class LineEffects:
    """Runs what is pending, in the background of this process."""

    def __init__(
        self, *, calls: RedisCalls, line: Line, urls: CallUrls, background: Background, conductor: Conductor
    ) -> None:
        self._calls = calls
        self._line = line
        self._urls = urls
        self._background = background
        self._conductor = conductor
        self._arrivals: Arrivals | None = None

    def connect(self, arrivals: Arrivals) -> None:
        """Hands over who routes calls whose first worker died."""
        self._arrivals = arrivals

    def start(self, call_id: CallId, pending: Pending, *, again: bool = False) -> None:
        """Starts one effect, unless this process is at it already. ``again``: somebody may have carried it out. A fresh
        ``RouteCall`` is its opener's own work."""
        if isinstance(pending.effect, RouteCall) and self._arrivals is not None and self._arrivals.routing(call_id):
            return
        self._background.start(f"effect:{call_id}:{pending.id}", lambda: self._run(call_id, pending, again))

    async def _run(self, call_id: CallId, pending: Pending, again: bool) -> None:
        result = await self._perform(call_id, pending, again)
        await self._conductor.tell(call_id, EffectSettled(id=pending.id, result=result))

    async def _perform(  # noqa: C901 - a few lines a case
        self, call_id: CallId, pending: Pending, again: bool
    ) -> CommandResult | None:
        held = await self._calls.load(call_id)
        if held is None or all(one.id != pending.id for one in held.call.effects):
            return None
        call = held.call
        match pending.effect:
            case RouteCall():
                if self._arrivals is not None:
                    await self._arrivals.route(held)
                return None
            case MoveCaller():
                return await self._move(call, pending.id, again)
            case DialCustomer(attempt=attempt):
                return await self._dial(call, attempt, again)
            case ReturnCaller():
                return await self._return(call, again)
            case AskTwilio():
                await self._ask(call)
                return None
            case EndLeg(sid=sid):
                return await self._line.end_call(sid, within_s=ATTEMPT_S)
            case EndConference():
                return await self._line.end_conference(call.conference, within_s=ATTEMPT_S)
            case AnnounceOneMoment():
                return await self._announce(call)
            case LookInside():
                await self._look(call)
                return None
            case _:
                assert_never(pending.effect)

    async def _move(self, call: Call, effect_id: int, again: bool) -> CommandResult | None:
        """Moves the caller; looks into the conference before any repeat, and never repeats while the caller is in it or
        has fetched the way there: a second update would take him out, and so end the conference."""
        leg = call.caller_leg
        if leg is None:
            return None
        move = call.move.attempt if call.move else 1
        result: CommandResult = Refused(code=0, reason="not tried", sent=True)
        for attempt in range(GIVE_UP_AFTER):
            inside = await self._caller_is_in(call) if again or attempt > 0 else False
            if inside or not await self._still_to_move(call, effect_id):
                return None
            await self._calls.renew_effects(call.id)
            if inside is False:
                result = await self._line.move_call(leg, self._urls.join(call.id, move), within_s=ATTEMPT_S)
                if isinstance(result, Done) or _is_over(result):
                    return result
            await self._calls.renew_effects(call.id)
            await asyncio.sleep(_pause_s(result, attempt))
            await self._calls.renew_effects(call.id)
        return result

    async def _dial(self, call: Call, attempt: int, again: bool) -> CommandResult | None:
        """Has the caller's telephone ring, unless it does already. Twilio is asked first, so that nobody is called
        twice at once, whatever was forgotten here."""
        callback = call.callback
        if callback is None or call.state is not CallState.CONNECTING or callback.leg or callback.attempts != attempt:
            return None
        if not await self._calls.may_dial(callback.number, call.id, ms=LISTED_MS):
            return Refused(code=0, reason="another call to that number", sent=True)
        there = await self._adopt(call, attempt, looks=LOOKS if again else 1)
        if not isinstance(there, Refused) or there.sent or again:
            return there
        await self._end_first_leg(call)
        await self._calls.renew_effects(call.id)
        urls = self._urls
        ring_s = call.plan.callback.ring_ms // 1000 if call.plan else 0
        result = await self._line.dial(
            callback.number,
            call.to,
            url=urls.called(call.id),
            fallback_url=urls.fallback(),
            status_url=urls.status(),
            ring_s=ring_s,
            within_s=ATTEMPT_S,
        )
        if isinstance(result, Dialled):
            await self._rings(call, attempt, result.sid)
            return None
        return await self._adopt(call, attempt, looks=LOOKS) if result.sent else result

    async def _adopt(self, call: Call, attempt: int, *, looks: int) -> CommandResult | None:
        """A leg to the caller that exists is the call's: the reply that told of it was lost. Null: so it is. A leg of
        another call to the same number, from whichever line of ours, has to end first."""
        number = call.callback.number if call.callback else ""
        for look in range(looks):
            await self._calls.renew_effects(call.id)
            if look:
                await asyncio.sleep(CARRIED_OUT_S)
            try:
                async with asyncio.timeout(ATTEMPT_S):
                    legs = await self._line.legs_to(number)
            except (LineUnavailable, TimeoutError):
                log.warning("line_unavailable", call=call.id)
                return Refused(code=0, reason="could not be looked at", sent=True)
            for leg in legs:
                theirs = await self._calls.call_of_leg(leg.sid)
                if theirs not in {None, call.id}:
                    return Refused(code=0, reason="another call to that number", sent=True)
                if leg.from_ == call.to:
                    await self._rings(call, attempt, leg.sid)
                    return None
        return Refused(code=0, reason="no such leg", sent=False)

    async def _rings(self, call: Call, attempt: int, leg: CallSid) -> None:
        await self._calls.remember_leg(leg, call.id)
        await self._conductor.tell(call.id, CustomerDialled(attempt=attempt, leg=leg))

    async def _end_first_leg(self, call: Call) -> None:
        """Who still hears that they will be called back would be engaged."""
        if call.callback and call.callback.attempts == 1 and call.callback.why != "scheduled":
            await self._line.end_call(call.sid, within_s=ATTEMPT_S)

    async def _still_to_move(self, call: Call, effect_id: int) -> bool:
        held = await self._calls.load(call.id)
        if held is None or held.call.state is not CallState.CONNECTING or held.call.caller_in:
            return False
        return any(one.id == effect_id for one in held.call.effects)

    async def _caller_is_in(self, call: Call) -> bool | None:
        """Null: Twilio could not be asked, and so the update must not be repeated now."""
        inside = await self._inside(call)
        if inside is None:
            return None
        if call.caller_leg is None or call.caller_leg not in inside:
            return False
        await self._conductor.tell(call.id, ParticipantJoined(leg=call.caller_leg))
        return True

    async def _inside(self, call: Call) -> frozenset[CallSid] | None:
        """The legs in the call's conference; null: Twilio did not say in time."""
        try:
            async with asyncio.timeout(ATTEMPT_S):
                return await self._line.participants(call.conference)
        except (LineUnavailable, TimeoutError):
            log.warning("line_unavailable", call=call.id)
            return None

    async def _return(self, call: Call, again: bool) -> CommandResult | None:
        leg = call.caller_leg
        if call.state not in _OUT_OF_A_CONFERENCE or leg is None:
            return None
        if again:
            inside = await self._inside(call)
            if inside is not None and leg not in inside:
                return None  # an update whose reply was lost has taken him out
        result = await self._line.move_call(leg, self._urls.back(call.id), within_s=ATTEMPT_S)
        if _is_over(result):
            await self._conductor.tell(call.id, LegEnded(leg=leg))
        return result

    async def _ask(self, call: Call) -> None:
        if call.state is CallState.ENDED or call.caller_leg is None:
            return
        try:
            leg = await self._line.leg(call.caller_leg)
        except LineUnavailable:
            log.warning("line_unavailable", call=call.id)
            return
        if leg is None or leg.status.over:
            status = leg.status if leg else None
            await self._conductor.tell(call.id, LegEnded(leg=call.caller_leg, status=status))

    async def _look(self, call: Call) -> None:
        if call.state is not CallState.CONNECTING or call.offer is None:
            return
        inside = await self._inside(call) or frozenset()
        for leg in (call.caller_leg, call.offer.rep_leg):
            if leg is not None and leg in inside:
                await self._conductor.tell(call.id, ParticipantJoined(leg=leg))

    async def _announce(self, call: Call) -> CommandResult | None:
        if not call.returning or call.caller_leg is None:
            return None
        url = self._urls.one_moment(call.language)
        return await self._line.announce(call.conference, call.caller_leg, url, within_s=ATTEMPT_S)


def _pause_s(result: CommandResult, attempt: int) -> float:
    """How long before a move is tried again."""
    if isinstance(result, Refused) and result.sent:
        return CARRIED_OUT_S
    return random.uniform(0.1, 0.3) * (attempt + 1)  # noqa: S311 - jitter, no secret


def _is_over(result: CommandResult) -> bool:
    return isinstance(result, NotInProgress) and (result.status is None or result.status.over)
