"""What is left of a call when it is over: its recorded time line, what the line was told to do, and nobody else."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from cti.calls.model import CallState
from cti.record.call_model import TimelineEntry
from routing.model import RepStatus
from tests.support.callers import call_id
from tests.support.eventually import eventually
from tests.support.house import Running

LIVE = frozenset({"queued", "ringing", "in-progress"})
AT_REST = frozenset({CallState.WRAP_UP, CallState.ENDED})
_TOLD = ("rep", "outcome", "by", "reason", "disposition")


async def history(running: Running, sid: str) -> list[str]:
    """The recorded time line, a few words an entry: ``offered ana``, ``offer_ended ana expired``. Looks for a rep that
    found none are left out."""
    entries = await running.house.recorded.timeline(call_id(sid))
    return [_in_short(entry) for entry in entries if entry.kind != "decision"]


def _in_short(entry: TimelineEntry) -> str:
    words = [entry.kind, *(str(entry.data[name]) for name in _TOLD if entry.data.get(name))]
    return " ".join(words)


async def is_recorded(running: Running, sid: str, expected: Sequence[str]) -> None:
    """Waits (the copier is a moment behind) until the time line, from its beginning, is exactly this."""

    async def so() -> bool:
        told = await history(running, sid)
        assert told == list(expected), f"recorded: {told}"
        return True

    await eventually(so)


async def has_recorded(running: Running, sid: str, entry: str) -> None:
    """Waits until the time line has that entry, wherever it stands."""

    async def so() -> bool:
        told = await history(running, sid)
        assert entry in told, f"recorded: {told}"
        return True

    await eventually(so)


async def updates_of(running: Running, sid: str) -> list[dict[str, Any]]:
    """Every REST request that was meant to change this leg, by the emulator's journal."""
    return [
        entry for entry in await running.emulator.requests("rest") if entry["method"] != "GET" and sid in entry["url"]
    ]


async def nobody_is_left(running: Running) -> None:
    """Nobody is reserved, rings, connects or waits, and no leg lives."""

    async def so() -> bool:
        reps = await running.house.matcher.reps()
        held = await running.house.calls.load_many(await running.house.calls.open_ids())
        left = [
            *[rep for rep in reps if rep.status in {RepStatus.RESERVED, RepStatus.ON_CALL}],
            *[each.call.id for each in held if each.call.state not in AT_REST],
            *[leg["sid"] for leg in await running.emulator.calls() if leg["status"] in LIVE],
        ]
        assert left == [], f"left: {left}"
        return True

    await eventually(so)
