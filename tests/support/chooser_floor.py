"""One floor twice: on a real server, and as the chooser's log. Each step is taken on both and what was chosen compared.

What the words leave open is settled here: a call whose offer ended asks before its rep is free; a rep who is free asks
before the calls that become open with them; calls that become open together ask in the order of the line; calls that
are short of reps take their steps in the order in which the server tells of them; and whether a call waits for its
preferred rep is asked whenever it is matched anew (on arrival, at a step, back from an offer, when marks are cleared,
when a deadline wakes it).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from cti.calls.events import CallerLearned, DeadlineKind, ShortStaffed
from cti.calls.model import Call
from cti.calls.step import At, Limits, ask_of
from cti.calls.step import Step as CallStep
from cti.calls.steps import waiting
from routing.config import Rep
from routing.demands import DemandTable, in_order
from routing.model import CallId, Demand, DemandId, OfferId, Outcome, RepId, RepState, RepStatus, Staffing
from routing.replies import rep_state_of
from tests.support.chooser import BUSY, CallLog, Chooser, RepLog, Spell
from tests.support.machine import CALLER
from tests.support.matchers import START_MS, STEADY, RedisFloor
from tests.support.written_plan import Written, plan_of, waiting_call

OFFLINE_MS = 30_000
"""A rep who is available and whose sockets are gone for so long is offline."""
LEASE_MS = 1000
CHANGES: Sequence[DeadlineKind] = ("team", "step")
MARKING = frozenset({Outcome.DECLINED, Outcome.VANISHED, Outcome.EXPIRED, Outcome.SOFTPHONE})
MISSED = frozenset({Outcome.EXPIRED, Outcome.SOFTPHONE})


class ChooserFloor:
    """The steps; every one raises AssertionError where server and chooser differ."""

    def __init__(self, floor: RedisFloor) -> None:
        self.floor = floor
        self.matcher = floor.matcher
        self.chooser = Chooser(now=START_MS)
        self.plans: dict[CallId, Call] = {}
        """The program's own, for their plans alone: always as if they waited."""
        self.told: list[str] = []
        """Deadlines of the server that tell of a shortage, as they stood at the last comparison."""
        self.offers: dict[RepId, OfferId] = {}
        """Of the busy."""
        self.with_rep: dict[RepId, CallId] = {}
        self.wanted: dict[RepId, RepStatus] = {}
        """What busy reps asked to become."""
        self.lost: dict[RepId, int] = {}
        """Since when (ms) a rep has no socket."""
        self.version = 1
        self.decisions = 0

    @property
    def now(self) -> int:
        return self.chooser.now

    # ── steps ─────────────────────────────────────────────────────────────────────────────────────────────────────

    async def write_table(self, table: DemandTable) -> None:
        """A configuration, or one with further demands: the version, then one rep after the other, by their queues."""
        await self.matcher.set_version(table.version, tuple(table.demands.values()))
        self.version = table.version
        await self.matcher.renew_profiles(table, version=table.version)
        written = tuple(table.demands[id_] for id_ in sorted(table.written))
        made: list[tuple[CallId, RepId]] = []
        for rep in _in_order(table):
            self._equip(rep, written)
            made += self._choose(rep.id if self.chooser.reps[rep.id].now.ready else None)
        await self._compare(made=made)

    async def arrive(self, call: CallId, written: Written) -> None:
        """A new call."""
        self.chooser.calls[call] = CallLog(call=call, written=written, arrived=self.now)
        self.plans[call] = waiting_call(call, written, arrived_ms=self.now)
        await self._claim(call)

    async def plan_again(self, call: CallId, written: Written) -> None:
        """The rules run once more for one that waits or is offered."""
        self.chooser.calls[call].plan_again(written)
        learned = CallerLearned(caller=CALLER, plan=plan_of(written))
        self._plan_has(waiting.caller_learned(self.plans[call], learned, self._at))
        await self._claim(call)

    async def _claim(self, call: CallId) -> None:
        """The call asks, for the first time or anew; program and chooser have to agree on what."""
        log, ask = self.chooser.calls[call], ask_of(self.plans[call])
        assert ask == log.ask, f"asks {ask}, the definition says {log.ask}"
        await self.matcher.claim(ask, version=self.version)
        if not log.waiting:
            await self._compare()
            return
        await self._compare(made=self._wake(call), asked=1)

    @property
    def _at(self) -> At:
        return At(now_ms=self.now, limits=Limits())

    def _plan_has(self, step: CallStep) -> None:
        self.plans[step.call.id] = step.call

    async def set_status(self, rep: RepId, status: RepStatus) -> None:
        await self.matcher.set_status(rep, status)
        spell = self.chooser.reps[rep].now
        if spell.status in BUSY and not (spell.status is RepStatus.WRAP_UP and status is RepStatus.AVAILABLE):
            self.wanted[rep] = status
        elif spell.status is RepStatus.WRAP_UP:
            self.wanted.pop(rep, None)
            self._off_call(rep, work_ended=True)
        elif spell.status is not status:
            self._begin(rep, status)
        await self._compare(freed=rep)

    async def accept(self, rep: RepId) -> None:
        assert await self.matcher.accept(self.offers[rep])
        self._begin(rep, RepStatus.ON_CALL)
        await self._compare()

    async def settle(self, rep: RepId, outcome: Outcome) -> None:
        call = self.with_rep[rep]
        await self.matcher.settle(self.offers[rep], outcome)
        made: Sequence[tuple[CallId, RepId]] = ()
        if outcome is Outcome.CALLER_LEFT:
            self._forget(call)
        else:
            made = self._ask_again(call, rep, marked=outcome in MARKING)
        self._off_call(rep, missed=outcome in MISSED)
        await self._compare(made=made, asked=1, freed=rep)

    def _ask_again(self, call: CallId, refused_by: RepId, *, marked: bool) -> Sequence[tuple[CallId, RepId]]:
        """The call is matched before its rep is free: another rep, where there is one."""
        log = self.chooser.calls[call]
        if marked:
            log.marks[refused_by] = log.refused[refused_by] = self.now
        self.chooser.stand_in_line(call)
        self.chooser.clear_marks()
        return tuple(self._take(call, self.chooser.rep_for(call)))

    async def leave(self, call: CallId) -> None:
        await self.matcher.leave(call)
        self._forget(call)
        [rep] = [rep for rep, theirs in self.with_rep.items() if theirs == call] or [None]
        if rep is not None:
            self._off_call(rep)
        await self._compare(freed=rep)

    async def finish(self, rep: RepId, *, wrap_up: bool) -> None:
        await self.matcher.finish(self.offers[rep], wrap_up=wrap_up)
        self._forget(self.with_rep[rep])
        if wrap_up:
            self._begin(rep, RepStatus.WRAP_UP)
        else:
            self._off_call(rep, work_ended=True)
        await self._compare(freed=rep)

    async def free(self, rep: RepId) -> None:
        await self.matcher.free(rep, self.with_rep[rep])
        self._off_call(rep, work_ended=True)
        await self._compare(freed=rep)

    async def drop(self, rep: RepId) -> None:
        await self.matcher.drop_socket(rep, STEADY)
        self.lost.setdefault(rep, self.now)
        self._begin(rep, self.chooser.reps[rep].now.status)
        await self._compare()

    async def touch(self, rep: RepId) -> None:
        await self.matcher.touch_socket(rep, STEADY)
        await self.floor.keep_socket(rep)
        known = self.chooser.reps.setdefault(rep, RepLog())
        self.lost.pop(rep, None)
        self._begin(rep, known.now.status if known.spells else RepStatus.OFFLINE)
        await self._compare(freed=rep)

    async def pass_ms(self, ms: int) -> None:
        """Time goes by; whatever may change by time alone is looked at, at its moment, on both sides."""
        target = self.now + ms
        while (moment := await self._next_moment()) <= target:
            await self._clock(max(moment, self.now))
            await self._carry_out()
        await self._clock(target)

    async def tell_shortages(self) -> None:
        """Calls that nobody on duty could ever take go on to their next step, or to their last, at this very moment."""
        while self.told:
            member = self.told.pop(0)
            await self.floor.drop(member)
            for call in await self._told_by(*member.split(":")):
                await self._tell(call)
        short = [log for log in self._line() if self.chooser.is_short(log.call)]
        forgotten = [log.ask for log in short if log.left or log.in_team]
        assert not forgotten, f"short of reps and not told of: {forgotten}"

    async def _told_by(self, kind: str, name: str) -> tuple[CallId, ...]:
        return (CallId(name),) if kind == "unmet" else await self.matcher.line(DemandId(name), 0, 100)

    async def _tell(self, call: CallId) -> None:
        found = await self.matcher.staffing(call)
        assert found is not None
        is_short, is_deserted = self.chooser.is_short(call), self.chooser.is_deserted(call)
        assert found == Staffing(unmet=is_short, gone=is_deserted), f"{call}: {found}, {is_short=} {is_deserted=}"
        if is_short and self.chooser.step_for_want_of_reps(call):
            plan = self.plans[call]
            self._plan_has(waiting.short_staffed(plan, ShortStaffed(step=plan.step, gone=is_deserted), self._at))
            await self._claim(call)

    # ── time ──────────────────────────────────────────────────────────────────────────────────────────────────────

    async def _clock(self, now: int) -> None:
        await self.floor.set_clock(now)
        self.chooser.now = now

    async def _next_moment(self) -> int:
        first = await self.floor.redis.zrange("{main}:deadlines", 0, 0, withscores=True)
        own = (*self.chooser.moments(), *(at + OFFLINE_MS for at in self.lost.values()))
        steps = [min(self.plans[call].deadlines[kind] for kind in kinds) for call, kinds in self._changing()]
        ahead = (at for at in own if at > self.now)
        return min([*(int(at) for _, at in first), *ahead, *steps], default=self.now + 10**12)

    def _changing(self) -> Iterable[tuple[CallId, Sequence[DeadlineKind]]]:
        """Calls that wait or are offered, and which of their deadlines change what they ask for."""
        talking = {
            call for rep, call in self.with_rep.items() if self.chooser.reps[rep].now.status is RepStatus.ON_CALL
        }
        for call, plan in self.plans.items():
            if kinds := [kind for kind in CHANGES if kind in plan.deadlines and call not in talking]:
                yield call, kinds

    async def _carry_out(self) -> None:
        """In the order in which the server hands out what is due; what the wait itself changes comes last."""
        made: list[tuple[CallId, RepId]] = []
        woken: list[CallId] = []
        vanished: list[RepId] = []
        for member in (await self.matcher.due_deadlines(limit=100, lease_ms=LEASE_MS)).members:
            kind, name = member.split(":")
            if kind == "wake":
                await self.matcher.wake(CallId(name))
                woken.append(CallId(name))
                made += self._wake(CallId(name))
                continue
            assert kind == "presence", member
            vanished += [state.rep] if (state := await self.matcher.check_presence(RepId(name))) else []
            if self._is_gone(RepId(name)):
                self._begin(RepId(name), RepStatus.OFFLINE)
                made += self._choose_for_all()
        for rep in filter(self._is_gone, self.lost):
            self._begin(rep, RepStatus.OFFLINE)
        await self._compare(made=made, asked=len(woken))
        for rep in vanished:
            await self.settle(rep, Outcome.VANISHED)
        await self._change_with_the_wait()
        await self.tell_shortages()

    async def _change_with_the_wait(self) -> None:
        for call, kinds in tuple(self._changing()):
            for kind in kinds:
                if self.plans[call].deadlines.get(kind, self.now + 1) > self.now:
                    continue
                if kind == "team":
                    self.chooser.calls[call].open_to_all()
                    self._plan_has(waiting.team_over(self.plans[call], self._at))
                else:
                    self.chooser.calls[call].take_steps()
                    self._plan_has(waiting.step_due(self.plans[call], self._at))
                await self._claim(call)

    def _is_gone(self, rep: RepId) -> bool:
        is_long = self.now >= self.lost.get(rep, self.now) + OFFLINE_MS
        return is_long and self.chooser.reps[rep].now.status is RepStatus.AVAILABLE

    # ── the log ───────────────────────────────────────────────────────────────────────────────────────────────────

    def _equip(self, rep: Rep, written: tuple[Demand, ...]) -> None:
        log = self.chooser.reps[rep.id]
        log.team = rep.team
        log.skills, log.queues, log.written = dict(rep.skills), rep.queues, written

    def _forget(self, call: CallId) -> None:
        del self.chooser.calls[call], self.plans[call]

    def _begin(self, rep: RepId, status: RepStatus, *, work_ended: bool = False) -> None:
        spell = Spell(at=self.now, status=status, connected=rep not in self.lost, work_ended=work_ended)
        self.chooser.reps[rep].spells.append(spell)

    def _off_call(self, rep: RepId, *, work_ended: bool = False, missed: bool = False) -> None:
        """The rep is what they asked for, or available; who would be that and is gone for long is offline."""
        del self.offers[rep], self.with_rep[rep]
        status = self.wanted.pop(rep, RepStatus.AVAILABLE)
        if status is RepStatus.AVAILABLE and self.now >= self.lost.get(rep, self.now) + OFFLINE_MS:
            status = RepStatus.OFFLINE
        self._begin(rep, RepStatus.NOT_RESPONDING if missed else status, work_ended=work_ended)

    # ── the comparison ────────────────────────────────────────────────────────────────────────────────────────────

    async def _compare(
        self,
        *,
        made: Sequence[tuple[CallId, RepId]] = (),
        asked: int = 0,
        freed: RepId | None = None,
    ) -> None:
        """``made``: what the step's own calls were given already; ``asked``: how many they were."""
        rep = freed if freed is not None and self.chooser.reps[freed].now.ready else None
        states = await self._states()
        expected = dict([*made, *self._choose(rep)])
        found = {state.call: state.rep for state in states.values() if self._is_new(state)}
        assert found == expected, f"matched {found}, the definition says {expected}"
        self.decisions += max(asked + (rep is not None), len(expected))
        for call, taken_by in expected.items():
            offer = states[taken_by].offer
            assert offer is not None
            assert await self.matcher.confirm(offer)
            self.offers[taken_by], self.with_rep[taken_by] = offer, call
        for name, log in self.chooser.reps.items():
            state = states[name]
            assert (state.status, state.connected) == (log.now.status, log.now.connected), f"{state}, logged {log.now}"

    async def _states(self) -> dict[RepId, RepState]:
        pipe = self.floor.redis.pipeline(transaction=False)
        for rep in self.chooser.reps:
            pipe.hgetall(f"{{main}}:rep:{rep}")
        pipe.zrangebyscore("{main}:deadlines", "-inf", self.now)
        *found, due = await pipe.execute()
        self.told = [member for member in due if member.startswith(("unmet:", "empty:"))]
        return {rep: rep_state_of(rep, fields) for rep, fields in zip(self.chooser.reps, found, strict=True)}

    def _is_new(self, state: RepState) -> bool:
        return state.offer is not None and state.offer != self.offers.get(state.rep)

    def _wake(self, call: CallId) -> Sequence[tuple[CallId, RepId]]:
        """The call, if it waits, is matched anew."""
        self.chooser.clear_marks()
        if not self.chooser.calls[call].waiting:
            return ()
        self.chooser.stand_in_line(call)
        return tuple(self._take(call, self.chooser.rep_for(call)))

    def _choose(self, freed: RepId | None) -> Iterable[tuple[CallId, RepId]]:
        """Who is chosen now, written into the log."""
        self.chooser.clear_marks()
        if freed is not None:
            yield from self._take(self.chooser.call_for(freed), freed)
        yield from self._choose_for_all()

    def _choose_for_all(self) -> Iterable[tuple[CallId, RepId]]:
        """In the order of the line, until nobody can be given anything."""
        settled = False
        while not settled:
            self.chooser.clear_marks()
            self.chooser.end_waits()
            made = [
                pair for log in self._line() for pair in self._take(log.ask.call, self.chooser.rep_for(log.ask.call))
            ]
            yield from made
            settled = not made

    def _line(self) -> list[CallLog]:
        return sorted((log for log in self.chooser.calls.values() if log.waiting), key=lambda log: log.place)

    def _take(self, call: CallId | None, rep: RepId | None) -> Iterable[tuple[CallId, RepId]]:
        if call is None or rep is None:
            return
        log = self.chooser.calls[call]
        log.waiting = log.alone = False
        self.chooser.reps[rep].offers.append((self.now, log.ask.demand.queue))
        self._begin(rep, RepStatus.RESERVED)
        yield call, rep


def _in_order(table: DemandTable) -> list[Rep]:
    groups = in_order(list({rep.queues for rep in table.reps.values()}))
    return [rep for queues in groups for rep in table.reps.values() if rep.queues == queues]
