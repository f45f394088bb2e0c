"""Call-backs as people of ours see them: arranged for a time, listed, cancelled. Never dials: a rep's accept does."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, replace

from cti.calls.arrivals import who_dialled
from cti.calls.conductor import Conductor, Told
from cti.calls.events import CallbackCancelled
from cti.calls.model import Call, Callback, CallState, call_id_of
from cti.calls.ports import Rules
from cti.calls.redis_store import Held, RedisCalls, Saved
from cti.calls.step import Note, Step
from cti.calls.views import Staff
from cti.telephony.model import CallSid
from routing.model import CallId, RepId

LONGEST_AHEAD_MS = 90 * 86_400_000
"""How far ahead a call-back may be arranged."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrangement:
    """Whom to call, when."""

    number: str
    """E.164."""
    line: str
    """The number of ours that the rules see as the one that was called, and that the caller sees."""
    at_ms: int
    by: str
    """Who arranged it."""
    rep: RepId | None = None
    """Asked before all others, if free then."""


class Callbacks:
    """The call-backs of one site."""

    def __init__(self, *, calls: RedisCalls, conductor: Conductor, rules: Rules) -> None:
        self._calls = calls
        self._conductor = conductor
        self._rules = rules

    async def arrange(self, arrangement: Arrangement) -> Call:
        """A call of its own, which goes to the rules at that time."""
        call = _arranged(arrangement, now_ms=self._calls.clock.now_ms())
        note = Note(kind="callback_promised", data={"why": "scheduled", "by": arrangement.by})
        step = Step(call=call, notes=(note,))
        saved = await self._calls.save(Held(call=call, version=0), step, version=self._rules.version, staff=Staff())
        if not isinstance(saved, Saved):
            raise LookupError("a call's name is not new")
        return call

    async def pending(self) -> tuple[Call, ...]:
        """Everybody who is to be called back, the one to be called first in front."""
        held = await self._calls.load_many(await self._calls.open_ids())
        waiting = [one.call for one in held if not one.call.on_line]
        return tuple(sorted(waiting, key=lambda call: (call.deadlines.get("callback", 0), call.arrived_ms)))

    async def cancel(self, call_id: CallId, *, by: str) -> Told:
        """Nobody need call; too late once a rep has accepted."""
        return await self._conductor.tell(call_id, CallbackCancelled(by=by))


def _arranged(arrangement: Arrangement, *, now_ms: int) -> Call:
    """Opened like any call, but without a leg: its sid is one that Twilio does not know."""
    sid = CallSid("CA" + secrets.token_hex(16))
    call = Call(
        id=call_id_of(sid),
        sid=sid,
        from_=arrangement.number,
        to=arrangement.line,
        arrived_ms=arrangement.at_ms,
        state=CallState.LATER,
        since_ms=now_ms,
        caller=who_dialled(arrangement.number, None),
        callback=Callback(number=arrangement.number, promised_ms=arrangement.at_ms, why="scheduled"),
        deadlines={"callback": arrangement.at_ms},
    )
    return replace(call, talked_with=arrangement.rep)
