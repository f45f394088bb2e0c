"""Demands: what the configuration can ask of a rep, and how well each rep meets it."""

from __future__ import annotations

import time
from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from routing.config import Rep
from routing.config_file import load_config
from routing.demands import demand_at, demand_table, demands_of, fit_of, priority_at
from routing.facts import CallerFacts, Facts
from routing.model import Demand, Profile, QueueId, RepId, SkillName, Strategy
from tests.support.configuration import FLOOR, a_config, a_route, a_text, planned

STEPPED = a_route(
    "queue: support, priority: 3, needs: {support: 4}, prefers: {spanish: 2, billing: 1}, steps: ["
    "{after: 30s, needs: {support: 2}}, {after: 60s, priority: 9}, "
    "{after: 90s, needs: {}, prefers: {}, priority: 5, then: {queue: sales}}]",
    when="caller.tier == 'gold'",
)


def a_demand(queue: str, needs: dict[str, int] | None = None, prefers: dict[str, int] | None = None) -> Demand:
    def levels(pairs: dict[str, int] | None) -> tuple[tuple[SkillName, int], ...]:
        return tuple(sorted((SkillName(skill), level) for skill, level in (pairs or {}).items()))

    return Demand(queue=QueueId(queue), needs=levels(needs), prefers=levels(prefers))


FIRST = a_demand("support", {"support": 4}, {"spanish": 2, "billing": 1})
SECOND = a_demand("support", {"support": 2}, {"spanish": 2, "billing": 1})
THIRD = a_demand("sales")
ANAS = {SkillName("support"): 4, SkillName("spanish"): 5}
BOS = {SkillName("support"): 2}


def test_every_demand_that_steps_lead_to_is_listed_once_in_the_order_of_the_file() -> None:
    assert demands_of(a_config(STEPPED)) == (FIRST, SECOND, THIRD, a_demand("support"))


def test_a_step_replaces_a_key_entirely_and_keeps_the_others() -> None:
    plan = planned(a_config(STEPPED), Facts(caller=CallerFacts(tier="gold")), 0)
    assert [demand_at(plan, count) for count in range(4)] == [FIRST, SECOND, SECOND, THIRD]
    assert [priority_at(plan, count) for count in range(4)] == [3, 3, 9, 5]


def test_the_queue_can_be_overridden() -> None:
    plan = planned(a_config(STEPPED), Facts(caller=CallerFacts(tier="gold")), 0)
    assert demand_at(plan, 1, QueueId("sales")).queue == "sales"
    assert demand_at(plan, 3, QueueId("support")).queue == "support"


def a_rep(queues: set[str] | None = None, **skills: int) -> Rep:
    served = None if queues is None else frozenset(map(QueueId, queues))
    return Rep(id=RepId("x"), name="X", skills={SkillName(k): v for k, v in skills.items()}, queues=served)


def test_fit_is_the_sum_of_preferences_and_of_what_exceeds_the_needs() -> None:
    rep = a_rep(support=4, spanish=5, sales=2)
    assert fit_of(rep, a_demand("q")) == 0
    assert fit_of(rep, a_demand("q", {"support": 3})) == 1
    assert fit_of(rep, a_demand("q", {}, {"spanish": 3, "billing": 50})) == 15
    assert fit_of(rep, a_demand("q", {"support": 1, "sales": 2}, {"support": 10})) == 3 + 0 + 40


def test_who_lacks_a_need_or_does_not_serve_the_queue_has_no_fit() -> None:
    assert fit_of(a_rep(support=2), a_demand("q", {"support": 3})) is None
    assert fit_of(a_rep(), a_demand("q", {"support": 1})) is None
    assert fit_of(a_rep({"other"}, support=9), a_demand("q")) is None
    assert fit_of(a_rep(set()), a_demand("q")) is None


def test_a_profile_holds_what_the_rep_meets_and_the_tallies_for_explanations() -> None:
    table = demand_table(a_config(STEPPED))
    assert table.version == 7
    assert table.profile(RepId("ana")) == Profile(
        rep=RepId("ana"),
        fits={FIRST.id: 10, SECOND.id: 12, THIRD.id: 0, a_demand("support").id: 0},
        flexibility=4,
        tallies=frozenset({"support", "support/support>=4", "support/support>=2", "sales"}),
        levels=ANAS,
    )
    assert table.profile(RepId("bo")) == Profile(
        rep=RepId("bo"),
        fits={SECOND.id: 0, THIRD.id: 0, a_demand("support").id: 0},
        flexibility=3,
        tallies=frozenset({"support", "support/support>=2", "sales"}),
        levels=BOS,
    )
    assert table.profile(RepId("cy")).tallies == {"support", "support/support>=4", "support/support>=2"}


def test_somebody_unknown_meets_nothing() -> None:
    assert demand_table(a_config()).profile(RepId("gus")) == Profile(rep=RepId("gus"), fits={})


def test_further_demands_can_be_registered_and_count_for_no_flexibility() -> None:
    extra = a_demand("support", {"spanish": 5})
    table = demand_table(a_config()).with_extra([extra])
    assert table.demands[extra.id] == extra
    assert table.profile(RepId("ana")).flexibility == 1
    assert table.profile(RepId("ana")).fits[extra.id] == 0
    assert "support/spanish>=5" in table.profile(RepId("ana")).tallies
    assert extra.id not in table.profile(RepId("bo")).fits


