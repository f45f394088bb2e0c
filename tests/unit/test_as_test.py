"""A real call as an example: it holds in the configuration that took the call, and names nobody without need."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm_adapter.model import Contact
from cti.admin.as_test import Example, entry_text, example_of
from cti.calls.arrivals import new_call
from cti.calls.call_facts import call_facts, caller_facts
from cti.calls.events import CallArrived
from cti.calls.model import Call, Caller, CallerMatch
from cti.telephony.model import CallSid
from routing.config import Config
from routing.config_file import check_config, load_config
from routing.expectations import Bench, answered
from routing.facts import Facts
from routing.model import RepId
from routing.plan import Plan
from tests.support.configuration import FLOOR, a_config, a_route, a_text

MONDAY_MS = 1_795_420_800_123  # 2026-11-23T08:00:00.123Z
JAN = Contact(
    id="c-1",
    name="Jan Kowalski",
    phones=("+48600100200",),
    email="jan@example.com",
    company="Acme",
    external_id="x-9",
    tier="gold",
    owner="cy",
    tags=("vip",),
    fields={"plan": "basic", "passport": "AB123"},
)
MENU = "  - {name: menu, when: \"caller.match == 'none'\", ask: {say: {en: Which?}, keys: {'1': one, '2': two}}}\n"
RULES = (
    MENU
    + "  - {name: refused, when: \"call.from == '+15550199'\", block: {say: {en: No.}}}\n"
    + a_route("queue: support, prefer_rep: {who: owner}", when="'caller.tier == \"gold\"'", name="gold")
    + a_route(
        "queue: sales", when="\"'one' in call.answers || call.attempts > 2 || caller.last == 'bo'\"", name="other"
    )
    + a_route("queue: support", when="caller.match == 'withheld'", name="withheld")
)
HOURS = "hours: {office: {timezone: Europe/Warsaw, open: {mon-fri: '08:00-18:00'}}}\n"


def a_call(config: Config, *, from_: str = "+48600100200", caller: Caller | None = None, **changes: Any) -> Call:
    """A call as the rules of that configuration decided it."""
    arrived = CallArrived(sid=CallSid("CA" + "0" * 32), from_=from_, to="+15550100", facts={"country": "PL"})
    call = new_call(arrived, arrived_ms=MONDAY_MS, now_ms=MONDAY_MS, region=None)
    call = replace(call, caller=caller or call.caller, language="pl", **changes)
    facts = Facts(call=replace(call_facts(call), language="pl"), caller=caller_facts(call.caller))
    course = answered(config, facts, MONDAY_MS)
    if not isinstance(course, Plan):
        return replace(call, refusal=course)
    first = Bench(tuple(config.reps.values())).first_choice(course)
    return replace(call, plan=course, rang=(first,) if first and not call.rang else call.rang)


def known(*contacts: Contact, **changes: Any) -> Caller:
    match = {0: CallerMatch.NONE, 1: CallerMatch.ONE}.get(len(contacts), CallerMatch.MANY)
    return Caller(match=match, number="+48600100200", contacts=contacts, **changes)


def made(call: Call, config: Config, **more: Any) -> Example:
    example = example_of(call, config, **more)
    assert example is not None
    return example


def passes(example: Example, rules: str = RULES, more: str = "") -> bool:
    """In a file with those rules."""
    report = check_config(a_text(rules, more=f"{more}tests:\n{entry_text(example.test)}"))
    assert report.tests is not None, report.problems
    return all(test.passed for test in report.tests)


def test_a_call_of_a_known_customer_becomes_an_example_that_holds() -> None:
    config = a_config(RULES, more=HOURS)
    example = made(a_call(config, caller=known(JAN)), config)
    assert example.test == {
        "name": "gold (2026-11-23 09:00:00)",
        "call": {
            **{"from": "+48600100200", "to": "+15550100", "country": "PL", "language": "pl"},
            "at": "2026-11-23T09:00:00+01:00",
        },
        "caller": {"tier": "gold", "owner": "cy", "tags": ["vip"]},
        "expect": {"rule": "gold", "queue": "support", "rep": "cy"},
    }
    assert (example.taken, example.complete) == ("gold", True)
    assert passes(example, more=HOURS)
    assert entry_text(example.test).splitlines()[1] == (
        '    call: {from: "+48600100200", to: "+15550100", country: "PL", language: "pl", '
        'at: "2026-11-23T09:00:00+01:00"}'
    )


def test_what_names_a_person_is_taken_in_only_where_a_rule_looks_at_it() -> None:
    rules = a_route("queue: sales", when="caller.email == 'jan@example.com'", name="his") + RULES
    config = a_config(rules)
    call = a_call(config, caller=known(JAN))
    assert made(call, config).test["caller"].keys() == {"email", "tier", "owner", "tags"}
    wider = made(call, config, also=("caller.plan", "caller.company"))
    assert wider.test["caller"] | {"plan": "basic", "company": "Acme"} == wider.test["caller"]
    assert passes(wider, rules)


def test_what_a_need_comes_from_is_taken_in() -> None:
    floor = FLOOR.replace("spanish]", "spanish, plan-basic]").replace("billing: 3", "plan-basic: 3")
    rules = a_route("queue: support, needs: {plan: caller.plan}", when="caller.tier == 'gold'", name="gold")
    config = load_config(a_text(rules, floor=floor), "test.yaml")
    example = made(a_call(config, caller=known(replace(JAN, owner=None))), config)
    assert example.test["caller"] == {"tier": "gold", "tags": ["vip"], "plan": "basic"}
    assert example.test["expect"]["rep"] == "cy"


def test_menu_answers_attempts_and_the_last_rep_make_it_what_it_was() -> None:
    config = a_config(RULES)
    unknown = a_call(config, caller=known(), answers=("one",))
    example = made(unknown, config)
    assert (example.test["call"]["answers"], example.test["expect"]["rule"]) == (["one"], "other")
    assert passes(example)
    again = made(a_call(config, caller=known()), config, attempts=3)
    assert (again.test["call"]["attempts"], again.taken) == (3, "other")
    last = made(a_call(config, caller=known()), config, last="bo")
    assert (last.test["caller"], last.taken) == ({"match": "none", "last": "bo"}, "other")


@pytest.mark.parametrize(
    ("caller", "entry"),
    [
        (known(), None),
        (known(JAN, replace(JAN, id="c-2", tier="silver")), {"match": "many", "owner": "cy", "tags": ["vip"]}),
        (Caller(match=CallerMatch.UNAVAILABLE, number="+48600100200"), {"match": "unavailable"}),
        (known(Contact(id="c-3", name="Ola", phones=())), {"match": "one"}),
    ],
)
def test_how_well_the_caller_was_known_is_kept(caller: Caller, entry: object) -> None:
    config = a_config(RULES)
    example = made(a_call(config, caller=caller), config)
    assert example.test.get("caller") == entry
    assert passes(example)


def test_a_withheld_number_stays_withheld() -> None:
    config = a_config(RULES)
    example = made(a_call(config, from_="anonymous"), config)
    assert "from" not in example.test["call"]
    assert (example.test["caller"], example.taken) == ({"match": "withheld"}, "withheld")
    assert passes(example)


def test_a_refused_call_expects_the_rule_alone() -> None:
    config = a_config(RULES)
    example = made(a_call(config, from_="+15550199"), config)
    assert example.test["expect"] == {"rule": "refused"}
    assert passes(example)


def test_a_rep_who_took_the_call_because_another_was_busy_is_not_expected() -> None:
    config = a_config(RULES)
    call = a_call(config, caller=known(JAN), rang=(RepId("ana"),))
    assert made(call, config).test["expect"] == {"rule": "gold", "queue": "support"}


def test_other_rules_since_then_are_told() -> None:
    config = a_config(RULES)
    call = a_call(config, caller=known(JAN))
    assert made(call, a_config(RULES.replace("gold", "silver"))).taken == "everyone else"


def test_whom_the_rep_named_later_the_rules_did_not_know() -> None:
    config = a_config(RULES)
    call = a_call(config, caller=known())
    example = made(replace(call, caller=known(JAN, chosen=True)), config)
    assert (example.complete, example.test.get("caller")) == (False, None)


def test_a_call_about_which_nothing_was_decided_is_no_example() -> None:
    config = a_config(RULES)
    assert example_of(replace(a_call(config), plan=None), config) is None


@given(st.text(max_size=30), st.text(max_size=30), st.lists(st.text(max_size=10), max_size=3))
def test_whatever_callers_and_customers_are_called_the_file_can_be_read(from_: str, tier: str, tags: list[str]) -> None:
    config = a_config(RULES)
    odd = replace(JAN, tier=tier, tags=tuple(tags), fields={})
    example = made(a_call(config, from_=from_, caller=known(odd), answers=(tier,)), config)
    assert passes(example)
