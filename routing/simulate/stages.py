"""How the wait of a simulated call goes on: its plan as a chain of stages, made once and shared by all calls that have
the plan. Pure.

The same steps as ``cti/calls/step.py`` takes for a live call: what is asked comes from ``routing.demands`` alike.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property

from routing.demands import demand_at, priority_at
from routing.model import Demand, QueueId
from routing.plan import Plan, PlanStep, ends_wait


@dataclass(frozen=True, kw_only=True)
class Course:
    """What the rules make of a class of calls at one moment."""

    plan: Plan
    closes_ms: int | None = None
    """When the place closes, on the clock of the simulation."""
    closing_then: str | None = None
    """What becomes then of who still waits."""


@dataclass(frozen=True, kw_only=True)
class Stage:
    """What a call asks for after some steps of its plan, and what comes next."""

    course: Course
    number_of: Callable[[Demand], int]
    """Of the floor."""
    count: int = 0
    """Steps taken."""
    queue: QueueId
    team_over: bool = False

    @staticmethod
    def first(course: Course, number_of: Callable[[Demand], int]) -> Stage:
        """On arrival."""
        return Stage(course=course, number_of=number_of, queue=course.plan.queue)

    @property
    def plan(self) -> Plan:
        return self.course.plan

    @cached_property
    def team(self) -> str | None:
        """The only team that may take the call."""
        prefer = self.plan.prefer
        return None if prefer is None or self.team_over else prefer.team

    @cached_property
    def team_until_ms(self) -> int | None:
        """From arrival; null: it is open to all."""
        return self.plan.prefer.team_until_ms if self.plan.prefer and self.team is not None else None

    @cached_property
    def demand(self) -> int:
        """The floor's number of what is asked."""
        return self.number_of(replace(demand_at(self.plan, self.count, self.queue), team=self.team))

    @cached_property
    def priority(self) -> int:
        return priority_at(self.plan, self.count)

    @cached_property
    def next_step(self) -> PlanStep | None:
        return self.plan.steps[self.count] if self.count < len(self.plan.steps) else None

    @cached_property
    def offers_callback(self) -> bool:
        """Whether the caller may ask to be called back now."""
        said = [step.offer_callback for step in self.plan.steps[: self.count] if step.offer_callback is not None]
        return bool(said) and said[-1]

    @cached_property
    def opened(self) -> Stage:
        """No longer for one team alone."""
        return replace(self, team_over=True)

    @cached_property
    def taken(self) -> Stage | str:
        """After the next step; or how it ends the wait."""
        step = self.next_step
        if step is None:
            return self
        if step.then is None:
            return replace(self, count=self.count + 1)
        if ends_wait(step.then):
            return step.then
        return replace(self, count=self.count + 1, queue=QueueId(step.then.removeprefix("queue:")))

    @cached_property
    def skipped(self) -> Stage:
        """As if the next step did not stand in the plan."""
        steps = (*self.plan.steps[: self.count], *self.plan.steps[self.count + 1 :])
        return replace(self, course=replace(self.course, plan=replace(self.plan, steps=steps)))

    @cached_property
    def before_last(self) -> Stage:
        """All steps but the last applied, or all before one that ends the wait."""
        here = self
        while here.count + 1 < len(here.plan.steps):
            following = here.taken
            if isinstance(following, str):
                break
            here = following
        return here

    @cached_property
    def ends_next(self) -> bool:
        """Whether the next step ends the wait."""
        return self.next_step is not None and ends_wait(self.next_step.then)

    @cached_property
    def asked_next(self) -> int:
        """The floor's number of what the next step would ask for."""
        following = self.taken
        return self.demand if isinstance(following, str) else following.demand

    @cached_property
    def head_start_ms(self) -> int:
        return self.plan.head_start_ms

    @cached_property
    def _next_after_ms(self) -> float:
        """From arrival; the plan's end aside."""
        step = self.next_step
        moments = (self.team_until_ms, step.after_ms if step is not None else None, self.plan.max_wait_ms)
        return min(each for each in moments if each is not None)

    def is_closed(self, now: float) -> bool:
        """Whether who comes now comes too late."""
        return self.course.closes_ms is not None and self.course.closes_ms <= now

    def closes(self, arrived_ms: float) -> bool:
        """Whether the place closes before the longest wait of a call that came then is over."""
        closes_ms = self.course.closes_ms
        return closes_ms is not None and closes_ms <= arrived_ms + self.plan.max_wait_ms

    def ends_ms(self, arrived_ms: float) -> float:
        """When the wait of a call that came then is over."""
        if self.course.closes_ms is not None and self.closes(arrived_ms):
            return max(arrived_ms + 1.0, self.course.closes_ms)
        return arrived_ms + self.plan.max_wait_ms

    def due_ms(self, arrived_ms: float) -> float:
        """The next moment at which the plan changes something for a call that came then."""
        following = arrived_ms + self._next_after_ms
        return following if self.course.closes_ms is None else min(following, self.ends_ms(arrived_ms))

    def ending(self, arrived_ms: float) -> str | None:
        """How the longest wait ends, as of a step's ``then``; null: by an apology."""
        if self.closes(arrived_ms):
            return self.course.closing_then
        last = self.plan.steps[-1] if self.count < len(self.plan.steps) else None
        return last.then if last is not None and ends_wait(last.then) else None
