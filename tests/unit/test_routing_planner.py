"""From a call to a plan: the first rule whose condition is true."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from routing.facts import CallerFacts, CallFacts, Facts
from routing.model import QueueId, RepId
from routing.plan import Plan, PlannedPreference
from tests.support.configuration import a_config, a_route, planned

NOW_MS = 1_800_000_000_000


def a_plan(rules: str, *, to: str = "+15550100", **caller: str) -> Plan:
    facts = Facts(call=CallFacts(to=to), caller=CallerFacts(match="one", **caller))
    return planned(a_config(rules), facts, NOW_MS)


def test_the_first_true_rule_is_taken() -> None:
    rules = a_route("queue: sales", when="caller.tier == 'gold'", name="gold") + a_route(
        "queue: support", when="caller.tier != null", name="any tier"
    )
    assert a_plan(rules, tier="gold").rule == "gold"
    assert a_plan(rules, tier="silver").rule == "any tier"
    assert a_plan(rules).rule == "everyone else"


def test_a_plan_carries_everything_its_rule_says() -> None:
    route = (
        "queue: support, priority: 10, head_start: 30s, needs: {support: 3, billing: 1}, prefers: {spanish: 2}, "
        "steps: [{after: 30s, needs: {}, prefers: {sales: 1}, priority: 20}, {after: 60s, then: {queue: sales}}]"
    )
    plan = a_plan(a_route(route, when="caller.tier == 'gold'"), tier="gold")
    assert plan.version == 7
    assert plan.queue == "support"
    assert (plan.priority, plan.head_start_ms) == (10, 30_000)
    assert plan.needs == (("billing", 1), ("support", 3))
    assert plan.prefers == (("spanish", 2),)
    assert [step.after_ms for step in plan.steps] == [30_000, 60_000]
    assert (plan.steps[0].needs, plan.steps[0].prefers, plan.steps[0].priority) == ((), (("sales", 1),), 20)
    assert (plan.steps[1].needs, plan.steps[1].then) == (None, "queue:sales")


def test_the_wait_ends_at_max_wait_of_the_last_queue_or_at_hang_up() -> None:
    when = "caller.tier == 'gold'"
    plain = a_route("queue: support", when=when)
    moved = a_route("queue: support, steps: [{after: 60s, then: {queue: sales}}]", when=when)
    hung_up = a_route("queue: support, steps: [{after: 20m, then: hang_up}]", when=when)
    assert a_plan(plain, tier="gold").max_wait_ms == 900_000
    assert a_plan(moved, tier="gold").max_wait_ms == 360_000
    assert a_plan(hung_up, tier="gold").max_wait_ms == 1_200_000


def test_a_failed_condition_counts_as_false_and_stands_in_the_plan() -> None:
    rules = a_route("queue: sales", when="caller.seats == '5'", name="big ones")
    assert a_plan(rules).rule == "everyone else"
    assert a_plan(rules).problems == ("big ones: there is no field seats",)


def prefer(who: str, **caller: str) -> PlannedPreference | None:
    route = f"queue: support, prefer_rep: {{who: {who}, wait: 15s, must_qualify: false}}"
    return a_plan(a_route(route, when="caller.match == 'one'"), **caller).prefer


def test_the_preferred_rep_is_resolved() -> None:
    assert prefer("owner", owner="cy") == PlannedPreference(
        who="owner", rep=RepId("cy"), wait_ms=15_000, must_qualify=False
    )
    assert prefer("last", last="bo", owner="cy").rep == "bo"
    assert prefer("ana", owner="cy").rep == "ana"


def test_an_owner_whom_the_configuration_does_not_know_is_nobody() -> None:
    assert prefer("owner", owner="gus").rep is None
    assert prefer("owner").rep is None
    assert prefer("last", owner="cy").rep is None


texts = st.none() | st.text(max_size=30)


@settings(deadline=None)
@given(
    st.builds(
        Facts,
        call=st.builds(CallFacts, from_=texts, to=texts, country=texts, answers=st.tuples(st.text(max_size=5))),
        caller=st.builds(
            CallerFacts,
            tier=texts,
            owner=texts,
            tags=st.lists(st.text(max_size=5)).map(tuple),
            fields=st.dictionaries(st.text(max_size=10), texts),
        ),
    )
)
def test_any_facts_get_a_plan_and_always_the_same(facts: Facts) -> None:
    config = a_config(
        a_route("queue: sales", when="'caller.tags.exists(t, t == caller.tier) || \"+1\" == call.from'", name="one")
        + a_route("queue: sales", when="caller.seats.startsWith(call.to)", name="two")
        + a_route("queue: sales", when="int(caller.owner) > 3", name="three")
    )
    plan = planned(config, facts, NOW_MS)
    assert plan.queue in (QueueId("sales"), QueueId("support"))
    assert plan == planned(config, facts, NOW_MS)
    turned = CallerFacts(
        tier=facts.caller.tier,
        owner=facts.caller.owner,
        tags=facts.caller.tags,
        fields=dict(reversed(list(facts.caller.fields.items()))),
    )
    assert plan == planned(config, Facts(call=facts.call, caller=turned), NOW_MS)
