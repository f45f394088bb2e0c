"""Calls in Redis: read, saved by compare-and-set together with what a step does on the floor, found by leg.

Never steps and never decides. Guarantees all or nothing (``scripts/saveCall.lua``).
"""

from __future__ import annotations

from collections.abc import Awaitable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn, assert_never, cast

import orjson
import structlog
from redis.asyncio import Redis
from redis.exceptions import RedisError

from cti.calls import codec, views
from cti.calls.clock import RedisClock
from cti.calls.effects import (
    AcceptOffer,
    ConfirmOffer,
    EnterLine,
    FinishOffer,
    FloorEffect,
    FreeRep,
    LeaveLine,
    RouteCall,
    SettleOffer,
    ShowScreenPop,
    TellCallerUpdated,
    TellCallState,
    TellOfferEnded,
)
from cti.calls.errors import FloorAway, UnreadableCall
from cti.calls.model import Call, CallState
from cti.calls.step import Note, Step
from cti.telephony.model import CallSid
from routing.errors import NotReady
from routing.expected_wait import LineFlow
from routing.keys import prefix
from routing.model import CallId, Match, QueueId, RepId
from routing.replies import ask_json, line_flow_of, match_of, reply_of, text_of
from routing.scripts import MATCHER_SCRIPTS, ScriptRunner

EFFECT_LEASE_MS = 2_000
"""How long a line effect is its starter's alone. A fresh RouteCall has the CRM's deadline on top."""
_LEG_TTL_S = 86_400
_CALLS_PER_ROUND_TRIP = 50
_IN_QUEUE = frozenset({CallState.ARRIVING, CallState.WAITING, CallState.OFFERED, CallState.CONNECTING})
_TO_BE_CALLED = _IN_QUEUE | {CallState.LATER}

log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """A call as read, with the version that a save must show."""

    call: Call
    version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Saved:
    """The step is saved; these matches came of it."""

    held: Held
    matches: tuple[Match, ...]


@dataclass(frozen=True, slots=True)
class Conflict:
    """Somebody else saved the call first; nothing was written."""


@dataclass(frozen=True, slots=True)
class OfferGone:
    """The reservation that the step relies on is not the call's any more; nothing was written."""


@dataclass(frozen=True, slots=True)
class NumberTaken:
    """Another call is to be called back at the same number; nothing was written."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """What one fetch of the wait document found on the floor."""

    held: Held | None
    in_line: bool
    place: int | None
    line_length: int | None
    flow: LineFlow | None = None
    """How the line moves; null for a call that stands in none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Marker:
    """What says that there is a floor."""

    epoch: int | None
    """Null: an empty Redis."""
    version: int
    """Of its demand table."""
    restored: bool
    """Every call that lived on the floor before is back on it: a call that it does not know does not exist."""
    written_ms: int | None = None
    """Not everybody has their profile of that table yet: when the last of them were written; null: everybody has."""


Saving = Saved | Conflict | OfferGone | NumberTaken
"""What came of a save."""


