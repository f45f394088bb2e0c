"""Opening hours: what the file says, and when that is open."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from routing.config_file import load_config
from routing.facts import Facts
from tests.support.configuration import LAST, a_config, a_route, a_text, planned, problems, warnings

MINUTE_MS = 60_000
DAY_MS = 1_440 * MINUTE_MS
OFFICE = """
holidays: {poland: ["11-11", "2026-04-06"]}
hours:
  office:
    timezone: Europe/Warsaw
    open: {mon-thu: "08:00-18:00", fri: ["08:00-12:00", "13:00-15:00"]}
    holidays: poland
    closed: ["2026-12-25", "2026-12-27/2027-01-02"]
    exceptions: {"2026-12-24": "08:00-12:00", "2026-12-28": "10:00-11:00", "2026-12-05": "09:00-10:00"}
  night: {timezone: America/New_York, open: {sun-sat: "22:00-06:00"}, closed: ["2026-07-04"]}
  always: {timezone: UTC, open: {mon-sun: "00:00-24:00"}}
"""


HOURS = load_config(a_text(more=OFFICE), "x").hours


def ms(text: str) -> int:
    return int(datetime.fromisoformat(text).timestamp() * 1000)


@pytest.mark.parametrize(
    ("at", "is_open"),
    [
        ("2026-11-23T07:59:59+01:00", False),
        ("2026-11-23T08:00:00+01:00", True),
        ("2026-11-23T17:59:59.999+01:00", True),
        ("2026-11-23T18:00:00+01:00", False),
        ("2026-11-23T12:00:00-05:00", False),
        ("2026-11-23T11:59:00-05:00", True),
        ("2026-11-27T12:30:00+01:00", False),
        ("2026-11-27T13:00:00+01:00", True),
        ("2026-11-28T10:00:00+01:00", False),
        ("2026-11-11T10:00:00+01:00", False),
        ("2031-11-11T10:00:00+01:00", False),
        ("2026-04-06T10:00:00+02:00", False),
        ("2027-04-06T10:00:00+02:00", True),
        ("2026-12-25T10:00:00+01:00", False),
        ("2026-12-24T11:00:00+01:00", True),
        ("2026-12-24T12:00:00+01:00", False),
        ("2026-12-28T10:30:00+01:00", True),
        ("2026-12-29T10:30:00+01:00", False),
        ("2027-01-04T10:30:00+01:00", True),
        ("2026-12-05T09:30:00+01:00", True),
    ],
)
def test_an_office_is_open_in_its_own_zone_but_for_holidays_and_exceptions(at: str, is_open: bool) -> None:
    assert HOURS["office"].is_open(ms(at)) is is_open


@pytest.mark.parametrize(
    ("at", "is_open"),
    [
        ("2026-06-10T21:59:00-04:00", False),
        ("2026-06-10T22:00:00-04:00", True),
        ("2026-06-11T05:59:00-04:00", True),
        ("2026-06-11T06:00:00-04:00", False),
        ("2026-07-03T23:59:00-04:00", True),
        ("2026-07-04T00:00:00-04:00", False),
        ("2026-07-04T23:00:00-04:00", False),
        ("2026-07-05T01:00:00-04:00", False),
    ],
)
def test_a_night_goes_on_into_the_next_day_unless_that_is_closed(at: str, is_open: bool) -> None:
    assert HOURS["night"].is_open(ms(at)) is is_open


@pytest.mark.parametrize(
    ("days", "holidays"),
    [
        ("12-25/12-26", ["2026-12-25", "2026-12-26", "2031-12-26"]),
        ("12-31/01-01", ["2026-12-31", "2027-01-01"]),
        ("02-29", ["2028-02-29"]),
    ],
)
def test_days_of_every_year_may_be_a_range_that_passes_its_end(days: str, holidays: list[str]) -> None:
    text = f"hours: {{h: {{timezone: UTC, open: {{mon-sun: '00:00-24:00'}}, closed: ['{days}']}}}}\n"
    hours = load_config(a_text(more=text), "x").hours["h"]
    asked = ["2026-12-24", "2026-12-25", "2026-12-26", "2026-12-31", "2027-01-01", "2027-01-02", "2028-02-29"]
    closed = [day for day in [*asked, "2031-12-26"] if hours.is_holiday(ms(f"{day}T12:00:00+00:00"))]
    assert closed == holidays


def test_a_holiday_is_a_closed_day_without_exception() -> None:
    office = HOURS["office"]
    days = ["2026-12-25", "2026-12-28", "2026-11-11", "2026-11-28", "2026-11-23"]
    assert [office.is_holiday(ms(f"{day}T23:30:00+01:00")) for day in days] == [True, False, True, False, False]


@pytest.mark.parametrize("name", ["office", "night", "always"])
@given(st.integers(ms("2026-01-01T00:00+00:00"), ms("2027-02-01T00:00+00:00")))
def test_it_closes_at_the_first_minute_at_which_it_is_not_open(name: str, now_ms: int) -> None:
    hours = HOURS[name]
    now_ms -= now_ms % MINUTE_MS
    minutes = range(now_ms, now_ms + DAY_MS + 1, MINUTE_MS)
    expected = next((at for at in minutes if not hours.is_open(at)), None)
    assert hours.closes_at(now_ms, within_ms=DAY_MS) == expected


@pytest.mark.parametrize(
    ("day", "hours_open"), [("2026-03-28", 8), ("2026-03-29", 7), ("2026-10-24", 8), ("2026-10-25", 9)]
)
def test_a_night_is_an_hour_shorter_or_longer_when_the_clocks_change(day: str, hours_open: int) -> None:
    text = OFFICE.replace("America/New_York", "Europe/Warsaw")
    night = load_config(a_text(more=text), "x").hours["night"]
    start = datetime.fromisoformat(f"{day}T12:00:00+00:00") - timedelta(days=1)
    minutes = [int(start.timestamp() * 1000) + n * MINUTE_MS for n in range(1_440)]
    assert sum(night.is_open(at) for at in minutes) == hours_open * 60


@pytest.mark.parametrize(
    ("good", "bad", "problem"),
    [
        (
            "Europe/Warsaw",
            "Europe/Warschau",
            "hours.office.timezone: there is no time zone 'Europe/Warschau'; did you mean",
        ),
        ("mon-thu:", "mon-frl:", "hours.office.open.mon-frl: 'mon-frl' is no day; use mon, tue,"),
        ("fri: [", "thu: [", "hours.office.open.thu: thu stands under mon-thu already"),
        ('"13:00-15:00"', '"11:00-15:00"', "hours.office.open.fri: has spans that overlap"),
        ('"13:00-15:00"', '"13-15"', "hours.office.open.fri[1]: must be a span of the day"),
        ('"13:00-15:00"', '"25:00-26:00"', "hours.office.open.fri[1]: must be a span of the day"),
        ("holidays: poland", "holidays: polska", "hours.office.holidays: there is no holidays 'polska'"),
        ('"2026-12-25"', '"Christmas"', "hours.office.closed[0]: must be a day, like"),
        ('"2026-12-25"', '"2026-02-30"', "hours.office.closed[0]: must be a day, like"),
        ("2026-12-27/2027-01-02", "2026-12-27/2026-01-02", "hours.office.closed[1]: ends before it begins"),
        ('"2026-12-24": "08:00-12:00"', '"12-24": "08:00-12:00"', "'12-24' is no day; write it as 2026-12-24"),
        ("  night:", "  night-shift:", "hours.night-shift: has no usable name; use a-z, 0-9 and _, a letter first"),
        ("timezone: UTC, ", "", "hours.always.timezone: is missing"),
    ],
)
def test_what_cannot_be_meant_is_refused_with_line_and_field(good: str, bad: str, problem: str) -> None:
    assert good in OFFICE
    [found] = problems(a_text(more=OFFICE.replace(good, bad, 1)))
    assert problem in found, found


OPEN = a_route("queue: sales", when="hours.office.open", name="by day")


def test_a_rule_asks_whether_it_is_open_when_the_call_comes() -> None:
    config = a_config(OPEN, more=OFFICE)
    chosen = [planned(config, Facts(), ms(f"2026-11-23T{hour}:00:00+01:00")).rule for hour in ("07", "08", "20")]
    assert chosen == ["everyone else", "by day", "everyone else"]
    assert config.asked == {"hours.office"}


@pytest.mark.parametrize(
    ("when", "problem"),
    [
        ("hours.ofice.open", "there are no hours ofice; did you mean office?"),
        ("hours.office", "write hours as hours.NAME.open or hours.NAME.holiday"),
        ("hours.office.closed", "write hours as hours.NAME.open or hours.NAME.holiday"),
        ("hours != null", "write hours as hours.NAME.open or hours.NAME.holiday"),
        ("caller.tags.exists(hours, true)", "hours is taken; give this variable another name"),
    ],
)
def test_a_condition_names_hours_that_there_are(when: str, problem: str) -> None:
    [found, *_] = problems(a_text(a_route("queue: sales", when=f"'{when}'"), more=OFFICE))
    assert problem in found


TESTS = "tests: [{name: t, call: {to: '1'%s}, expect: {rule: by day}}]\n"


def test_where_rules_look_at_hours_a_test_says_when_the_call_comes() -> None:
    timeless = a_text(OPEN, more=OFFICE + TESTS % "")
    [found] = problems(timeless)
    assert "tests[0].call: must say at, when the call arrives" in found
    assert problems(a_text(OPEN, more=OFFICE + TESTS % ", at: '2026-11-23T09:00:00+01:00'")) == []
    [failed] = problems(a_text(OPEN, more=OFFICE + TESTS % ", at: '2026-11-22T09:00:00+01:00'"))
    assert "expected by day, got everyone else" in failed
    assert problems(a_text(a_route("queue: sales", when="caller.tier == 'x'", name="by day"), more=OFFICE)) == []


CLOSING = "queue: support, steps: [{after: 5m, priority: 3}, {after: 20m, priority: 4}], %s"
ENDS = "closing: {hours: office, then: hang_up}"


@pytest.mark.parametrize(
    ("at", "steps"),
    [
        ("12:00", [(300, None), (1200, None)]),
        ("17:50", [(300, None), (600, "hang_up")]),
        ("17:58", [(120, "hang_up")]),
    ],
)
def test_who_still_waits_when_the_place_closes_is_sent_away_then(at: str, steps: list[tuple[int, str | None]]) -> None:
    last = f"  - {{name: last, route: {{{CLOSING % ENDS}}}}}\n"
    config = a_config(more=OFFICE, last=last)
    plan = planned(config, Facts(), ms(f"2026-11-23T{at}:00+01:00"))
    assert [(step.after_ms // 1000, step.then) for step in plan.steps] == steps
    assert plan.max_wait_ms == (steps[-1][0] * 1000 if steps[-1][1] else 900_000)


def test_who_comes_when_it_is_closed_is_sent_away_at_once() -> None:
    config = a_config(more=OFFICE, last=f"  - {{name: last, route: {{{CLOSING % ENDS}}}}}\n")
    plan = planned(config, Facts(), ms("2026-11-23T20:00:00+01:00"))
    assert [(step.after_ms, step.then) for step in plan.steps] == [(1, "hang_up")]
    assert plan.closed


@pytest.mark.parametrize(
    ("at", "expect", "found"),
    [
        (", at: '2026-11-23T12:00:00+01:00'", "ana", []),
        (", at: '2026-11-23T20:00:00+01:00'", "ana", ["expected ana, got nobody"]),
        ("", "ana", []),
    ],
)
def test_a_test_of_the_file_expects_nobody_when_it_is_closed(at: str, expect: str, found: list[str]) -> None:
    last = f"  - {{name: last, route: {{queue: support, {ENDS}}}}}\n"
    tests = f"tests: [{{name: t, call: {{to: '1'{at}}}, expect: {{rep: {expect}}}}}]\n"
    assert [one.rpartition("t: ")[2] for one in problems(a_text(more=OFFICE + tests, last=last))] == found


def test_a_plan_made_again_measures_closing_from_arrival() -> None:
    config = a_config(more=OFFICE, last=f"  - {{name: last, route: {{{CLOSING % ENDS}}}}}\n")
    now_ms = ms("2026-11-23T17:58:00+01:00")
    plan = planned(config, Facts(), now_ms, arrived_ms=now_ms - 60_000)
    assert [(step.after_ms, step.then) for step in plan.steps] == [(180_000, "hang_up")]


@pytest.mark.parametrize(
    ("closing", "problem"),
    [
        ("closing: {hours: nowhere, then: hang_up}", "route.closing.hours: there is no hours 'nowhere'"),
        ("closing: {hours: office}", "route.closing.then: is missing"),
        ("closing: {hours: office, then: {queue: sales}}", "must end the wait; another queue"),
    ],
)
def test_closing_names_hours_and_an_end(closing: str, problem: str) -> None:
    text = a_text(more=OFFICE, last=f"  - {{name: last, route: {{{CLOSING % closing}}}}}\n")
    assert any(problem in found for found in problems(text)), problems(text)


def test_hours_that_nothing_asks_for_are_no_fault() -> None:
    assert (problems(a_text(more=OFFICE)), warnings(a_text(more=OFFICE))) == ([], [])
    assert LAST in a_text(more=OFFICE)
