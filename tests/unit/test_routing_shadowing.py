"""Rules that can never be taken: found by their texts, and never where a call could reach them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from routing.conditions import Condition, compile_condition, seen
from routing.config import Block, Rule
from routing.facts import CallerFacts, CallFacts, Facts
from routing.shadowing import shadowed
from tests.support.configuration import a_route, a_text, warnings

HOURS = frozenset({"office"})


def condition(text: str) -> Condition:
    compiled = compile_condition(text, hours=HOURS)
    assert isinstance(compiled, Condition), compiled
    return compiled


def a_rule(when: str) -> Rule:
    return Rule(name=when, when=condition(when), block=Block())


def is_shadowed(*whens: str) -> bool:
    """The last by one before it."""
    return len(whens) - 1 in shadowed([a_rule(when) for when in whens])


@pytest.mark.parametrize(
    ("earlier", "later"),
    [
        ("caller.tier == 'gold'", "caller.tier == 'gold' && call.to == '+1555'"),
        ('caller.tier == "gold"', "call.to == '+1555' && 'gold' == caller.tier"),
        ("caller.tier in ['gold', 'silver']", "caller.tier == 'gold'"),
        ("caller.tier != 'gold'", "caller.tier == 'silver'"),
        ("caller.tier != 'gold'", "caller.tier in ['silver', 'bronze']"),
        ("caller.tier == 'gold' || caller.tier == 'silver'", "caller.tier == 'silver'"),
        (
            "caller.tier == 'a' || caller.stage == 'lead'",
            "caller.stage == 'lead' && hours.office.open || caller.tier == 'a'",
        ),
        ("!hours.office.open", "call.to == '+1' && (!hours.office.open)"),
        ("(caller.tier == 'gold')", "(caller.tier == 'gold' && call.to == '+1')"),
        ("'vip' in caller.tags", "'vip' in caller.tags && caller.tier == 'gold'"),
        ("call.to == '+1 555 0100'", "call.to == '+15550100' && caller.tier == 'x'"),
    ],
)
def test_a_rule_whose_calls_an_earlier_one_takes_is_found(earlier: str, later: str) -> None:
    assert is_shadowed(earlier, later)
    assert is_shadowed("call.attempts > 7", earlier, "caller.match == 'many'", later)


@pytest.mark.parametrize(
    ("earlier", "later"),
    [
        ("caller.tier == 'gold' && call.to == '+1555'", "caller.tier == 'gold'"),
        ("caller.tier == 'gold'", "caller.tier == 'silver'"),
        ("caller.tier == 'gold'", "caller.tier in ['gold', 'silver']"),
        ("caller.tier in ['gold', 'silver']", "caller.tier in ['gold', 'bronze']"),
        ("caller.tier == 'gold'", "caller.tier == 'gold' || call.to == '+1'"),
        ("caller.tier != 'gold'", "caller.tier == 'gold' && call.to == '+1'"),
        ("caller.tier == 'gold' && call.to == '+1' || call.to == '+2'", "caller.tier == 'gold'"),
        ("hours.office.open ? caller.tier == 'a' : true", "hours.office.open"),
        ("caller.tier == caller.stage", "caller.tier == 'caller.stage'"),
        ("caller.tier == r'a\\d'", "caller.tier == 'a\\\\d' && call.to == '+1'"),
    ],
)
def test_a_rule_that_a_call_can_reach_is_not(earlier: str, later: str) -> None:
    assert not is_shadowed(earlier, later)


def test_a_rule_that_only_asks_takes_no_calls() -> None:
    asks = Rule(name="asks", when=condition("caller.tier == 'gold'"))
    assert shadowed([asks, a_rule("caller.tier == 'gold' && call.to == '+1'")]) == {}


def test_a_check_says_which_rule_takes_its_calls() -> None:
    rules = a_route("queue: support", when="caller.tier == 'gold'", name="gold")
    rules += a_route("queue: sales", when="\"caller.tier == 'gold' && call.to == '+15550101'\"", name="gold sales")
    assert warnings(a_text(rules)) == [
        "line 11: rules[1].when: is never reached: the rule gold takes every call that it would; put it above that one"
    ]


def test_a_thousand_rules_are_looked_at_in_no_time() -> None:
    rules = [a_rule(f"caller.tier == 't{n}' && call.to == '+{n}'") for n in range(1_000)]
    assert shadowed(rules) == {}


FACTS = {"caller.tier": ("a", "b", "c"), "caller.stage": ("lead", "customer"), "call.to": ("+1", "+2")}


@st.composite
def parts(draw: st.DrawFn) -> str:
    fact = draw(st.sampled_from(sorted(FACTS)))
    texts = draw(st.lists(st.sampled_from(FACTS[fact]), min_size=1, max_size=3))
    quoted = [f"'{text}'" for text in texts]
    return draw(
        st.sampled_from(
            [
                f"{fact} == {quoted[0]}",
                f"{quoted[0]} != {fact}",
                f"{fact} in [{', '.join(quoted)}]",
                f"{fact} == null",
                f"size({fact}) > 1",
                "caller.seats == '1'",
            ]
        )
    )


@st.composite
def conditions(draw: st.DrawFn) -> str:
    text = draw(parts())
    for _ in range(draw(st.integers(0, 3))):
        text = f"{text} {draw(st.sampled_from(['&&', '||']))} {draw(parts())}"
        text = f"({text})" if draw(st.booleans()) else text
    return text


@given(conditions(), conditions(), st.data())
def test_no_call_ever_reaches_a_rule_that_is_said_to_be_shadowed(earlier: str, later: str, data: st.DataObject) -> None:
    if not is_shadowed(earlier, later):
        return
    some = {fact: data.draw(st.none() | st.sampled_from(texts)) for fact, texts in FACTS.items()}
    custom = data.draw(st.sampled_from([{}, {"seats": "1"}, {"seats": None}]))
    caller = CallerFacts(match="one", tier=some["caller.tier"], stage=some["caller.stage"], fields=custom)
    context = seen(Facts(call=CallFacts(to=some["call.to"]), caller=caller))
    assert condition(earlier).holds(context).holds or not condition(later).holds(context).holds
