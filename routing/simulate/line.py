"""One line of waiting calls, in the order in which they are served."""

from __future__ import annotations

from bisect import insort
from collections.abc import Iterator

from routing.simulate.people import Entry

COMPACT = 512


class Line:
    """Adding at the end and taking from the front cost nothing with any number in line: who is gone is passed over, and
    swept out now and then."""

    __slots__ = ("_entries", "_head", "waiting")

    def __init__(self) -> None:
        self._entries: list[Entry] = []
        self._head = 0
        self.waiting = 0
        """How many stand in it."""

    def add(self, entry: Entry) -> None:
        """A call takes its place."""
        entries = self._entries
        if not entries or entry > entries[-1]:
            entries.append(entry)
        else:
            insort(entries, entry, self._head)
        self.waiting += 1
        if len(entries) - self._head > 2 * self.waiting + COMPACT:
            self._entries = [each for each in entries[self._head :] if each[3].entry is each]
            self._head = 0

    def removed(self) -> None:
        """One of its calls no longer stands here: its ``entry`` is another by now."""
        self.waiting -= 1
        if not self.waiting:
            self._entries, self._head = [], 0

    def first(self) -> Entry | None:
        """Who is next; null: nobody."""
        entries, head = self._entries, self._head
        while head < len(entries) and entries[head][3].entry is not entries[head]:
            head += 1
        if head > COMPACT:
            del entries[:head]
            head = 0
        self._head = head
        return entries[head] if head < len(entries) else None

    def __iter__(self) -> Iterator[Entry]:
        """In order."""
        return (each for each in self._entries[self._head :] if each[3].entry is each)
