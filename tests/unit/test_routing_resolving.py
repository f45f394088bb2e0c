"""Needs that come from the call: which skill a fact asks for, and what the configuration makes of it."""

from __future__ import annotations

import pytest

from routing.config_file import load_config
from routing.demands import demand_at, demands_of
from routing.facts import CallerFacts, CallFacts, Facts
from routing.model import RepId
from routing.resolving import member_for
from tests.support.configuration import FLOOR, a_route, a_text, planned, problems, warnings

SPOKEN = FLOOR.replace(
    "skills: [support, billing, sales, spanish]",
    "skills: [support, billing, sales, spanish, language-pl, language-pt-br, language-de]",
).replace("skills: {support: 4, spanish: 5}", "skills: {support: 4, spanish: 5, language-pl: 5, language-pt-br: 2}")
IN_THEIR_LANGUAGE = a_route(
    "queue: support, needs: {support: 1, language: caller.language}, "
    "steps: [{after: 60s, needs: {support: 1}, prefers: {language: {is: call.language, weight: 7}}}]"
)
SKILLS = load_config(a_text(floor=SPOKEN), "x").skills


def asked(facts: Facts, step: int = 0) -> tuple[dict[str, int], dict[str, int]]:
    config = load_config(a_text(IN_THEIR_LANGUAGE, floor=SPOKEN, last=""), "x")
    demand = demand_at(planned(config, facts, 0), step)
    return dict(demand.needs), dict(demand.prefers)


@pytest.mark.parametrize(
    ("value", "skill"),
    [
        ("pl", "language-pl"),
        ("pl-PL", "language-pl"),
        ("pt-BR", "language-pt-br"),
        ("pt", None),
        ("fr", None),
        ("", None),
        (None, None),
    ],
)
def test_a_value_chooses_the_skill_of_its_name_or_of_what_it_is_a_kind_of(value: str | None, skill: str | None) -> None:
    assert member_for("language", value, SKILLS) == skill


def test_the_callers_language_becomes_a_need_and_after_a_while_a_preference() -> None:
    facts = Facts(call=CallFacts(language="de"), caller=CallerFacts(language="pl-PL"))
    assert asked(facts) == ({"support": 1, "language-pl": 1}, {})
    assert asked(facts, 1) == ({"support": 1}, {"language-de": 7})


def test_what_is_not_known_asks_for_nothing() -> None:
    assert asked(Facts()) == ({"support": 1}, {})


def test_a_value_that_no_skill_is_named_after_asks_for_nothing_and_the_decision_says_so_without_the_value() -> None:
    config = load_config(a_text(IN_THEIR_LANGUAGE, floor=SPOKEN, last=""), "x")
    plan = planned(config, Facts(caller=CallerFacts(language="fr")), 0)
    assert dict(plan.needs) == {"support": 1}
    assert plan.problems == ("first: there is no skill language-… for this value of caller.language",)


def test_a_custom_field_can_choose_too() -> None:
    floor = FLOOR.replace("spanish]", "spanish, product-crm]").replace("spanish: 5", "spanish: 5, product-crm: 3")
    route = a_route("queue: support, needs: {product: {is: caller.product, least: 3}}")
    config = load_config(a_text(route, floor=floor, last=""), "x")
    plan = planned(config, Facts(caller=CallerFacts(fields={"product": "CRM"})), 0)
    assert plan.needs == (("product-crm", 3),)


def test_every_demand_it_can_come_to_is_known_before_the_first_call() -> None:
    config = load_config(a_text(IN_THEIR_LANGUAGE, floor=SPOKEN, last=""), "x")
    made = set(demands_of(config))
    for language in ("pl", "pt-BR", "de", "fr", None):
        facts = Facts(call=CallFacts(language=language), caller=CallerFacts(language=language))
        plan = planned(config, facts, 0)
        assert {demand_at(plan, 0), demand_at(plan, 1)} <= made
    assert len(made) == 7
    assert RepId("ana") in config.reps


def test_a_language_that_nobody_speaks_is_warned_of_and_not_refused() -> None:
    text = a_text(IN_THEIR_LANGUAGE, floor=SPOKEN, last="")
    assert problems(text) == []
    [warned] = warnings(text)
    assert "no rep can ever take these calls" in warned
    assert "language-de at 1 or more" in warned


@pytest.mark.parametrize(
    ("needs", "problem"),
    [
        ("{dialect: caller.language}", "there is no skill dialect-…, like dialect-a, of which a fact could choose one"),
        ("{language: call.tongue}", "call has no field tongue"),
        ("{language: {is: caller, least: 2}}", "needs.language.is: must be a fact, like caller.language"),
        ("{language: {least: 2}}", "needs.language.is: is missing"),
        ("{language: {is: caller.language, least: 11}}", "must be a whole number from 1 to 10"),
        ("{language: caller}", "there is no skill 'language'"),
    ],
)
def test_what_cannot_choose_is_refused(needs: str, problem: str) -> None:
    found = problems(a_text(a_route(f"queue: support, needs: {needs}"), floor=SPOKEN, last=""))
    assert any(problem in each for each in found), found


def test_a_rule_that_could_come_out_in_too_many_ways_is_refused() -> None:
    families = ", ".join(f"{family}-{n}" for family in ("a", "b") for n in range(20))
    floor = FLOOR.replace("spanish]", f"spanish, {families}]")
    [problem] = problems(a_text(a_route("queue: support, needs: {a: caller.a, b: caller.b}"), floor=floor, last=""))
    assert "can come out in 441 ways; at most 200 are allowed" in problem
