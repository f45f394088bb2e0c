"""When a caller who waits is spoken to, and whether an expected wait can be told. Pure.

A wait is made of turns: documents of at most 5 s in the first 30 s, of 10 s later. The first greets; the second says
that nobody is free, and the place; the third the expected wait, for which the second has no room. Later all of it is
said together, every so often.
"""

from __future__ import annotations

from cti.calls.model import Call, CallState
from cti.calls.step import ask_of, steps_left, take_step, team_of
from routing.expected_wait import LineFlow, WaitRange, expected_wait

GREETED_WITHIN_MS = 4_000
"""A turn that starts this early is the first one: every turn lasts about 5 s."""
SHORT_TURNS_MS = 30_000
SHORT_TURN_S = 5
LONG_TURN_S = 10
_SECOND_ENDS_MS = GREETED_WITHIN_MS + SHORT_TURN_S * 1000
_THIRD_ENDS_MS = _SECOND_ENDS_MS + SHORT_TURN_S * 1000


def turn_s(waited_ms: int) -> int:
    """How long the turn lasts that starts now."""
    return SHORT_TURN_S if waited_ms < SHORT_TURNS_MS else LONG_TURN_S


def place_is_due(waited_ms: int, every_ms: int) -> bool:
    """True in the second turn, then about once in each ``every_ms``."""
    return GREETED_WITHIN_MS <= waited_ms < _SECOND_ENDS_MS or _is_time_again(waited_ms, every_ms)


def wait_is_due(waited_ms: int, every_ms: int) -> bool:
    """True in the third turn, then with the place."""
    return _SECOND_ENDS_MS <= waited_ms < _THIRD_ENDS_MS or _is_time_again(waited_ms, every_ms)


def _is_time_again(waited_ms: int, every_ms: int) -> bool:
    """A turn starts about every ``LONG_TURN_S`` seconds."""
    long_since = waited_ms >= max(every_ms, SHORT_TURNS_MS)
    return long_since and waited_ms % every_ms < LONG_TURN_S * 1000


def range_to_tell(call: Call, flow: LineFlow | None, now_ms: int) -> WaitRange | None:
    """The range for a call that stands in its demand's line; null where it would be a guess: too little is known of the
    line, or what the call asks may be another before the range is over."""
    if flow is None or call.state is not CallState.WAITING or call.callback is not None:
        return None
    found = expected_wait(flow)
    if found is None or _changes_by(call, now_ms + found.most_ms):
        return None
    return found


def _changes_by(call: Call, until_ms: int) -> bool:
    """Until then the plan may ask for something else, end the wait, or open the call to all."""
    plan = call.plan
    if plan is None or _is_due(call, "max_wait", until_ms) or (team_of(call) and _is_due(call, "team", until_ms)):
        return True
    ahead = call
    while (left := steps_left(ahead)) and _is_due(ahead, "step", until_ms):
        if left[0].then is not None:
            return True
        following, _ = take_step(ahead)
        asks, asked = ask_of(following), ask_of(ahead)
        if (asks.demand, asks.priority) != (asked.demand, asked.priority):
            return True
        ahead = following
    return False


def _is_due(call: Call, kind: str, until_ms: int) -> bool:
    due_ms = call.deadlines.get(kind)
    return due_ms is not None and due_ms <= until_ms
