"""Every leg, and who wants to hear when one changes. The only place where a leg is replaced by its next state."""

from __future__ import annotations

from collections.abc import Callable

from cti.telephony.emulator.leg import Leg
from cti.telephony.model import CallSid

KEPT_LEGS = 20_000
"""Ended legs beyond this many are forgotten, oldest first."""
Watcher = Callable[[Leg], None]


class LegBook:
    """Legs by sid, in order of their arrival."""

    def __init__(self) -> None:
        self._legs: dict[CallSid, Leg] = {}
        self._watchers: dict[CallSid, list[Watcher]] = {}

    def get(self, sid: str) -> Leg | None:
        """The leg as it is now."""
        return self._legs.get(CallSid(sid))

    def live(self, sid: CallSid) -> Leg | None:
        """The leg, unless it is unknown or over."""
        leg = self._legs.get(sid)
        return None if leg is None or leg.over else leg

    def put(self, leg: Leg) -> Leg:
        """The leg's next state; its watchers are told at once. A leg that is over is never brought back."""
        before = self._legs.get(leg.sid)
        if before is not None and before.over and not leg.over:
            raise ValueError("a leg that is over cannot live again")
        self._legs[leg.sid] = leg
        for watcher in tuple(self._watchers.get(leg.sid, ())):
            watcher(leg)
        if leg.over:
            self._watchers.pop(leg.sid, None)
        if len(self._legs) > KEPT_LEGS:
            self._forget()
        return leg

    def newest_first(self) -> list[Leg]:
        """Every leg."""
        return list(reversed(self._legs.values()))

    def watch(self, sid: CallSid, watcher: Watcher) -> None:
        """Calls ``watcher`` with every later state of the leg, the last one included; then it is forgotten."""
        self._watchers.setdefault(sid, []).append(watcher)

    def _forget(self) -> None:
        over = [sid for sid, leg in self._legs.items() if leg.over]
        for sid in over[: len(self._legs) - KEPT_LEGS + KEPT_LEGS // 10]:
            del self._legs[sid]
