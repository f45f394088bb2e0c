"""Who would get a call, and why, with no effect: a hypothetical one on the live floor, or one that waits.

Runs the same rules and the same choice that a call does; nothing is written, looked up twice or registered. A draft's
rules may be asked in place of the active ones: then the choice is made on a copy of the floor, by the draft's skills.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace

from crm_adapter.ports import Crm
from cti.calls.arrivals import caller_of, in_time, who_dialled
from cti.calls.call_facts import facts_of
from cti.calls.clock import RedisClock
from cti.calls.model import Call
from cti.calls.ports import Memory
from cti.calls.rules import ActiveRules, asks_for_attempts, asks_for_last
from cti.calls.step import ask_of
from cti.record.call_model import ATTEMPTS_OF_MS
from routing.config import Config, Rep
from routing.demands import DemandTable, demand_at, demand_table, priority_at
from routing.expectations import Heard, heard
from routing.facts import CallerFacts, Facts
from routing.matcher import PureMatcher
from routing.model import Ask, CallId, Consideration, Decision, Demand, Preference, RepId, Standing
from routing.passed_over import PassedOver, passed_over
from routing.phone_text import plus_and_digits
from routing.plan import Plan, Refusal
from routing.redis_matcher import RedisMatcher
from routing.why_not import WhyNot, why_not

NO_CALL = CallId("dry-run")
FloorCopier = Callable[[DemandTable], Awaitable[PureMatcher]]
"""``copy_floor`` of the live floor."""


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
    draft: Config | None = None
    """By whose rules; null: by those of the active configuration."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What would become of it."""

    heard: Heard
    passed_over: tuple[PassedOver, ...]
    """The rules before the one that was taken, and why they were not."""
    demand: Demand | None = None
    """Null: the call would be refused, or sent away because it is closed."""
    considered: Consideration | None = None
    why_not: WhyNot | None = None
    everybody: tuple[tuple[Rep, WhyNot], ...] | None = None
    """Who would get the call, then the others by how near they come to it; null: nobody asked for that."""

    @property
    def course(self) -> Plan | Refusal:
        """What the rules decide."""
        return self.heard.course


class DryRun:
    """Asks the active rules, or a draft's, and the live floor."""

    def __init__(
        self,
        *,
        rules: ActiveRules,
        matcher: RedisMatcher,
        copy_floor: FloorCopier,
        crm: Crm,
        memory: Memory,
        clock: RedisClock,
        region: str | None,
    ) -> None:
        self._rules = rules
        self._matcher = matcher
        self._copy_floor = copy_floor
        self._crm = crm
        self._memory = memory
        self._clock = clock
        self._region = region

    async def call(self, hypothesis: Hypothesis, *, about: RepId | None = None, everybody: bool = False) -> Outcome:
        """A hypothetical call. Raises NoConfiguration and NotReady."""
        draft, now_ms = hypothesis.draft, self._clock.now_ms()
        config = self._rules.config if draft is None else draft
        at_ms = now_ms if hypothesis.at_ms is None else hypothesis.at_ms
        told = heard(config, await self._facts(config, hypothesis, at_ms), at_ms)
        passed = await asyncio.to_thread(passed_over, config, told, at_ms)
        course = told.course
        if isinstance(course, Refusal) or course.closed:
            return Outcome(heard=told, passed_over=passed)
        ask, rep = _ask(course, now_ms), config.reps.get(about) if about else None
        copied = None
        if draft is not None or everybody:
            copied = await self._copy_floor(await asyncio.to_thread(_table, config, ask.demand))
        if draft is None or copied is None:
            considered = await self._matcher.consider(ask, about=about)
        else:
            considered = copied.consider(now_ms, ask, about=about)
        decision = considered.decision
        all_ = copied.standings(now_ms, ask) if copied is not None and everybody else {}
        others = [(each, all_.get(id_)) for id_, each in config.reps.items()]
        return Outcome(
            heard=told,
            passed_over=passed,
            demand=ask.demand,
            considered=considered,
            why_not=_answer(rep, ask, decision, considered.rep) if rep else None,
            everybody=tuple(_by_nearness(ask, decision, others)) if everybody else None,
        )

    async def _facts(self, config: Config, hypothesis: Hypothesis, at_ms: int) -> Facts:
        dialled = who_dialled(hypothesis.from_, self._region)
        if hypothesis.caller is None and dialled.number is not None:
            dialled = caller_of(dialled, await self._crm.find_by_phone(dialled.number))
        to = hypothesis.to
        line = next((each.language for each in config.numbers if each.number == plus_and_digits(to)), None)
        facts = facts_of(dialled, from_=hypothesis.from_, to=to, caller=hypothesis.caller, line=line)
        facts = replace(facts, call=replace(facts.call, answers=hypothesis.answers))
        return await self._remembered(config, facts, dialled.number, at_ms)

    async def _remembered(self, config: Config, facts: Facts, number: str | None, at_ms: int) -> Facts:
        """With what SQL remembers of that number, as far as rules ask for it, and nobody has said it."""
        if number is None:
            return facts
        call, caller = facts.call, facts.caller
        if asks_for_last(config) and caller.last is None:
            caller = replace(caller, last=await in_time(self._memory.last_rep(number), otherwise=None))
        if asks_for_attempts(config):
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
        return _answer(rep, ask, decision, considered.rep)


def _answer(rep: Rep, ask: Ask, decision: Decision, standing: Standing | None) -> WhyNot:
    prefer = ask.prefer
    waived = prefer is not None and prefer.waived and prefer.rep == rep.id
    return why_not(rep, ask.demand, decision, standing, waived=waived)


def _by_nearness(ask: Ask, decision: Decision, others: list[tuple[Rep, Standing | None]]) -> list[tuple[Rep, WhyNot]]:
    """Who is chosen, those who are free in their order, those who could take it at another time, the others."""

    def place(each: tuple[Rep, Standing | None]) -> tuple[bool, bool, int, bool, str]:
        rep, standing = each
        rank = None if standing is None else standing.rank
        fits = standing is not None and standing.fit is not None
        return rep.id != decision.chosen, rank is None, rank or 0, not fits, rep.id

    return [(rep, _answer(rep, ask, decision, standing)) for rep, standing in sorted(others, key=place)]


def _table(config: Config, demand: Demand) -> DemandTable:
    table = demand_table(config)
    return table if demand.id in table.demands else table.with_extra([demand])


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
