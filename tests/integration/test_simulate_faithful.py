"""What a live run recorded is fed to the simulator, which asks the same reps about every call, in the same order.

``CTI_PROVE=1``: ten minutes of calls; else some seconds. ``CTI_SEED=n``: others.
"""

from __future__ import annotations

import asyncio
import itertools
import os
import random
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson

from cti.calls.codec import load as load_call
from cti.calls.exporting import Rules, exported
from cti.embedded import EmbeddedServer
from cti.record.exports import CallExports
from routing.config_file import load_config
from routing.model import CallId, OfferId, RepId
from routing.simulate.people import SimCall, SimRep
from routing.simulate.play import Play
from routing.simulate.recorded_file import read_recorded
from routing.simulate.recordings import classes_of
from routing.simulate.scenario import RecordedCall, Scenario, Shift
from routing.simulate.world import World
from tests.support.eventually import eventually
from tests.support.floor_tape import Act, FloorTape, a_floor_tape
from tests.support.house import Running, a_house
from tests.support.storm import Caller, Rep, Storm

PROVING = os.environ.get("CTI_PROVE") == "1"
SEED = int(os.environ.get("CTI_SEED", "7"))
LASTS_S, CALLS, REPS = (600.0, 1_500, 8) if PROVING else (15.0, 50, 6)
STEP_MS = 2_000
"""After so long a wait the sales line takes anybody who sells."""
MATCHING = frozenset({"claim", "free", "settle", "leave", "finish"})
"""Acts that may bring a rep and a call together."""
CALM = {"accept": 85, "decline": 15}
"""What reps do: nobody misses an offer, and everybody's browser stays."""


def a_configuration() -> str:
    """Skills, a priority and a step, so that much depends on when somebody becomes free."""
    reps = "\n".join(
        f"  - {{id: r{n}, name: Rep {n}, skills: {{support: {n % 3 + 1}, sales: {(n + 1) % 3 + 1}}}}}"
        for n in range(REPS)
    )
    return f"""
skills: [support, sales]
reps:
{reps}
queues:
  - {{id: support, max_wait: 15m, offer_timeout: 20s, wrap_up: 0.5s}}
  - {{id: sales, strategy: longest_idle, max_wait: 15m, offer_timeout: 20s, wrap_up: 0.7s}}
rules:
  - name: sales line
    when: call.from.endsWith("3")
    route: {{queue: sales, needs: {{sales: 2}}, steps: [{{after: {STEP_MS / 1000}s, needs: {{sales: 1}}}}]}}
  - name: urgent
    when: call.from.endsWith("7")
    route: {{queue: support, priority: 5, needs: {{support: 2}}}}
  - name: everyone
    route: {{queue: support, needs: {{support: 1}}}}
"""


async def test_the_simulator_asks_the_reps_that_were_asked_in_a_live_run(
    valkey: EmbeddedServer, tmp_path: Path
) -> None:
    config = a_configuration()
    async with a_house(valkey=valkey, tmp_path=tmp_path, config=config) as running:
        storm = Storm(running=running, dice=random.Random(SEED), does=CALM)
        reps = [Rep(storm=storm, id=RepId(f"r{n}"), dice=random.Random(f"{SEED}/{n}")) for n in range(REPS)]
        async with a_floor_tape(valkey.url) as tape:
            there_ms = await _play_live(storm, reps)
            lived = await _all_lived(running, min(there_ms.values()))
        for rep in reps:
            await rep.read()
    _to_the_us(lived, tape, reps)
    recorded = read_recorded((orjson.dumps(each.row) for each in lived), "recorded")
    assert sum(len(each.offers) for each in lived) >= CALLS * 0.9
    began_ms = min(there_ms.values())
    played = _simulate(config, recorded, lived, {rep: ms - began_ms for rep, ms in there_ms.items()})
    asked = {each.number: [str(offer["rep"]) for offer in each.row["offers"]] for each in lived}
    differ = {number: (was, played.get(number)) for number, was in asked.items() if played.get(number, []) != was}
    assert differ == {}


async def _play_live(storm: Storm, reps: list[Rep]) -> dict[RepId, int]:
    """Everybody available first; then the calls, until all are over and everybody is free again. Since when each rep
    was there."""
    house = storm.running.house
    async with asyncio.TaskGroup() as group:
        for rep in reps:
            group.create_task(rep.run())
        watch = group.create_task(storm.watch())

        async def everybody() -> dict[RepId, int]:
            states = await house.matcher.reps()
            there_ms = {each.rep: each.idle_since_ms for each in states if each.idle_since_ms is not None}
            return there_ms if len(there_ms) == REPS else {}

        there_ms: dict[RepId, int] = await eventually(everybody, 20.0)
        async with asyncio.TaskGroup() as callers:
            for n in range(CALLS):
                callers.create_task(_a_caller(storm, n).run())

        async def all_is_over() -> bool:
            return not await house.calls.open_ids()

        try:
            await eventually(all_is_over, 60.0)
        finally:
            storm.over.set()
            watch.cancel()
    return there_ms


def _a_caller(storm: Storm, n: int) -> Caller:
    dice = storm.dice
    return Caller(
        storm=storm,
        number=f"+1555123{n:04d}",
        after_s=dice.uniform(0.0, LASTS_S),
        patience_s=dice.uniform(0.5, 6.0) if dice.random() < 0.2 else None,
        talk_s=dice.uniform(0.3, 2.0),
    )


