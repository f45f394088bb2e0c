"""A floor as it lies in Redis, read in one step, and what must be true of it whatever happened before."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Mapping
from dataclasses import dataclass
from typing import Any, cast

from redis.asyncio import Redis
from redis.asyncio.cluster import RedisCluster

DUMP = """
local floor = {}
for _, key in ipairs(redis.call('KEYS', '{main}:*')) do
  local kind, name, value = redis.call('TYPE', key).ok, string.sub(key, 8), nil
  if kind == 'hash' then value = redis.call('HGETALL', key)
  elseif kind == 'zset' then value = redis.call('ZRANGE', key, 0, -1, 'WITHSCORES')
  elseif kind == 'set' then value = redis.call('SMEMBERS', key)
  end
  if value then floor[name] = {kind, value} end
end
return cjson.encode(floor)
"""
BUSY = {"reserved", "on_call", "wrap_up"}
ON_DUTY = BUSY | {"available"}


@dataclass(frozen=True, slots=True, kw_only=True)
class FloorDump:
    """name without the site's prefix → field → text (hashes), member → score (sorted sets)."""

    hashes: Mapping[str, Mapping[str, str]]
    sorted_sets: Mapping[str, Mapping[str, int]]

    def of(self, family: str) -> dict[str, Mapping[str, str]]:
        return {name.removeprefix(family): value for name, value in self.hashes.items() if name.startswith(family)}

    def sets(self, family: str) -> dict[str, Mapping[str, int]]:
        return {name.removeprefix(family): each for name, each in self.sorted_sets.items() if name.startswith(family)}


async def dump_floor(redis: Redis | RedisCluster) -> FloorDump:
    text = await cast("Awaitable[str]", redis.eval(DUMP, 1, "{main}:floor"))
    hashes: dict[str, dict[str, str]] = {}
    sorted_sets: dict[str, dict[str, int]] = {}
    for name, (kind, flat) in json.loads(text).items():
        pairs = dict(zip(flat[::2], flat[1::2], strict=True)) if kind != "set" else {}
        if kind == "hash":
            hashes[name] = pairs
        elif kind == "zset":
            sorted_sets[name] = {member: int(score) for member, score in pairs.items()}
    return FloorDump(hashes=hashes, sorted_sets=sorted_sets)


def check_floor(floor: FloorDump, now: int) -> None:
    """Raises AssertionError naming the broken promise."""
    reps, waits = floor.of("rep:"), floor.of("wait:")
    _check_pairs(reps, waits)
    _check_lines(floor, waits)
    _check_clocks(floor)
    _check_ready(floor, reps)
    _check_counts(floor, reps)
    _check_nobody_stands_beside_a_call(floor, reps, waits, now)


def _check_pairs(reps: Mapping[str, Mapping[str, str]], waits: Mapping[str, Mapping[str, str]]) -> None:
    tokens = [rep["offer"] for rep in reps.values() if rep["offer"]]
    assert len(tokens) == len(set(tokens)), "two reps hold one reservation"
    asked = [rep["call"] for rep in reps.values() if rep["status"] in {"reserved", "on_call"}]
    assert len(asked) == len(set(asked)), "a call is with two reps"
    for name, rep in reps.items():
        assert bool(rep["offer"]) == bool(rep["call"]) == (rep["status"] in BUSY), f"{name} is busy with nothing"
    for call, wait in waits.items():
        if wait["state"] == "reserved":
            rep = reps[wait["rep"]]
            assert (rep["offer"], rep["call"], rep["status"]) == (wait["offer"], call, "reserved"), f"{call} is adrift"


def _check_lines(floor: FloorDump, waits: Mapping[str, Mapping[str, str]]) -> None:
    lines, own, waived = floor.sets("line:"), floor.sets("own:"), floor.sets("waived:")
    stands = [member for family in (lines, own) for line in family.values() for member in line]
    expected = sorted(wait["member"] for wait in waits.values() if wait["state"] == "waiting")
    assert sorted(stands) == expected, "a waiting call is in no line, or in two"
    for wait in waits.values():
        if wait["state"] != "waiting":
            continue
        exclusive = wait["exclusive"] == "1"
        assert wait["member"] in (own.get(wait["prefer"], {}) if exclusive else lines[wait["demand"]])
        in_waived = wait["member"] in waived.get(wait["prefer"], {})
        assert in_waived == (wait["waived"] == "1" and not exclusive), "the waived line is wrong"
    in_queues = sorted(call for queue in floor.sets("waiting:").values() for call in queue)
    assert in_queues == sorted(call for call, wait in waits.items() if wait["state"] != "taken")


