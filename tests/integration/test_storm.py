"""Many calls and reps at once on the whole service, Twilio's callbacks repeated, shuffled, late and partly lost: no
double offer, no lost call, everybody idle at the end. ``CTI_PROVE=1``: 200 calls and 20 reps; ``CTI_SEED=n`` another.
"""

from __future__ import annotations

import asyncio
import os
import random
import time
from collections import defaultdict
from itertools import accumulate
from pathlib import Path

from cti.app import Overrides
from cti.embedded import EmbeddedServer
from routing.model import RepId, RepStatus
from tests.support.callers import call_id
from tests.support.eventually import eventually
from tests.support.floor_dump import check_floor, dump_floor
from tests.support.house import Running, a_house
from tests.support.storm import Caller, Rep, Storm, rest

PROVING = os.environ.get("CTI_PROVE") == "1"
SEED = int(os.environ.get("CTI_SEED", "7"))
CALLS, REPS = (200, 20) if PROVING else (40, 8)
WITHIN_S = 300.0 if PROVING else 90.0
FAULTS = {"repeat": 0.2, "reorder": 0.3, "lose": 0.05, "delay_ms": 60}
LIVE = {"queued", "ringing", "in-progress"}
FREES_THE_REP = {"offer_ended", "not_connected", "ended", "filed", "wrap_up_over"}
"""Kinds of the time line's entries."""


def a_configuration() -> str:
    """Everybody serves one queue, some better than others; offers and after-call work are short."""
    reps = "\n".join(f"  - {{id: r{n}, name: Rep {n}, skills: {{support: {n % 5 + 1}}}}}" for n in range(REPS))
    return f"""
skills: [support]
reps:
{reps}
queues:
  - {{id: support, max_wait: 15m, offer_timeout: 1.5s, wrap_up: 0.5s}}
rules:
  - name: everyone
    route: {{queue: support, needs: {{support: 1}}}}
"""


async def test_a_storm_of_calls_loses_nobody_and_asks_nobody_twice(valkey: EmbeddedServer, tmp_path: Path) -> None:
    began = time.monotonic()
    overrides = Overrides(reconcile_every_s=3.0)
    async with a_house(valkey=valkey, tmp_path=tmp_path, config=a_configuration(), overrides=overrides) as running:
        await running.emulator.faults(seed=SEED, webhooks=FAULTS)
        storm = Storm(running=running, dice=random.Random(SEED))
        reps = [Rep(storm=storm, id=RepId(f"r{n}"), dice=random.Random(f"{SEED}/{n}")) for n in range(REPS)]
        await _rage(storm, reps)
        print(f"\nseed {SEED}, {CALLS} calls, {REPS} reps, {time.monotonic() - began:.0f} s: {dict(storm.done)}")
        await _check_calls(storm)
        for rep in reps:
            await rep.read()
            _check_desk(rep)


async def _rage(storm: Storm, reps: list[Rep]) -> None:
    """Everything at once, until every call has ended and every rep is idle."""
    async with asyncio.TaskGroup() as group:
        for rep in reps:
            group.create_task(rep.run())
        watches = [group.create_task(watch) for watch in (_watch_floor(storm), storm.watch())]
        async with asyncio.timeout(WITHIN_S), asyncio.TaskGroup() as callers:
            for n in range(CALLS):
                callers.create_task(_a_caller(storm, n).run())
        try:
            await eventually(lambda: _all_is_over(storm.running), 60.0)
        finally:
            storm.over.set()
            for watch in watches:
                watch.cancel()


def _a_caller(storm: Storm, n: int) -> Caller:
    dice = storm.dice
    return Caller(
        storm=storm,
        number=f"+1555123{n:04d}",
        after_s=dice.uniform(0.0, CALLS / 8),
        patience_s=dice.uniform(0.1, 3.0) if dice.random() < 0.2 else None,
        talk_s=dice.uniform(0.1, 1.0),
    )


async def _watch_floor(storm: Storm) -> None:
    """No instant at which two reps have one call, or a call stands in line beside a ready rep."""
    house = storm.running.house
    while True:
        check_floor(await dump_floor(house.redis), house.clock.now_ms())
        await rest(0.3)


async def _all_is_over(running: Running) -> bool:
    if await running.house.calls.open_ids():
        return False
    states = await running.house.matcher.reps()
    assert {state.status for state in states} == {RepStatus.AVAILABLE}
    assert {state.offer for state in states} == {None}
    live = [leg["sid"] for leg in await running.emulator.calls() if leg["status"] in LIVE]
    assert live == [], "a leg is left alone"
    return True


async def _check_calls(storm: Storm) -> None:
    """By the record: every call ended, every patient caller was answered, no rep had two calls at once."""
    assert len(storm.callers) == CALLS
    changes: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for sid in storm.callers:
        await eventually(lambda sid=sid: _is_recorded_as_ended(storm.running, sid), 10.0)
        row = await storm.running.house.recorded.call(call_id(sid))
        assert row is not None
        if sid in storm.patient:
            assert row.answered_ms is not None, f"{sid} waited in vain: {row.end_reason}"
        rep = None
        for entry in await storm.running.house.recorded.timeline(call_id(sid)):
            if entry.kind == "offered":
                assert rep is None, f"{sid} is offered to two reps"
                rep = str(entry.data["rep"])
                changes[rep].append((entry.at_ms, 1))
            elif entry.kind in FREES_THE_REP and rep is not None:
                changes[rep].append((entry.at_ms, -1))
                rep = None
        assert rep is None, f"{rep} is left with {sid}"
    for rep, each in changes.items():
        depths = set(accumulate(change for _, change in sorted(each)))
        assert depths <= {0, 1}, f"{rep} had two calls at once"


async def _is_recorded_as_ended(running: Running, sid: str) -> bool:
    row = await running.house.recorded.call(call_id(sid))
    return row is not None and row.state == "ended"


def _check_desk(rep: Rep) -> None:
    """By what the desk was told: an offer ends before the next pops, and an accepted call has left the desk by then."""
    offer: str | None = None
    call: str | None = None
    for event in rep.told:
        match event:
            case {"type": "screen_pop", "offer": {"id": id_}}:
                assert (offer, call) == (None, None), f"{rep.id} is shown a second offer"
                offer = id_
            case {"type": "offer_ended", "offer_id": id_, "outcome": outcome, "call_id": of}:
                assert id_ == offer, f"{rep.id} hears of an offer twice, or of another's"
                offer, call = None, of if outcome == "accepted" else None
            case {"type": "call_state", "call_id": id_, "state": "wrap_up" | "ended" | "waiting"} if id_ == call:
                call = None
            case _:
                continue
    assert (offer, call) == (None, None), f"{rep.id} is left with an offer or a call"
    last = [event["status"] for event in rep.told if event["type"] == "rep_status"]
    assert last[-1] == "available"