@dataclass(kw_only=True)
class Lived:
    """A call of the live run."""

    call: CallId
    number: str
    arrived_ms: int
    row: dict[str, Any]
    """As it was exported."""
    offers: list[OfferId]
    stepped_ms: float | None = None
    """How long it had waited when it took its step."""


async def _all_lived(running: Running, began_ms: int) -> list[Lived]:
    """All calls, once all are recorded as over."""
    exports = CallExports(running.house.database, since_ms=began_ms, until_ms=began_ms + 10**9)

    async def all_are_there() -> bool:
        return await exports.count() >= CALLS

    await eventually(all_are_there, 20.0)
    found: list[Lived] = []
    async for export in exports.all():
        call = load_call(export.document)
        row = exported(call, export, Rules(began_ms=began_ms), _itself)
        if row is not None:
            offers = [OfferId(str(entry.data["offer"])) for entry in export.timeline if entry.kind == "offered"]
            number = str(row["call"]["from"])
            found.append(Lived(call=call.id, number=number, arrived_ms=call.arrived_ms, row=row, offers=offers))
    found.sort(key=lambda each: (each.arrived_ms, each.call))
    for before, each in itertools.pairwise(found):  # one after the other, as they stand in line
        each.row["at_s"] = max(each.row["at_s"], before.row["at_s"] + 1e-6)
    return found


def _to_the_us(lived: list[Lived], tape: FloorTape, reps: list[Rep]) -> None:
    """The record's instants are the workers', some ms off; those of the floor are what decided."""
    began_ms = lived[0].arrived_ms - round(lived[0].row["at_s"] * 1000)
    reserved_ms = {offer: ms for rep in reps for offer, ms in _reserved(rep)}
    tokens = {str(offer["rep"]): set[str]() for each in lived for offer in each.row["offers"]}
    for each in lived:
        for offer, token in zip(each.row["offers"], each.offers, strict=True):
            tokens[offer["rep"]].add(token)
    for each in lived:
        row, arrived_us = each.row, each.row["at_s"] * 1e6 + began_ms * 1000
        asks = [ask.at_us - arrived_us for ask in tape.all_of({"claim"}, each.call)]
        row["routed_s"] = asks[0] / 1e6
        each.stepped_ms = next((ask / 1000 for ask in asks if ask >= STEP_MS * 1000), None)
        for offer, token in zip(row["offers"], each.offers, strict=True):
            rep, answered = offer["rep"], offer["outcome"] == "answered"
            made = tape.nearest(reserved_ms[token], MATCHING, each.call, rep, *tokens[rep])
            ended = tape.first({"accept"}, token) if answered else _given_up(tape, token, each.call)
            offer["s"] = (ended.at_us - made.at_us) / 1e6
            if answered:
                finished, freed = tape.first({"finish"}, token), tape.first({"free"}, each.call)
                row["talk_s"] = (finished.at_us - ended.at_us) / 1e6
                row["wrap_up_s"] = (freed.at_us - finished.at_us) / 1e6
        if row["gave_up"]:
            left = _given_up(tape, each.offers[-1] if each.offers else None, each.call)
            row["waited_s"] = (left.at_us - arrived_us) / 1e6


def _given_up(tape: FloorTape, token: OfferId | None, call: CallId) -> Act:
    """When an offer was settled, by the rep or because the caller left; without one, when the call left its line."""
    settled = () if token is None else tape.all_of({"settle"}, token)
    return settled[0] if settled else tape.first({"leave"}, call)


def _reserved(rep: Rep) -> Iterator[tuple[OfferId, int]]:
    """Each offer, and since when the rep was kept for it: the desk is told of each change."""
    since_ms = 0
    for event in rep.told:
        if event["type"] == "rep_status" and event["status"] == "reserved":
            since_ms = int(event["since"])
        elif event["type"] == "screen_pop":
            yield event["offer"]["id"], since_ms


def _itself(number: str | None) -> str | None:
    return number


def _simulate(
    config_text: str, recorded: tuple[RecordedCall, ...], lived: list[Lived], there_ms: Mapping[RepId, int]
) -> dict[str, list[RepId]]:
    """Who was asked about each caller."""
    config = load_config(config_text, "recorded")
    scenario = Scenario(duration_ms=10.0**9, classes=classes_of(recorded), shifts=_shifts(there_ms))
    play = Play(World(config, scenario), scenario, seed=SEED, replication=0)
    order, asked = sorted(config.reps), defaultdict[str, list[RepId]](list)
    came = {round(each.row["at_s"] * 1e6): each for each in lived}

    def lived_by(call: SimCall) -> Lived:
        return came[round(call.arrived_ms * 1e3)]

    def watch(call: SimCall, rep: SimRep, now: float) -> None:
        asked[lived_by(call).number].append(order[rep.index])

    def carried_out(call: SimCall, at: float) -> float:
        stepped_ms = lived_by(call).stepped_ms
        if stepped_ms is None or round(at - call.arrived_ms) != STEP_MS:
            return at
        return call.arrived_ms + stepped_ms

    play.watch, play.waits.carried_out = watch, carried_out
    while play.run(100_000):
        pass
    return dict(asked)


def _shifts(there_ms: Mapping[RepId, int]) -> tuple[Shift, ...]:
    """One after the other, as they came."""
    moments = [*sorted(set(there_ms.values())), 10**9]
    return tuple(
        Shift(until_ms=float(until), reps=frozenset(rep for rep, came in there_ms.items() if came < until))
        for until in moments[1:]
    )