def _check_clocks(floor: FloorDump) -> None:
    running = {demand for demand, stood in floor.of("stood:").items() if "since" in stood}
    assert running == set(floor.sets("line:")), "a line's clock runs without callers, or stands with them"


def _meets(floor: FloorDump, rep: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(
        floor.hashes.get("meets", {}).get(rep) or '{"fits": {}, "ranked": {}, "tallies": []}'
    )
    return found


def _profile(floor: FloorDump, rep: str) -> dict[str, list[str]]:
    """demand → fit, and where it is not the best fit that counts, strategy and queue."""
    meets = _meets(floor, rep)
    return {demand: [str(fit), *meets["ranked"].get(demand, ())] for demand, fit in meets["fits"].items()}


def _member(floor: FloorDump, name: str, rep: Mapping[str, str], fit: str, strategy: str, queue: str) -> str:
    fitness, idle = f"{999999 - int(fit):06d}", f"{int(rep['idle_since']):013d}"
    asked = int(floor.hashes.get(f"asked:{name}", {}).get(queue, "0"))
    flexibility = _meets(floor, name)["flexibility"]
    parts = {
        "best_fit": lambda: [fitness, idle],
        "longest_idle": lambda: [idle],
        "round_robin": lambda: [f"{asked:013d}"],
        "least_occupied": lambda: [f"{int(rep['occupied']):04d}", idle],
        "least_flexible": lambda: [f"{flexibility:06d}", fitness, idle],
    }[strategy]()
    return ":".join([*parts, name])


def _check_ready(floor: FloorDump, reps: Mapping[str, Mapping[str, str]]) -> None:
    expected: dict[str, set[str]] = {}
    for name, rep in reps.items():
        if rep["status"] == "available" and rep["connected"] == "1":
            for demand, (fit, *ranked) in _profile(floor, name).items():
                strategy, queue = ranked or ("best_fit", "")
                expected.setdefault(demand, set()).add(_member(floor, name, rep, fit, strategy, queue))
    found = {demand: set(members) for demand, members in floor.sets("ready:").items()}
    assert found == expected, "the ready sets are not the ready reps"


def _check_counts(floor: FloorDump, reps: Mapping[str, Mapping[str, str]]) -> None:
    expected: dict[str, int] = {}
    for name, rep in reps.items():
        group = (
            "duty:" if rep["status"] in ON_DUTY else "away:" if rep["status"] in {"away", "not_responding"} else None
        )
        meets = _meets(floor, name)
        for counted in (*meets["fits"], *meets["tallies"]) if group else ():
            expected[f"{group}{counted}"] = expected.get(f"{group}{counted}", 0) + 1
    found = {name: int(count) for name, count in floor.hashes.get("counts", {}).items() if count != "0"}
    assert found == expected, "the counters do not count the reps"


def _check_nobody_stands_beside_a_call(
    floor: FloorDump, reps: Mapping[str, Mapping[str, str]], waits: Mapping[str, Mapping[str, str]], now: int
) -> None:
    for call, wait in waits.items():
        if wait["state"] != "waiting":
            continue
        marks, cools = floor.hashes.get(f"marks:{call}", {}), floor.hashes.get(f"cool:{call}", {})
        for name, rep in reps.items():
            own = wait["prefer"] == name
            waived = own and wait["waived"] == "1"
            open_to = (own or not wait["exclusive"]) and (waived or wait["demand"] in _profile(floor, name))
            barred = name in marks or int(cools.get(name, "0")) > now
            ready = rep["status"] == "available" and rep["connected"] == "1"
            assert not (ready and open_to and not barred), f"{name} is ready beside {call}"
        if wait["exclusive"]:
            assert reps[wait["prefer"]]["status"] in BUSY, f"{call} waits for a rep who is not busy"


def fields_of(floor: FloorDump, name: str) -> dict[str, Any]:
    """A hash's fields as whole numbers."""
    return {field: int(value) for field, value in floor.hashes.get(name, {}).items()}
