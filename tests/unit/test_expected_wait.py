"""The range told to a caller who waits: its formula, when nothing is said, and how it is rounded to be spoken."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from routing.expected_wait import (
    LEAST_TAKEN,
    LONGEST_MS,
    RECENT_MS,
    Departure,
    LineFlow,
    WaitRange,
    expected_wait,
    span_of,
    to_be_spoken,
)

MINUTE = 60_000
NOW = 1_790_000_000_000


def a_flow(*minutes_ago: float, place: int = 1, priority: int = 0, on_duty: int = 3) -> LineFlow:
    """A line that always had somebody in it; calls left it that long ago."""
    stood_ms = 10 * 60 * MINUTE
    taken = tuple(
        Departure(stood_ms=stood_ms - int(ago * MINUTE), at_ms=NOW - int(ago * MINUTE), priority=0)
        for ago in minutes_ago
    )
    return LineFlow(now_ms=NOW, stood_ms=stood_ms, place=place, priority=priority, on_duty=on_duty, taken=taken)


STEADY = a_flow(*range(1, 21))
"""One a minute."""


def test_one_departure_tells_of_the_next_by_the_odds_of_two_exponentials() -> None:
    least_ms, most_ms = span_of(place=1, taken=1, during_ms=MINUTE, inside=0.8)
    assert (round(least_ms), round(most_ms)) == (round(MINUTE / 9), 9 * MINUTE)


@pytest.mark.parametrize(
    ("place", "taken", "tenth", "most"),
    [(1, 20, 9.47, 2.44), (5, 20, 2.13, 1.76), (10, 4, 2.00, 2.42), (50, 20, 1.38, 1.43)],
)
def test_the_range_is_that_of_the_f_distribution_as_its_tables_have_it(
    place: int, taken: int, tenth: float, most: float
) -> None:
    """``most``: the 90th percentile of F(2 place, 2 taken); ``tenth``: that of F(2 taken, 2 place), whose reciprocal is
    the 10th of the other."""
    low_ms, high_ms = span_of(place=place, taken=taken, during_ms=taken * MINUTE, inside=0.8)
    assert place * MINUTE / low_ms == pytest.approx(tenth, abs=0.005)
    assert high_ms / (place * MINUTE) == pytest.approx(most, abs=0.005)


@given(place=st.integers(1, 2_000), taken=st.integers(1, 20), during_ms=st.integers(1, 36_000_000))
def test_a_place_further_back_waits_longer_and_a_line_twice_as_slow_twice_as_long(
    place: int, taken: int, during_ms: int
) -> None:
    low, high = span_of(place=place, taken=taken, during_ms=during_ms, inside=0.8)
    behind_low, behind_high = span_of(place=place + 1, taken=taken, during_ms=during_ms, inside=0.8)
    slow_low, slow_high = span_of(place=place, taken=taken, during_ms=2 * during_ms, inside=0.8)
    assert 0 < low < high
    assert low < behind_low
    assert high < behind_high
    assert slow_low == pytest.approx(2 * low)
    assert slow_high == pytest.approx(2 * high)


def test_the_front_of_a_line_that_moves_once_a_minute_waits_up_to_two_minutes() -> None:
    assert expected_wait(STEADY) == WaitRange(least_ms=0, most_ms=2 * MINUTE)
    assert expected_wait(replace(STEADY, place=5)) == WaitRange(least_ms=2 * MINUTE, most_ms=9 * MINUTE)


def test_too_few_departures_tell_nothing() -> None:
    assert expected_wait(a_flow(*range(1, LEAST_TAKEN))) is None
    assert expected_wait(a_flow(*range(1, LEAST_TAKEN + 1))) is not None


def test_what_is_long_ago_tells_nothing() -> None:
    old = RECENT_MS / MINUTE + 1
    assert expected_wait(a_flow(old, old + 1, old + 2, old + 3, old + 4)) is None
    assert expected_wait(a_flow(1, 2, 3, 4, old, old)) == expected_wait(a_flow(1, 2, 3, 4))


def test_nothing_is_said_while_nobody_who_could_take_the_call_is_on_duty() -> None:
    assert expected_wait(replace(STEADY, on_duty=0)) is None


def test_a_line_in_which_nothing_moves_any_more_is_told_as_slower() -> None:
    moving, stuck = a_flow(*range(1, 21), place=5), a_flow(*range(11, 31), place=5)
    now, then = expected_wait(moving), expected_wait(stuck)
    assert now is not None
    assert then is not None
    assert (then.least_ms, then.most_ms) > (now.least_ms, now.most_ms)


def test_time_in_which_nobody_stood_in_the_line_says_nothing_about_its_flow() -> None:
    """20 calls left within 20 minutes in which somebody stood there, half of them a quarter of an hour earlier."""
    earlier = tuple(
        replace(one, at_ms=one.at_ms - 9 * MINUTE) if index >= 10 else one for index, one in enumerate(STEADY.taken)
    )
    assert expected_wait(replace(STEADY, taken=earlier)) == expected_wait(STEADY)


def _with_overtakers(every: int) -> LineFlow:
    taken = tuple(replace(one, priority=5) if n % every == 0 else one for n, one in enumerate(STEADY.taken))
    return replace(STEADY, taken=taken, place=5)


def test_calls_that_go_before_this_one_do_not_bring_it_forward() -> None:
    overtaken, all_of_mine = expected_wait(_with_overtakers(7)), expected_wait(replace(STEADY, place=5))
    assert overtaken is not None
    assert all_of_mine is not None
    assert overtaken.most_ms > all_of_mine.most_ms
    assert expected_wait(replace(_with_overtakers(7), priority=5)) == all_of_mine


def test_nothing_is_said_where_too_many_go_before_this_call() -> None:
    assert expected_wait(_with_overtakers(2)) is None


def test_a_head_start_goes_before_within_the_same_priority() -> None:
    ahead = tuple(replace(one, head_start_ms=30_000) for one in STEADY.taken)
    assert expected_wait(replace(STEADY, taken=ahead)) is None
    assert expected_wait(replace(STEADY, taken=ahead, head_start_ms=30_000)) == expected_wait(STEADY)
    assert expected_wait(replace(STEADY, taken=ahead, priority=1)) == expected_wait(STEADY)


@pytest.mark.parametrize(
    ("least_s", "most_s", "spoken"),
    [
        (2, 20, (0, 1)),
        (2, 40, (0, 1)),
        (20, 100, (0, 2)),
        (50, 61, (0, 2)),
        (60, 60, (1, 2)),
        (130, 290, (2, 5)),
        (9 * 60, 14 * 60, (9, 15)),
        (12 * 60, 31 * 60, (10, 30)),
    ],
)
def test_a_range_is_told_in_the_nearest_minutes_and_above_ten_in_the_nearest_five(
    least_s: int, most_s: int, spoken: tuple[int, int]
) -> None:
    told = to_be_spoken(least_s * 1000, most_s * 1000)
    assert (told.least_minutes, told.most_minutes) == spoken


def test_a_wait_of_hours_is_not_told() -> None:
    assert expected_wait(replace(STEADY, place=60)) is not None
    assert expected_wait(replace(STEADY, place=LONGEST_MS // MINUTE)) is None


@pytest.mark.parametrize(
    ("ms", "truth"), [(0, "shorter"), (60_000, "inside"), (120_000, "inside"), (120_001, "longer")]
)
def test_a_range_is_true_up_to_its_ends(ms: int, truth: str) -> None:
    assert WaitRange(least_ms=60_000, most_ms=120_000).truth(ms) == truth
