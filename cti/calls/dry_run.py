"""Who would get a call, and why, with no effect: a hypothetical one on the live floor, or one that waits.

Runs the same rules and the same choice that a call does; nothing is written, looked up twice or registered.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from crm_adapter.ports import Crm
from cti.calls.arrivals import caller_of, in_time, who_dialled
from cti.calls.call_facts import facts_of
from cti.calls.clock import RedisClock
from cti.calls.model import Call
from cti.calls.ports import Memory
from cti.calls.rules import ActiveRules
from cti.calls.step import ask_of
from cti.record.call_model import ATTEMPTS_OF_MS
from routing.config import Rep
from routing.demands import demand_at, priority_at
from routing.expectations import answered
from routing.facts import CallerFacts, Facts
from routing.model import Ask, CallId, Consideration, Decision, Demand, Preference, RepId
from routing.plan import Plan, Refusal
from routing.redis_matcher import RedisMatcher
from routing.why_not import WhyNot, why_not

NO_CALL = CallId("dry-run")


@dataclass(frozen=True, slots=True, kw_only=True)
class Hypothesis:
    """A call that nobody makes."""

    from_: str
    to: str
    at_ms: int | None = None
    """When it arrives; null: now."""
    caller: CallerFacts | None = None
    """What the CRM would say; null: the CRM is asked."""
    answers: tuple[str, ...] = ()
    """To menus, one to each."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What would become of it."""

    course: Plan | Refusal
    demand: Demand | None = None
    """Null: the call would be refused, or sent away because it is closed."""
    considered: Consideration | None = None
    why_not: WhyNot | None = None


class DryRun:
    """Asks the active rules and the live floor."""

    def __init__(
        self,
        *,
        rules: ActiveRules,
        matcher: RedisMatcher,
        crm: Crm,
        memory: Memory,
        clock: RedisClock,
        region: str | None,
    ) -> None:
        self._rules = rules
        self._matcher = matcher
        self._crm = crm
        self._memory = memory
        self._clock = clock
        self._region = region

    async def call(self, hypothesis: Hypothesis, *, about: RepId | None = None) -> Outcome:
        """A hypothetical call. Raises NoConfiguration and NotReady."""
        config, now_ms = self._rules.config, self._clock.now_ms()
        dialled = who_dialled(hypothesis.from_, self._region)
        if hypothesis.caller is None and dialled.number is not None:
            dialled = caller_of(dialled, await self._crm.find_by_phone(dialled.number))
        line = self._rules.line_language(hypothesis.to)
        facts = facts_of(dialled, from_=hypothesis.from_, to=hypothesis.to, caller=hypothesis.caller, line=line)
        facts = replace(facts, call=replace(facts.call, answers=hypothesis.answers))
        at_ms = now_ms if hypothesis.at_ms is None else hypothesis.at_ms
        course = answered(config, await self._remembered(facts, dialled.number, at_ms), at_ms)
        if isinstance(course, Refusal) or course.closed:
            return Outcome(course=course)
        ask, rep = _ask(course, now_ms), config.reps.get(about) if about else None
        considered = await self._matcher.consider(ask, about=about)
        answer = _answer(rep, ask, considered.decision, considered) if rep else None
        return Outcome(course=course, demand=ask.demand, considered=considered, why_not=answer)

    async def _remembered(self, facts: Facts, number: str | None, at_ms: int) -> Facts:
        """With what SQL remembers of that number, as far as rules ask for it, and nobody has said it."""
        if number is None:
            return facts
        call, caller = facts.call, facts.caller
        if self._rules.asks_for_last and caller.last is None:
            caller = replace(caller, last=await in_time(self._memory.last_rep(number), otherwise=None))
        if self._rules.asks_for_attempts:
            attempts = in_time(self._memory.attempts(number, at_ms - ATTEMPTS_OF_MS), otherwise=0)
            call = replace(call, attempts=await attempts)
        return replace(facts, call=call, caller=caller)

    async def waiting(self, call: Call, about: RepId) -> WhyNot | None:
        """Why that rep does not get a call that waits; null: there is no such rep. Raises as above."""
        if call.plan is None:
            return None
        rep, ask = self._rules.config.reps.get(about), ask_of(call)
        if rep is None:
            return None
        considered = await self._matcher.consider(ask, about=about)
        decision = call.offer.decision if call.offer else considered.decision
        return _answer(rep, ask, decision, considered)


def _answer(rep: Rep, ask: Ask, decision: Decision, considered: Consideration) -> WhyNot:
    prefer = ask.prefer
    waived = prefer is not None and prefer.waived and prefer.rep == rep.id
    return why_not(rep, ask.demand, decision, considered.rep, waived=waived)


def _ask(plan: Plan, now_ms: int) -> Ask:
    """What the call would ask on arrival."""
    prefer = plan.prefer
    preference = None
    if prefer is not None and prefer.rep is not None:
        preference = Preference(rep=prefer.rep, until_ms=now_ms + prefer.wait_ms, waived=not prefer.must_qualify)
    return Ask(
        call=NO_CALL,
        demand=replace(demand_at(plan, 0), team=prefer.team if prefer else None),
        priority=priority_at(plan, 0),
        counted_from_ms=now_ms - plan.head_start_ms,
        prefer=preference,
    )
