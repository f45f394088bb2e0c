"""Who is on a simulated floor: reps and calls, as records that change."""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from routing.simulate.callers import Caller
    from routing.simulate.scenario import Asked
    from routing.simulate.stages import Stage

AVAILABLE, RESERVED, ON_CALL, WRAP_UP, AWAY, OFFLINE = range(6)
"""A rep's status. ``AWAY`` stands for not responding, too."""
BUSY: Final = frozenset({RESERVED, ON_CALL, WRAP_UP})
ON_DUTY: Final = BUSY | {AVAILABLE}
LOOK_BACK_MS = 3_600_000.0
"""How far back a rep's occupation counts."""


class SimRep:
    """One rep. ``index`` is the place among all by id, so that the lower index breaks the last tie."""

    __slots__ = (
        "asked_ms",
        "bit",
        "call",
        "fits",
        "flexibility",
        "idle_ms",
        "index",
        "meets",
        "next_status",
        "occupied",
        "own",
        "ready_ms",
        "since_ms",
        "spans",
        "status",
    )

    def __init__(self, index: int, *, meets: int, fits: Mapping[int, int], flexibility: int) -> None:
        self.index = index
        self.bit = 1 << index
        self.meets = meets
        """Demands, one bit each."""
        self.fits = fits
        self.flexibility = flexibility
        self.status = OFFLINE
        self.next_status: int | None = None
        self.idle_ms = 0.0
        self.since_ms = 0.0
        self.ready_ms = 0.0
        self.call: SimCall | None = None
        self.own: list[Entry] = []
        """Waiting calls that only this rep may take now, or for whom queue and needs are waived for this rep, in the
        order in which they are served."""
        self.asked_ms: dict[int, float] = {}
        """Line → when the rep was last offered one of its calls."""
        self.spans: deque[tuple[float, float, int]] = deque()
        """From, to, status: what the occupation of the last hour is made of."""
        self.occupied = 0
        """Per mille, fixed when the rep became ready."""

    def count_occupied(self) -> None:
        """(talk + wrap-up) / time on duty over the hour before the rep became ready, in whole per mille."""
        end, begin = self.ready_ms, self.ready_ms - LOOK_BACK_MS
        while self.spans and self.spans[0][1] <= begin:
            self.spans.popleft()
        on_duty = busy = 0.0
        for since, until, status in self.spans:
            ms = min(until, end) - max(since, begin)
            if status in ON_DUTY and ms > 0:
                on_duty += ms
                busy += ms if status in (ON_CALL, WRAP_UP) else 0.0
        self.occupied = int(busy * 1000 // on_duty) if on_duty else 0


class SimCall:
    """One call on the floor."""

    __slots__ = (
        "answered_ms",
        "arrived_ms",
        "asked",
        "asks",
        "bars",
        "caller",
        "cools",
        "demand",
        "draw",
        "due_ms",
        "ending",
        "entry",
        "exclusive",
        "exhausted",
        "has_number",
        "in_line",
        "line",
        "marks",
        "number",
        "offers",
        "owner",
        "patience_ms",
        "prefer",
        "promised_ms",
        "rep",
        "stage",
        "state",
        "talk_ms",
        "until_ms",
        "waived",
        "wake_ms",
        "within_ms",
        "wrap_up_ms",
    )

    stage: Stage
    """Of its plan."""

    def __init__(self, number: int, caller: Caller, arrived_ms: float) -> None:
        self.number = number
        self.caller = caller
        self.arrived_ms = arrived_ms
        self.state = WAITING
        self.demand = -1
        self.asks = (0, 0.0)
        """-priority and what the place is counted from."""
        self.prefer: SimRep | None = None
        self.until_ms = 0.0
        self.waived = False
        self.exclusive = False
        self.rep: SimRep | None = None
        self.entry: Entry | None = None
        self.line: int | None = None
        """The demand in whose line it stands."""
        self.owner: SimRep | None = None
        """Who has it among their own."""
        self.marks = NOBODY
        """Who declined or missed it → when."""
        self.cools = NOBODY
        """Who may not be asked again before when."""
        self.bars = False
        """Whether any of these was ever set."""
        self.wake_ms: float | None = None
        self.talk_ms = self.patience_ms = self.wrap_up_ms = self.within_ms = self.answered_ms = 0.0
        self.has_number = True
        """Whether the caller can be called back."""
        self.asked: Sequence[Asked] = ()
        """Who was asked when the call was recorded."""
        self.due_ms = -1.0
        """When the wait is to be looked at."""
        self.draw = self.offers = 0
        """What its odds are made of, and how often it was offered."""
        self.in_line = False
        """Whether it counts as waiting."""
        self.promised_ms: float | None = None
        """When the caller hung up, to be called back."""
        self.exhausted = False
        """The wait is over by its plan, and goes to ``ending`` unless whoever is asked takes the call."""
        self.ending: str | None = None


FOREVER: Final = math.inf
NOBODY: dict[int, float] = {}
"""Nobody declined: never written to."""
WAITING, OFFERED, TAKEN, GONE = range(4)
"""A call's state."""
Entry = tuple[int, float, int, SimCall]
"""-priority, counted from, number, the call."""
