"""What calls' time lines say of a rep at a moment."""

from __future__ import annotations

import pytest

from cti.admin.rep_then import doing_at, refusals
from cti.record.call_model import TimelineEntry
from routing.model import RepStatus


def a_line(*moments: tuple[str, dict[str, object]]) -> tuple[TimelineEntry, ...]:
    """One moment each 10 ms, the first at 10."""
    return tuple(
        TimelineEntry(epoch=1, seq=n, at_ms=n * 10, kind=kind, data=data) for n, (kind, data) in enumerate(moments, 1)
    )


ANA, BO = {"rep": "ana"}, {"rep": "bo"}
WHOLE = a_line(
    ("offered", BO),
    ("offer_ended", {**BO, "outcome": "declined"}),
    ("offered", ANA),
    ("accepted", ANA),
    ("hung_up", {}),
    ("filed", {}),
)


@pytest.mark.parametrize(
    ("rep", "at_ms", "doing"),
    [
        ("bo", 15, RepStatus.RESERVED),
        ("ana", 15, None),
        ("bo", 25, None),
        ("ana", 35, RepStatus.RESERVED),
        ("ana", 40, RepStatus.ON_CALL),
        ("bo", 45, None),
        ("ana", 55, RepStatus.WRAP_UP),
        ("ana", 65, None),
    ],
)
def test_a_rep_is_asked_talks_and_wraps_up_between_the_moments_of_the_call(
    rep: str, at_ms: int, doing: RepStatus | None
) -> None:
    assert doing_at(WHOLE, rep, at_ms) is doing


def test_what_is_filed_late_and_a_call_without_after_call_work_end_it_once() -> None:
    late = a_line(("offered", ANA), ("accepted", ANA), ("hung_up", {}), ("wrap_up_over", {}), ("filed", {"late": True}))
    assert doing_at(late, "ana", 45) is None
    assert doing_at(a_line(("offered", ANA), ("accepted", ANA), ("ended", {})), "ana", 35) is None
    assert doing_at(a_line(("offered", ANA), ("accepted", ANA), ("hung_up", {}), ("ended", {})), "ana", 45) is (
        RepStatus.WRAP_UP
    )


def test_a_decline_and_a_miss_are_held_against_a_rep_and_a_withdrawn_offer_is_not() -> None:
    line = a_line(
        ("offer_ended", {**ANA, "outcome": "expired"}),
        ("offer_ended", {**BO, "outcome": "withdrawn"}),
        ("not_connected", {"rep": "cy", "outcome": "softphone"}),
        ("offer_ended", {"rep": "di", "outcome": "declined"}),
    )
    assert refusals(line) == {"ana": "missed", "cy": "missed", "di": "declined"}