def test_a_demand_has_the_strategy_of_the_queue_that_the_call_stands_in() -> None:
    floor = FLOOR.replace("max_wait: 15m", "strategy: round_robin").replace("wrap_up: 60s", "strategy: least_occupied")
    config = load_config(a_text(STEPPED, floor=floor), "x", version=7)
    assert [demand.strategy for demand in demands_of(config)] == [
        *[Strategy.ROUND_ROBIN] * 2,
        Strategy.LEAST_OCCUPIED,
        Strategy.ROUND_ROBIN,
    ]
    plan = planned(config, Facts(caller=CallerFacts(tier="gold")), 0)
    assert tuple(dict.fromkeys(demand_at(plan, count) for count in range(4))) == demands_of(config)[:3]
    profile = demand_table(config).profile(RepId("cy"))
    assert set(profile.ranked.values()) == {(Strategy.ROUND_ROBIN, "support")}
    assert profile.ranked.keys() == profile.fits.keys()


def test_the_id_of_a_demand_is_that_of_the_first_release_and_no_two_differ_in_nothing_but_strategy() -> None:
    demand = a_demand("support", {"support": 1}, {"spanish": 2})
    assert demand.id == "a0c60d030528bba4"
    assert len({replace(demand, strategy=strategy).id for strategy in Strategy}) == len(Strategy)
    assert replace(demand, also=(QueueId("sales"),)).id != demand.id


levels = st.dictionaries(st.sampled_from(["a", "b", "c"]), st.integers(1, 10))
weights = st.dictionaries(st.sampled_from(["a", "b", "c"]), st.integers(1, 100))


@settings(deadline=None)
@given(levels, levels, weights)
def test_fit_follows_its_definition_word_by_word(
    skills: dict[str, int], needs: dict[str, int], prefers: dict[str, int]
) -> None:
    fit = fit_of(a_rep(**skills), a_demand("q", needs, prefers))
    meets = all(skill in skills and skills[skill] >= least for skill, least in needs.items())
    expected = 0
    for skill, weight in prefers.items():
        expected += weight * skills[skill] if skill in skills else 0
    for skill, least in needs.items():
        expected += skills.get(skill, 0) - least
    assert fit == (expected if meets else None)


REPS = [
    "  - {id: ana, skills: {support: 4, spanish: 5}}",
    "  - {id: bo, queues: [sales, support], skills: {sales: 5, support: 2}}",
    "  - {id: cy, skills: {support: 4, billing: 3}, queues: [support]}",
]
NEEDS = ["support: 2", "spanish: 1"]


@settings(deadline=None)
@given(st.permutations(REPS), st.permutations(NEEDS), st.permutations(["support", "billing", "sales", "spanish"]))
def test_order_in_the_file_changes_no_profile(reps: list[str], needs: list[str], skills: list[str]) -> None:
    def profiles(reps: list[str], needs: list[str], skills: list[str]) -> set[str]:
        text = (
            f"skills: [{', '.join(skills)}]\nqueues: [{{id: support}}, {{id: sales}}]\nreps:\n{chr(10).join(reps)}\n"
            f"rules: [{{name: r, route: {{queue: support, needs: {{{', '.join(needs)}}}}}}}]\n"
        )
        made = demand_table(load_config(text, "x")).profiles()
        return {repr((profile.rep, dict(profile.fits), sorted(profile.tallies))) for profile in made}

    assert profiles(reps, needs, skills) == profiles(REPS, NEEDS, ["support", "billing", "sales", "spanish"])


def test_a_table_of_1000_reps_and_50_demands_is_made_in_half_a_second() -> None:
    reps = "\n".join(f"  - {{id: r{n}, skills: {{a: {n % 10 + 1}, b: {n % 7 + 1}, c: 5}}}}" for n in range(1_000))
    rules = "\n".join(
        f"  - {{name: n{n}, when: caller.tier == 't{n}', route: {{queue: q, needs: {{a: {n % 10 + 1}}}, "
        f"prefers: {{b: {n + 1}, c: 3}}}}}}"
        for n in range(49)
    )
    text = (
        f"skills: [a, b, c]\nreps:\n{reps}\nqueues: [{{id: q}}]\n"
        f"rules:\n{rules}\n  - {{name: last, route: {{queue: q}}}}\n"
    )
    config = load_config(text, "big.yaml")
    began = time.process_time()
    profiles = demand_table(config).profiles()
    assert time.process_time() - began < 0.5
    assert len(profiles) == 1_000
    assert max(len(profile.fits) for profile in profiles) == 50


def test_a_route_that_prefers_a_rep_asks_each_team_before_all() -> None:
    floor = FLOOR.replace("id: ana,", "id: ana, team: east,").replace("id: bo,", "id: bo, team: west,")
    rule = a_route("queue: support, needs: {support: 2}, prefer_rep: {who: owner, wait: 5s, team_wait: 10s}")
    config = load_config(a_text(rule, floor=floor, last=""), "x")
    demand = a_demand("support", {"support": 2})
    assert demands_of(config) == (demand, replace(demand, team="east"), replace(demand, team="west"))
    profiles = {profile.rep: profile for profile in demand_table(config).profiles()}
    assert [len(profiles[RepId(rep)].fits) for rep in ("ana", "bo", "cy")] == [2, 2, 1]
    assert "support/team=east" in profiles[RepId("ana")].tallies
    plan = planned(config, Facts(caller=CallerFacts(owner="bo")), 0)
    assert plan.prefer is not None
    assert (plan.prefer.team, plan.prefer.wait_ms, plan.prefer.team_until_ms) == ("west", 5_000, 15_000)
    stranger = planned(config, Facts(caller=CallerFacts(owner="cy")), 0)
    assert stranger.prefer is not None
    assert stranger.prefer.team is None
