"""Facts: what conditions see, and what several contacts behind one number agree on."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from routing.facts import CallerFacts, CallFacts, Facts, activation, merge_callers


def test_standard_fields_exist_when_nothing_is_known() -> None:
    seen = activation(Facts(caller=CallerFacts.none("withheld")))
    assert seen["caller"]["match"] == "withheld"
    assert seen["caller"]["tier"] is None
    assert seen["caller"]["tags"] == []
    assert seen["call"]["from"] is None
    assert seen["call"]["answers"] == []


def test_only_what_is_asked_for_is_converted() -> None:
    facts = Facts(call=CallFacts(to="+1"), caller=CallerFacts(tier="gold", fields={"seats": "12", "plan": "x"}))
    seen = activation(facts, frozenset({"call.to", "caller.seats", "caller.stage", "caller.nope"}))
    assert seen == {"call": {"to": "+1"}, "caller": {"seats": "12", "stage": None}}


def test_numbers_are_seen_as_plus_and_digits() -> None:
    seen = activation(Facts(call=CallFacts(from_="+1 (555) 01-23", to="+1.555.0100", forwarded_from="client:ana")))
    assert seen["call"]["from"] == "+15550123"
    assert seen["call"]["to"] == "+15550100"
    assert seen["call"]["forwarded_from"] == "client:ana"


def test_a_custom_field_stands_beside_the_standard_ones_and_never_replaces_one() -> None:
    seen = activation(Facts(caller=CallerFacts(tier="gold", fields={"seats": "12", "tier": "fake"})))
    assert seen["caller"]["seats"] == "12"
    assert seen["caller"]["tier"] == "gold"


def test_huge_facts_are_cut() -> None:
    seen = activation(Facts(call=CallFacts(from_="x" * 9_000), caller=CallerFacts(tags=("t" * 9_000,) * 9_000)))
    tags = seen["caller"]["tags"]
    assert seen["call"]["from"] == "x" * 1_000
    assert isinstance(tags, list)
    assert len(tags) == 50
    assert len(tags[0]) == 1_000


def test_nobody_merges_to_none_and_one_stays_one() -> None:
    ana = CallerFacts(match="one", name="Ana", tier="gold", fields={"seats": "3"})
    assert merge_callers([]) == CallerFacts.none()
    assert merge_callers([ana]) == ana


def test_several_candidates_keep_only_what_all_agree_on() -> None:
    merged = merge_callers(
        [
            CallerFacts(name="Ana", tier="gold", company="Acme", tags=("a", "b"), fields={"seats": "3", "plan": "x"}),
            CallerFacts(name="Bo", tier="gold", company=None, tags=("b", "a"), fields={"seats": "3", "plan": "y"}),
            CallerFacts(name="Cy", tier="gold", company="Acme", tags=("a", "b"), fields={"seats": "3"}),
        ]
    )
    assert merged == CallerFacts(match="many", tier="gold", tags=("a", "b"), fields={"seats": "3", "plan": None})


callers = st.builds(
    CallerFacts,
    match=st.just("one"),
    tier=st.sampled_from([None, "gold", "silver"]),
    owner=st.sampled_from([None, "ana", "bo"]),
    tags=st.lists(st.sampled_from("abc"), unique=True).map(tuple),
    fields=st.dictionaries(st.sampled_from(["x", "y"]), st.sampled_from(["1", "2"])),
)


@settings(deadline=None)
@given(st.lists(callers, min_size=1, max_size=4).flatmap(lambda some: st.tuples(st.just(some), st.permutations(some))))
def test_the_order_of_candidates_does_not_matter(pair: tuple[list[CallerFacts], list[CallerFacts]]) -> None:
    assert merge_callers(pair[0]) == merge_callers(pair[1])
