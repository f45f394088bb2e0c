"""The matcher on Redis: each method runs one script of ``routing/scripts`` (the pipelined ones: one per row).

Never reads a clock and never decides: the scripts do, by Redis ``TIME``. Guarantees typed errors (NotReady,
StaleVersion) in place of codes. Redis's own errors (connection, time-out) pass through.
"""

from __future__ import annotations

import json
from collections.abc import Awaitable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import cast

import orjson

from routing.demands import DemandTable
from routing.keys import prefix
from routing.model import (
    Ask,
    CallId,
    Consideration,
    Demand,
    DemandId,
    InLine,
    Match,
    OfferId,
    Outcome,
    Profile,
    QueueId,
    RepId,
    RepState,
    RepStatus,
    Staffing,
)
from routing.renewal import Renewal
from routing.replies import (
    Reply,
    ask_json,
    consideration_of,
    match_of,
    profile_json,
    rep_state_of,
    reply_of,
    text_of,
)
from routing.scripts import MATCHER_SCRIPTS, Argument, Client, ScriptRunner

ROWS_PER_ROUND_TRIP = 500
BY_HAND = "by hand"
PROFILES_PER_STEP = 10
"""The server is asked to do so many in one step, and may do fewer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reservation:
    """A standing match, for a worker that takes it over."""

    match: Match
    confirmed: bool
    """An offer is saved with the call; nothing is left to take over."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """Deadlines handed to this worker under a lease."""

    members: tuple[str, ...]
    """As in the key table: ``match:{call}``, ``wake:{call}``, ``presence:{rep}``, ``call:{call}:{kind}``."""
    next_in_ms: int | None
    """Until the next one (0: more are due already); null when there is none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveLeg:
    """A rep who was found talking while the floor was rebuilt."""

    rep: RepId
    call: CallId
    offer: OfferId


