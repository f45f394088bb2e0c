"""What is true of every decision of the pure matcher, whatever floor it is made on."""

from __future__ import annotations

from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st

from routing.matcher import PureMatcher
from routing.model import Match, RepId, RepStatus
from tests.support.matchers import START_MS, VERSION, a_demand, a_profile, an_ask

SUPPORT = a_demand()
SALES = a_demand("sales", needs={"sell": 1})
Staffed = tuple[str, int | None, int]
"""rep, fit for SUPPORT (null: does not qualify), ms of becoming available."""

floors = st.lists(
    st.tuples(st.sampled_from("abcdefgh"), st.none() | st.integers(0, 3), st.integers(0, 3)),
    unique_by=lambda staffed: staffed[0],
)


def a_floor(staffed: Sequence[Staffed]) -> PureMatcher:
    matcher = PureMatcher(version=VERSION)
    for rep, fit, _ in staffed:
        profile = a_profile(rep, {SALES: 0} if fit is None else {SUPPORT: fit})
        matcher.set_profile(START_MS, profile, version=VERSION)
        matcher.touch_socket(START_MS, RepId(rep), "tab")
    for rep, _, at in sorted(staffed, key=lambda each: each[2]):
        matcher.set_status(START_MS + at, RepId(rep), RepStatus.AVAILABLE)
    return matcher


@given(staffed=floors, data=st.data())
def test_the_choice_does_not_depend_on_the_order_in_which_reps_were_entered(
    staffed: list[Staffed], data: st.DataObject
) -> None:
    shuffled = data.draw(st.permutations(staffed))
    ask = an_ask("c1")
    now = START_MS + 10
    first, second = a_floor(staffed), a_floor(shuffled)
    assert first.claim(now, ask, version=VERSION) == second.claim(now, ask, version=VERSION)


@given(staffed=floors)
def test_the_fittest_then_longest_idle_then_lowest_id_is_chosen_and_nobody_unqualified(staffed: list[Staffed]) -> None:
    found = a_floor(staffed).claim(START_MS + 10, an_ask("c1"), version=VERSION)
    qualified = [(-fit, at, rep) for rep, fit, at in staffed if fit is not None]
    assert (found.rep if isinstance(found, Match) else None) == min(qualified, default=(0, 0, None))[2]


@given(
    calls=st.lists(st.tuples(st.integers(0, 9), st.integers(0, 2), st.integers(0, 3)), unique_by=lambda call: call[0])
)
def test_waiting_calls_are_served_by_priority_then_arrival_then_id_in_whatever_order_they_came(
    calls: list[tuple[int, int, int]],
) -> None:
    matcher = PureMatcher(version=VERSION)
    for number, priority, at in calls:
        matcher.claim(START_MS, an_ask(f"c{number}", priority=priority, at=START_MS + at), version=VERSION)
    matcher.set_profile(START_MS, a_profile("ana"), version=VERSION)
    matcher.touch_socket(START_MS, RepId("ana"), "tab")
    made = matcher.set_status(START_MS, RepId("ana"), RepStatus.AVAILABLE)
    served = []
    while made:
        served.append(made[0].call)
        matcher.accept(START_MS, made[0].offer)
        made = matcher.finish(START_MS, made[0].offer, wrap_up=False)
    assert served == [
        f"c{number}" for _, _, number in sorted((-priority, at, number) for number, priority, at in calls)
    ]
