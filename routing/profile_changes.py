"""What changes for some reps from the profiles they have to those they shall have, gathered by what they share. Pure.

The server does the same for one rep after the other (``matcher/profile.lua``), at several times the cost: here all of
one demand, or of one counter, is together and takes one command.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Container, Iterator, Mapping, Sequence
from typing import TypedDict, cast

import orjson

from routing.model import DemandId, Profile, RepId, Strategy
from routing.replies import profile_json

WORST_FIT = 999_999
Places = tuple[defaultdict[DemandId, list[int | str]], ...]
"""Of gained, moved and lost demands: index of the rep and how the member begins (moved: before and now), and so on."""
Change = tuple[DemandId, str, str, Sequence[int | str], Sequence[int | str], Sequence[int | str]]
"""Demand, strategy, queue, gained, moved, lost."""


class Standing(TypedDict):
    """A profile as it lies on the floor."""

    source: str
    fits: Mapping[DemandId, int]
    ranked: Mapping[DemandId, tuple[str, str]]
    tallies: Sequence[str]
    flexibility: int


class _ByFit(dict[int, str]):
    """Made once for each fit: a table of 100,000 reps asks for a million."""

    def __missing__(self, fit: int) -> str:
        made = self[fit] = f"{WORST_FIT - fit:06d}:"
        return made


BY_FIT: Mapping[int, str] = _ByFit()
NOTHING: Standing = {"source": "", "fits": {}, "ranked": {}, "tallies": (), "flexibility": 0}


class ProfileChanges:
    """For ``renewProfiles.lua``, which goes through the reps in the order in which they were added."""

    def __init__(self, table: Container[DemandId], revived: Container[DemandId] = ()) -> None:
        """``table``: the demands that there are; nobody stands ready for others. ``revived``: those of
        them for which nobody does, whatever the profiles say."""
        self.reps: list[RepId] = []
        self._seen: list[str] = []
        self._texts: list[bytes] = []
        self._sources: list[str] = []
        self._revived = revived
        self._table = table
        self._gone: defaultdict[DemandId, list[int]] = defaultdict(list)
        self._by_fit = _no_places()
        self._ranked: dict[tuple[str, ...], Places] = {}
        self._came: dict[str, list[int]] = {}
        self._went: dict[str, list[int]] = {}

    def __len__(self) -> int:
        return len(self.reps)

    def add(self, profile: Profile, source: str, standing: str | bytes | None) -> None:
        """``standing``: the rep's profile on the floor; null: none was ever written."""
        old = NOTHING if standing is None else cast("Standing", orjson.loads(standing))
        self.reps.append(profile.rep)
        self._seen.append(old["source"])
        self._sources.append(source)
        self._texts.append(profile_json(profile, source))
        self._add_demands(profile, old, len(self.reps))
        if len(profile.tallies) != len(old["tallies"]) or not profile.tallies.issuperset(old["tallies"]):
            self._add_tallies(profile, old, len(self.reps))

    def _add_demands(self, profile: Profile, old: Standing, index: int) -> None:
        fits, had = profile.fits, old["fits"]
        if profile.ranked or old["ranked"]:
            self._add_ranked(profile, old, index)
            return
        gained, moved, lost = self._by_fit
        for demand, fit in fits.items():
            was = had.get(demand)
            if was is None:
                gained[demand] += (index, BY_FIT[fit])
            elif was != fit or demand in self._revived:
                moved[demand] += (index, BY_FIT[was], BY_FIT[fit])
        for demand in had.keys() - fits.keys():
            if demand in self._table:
                lost[demand] += (index, BY_FIT[had[demand]])
            else:
                self._gone[demand].append(index)

    def _add_ranked(self, profile: Profile, old: Standing, index: int) -> None:
        """Where not all are ranked by fit."""
        for demand in profile.fits.keys() | old["fits"].keys():
            was, then = old["fits"].get(demand), old["ranked"].get(demand)
            fit, ranked = profile.fits.get(demand), profile.ranked.get(demand)
            if demand not in self._table:
                self._gone[demand].append(index)
                continue
            gained, moved, lost = self._lists_of(ranked or then)
            before = None if was is None else _place(was, then, old["flexibility"])
            now = None if fit is None else _place(fit, ranked, profile.flexibility)
            if before is None and now is not None:
                gained[demand] += (index, now)
            elif now is None and before is not None:
                lost[demand] += (index, before)
            elif before is not None and now is not None and (before != now or demand in self._revived):
                moved[demand] += (index, before, now)

    def _lists_of(self, ranked: tuple[str, str] | None) -> Places:
        if ranked is None:
            return self._by_fit
        return self._ranked.setdefault(tuple(ranked), _no_places())

    def _add_tallies(self, profile: Profile, old: Standing, index: int) -> None:
        had = frozenset(old["tallies"])
        for tally in profile.tallies - had:
            self._came.setdefault(tally, []).append(index)
        for tally in had - profile.tallies:
            self._went.setdefault(tally, []).append(index)

    def arguments(self, first: int) -> list[str | bytes | int]:
        """What the script is handed behind the version."""
        said = {
            "reps": self.reps,
            "seen": self._seen,
            "sources": self._sources,
            "sizes": [len(text) for text in self._texts],
            "changes": [*_changes(self._by_fit, Strategy.BEST_FIT, ""), *self._ranked_changes()],
            "gone": self._gone,
            "came": self._came,
            "went": self._went,
        }
        return [first, orjson.dumps(said), b"".join(self._texts)]

    def _ranked_changes(self) -> Iterator[Change]:
        for (strategy, queue), places in self._ranked.items():
            yield from _changes(places, strategy, queue)

    def row(self, index: int) -> tuple[RepId, str, bytes]:
        """One rep's, from 1, for ``setProfiles.lua``."""
        return self.reps[index - 1], self._sources[index - 1], self._texts[index - 1]


def _no_places() -> Places:
    return defaultdict(list), defaultdict(list), defaultdict(list)


def _changes(places: Places, strategy: str, queue: str) -> Iterator[Change]:
    gained, moved, lost = places
    for demand in gained.keys() | moved.keys() | lost.keys():
        yield demand, strategy, queue, gained.get(demand, ()), moved.get(demand, ()), lost.get(demand, ())


def _place(fit: int, ranked: tuple[str, str] | None, flexibility: int) -> str:
    """How the rep's member of the ready set begins, as ``matcher/ranks.lua`` has it; the rest is the rep's."""
    if ranked is None:
        return BY_FIT[fit]
    return f"{flexibility:06d}:{BY_FIT[fit]}" if ranked[0] == Strategy.LEAST_FLEXIBLE else ""