class RedisCalls:
    """The calls of one site."""

    def __init__(self, redis: Redis, clock: RedisClock, *, site: str = "main", route_lease_ms: int = 2_800) -> None:
        self._redis = redis
        self.clock = clock
        self._prefix = prefix(site)
        self._route_lease_ms = route_lease_ms
        self._scripts = ScriptRunner(redis, Path(__file__).with_name("scripts"), MATCHER_SCRIPTS)

    def key(self, name: str) -> str:
        """The full name of one of the site's keys."""
        return self._prefix + name

    async def load(self, call_id: CallId) -> Held | None:
        """The call as it is now; null when there is no such call. Raises FloorAway, UnreadableCall, and NotReady where
        the call may be one that an emptied floor has not got back yet."""
        try:
            version, document = await self._redis.hmget(self.key(f"call:{call_id}"), ["v", "doc"])
        except RedisError as error:
            raise FloorAway(type(error).__name__) from error
        if document is not None and version is not None:
            return Held(call=codec.load(document), version=int(version))
        await self._refuse_while_rebuilt()
        return None

    async def _refuse_while_rebuilt(self) -> None:
        if not (await self.marker()).restored:
            raise NotReady("the floor is being rebuilt")

    async def marker(self) -> Marker:
        """Whether there is a floor. Raises FloorAway."""
        try:
            found = await self._redis.hmget(self.key("floor"), ["epoch", "version", "restored", "renewing"])
        except RedisError as error:
            raise FloorAway(type(error).__name__) from error
        epoch, version, restored, written_ms = (None if value is None else int(value) for value in found)
        return Marker(
            epoch=epoch,
            version=version or 0,
            restored=epoch is not None and restored == epoch,
            written_ms=written_ms,
        )

    async def server_run(self) -> str:
        """Which run of the Redis server answers: another one, and it was away. Raises FloorAway."""
        try:
            return text_of((await self._redis.info("server"))["run_id"])
        except RedisError as error:
            raise FloorAway(type(error).__name__) from error

    async def mark_restored(self, epoch: int) -> None:
        """Every call of before is back on the floor of that epoch."""
        await self._redis.hset(self.key("floor"), "restored", str(epoch))

    async def callbacks_at(self, number: str) -> dict[QueueId, CallId]:
        """The calls whose caller is to be called back there, by queue. Raises FloorAway."""
        try:
            found = await cast("Awaitable[dict[object, object]]", self._redis.hgetall(self.key(f"callbacks:{number}")))
        except RedisError as error:
            raise FloorAway(type(error).__name__) from error
        return {QueueId(text_of(queue)): CallId(text_of(call)) for queue, call in found.items()}

    async def open(self, call: Call, *, version: int) -> Saving:
        """Writes a call that must not exist yet."""
        note = Note(kind="arrived", data={"from": call.from_, "to": call.to})
        return await self.save(
            Held(call=call, version=0), Step(call=call, notes=(note,)), version=version, staff=views.Staff()
        )

    async def save(self, held: Held, step: Step, *, version: int, staff: views.Staff) -> Saving:
        """Saves ``step.call`` over ``held``. Raises NotReady, StaleVersion and FloorAway."""
        call = step.call
        document = codec.dump(call).decode()
        reply = await self._run(
            "saveCall",
            keys=[self.key(f"call:{call.id}"), self.key("floor")],
            args=[
                call.id,
                held.version,
                document,
                _presence(call),
                call.arrived_ms,
                orjson.dumps([_act(effect, call, staff) for effect in step.effects]),
                orjson.dumps(self._deadlines(held, call)),
                orjson.dumps([[note.kind, orjson.dumps(note.data).decode()] for note in step.notes]),
                orjson.dumps(views.summary(call, document)),
                version,
                call.callback.number if call.callback else "",
                _promise(held, call),
                call.queue or "",
            ],
        )
        match reply[0]:
            case "SAVED":
                made = orjson.loads(reply[2])
                matches = tuple(map(match_of, made)) if made else ()
                return Saved(held=Held(call=call, version=int(reply[1])), matches=matches)
            case "CONFLICT":
                return Conflict()
            case "OFFER_GONE":
                return OfferGone()
            case "NUMBER_TAKEN":
                return NumberTaken()
            case _:
                return _refused(reply)

    async def turn(self, call_id: CallId) -> Turn:
        """The wait document's look: is the call known, does it stand in a line, and where."""
        reply = await self._run("turnCall", keys=[self.key(f"call:{call_id}"), self.key("floor")], args=[call_id])
        if reply[0] != "TURN":
            _refused(reply)
        _, version, document, in_line, place, length, flow = reply
        held = Held(call=codec.load(document), version=int(version)) if document else None
        return Turn(
            held=held,
            in_line=in_line == "1",
            place=int(place) or None,
            line_length=int(length) or None,
            flow=line_flow_of(flow) if flow else None,
        )

    async def open_ids(self) -> tuple[CallId, ...]:
        """Every call that has not ended, by arrival."""
        try:
            return tuple(CallId(text_of(one)) for one in await self._redis.zrange(self.key("calls"), 0, -1))
        except RedisError as error:
            raise FloorAway(type(error).__name__) from error

    async def load_many(self, call_ids: Sequence[CallId]) -> tuple[Held, ...]:
        """Those of the calls that exist and can be read, in few round trips that leave room for others between them."""
        held: list[Held] = []
        for start in range(0, len(call_ids), _CALLS_PER_ROUND_TRIP):
            some = call_ids[start : start + _CALLS_PER_ROUND_TRIP]
            for call_id, (version, document) in zip(some, await self._documents(some), strict=True):
                if document is not None:
                    held += _readable(call_id, document, int(version))
        return tuple(held)

    async def _documents(self, call_ids: Sequence[CallId]) -> list[tuple[str, str | None]]:
        try:
            async with self._redis.pipeline(transaction=False) as pipe:
                for call_id in call_ids:
                    pipe.hmget(self.key(f"call:{call_id}"), ["v", "doc"])
                return await pipe.execute()
        except RedisError as error:
            raise FloorAway(type(error).__name__) from error

    async def remember_leg(self, leg: CallSid, call_id: CallId) -> None:
        """A rep's leg belongs to that call; kept for a day."""
        await self._redis.set(self.key(f"leg:{leg}"), call_id, ex=_LEG_TTL_S)

    async def call_of_leg(self, leg: CallSid) -> CallId | None:
        """The call a rep's leg belongs to."""
        found = await self._redis.get(self.key(f"leg:{leg}"))
        return CallId(text_of(found)) if found else None

    async def call_of_offer(self, offer: str) -> tuple[CallId, RepId] | None:
        """Whose offer that is, for an hour after it was made. Raises NotReady where the floor may get it back."""
        rep, call = await self._redis.hmget(self.key(f"offer:{offer}"), ["rep", "call"])
        if rep and call:
            return CallId(text_of(call)), RepId(text_of(rep))
        await self._refuse_while_rebuilt()
        return None

    async def renew_effects(self, call_id: CallId) -> None:
        """This process is still at the call's line effects."""
        due_ms = self.clock.now_ms() + EFFECT_LEASE_MS
        await self._redis.zadd(self.key("deadlines"), {f"call:{call_id}:effects": due_ms}, xx=True)

    async def silent_since(self, before_ms: int) -> tuple[CallId, ...]:
        """Waiting calls whose wait document was last fetched before that instant."""
        found = await self._redis.zrangebyscore(self.key("heartbeats"), 0, before_ms, start=0, num=500)
        return tuple(CallId(text_of(one)) for one in found)

    async def drop_deadline(self, member: str) -> None:
        """Nobody wants to be told any more."""
        await self._redis.zrem(self.key("deadlines"), member)

    async def forget_heartbeat(self, call_id: CallId) -> None:
        """Nobody fetches wait documents for the call any more."""
        await self._redis.zrem(self.key("heartbeats"), call_id)

    async def lease(self, what: str, *, ms: int) -> bool:
        """True when nobody else has said within that time that they do it. Spares work, and no more: who is slow may
        find another at it, and may give that one's lease back; what is done under a lease bears being done twice."""
        return bool(await self._redis.set(self.key(f"lease:{what}"), "1", px=ms, nx=True))

    async def may_dial(self, number: str, call_id: CallId, *, ms: int) -> bool:
        """True when no other call has had that number dialled within that time."""
        key = self.key(f"lease:dial:{number}")
        if await self._redis.set(key, call_id, px=ms, nx=True):
            return True
        return text_of(await self._redis.get(key) or "") == call_id

    async def give_back(self, what: str) -> None:
        """The lease is not needed any longer."""
        await self._redis.delete(self.key(f"lease:{what}"))

    def _deadlines(self, held: Held, call: Call) -> dict[str, int]:
        """What changes in the site's sorted set: kind → ms, 0 to remove."""
        before = dict(held.call.deadlines) if held.version else {}
        changed = {kind: ms for kind, ms in call.deadlines.items() if before.get(kind) != ms}
        changed |= {kind: 0 for kind in before if kind not in call.deadlines}
        first = held.call.next_effect if held.version else 0
        fresh = [one.effect for one in call.effects if one.id >= first]
        if fresh:
            is_route = any(isinstance(effect, RouteCall) for effect in fresh)
            changed["effects"] = self.clock.now_ms() + (self._route_lease_ms if is_route else EFFECT_LEASE_MS)
        elif held.version and held.call.effects and not call.effects:
            changed["effects"] = 0
        return changed

    async def _run(self, name: str, *, keys: Sequence[str], args: Sequence[str | bytes | int]) -> list[str]:
        try:
            reply = await self._scripts.run(name, keys, args)
        except RedisError as error:
            raise FloorAway(type(error).__name__) from error
        return [text_of(part) for part in cast("list[object]", reply)]


