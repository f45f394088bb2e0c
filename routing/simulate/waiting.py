"""The wait of simulated calls: steps, ends, call-backs, and nobody being there. Pure.

As ``cti/calls/steps/waiting.py`` has it for live calls.
"""

from __future__ import annotations

from collections.abc import Callable

from routing.simulate.draws import odds
from routing.simulate.floor import SimFloor
from routing.simulate.people import FOREVER, OFFERED, WAITING, SimCall
from routing.simulate.stages import Stage
from routing.simulate.tally import Tally

PendDue = Callable[[float, SimCall], None]
CarriedOut = Callable[[SimCall, float], float]


class Waits:
    """Of one replication."""

    def __init__(self, floor: SimFloor, tally: Tally, pend: PendDue) -> None:
        """``pend(at, call)``: ``due`` is wanted for the call at that moment."""
        self.carried_out: CarriedOut | None = None
        """When what is due at a moment happens, where that is not at once: a live service is some ms late."""
        self._floor = floor
        self._tally = tally
        self._pend = pend

    def ask(self, call: SimCall, stage: Stage, now: float) -> None:
        """The call looks for a rep by what it asks at that stage of its plan."""
        call.stage = stage
        call.demand = stage.demand
        call.asks = (-stage.priority, call.arrived_ms - stage.head_start_ms)
        self._floor.claim(call, now)

    def refuse(self, call: SimCall, stage: Stage, now: float) -> None:
        """The call came when it is closed: nobody is asked."""
        call.stage = stage
        self._run_out(call, stage.course.closing_then, now)

    def begin(self, call: SimCall, now: float) -> None:
        """The call came and found nobody."""
        stage = call.stage
        call.in_line = True
        self._tally.line(call.caller.tally, now, 1)
        most = stage.plan.max_size
        if most is not None and self._floor.size_of(call) > most:
            self._last(call, stage, now)
        self._schedule(call)

    def offered(self, call: SimCall, now: float) -> None:
        """A rep is asked; the caller waits on, until the answer."""
        if not call.in_line and call.promised_ms is None:
            call.in_line = True
            self._tally.line(call.caller.tally, now, 1)
        self._schedule(call)

    def over(self, call: SimCall, now: float) -> None:
        """The call stands in no line any more."""
        if call.in_line:
            call.in_line = False
            self._tally.line(call.caller.tally, now, -1)

    def due(self, call: SimCall, now: float) -> None:
        """A moment that was asked for."""
        if call.due_ms != now or call.state not in (WAITING, OFFERED):
            return
        call.due_ms = -1.0
        stage, arrived_ms = call.stage, call.arrived_ms
        if call.promised_ms is not None:
            self._floor.leave(call, now)
        elif now >= arrived_ms + call.patience_ms:
            self._abandon(call, now)
        elif stage.team_until_ms is not None and now >= arrived_ms + stage.team_until_ms:
            self.ask(call, stage.opened, now)
        elif now >= stage.ends_ms(arrived_ms):
            self._end(call, stage.ending(arrived_ms), now)
        else:
            self._step(call, stage, now)
        self._schedule(call)

    def short(self, call: SimCall, now: float) -> None:
        """Nobody on duty could ever take the call."""
        stage, floor = call.stage, self._floor
        if call.state != WAITING or not floor.is_unmet(call):
            return
        gone = floor.is_gone(call)
        if stage.team is not None:
            self.ask(call, stage.opened, now)
        elif gone and stage.closes(call.arrived_ms) and not self._calls_back(call, stage):
            self._run_out(call, stage.ending(call.arrived_ms), now)
        elif stage.next_step is None or self._keeps(call, stage, gone=gone):
            return
        elif not gone and self._is_skipped(stage):
            self.ask(call, stage.skipped, now)
        else:
            ahead = stage.before_last if gone else stage
            if self._keeps(call, ahead, gone=gone):
                self.ask(call, ahead, now)
            else:
                self._take(call, ahead, now)
        if call.in_line:
            self._schedule(call)

    def not_answered(self, call: SimCall, now: float) -> None:
        """An offer ended without an answer: the wait goes on, unless its plan has ended meanwhile."""
        if call.exhausted and call.state in (WAITING, OFFERED):
            call.exhausted = False
            self._run_out(call, call.ending, now)
            return
        self._schedule(call)

    def _schedule(self, call: SimCall) -> None:
        """The next moment at which the wait changes: by patience or by the plan, whichever is first."""
        if call.state not in (WAITING, OFFERED):
            return
        if call.promised_ms is not None:
            at = call.promised_ms + call.stage.plan.callback.keep_ms
        else:
            at = call.arrived_ms + call.patience_ms
            if not call.exhausted:
                at = min(at, call.stage.due_ms(call.arrived_ms))
        if self.carried_out is not None:
            at = self.carried_out(call, at)
        if call.due_ms != at and at < FOREVER:
            call.due_ms = at
            self._pend(at, call)

    def _step(self, call: SimCall, stage: Stage, now: float) -> None:
        following = stage.taken
        if self._is_skipped(stage):
            self.ask(call, stage.skipped, now)
        elif isinstance(following, str):
            self._end(call, following, now)
        else:
            self.ask(call, following, now)
            self._offer_callback(call, stage, following, now)

    def _take(self, call: SimCall, stage: Stage, now: float) -> None:
        """The next step of that stage at once, whenever it was due."""
        following = stage.taken
        if isinstance(following, str):
            self._run_out(call, following, now)
        else:
            self.ask(call, following, now)
            self._offer_callback(call, stage, following, now)

    def _is_skipped(self, stage: Stage) -> bool:
        step = stage.next_step
        if step is None or step.skip_if is None:
            return False
        who = self._floor.on_duty if step.skip_if == "nobody_on_duty" else self._floor.ready
        return not who & self._floor.demands[stage.asked_next].meets

    def _keeps(self, call: SimCall, stage: Stage, *, gone: bool) -> bool:
        """Whether the next step would end a wait that is to go on until that step's own time."""
        return stage.ends_next and (not gone or self._calls_back(call, stage))

    def _calls_back(self, call: SimCall, stage: Stage) -> bool:
        return stage.offers_callback and call.has_number

    def _last(self, call: SimCall, stage: Stage, now: float) -> None:
        """The plan's last step at once, or the apology."""
        if stage.next_step is None or stage.closes(call.arrived_ms):
            self._run_out(call, stage.ending(call.arrived_ms), now)
        else:
            self._take(call, stage.before_last, now)

    def _end(self, call: SimCall, then: str | None, now: float) -> None:
        """The wait is over; somebody who is being asked may still take the call."""
        if call.state == OFFERED:
            call.exhausted, call.ending = True, then
        else:
            self._run_out(call, then, now)

    def _run_out(self, call: SimCall, then: str | None, now: float) -> None:
        if then == "callback" and call.has_number:
            self._promise(call, now)
            return
        self._floor.leave(call, now)
        self.over(call, now)
        if call.promised_ms is None:
            end = "hang_up" if then in (None, "callback") else then.partition(":")[0]
            self._tally.ended(call.caller.tally, call.arrived_ms, now, end)

    def _abandon(self, call: SimCall, now: float) -> None:
        least = call.stage.plan.callback.on_hang_up_ms
        waits = call.state == WAITING and call.has_number
        if least is not None and waits and now - call.arrived_ms >= least:
            self._promise(call, now)
            return
        self._floor.leave(call, now)
        self.over(call, now)
        self._tally.abandoned(call.caller.tally, call.arrived_ms, now, call.within_ms)

    def _offer_callback(self, call: SimCall, before: Stage, after: Stage, now: float) -> None:
        caller = call.caller
        if not caller.callback or call.promised_ms is not None or call.state != WAITING:
            return
        is_new = after.offers_callback and not before.offers_callback
        if is_new and call.has_number and odds(call.draw, 0) < caller.callback:
            self._promise(call, now)

    def _promise(self, call: SimCall, now: float) -> None:
        """The caller hangs up and keeps the place."""
        self.over(call, now)
        self._tally.ended(call.caller.tally, call.arrived_ms, now, "callback")
        call.promised_ms = now
        self._schedule(call)
