"""Everything that changed a floor, in the order in which it did: what a Redis server says it carried out.

async with a_floor_tape(valkey.url) as tape:
    ...                                       # calls are routed
tape.first({"accept"}, offer_id).at_us        # one after the other: no two acts of different steps are of one instant
"""

from __future__ import annotations

import asyncio
import codecs
import re
from collections.abc import AsyncIterator, Container, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import orjson
from redis.asyncio import Redis
from redis.asyncio.client import Monitor

import cti.calls
from routing.scripts import MATCHER_SCRIPTS, read_script

_SAVE = read_script("saveCall", Path(cti.calls.__file__).with_name("scripts"), MATCHER_SCRIPTS)
_ACTS = 9
"""Where the acts stand among the words: EVALSHA, sha, number of keys, two keys, ARGV[1] to ARGV[6] (saveCall.lua)."""
_LAST = "the end of the tape"
_LINE = re.compile(r"(?P<seconds>\d+)\.(?P<us>\d{6}) \[\d+ (?P<client>.*?)\] (?P<words>.*)", re.DOTALL)
_WORD = re.compile(r'"((?:[^"\\]|\\.)*)"')


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """What a step of a call did on the floor."""

    name: str
    """``claim``, ``confirm``, ``accept``, ``settle``, ``finish``, ``free``, ``leave``."""
    at_us: int
    """By the server's clock, in the order of the steps."""
    about: frozenset[str]
    """The call, and the rep or the offer."""


@dataclass(slots=True)
class FloorTape:
    """The acts so far."""

    acts: list[Act] = field(default_factory=list)

    def all_of(self, names: Container[str], *about: str) -> list[Act]:
        """The acts of these names that are about one of these."""
        return [each for each in self.acts if each.name in names and not each.about.isdisjoint(about)]

    def first(self, names: Container[str], *about: str) -> Act:
        """Raises LookupError."""
        for each in self.all_of(names, *about):
            return each
        raise LookupError(f"none of {names} about {about}")

    def nearest(self, ms: int, names: Container[str], *about: str) -> Act:
        """The one whose step took that for the time: the server notes a step a little before or after it has looked at
        the clock for it. Raises ValueError."""
        return min(self.all_of(names, *about), key=lambda each: abs(each.at_us - (ms * 1000 + 500)))


@asynccontextmanager
async def a_floor_tape(url: str) -> AsyncIterator[FloorTape]:
    """Runs until the end of the block, and has read everything by then."""
    tape, client = FloorTape(), Redis.from_url(url, decode_responses=True)
    try:
        async with client.monitor() as monitor:
            reading = asyncio.create_task(_read(monitor, tape))
            yield tape
            await client.echo(_LAST)
            await reading
    finally:
        await client.aclose()


async def _read(monitor: Monitor, tape: FloorTape) -> None:
    """A step that is refused writes nothing, so its acts count once the call is written."""
    pending: list[Act] = []
    async for at_us, client, words in _heard(monitor):
        if words[0].upper() == "ECHO" and words[1] == _LAST:
            return
        if client != "lua":
            pending = list(_acts(words, at_us))
        elif words[0] == "HSET" and words[2:3] == ["v"]:
            tape.acts += pending
            pending = []


async def _heard(monitor: Monitor) -> AsyncIterator[tuple[int, str, list[str]]]:
    """When, by whom (``lua``: by a script), and the command's words."""
    if monitor.connection is None:
        raise RuntimeError("the monitor is not connected")
    while True:
        line = _LINE.fullmatch(str(await monitor.connection.read_response()))
        if line is not None:
            words = [_unescaped(word) for word in _WORD.findall(line["words"])]
            yield int(line["seconds"] + line["us"]), line["client"], words


def _unescaped(word: str) -> str:
    return codecs.decode(word.encode(), "unicode_escape").encode("latin-1").decode() if "\\" in word else word


def _acts(words: list[str], at_us: int) -> Iterator[Act]:
    if words[0].upper() != "EVALSHA" or words[1] != _SAVE.sha:
        return
    call, acts = words[5], orjson.loads(words[_ACTS + 1])
    for name, *about in acts:
        yield Act(name=name, at_us=at_us, about=frozenset([call, *_named(about)]))


def _named(about: list[Any]) -> Iterator[str]:
    return (each for each in about if isinstance(each, str))
