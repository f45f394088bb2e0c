"""The fewest of several kinds that are enough."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from routing.simulate.fewest import Staff, fewest, shared

MOST = 12
KINDS = st.integers(1, 4)


@given(st.data())
def test_what_is_found_is_enough_and_nobody_can_be_spared(data: st.DataObject) -> None:
    kinds = data.draw(KINDS)
    strengths = data.draw(st.lists(st.integers(1, 5), min_size=kinds, max_size=kinds))
    needed = data.draw(st.integers(0, sum(strengths) * MOST))
    weights = data.draw(st.lists(st.integers(1, 9), min_size=kinds, max_size=kinds))
    guess = data.draw(st.integers(0, kinds * MOST))

    def enough(staff: Staff) -> bool:
        assert all(0 <= n <= MOST for n in staff)
        return sum(n * strength for n, strength in zip(staff, strengths, strict=True)) >= needed

    found = fewest(enough, weights, guess=guess, most=MOST)
    assert found is not None
    assert enough(found)
    for kind, n in enumerate(found):
        assert n == 0 or not enough(tuple(other - (k == kind) for k, other in enumerate(found)))


@given(st.data())
def test_of_one_kind_it_is_the_fewest(data: st.DataObject) -> None:
    needed, guess = data.draw(st.integers(0, MOST)), data.draw(st.integers(0, MOST))
    assert fewest(lambda staff: staff[0] >= needed, [3], guess=guess, most=MOST) == (needed,)


def test_one_more_who_can_do_all_stands_for_two_who_cannot() -> None:
    def enough(staff: Staff) -> bool:
        both, left, right = staff
        return max(0, 2 - left) + max(0, 2 - right) <= both * 2

    assert fewest(enough, [0, 1, 1], guess=4, most=MOST) == (2, 0, 0)


def test_nothing_is_found_where_all_together_are_not_enough() -> None:
    assert fewest(lambda staff: False, [1, 1], guess=3, most=MOST) is None


@pytest.mark.parametrize(
    ("total", "weights", "expected"),
    [(0, [1, 1], (0, 0)), (3, [1, 1], (2, 1)), (10, [3, 1], (8, 2)), (20, [9, 1], (12, 8)), (24, [1, 1], (12, 12))],
)
def test_a_number_is_shared_by_weight(total: int, weights: list[int], expected: Staff) -> None:
    shares = shared(total, weights, MOST)
    assert sum(shares) == total
    assert shares == expected
