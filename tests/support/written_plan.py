"""What a configuration says of one call, whole at every stage; and the same as the program's own plan."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from cti.calls.model import Call, CallState
from cti.calls.step import plan_deadlines
from routing.model import CallId, Demand, RepId
from routing.plan import Plan, PlannedPreference, PlanStep
from tests.support.machine import a_fresh_call


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """What the call asks for from then on."""

    after_ms: int
    """From arrival; the first stage's is not looked at."""
    demand: Demand
    priority: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """One call's plan."""

    stages: tuple[Stage, ...]
    """The first widens no queue."""
    head_start_ms: int = 0
    rep: RepId | None = None
    """Preferred."""
    wait_ms: int = 0
    waived: bool = False
    team: str | None = None
    """Alone may take the call for a while."""
    team_ms: int = 0
    """Until then, from arrival."""

    @property
    def demands(self) -> Iterator[Demand]:
        """Everything that may come to be asked."""
        for stage in self.stages:
            yield stage.demand
            if self.team is not None:
                yield replace(stage.demand, team=self.team)


def plan_of(written: Written) -> Plan:
    """As the planner would have made it."""
    first, *later = written.stages
    prefer = PlannedPreference(
        who="owner",
        rep=written.rep,
        wait_ms=written.wait_ms,
        must_qualify=not written.waived,
        team=written.team,
        team_until_ms=written.team_ms,
    )
    return Plan(
        rule="any",
        version=1,
        queue=first.demand.queue,
        priority=first.priority,
        head_start_ms=written.head_start_ms,
        prefer=prefer,
        needs=first.demand.needs,
        prefers=first.demand.prefers,
        steps=tuple(map(_step, later)),
        strategies={stage.demand.queue: stage.demand.strategy for stage in written.stages},
    )


def _step(stage: Stage) -> PlanStep:
    return PlanStep(
        after_ms=stage.after_ms,
        then=f"queue:{stage.demand.queue}",
        queues=stage.demand.also,
        needs=stage.demand.needs,
        prefers=stage.demand.prefers,
        priority=stage.priority,
    )


def waiting_call(call: CallId, written: Written, *, arrived_ms: int) -> Call:
    """The program's own, in line with that plan."""
    plan = plan_of(written)
    fresh = replace(a_fresh_call(), id=call, arrived_ms=arrived_ms, plan=plan, queue=plan.queue)
    return plan_deadlines(replace(fresh, state=CallState.WAITING))