class RedisMatcher:
    """``ports.Matcher`` on Redis, and what the calls' core needs beside it."""

    def __init__(self, redis: Client, site: str = "main") -> None:
        self._redis = redis
        self._prefix = prefix(site)
        self._floor = self._prefix + "floor"
        self._runner = ScriptRunner(redis, MATCHER_SCRIPTS)

    async def _run(self, name: str, *arguments: Argument) -> Reply:
        return reply_of(await self._runner.run(name, [self._floor], arguments))

    async def _run_each(self, name: str, rows: Sequence[Sequence[Argument]]) -> tuple[Match, ...]:
        matches: list[Match] = []
        for start in range(0, len(rows), ROWS_PER_ROUND_TRIP):
            batch = rows[start : start + ROWS_PER_ROUND_TRIP]
            for answer in await self._runner.run_each(name, [self._floor], batch):
                matches += reply_of(answer).matches
        return tuple(matches)

    # ── the port ──────────────────────────────────────────────────────────────────────────────────────────────────

    async def set_profile(self, profile: Profile, *, version: int) -> tuple[Match, ...]:
        return await self.set_profiles([profile], version=version)

    async def set_status(self, rep: RepId, status: RepStatus, *, reason: str | None = None) -> tuple[Match, ...]:
        return (await self._run("setStatus", rep, status.value, reason or "")).matches

    async def touch_socket(self, rep: RepId, socket: str) -> tuple[Match, ...]:
        return (await self._run("touchSocket", rep, socket)).matches

    async def drop_socket(self, rep: RepId, socket: str) -> None:
        await self._run("dropSocket", rep, socket)

    async def check_presence(self, rep: RepId) -> RepState | None:
        reply = await self._run("checkPresence", rep)
        return rep_state_of(rep, reply.result) if reply.result else None

    async def claim(self, ask: Ask, *, version: int) -> Match | InLine:
        reply = await self._run("claimRep", ask_json(ask), version)
        if reply.result:
            return match_of(reply.result)
        return InLine(call=ask.call, decision=reply.decisions[ask.call])

    async def accept(self, offer: OfferId) -> bool:
        return bool((await self._run("acceptOffer", offer)).result)

    async def settle(self, offer: OfferId, outcome: Outcome) -> tuple[Match, ...]:
        return (await self._run("settleOffer", offer, outcome.value)).matches

    async def finish(self, offer: OfferId, *, wrap_up: bool) -> tuple[Match, ...]:
        return (await self._run("finishCall", offer, int(wrap_up))).matches

    async def free(self, rep: RepId, call: CallId) -> tuple[Match, ...]:
        return (await self._run("freeRep", rep, call)).matches

    async def leave(self, call: CallId) -> tuple[Match, ...]:
        return (await self._run("leaveLine", call)).matches

    async def wake(self, call: CallId) -> tuple[Match, ...]:
        return (await self._run("wakeCall", call)).matches

    async def staffing(self, call: CallId) -> Staffing | None:
        found = (await self._run("findShortage", call)).result
        return Staffing(unmet=found["unmet"], gone=found["gone"]) if found else None

    async def consider(self, ask: Ask, *, about: RepId | None = None) -> Consideration:
        return consideration_of((await self._run("considerRep", ask_json(ask), about or "")).result)

    async def rep(self, rep: RepId) -> RepState | None:
        fields = await cast("Awaitable[dict[object, object]]", self._redis.hgetall(f"{self._prefix}rep:{rep}"))
        return rep_state_of(rep, _texts(fields)) if fields else None

    # ── taking matches and deadlines over ─────────────────────────────────────────────────────────────────────────

    async def confirm(self, offer: OfferId) -> bool:
        """The offer is saved with its call. False: not a live reservation's token."""
        return bool((await self._run("confirmOffer", offer)).result)

    async def release_unconfirmed(self, call: CallId) -> tuple[Match, ...]:
        """Gives back a match that nobody confirmed for 2 s, and matches again; younger or confirmed: nothing."""
        return (await self._run("releaseUnconfirmed", call)).matches

    async def reservation(self, call: CallId) -> Reservation | None:
        """The call's standing match, live as reservation or conversation."""
        found = (await self._run("readReservation", call)).result
        return Reservation(match=match_of(found), confirmed=found["confirmed"]) if found else None

    async def due_deadlines(self, *, limit: int, lease_ms: int) -> Due:
        """What is due by now, each handed to one caller until its lease ends. A member stays until it is removed: the
        matcher removes its own (wake, presence, match), whoever set ``call:`` removes those."""
        keys = [self._floor, self._prefix + "deadlines"]
        found = reply_of(await self._runner.run("claimDeadlines", keys, [limit, lease_ms])).result
        return Due(members=tuple(found["due"] or ()), next_in_ms=found.get("next_in"))

    # ── the floor as a whole ──────────────────────────────────────────────────────────────────────────────────────

    async def open_floor(self, *, epoch: int, version: int, on_calls: Sequence[LiveLeg] = ()) -> bool:
        """Sets the marker, by the one who rebuilt the floor under the lock; from now on scripts work. The reps of
        ``on_calls`` are on their calls in the same step. False: it was open already, and nothing changed."""
        legs = json.dumps([(leg.rep, leg.call, leg.offer) for leg in on_calls])
        return bool((await self._run("openFloor", epoch, version, legs)).result)

    async def set_version(self, version: int, demands: Sequence[Demand], *, only: bool = True) -> None:
        """The active demand table; claims and profiles of another version are refused from now on. Without ``only`` the
        demands that are there stay, and a table older than the floor's is refused: StaleVersion."""
        table = orjson.dumps({demand.id: orjson.dumps(demand).decode() for demand in demands})
        await self._run("setDemands", version, table, "only" if only else "")

    async def set_profiles(self, profiles: Sequence[Profile], *, version: int) -> tuple[Match, ...]:
        """``set_profile`` for many, one after the other; some of them in one step, as many as 2 ms allow."""
        rows = [_row(each) for each in profiles]
        matches: list[Match] = []
        done = 0
        while done < len(rows):
            some = rows[done : done + PROFILES_PER_STEP]
            reply = await self._run("setProfiles", version, *(argument for row in some for argument in row))
            matches += reply.matches
            done += reply.result
        return tuple(matches)

    async def renew_profiles(self, table: DemandTable, *, version: int) -> tuple[Match, ...]:
        """Everybody's: writes those that differ from the floor's; who is not in the table meets nothing any more.
        Others get their turn, in this process and on the server, every few ms."""
        renewal = Renewal(redis=self._redis, prefix=self._prefix, run=self._run, table=table, version=version)
        return await renewal.run()

    async def set_statuses(self, wanted: Sequence[tuple[RepId, RepStatus]]) -> tuple[Match, ...]:
        """``set_status`` for many, each an atomic step of its own."""
        return await self._run_each("setStatus", [(rep, status.value, "") for rep, status in wanted])

    async def touch_sockets(self, sockets: Sequence[tuple[RepId, str]]) -> tuple[Match, ...]:
        """``touch_socket`` for many (rep, socket), each an atomic step of its own."""
        return await self._run_each("touchSocket", sockets)

    async def put_on_call(self, rep: RepId, call: CallId, offer: OfferId) -> bool:
        """Rebuilding: a rep with a live leg is on that call. False: another call has the rep."""
        return bool((await self._run("putOnCall", rep, call, offer)).result)

    async def on_duty(self, demand: DemandId) -> int:
        """How many reps on duty meet it, busy ones included."""
        count = await cast("Awaitable[object]", self._redis.hget(self._prefix + "counts", f"duty:{demand}"))
        return int(text_of(count)) if count else 0

    async def unstaffed(self, demands: Collection[DemandId]) -> frozenset[DemandId]:
        """Those that nobody on duty meets."""
        asked = list(demands)
        if not asked:
            return frozenset()
        names = [f"duty:{demand}" for demand in asked]
        counts = await cast("Awaitable[list[object]]", self._redis.hmget(self._prefix + "counts", names))
        return frozenset(demand for demand, count in zip(asked, counts, strict=True) if int(text_of(count or "0")) == 0)

    async def ready(self, demand: DemandId) -> int:
        """How many reps who meet it are free."""
        return int(await self._redis.zcard(f"{self._prefix}ready:{demand}"))

    async def line(self, demand: DemandId, start: int, count: int) -> tuple[CallId, ...]:
        """Calls of the demand's line, in its order, from the given place (0 is the front) on."""
        found = await self._redis.zrange(f"{self._prefix}line:{demand}", start, start + count - 1)
        return tuple(CallId(text_of(member).split(":", 2)[2]) for member in found)

    # ── views ─────────────────────────────────────────────────────────────────────────────────────────────────────

    async def position(self, call: CallId) -> tuple[int, int] | None:
        """(place from 1, calls in the line) of a waiting or offered call; null for any other."""
        found = (await self._run("findPlace", call)).result
        return (found["place"], found["length"]) if found else None

    async def waiting_counts(self, queues: Sequence[QueueId]) -> Mapping[QueueId, tuple[int, int | None]]:
        """queue → (calls in line or offered, arrival of the oldest in ms)."""
        pipe = self._redis.pipeline(transaction=False)
        for queue in queues:
            pipe.zcard(f"{self._prefix}waiting:{queue}")
            pipe.zrange(f"{self._prefix}waiting:{queue}", 0, 0, withscores=True)
        found = await pipe.execute()
        return {
            queue: (found[2 * n], int(found[2 * n + 1][0][1]) if found[2 * n + 1] else None)
            for n, queue in enumerate(queues)
        }

    async def reps(self) -> tuple[RepState, ...]:
        """Every rep, by id. Reads everybody: for people's views, never for a decision."""
        ids = await cast("Awaitable[set[object]]", self._redis.smembers(self._prefix + "reps"))
        names = sorted(RepId(text_of(each)) for each in ids)
        pipe = self._redis.pipeline(transaction=False)
        for name in names:
            pipe.hgetall(f"{self._prefix}rep:{name}")
        found = await pipe.execute() if names else []
        return tuple(rep_state_of(name, _texts(fields)) for name, fields in zip(names, found, strict=True) if fields)


def _row(profile: Profile) -> tuple[RepId, str, bytes]:
    """Of a profile that no table has: the next table's is another, whatever it is made of."""
    return profile.rep, BY_HAND, profile_json(profile, BY_HAND)


def _texts(fields: Mapping[object, object]) -> dict[str, str]:
    return {text_of(name): text_of(value) for name, value in fields.items()}
