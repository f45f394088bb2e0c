"""Why the rules before the one that was taken were not."""

from __future__ import annotations

from routing.expectations import heard
from routing.facts import CallerFacts, CallFacts, Facts
from routing.passed_over import Part, PassedOver, passed_over
from tests.support.configuration import a_config, a_route

TO = "+15550100"


def passed(rules: str, *, call: CallFacts | None = None, more: str = "", **caller: str) -> tuple[PassedOver, ...]:
    config = a_config(rules, more=more)
    facts = Facts(call=call or CallFacts(to=TO), caller=CallerFacts(match="one", **caller))
    return passed_over(config, heard(config, facts, 0), 0)


def parts(when: str, **caller: str) -> tuple[Part, ...]:
    (one,) = passed(a_route("queue: support", when=f"'{when}'"), **caller)
    assert (one.index, one.rule, one.asked) == (0, "first", False)
    return one.parts


def test_the_terms_that_did_not_hold_are_told_with_what_they_saw() -> None:
    found = parts('caller.tier == "gold" && call.to == "+1 555 0100" && caller.stage == "lead"', tier="silver")
    assert found == (
        Part(text='caller.tier == "gold"', saw={"caller.tier": "silver"}),
        Part(text='caller.stage == "lead"', saw={"caller.stage": None}),
    )


def test_a_term_that_could_not_be_evaluated_says_why() -> None:
    (found,) = parts('caller.seats == "5"')
    assert (found.saw, found.problem) == ({"caller.seats": None}, "there is no field seats")


def test_alternatives_are_one_term() -> None:
    (found,) = parts('caller.tier == "gold" || call.to == "+1" && true')
    assert found.text == 'caller.tier == "gold" || call.to == "+1" && true'
    assert set(found.saw) == {"caller.tier", "call.to"}


def test_what_stands_in_brackets_is_no_term() -> None:
    found = parts('(caller.tier == "gold" && call.to != null) && caller.tags.exists(t, t == "a" && t != "b")')
    assert [part.text for part in found] == [
        '(caller.tier == "gold" && call.to != null)',
        'caller.tags.exists(t, t == "a" && t != "b")',
    ]


def test_opening_hours_and_lists_are_seen() -> None:
    more = 'hours: {office: {timezone: UTC, open: {}}}\nlists: {vip: ["+1"]}\n'
    rules = a_route("queue: support", when="'hours.office.open && \"vip\" in call.lists'", name="open")
    (one,) = passed(rules, more=more)
    assert [part.saw for part in one.parts] == [{"hours.office.open": False}, {"call.lists": []}]


def test_a_rule_that_has_asked_says_so_and_rules_behind_the_one_that_was_taken_say_nothing() -> None:
    ask = "  - {name: menu, ask: {say: Sales 1, keys: {1: sales}}}\n"
    sales = a_route("queue: sales", when="'\"sales\" in call.answers'", name="sales")
    found = passed(ask + sales, call=CallFacts(to=TO, answers=("sales",)))
    assert found == (PassedOver(index=0, rule="menu", asked=True),)
    silent = passed(ask + sales)
    assert [(one.rule, one.asked) for one in silent] == [("menu", True), ("sales", False)]