def _readable(call_id: CallId, document: str, version: int) -> list[Held]:
    """One call that cannot be read must not keep the others from being looked after."""
    try:
        return [Held(call=codec.load(document), version=version)]
    except UnreadableCall as error:
        log.error("call_not_readable", call=call_id, because=str(error))
        return []


def _promise(held: Held, call: Call) -> str:
    """``promised`` by this step, ``kept`` from before, or empty: the caller is not to be called back now. What is
    arranged for another day does not count yet."""
    if call.on_line or call.queue is None or call.state not in _TO_BE_CALLED:
        return ""
    is_new = held.version > 0 and (held.call.on_line or held.call.queue != call.queue)
    return "promised" if is_new else "kept"


def _presence(call: Call) -> str:
    """``queued`` while the wait document is fetched, ``open`` until the call has ``ended``."""
    if call.state is CallState.ENDED:
        return "ended"
    return "queued" if call.state in _IN_QUEUE and call.on_line else "open"


def _refused(reply: list[str]) -> NoReturn:
    """Raises what the code stands for."""
    reply_of(reply)
    raise AssertionError(f"a script answered {reply[0]}")


def _act(effect: FloorEffect, call: Call, staff: views.Staff) -> list[object]:  # noqa: C901 - one line a case
    """The effect as ``saveCall.lua`` reads it."""
    match effect:
        case EnterLine(ask=ask):
            return ["claim", orjson.Fragment(ask_json(ask))]
        case LeaveLine():
            return ["leave"]
        case ConfirmOffer(offer=offer):
            return ["confirm", offer]
        case AcceptOffer(offer=offer):
            return ["accept", offer]
        case SettleOffer(offer=offer, outcome=outcome, leaves=leaves):
            return ["settle", offer, outcome, leaves]
        case FinishOffer(offer=offer):
            return ["finish", offer]
        case FreeRep(rep=rep):
            return ["free", rep]
        case ShowScreenPop(rep=rep):
            return _tell(rep, "screen_pop", views.pop_view(call, staff))
        case TellCallState(rep=rep):
            return _tell(rep, "call_state", views.state_view(call))
        case TellCallerUpdated(rep=rep):
            return _tell(rep, "caller_updated", {"call_id": call.id, "caller": views.caller_view(call, staff.names)})
        case TellOfferEnded(rep=rep, offer=offer, outcome=outcome):
            return _tell(rep, "offer_ended", {"offer_id": offer, "call_id": call.id, "outcome": outcome})
        case _:
            assert_never(effect)


def _tell(rep: RepId, kind: str, view: views.View) -> list[object]:
    return ["tell", rep, orjson.dumps({"type": kind, **view}).decode()]
