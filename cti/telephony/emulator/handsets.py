"""Telephones that a person holds: whoever called from a number on a page is called there, while the page is open."""

from __future__ import annotations

from cti.telephony.emulator.leg_book import Watcher


class Handsets:
    """Numbers, E.164, and whose telephone rings when one is called."""

    def __init__(self) -> None:
        self._watchers: dict[str, list[Watcher]] = {}

    def at(self, number: str) -> tuple[Watcher, ...]:
        """Everybody who has that number in hand; empty: nobody."""
        return tuple(self._watchers.get(number, ()))

    def take(self, number: str, watcher: Watcher) -> None:
        """That number rings here too; harmless when it does already."""
        held = self._watchers.setdefault(number, [])
        if watcher not in held:
            held.append(watcher)

    def put_away(self, watcher: Watcher) -> None:
        """None rings here any more."""
        for number, held in tuple(self._watchers.items()):
            left = [one for one in held if one != watcher]
            if left:
                self._watchers[number] = left
            else:
                del self._watchers[number]
