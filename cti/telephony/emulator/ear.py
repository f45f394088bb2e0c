"""What the person with a leg presses and says, until a verb of the leg's documents listens.

Keys and words that nothing listens to are lost, as on any telephone, unless they were to be kept: then the person
waits until asked. Guarantees that what was pressed or said is heard in order, and once.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from cti.telephony.emulator.twiml_model import InputKind

MOST_PENDING = 1000
"""Input beyond this many is lost."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pressed:
    """One key: 0 to 9, * or #."""

    key: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Spoken:
    """Words, as a recogniser would hear them, and how sure it is (0 to 1)."""

    text: str
    confidence: float = 0.9


Input = Pressed | Spoken


def kind_of(heard: Input) -> InputKind:
    """The word for it in ``<Gather input>``."""
    return "dtmf" if isinstance(heard, Pressed) else "speech"


class Ear:
    """One leg's; ``tell`` is called with what is listened to whenever that changes, ``taken`` with what was heard."""

    def __init__(self, tell: Callable[[tuple[InputKind, ...]], None], taken: Callable[[Input], None]) -> None:
        self._tell = tell
        self._taken = taken
        self._kinds: tuple[InputKind, ...] = ()
        self._pending: list[tuple[Input, bool]] = []
        self._news = asyncio.Event()

    def put(self, heard: Input, *, keep: bool) -> None:
        """The person presses or says something; ``keep``: when asked for it, not before."""
        if (keep or kind_of(heard) in self._kinds) and len(self._pending) < MOST_PENDING:
            self._pending.append((heard, keep))
            self._news.set()

    @contextmanager
    def listening(self, *kinds: InputKind) -> Iterator[None]:
        """While the block runs, input of these kinds is not lost; what is left of it at the end is."""
        self._listen(kinds)
        try:
            yield
        finally:
            self._pending = [(heard, keep) for heard, keep in self._pending if keep]
            self._listen(())

    async def next(self, *kinds: InputKind) -> Input:
        """The next input of these kinds, once it comes."""
        while True:
            for at, (heard, _) in enumerate(self._pending):
                if kind_of(heard) in kinds:
                    del self._pending[at]
                    self._taken(heard)
                    return heard
            self._news.clear()
            await self._news.wait()

    def _listen(self, kinds: tuple[InputKind, ...]) -> None:
        if kinds != self._kinds:
            self._kinds = kinds
            self._tell(kinds)
