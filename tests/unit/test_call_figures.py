"""Whether a step ends a call's wait, how, and whether within the time that its queue aims at."""

from __future__ import annotations

from dataclasses import replace

import pytest

from cti.calls.figures import Wait, wait_over
from cti.calls.model import CallState, EndReason
from routing.model import QueueId
from tests.support.calls_by_hand import ARRIVED_MS, a_call

WAITING = replace(a_call(state=CallState.WAITING), queue=QueueId("support"))
WITHIN_MS = 20_000


@pytest.mark.parametrize(
    ("reason", "after_ms", "outcome", "within"),
    [
        (EndReason.ABANDONED, 20_000, "abandoned", True),
        (EndReason.ABANDONED, 20_001, "abandoned", False),
        (EndReason.NOBODY_FREE, 900_000, "other", False),
        (EndReason.LOST, 5_000, "other", True),
    ],
)
def test_a_wait_that_ends_without_an_answer_is_counted_by_its_reason(
    reason: EndReason, after_ms: int, outcome: str, within: bool
) -> None:
    ended = replace(WAITING, state=CallState.ENDED, end_reason=reason, since_ms=ARRIVED_MS + after_ms)
    assert wait_over(WAITING, ended, WITHIN_MS) == Wait(queue=QueueId("support"), outcome=outcome, within=within)


def test_an_answer_counts_once_and_its_end_no_more() -> None:
    talking = replace(WAITING, state=CallState.TALKING, answered_ms=ARRIVED_MS + 20_000)
    ended = replace(talking, state=CallState.ENDED, end_reason=EndReason.COMPLETED, since_ms=ARRIVED_MS + 90_000)
    assert wait_over(WAITING, talking, WITHIN_MS) == Wait(queue=QueueId("support"), outcome="answered", within=True)
    assert wait_over(talking, ended, WITHIN_MS) is None
    assert wait_over(talking, replace(talking, state=CallState.WAITING), WITHIN_MS) is None


def test_who_never_stood_in_a_queue_and_what_changes_nothing_counts_nowhere() -> None:
    asking = a_call(state=CallState.ASKING)
    gone = replace(asking, state=CallState.ENDED, end_reason=EndReason.ABANDONED, since_ms=ARRIVED_MS + 1)
    assert wait_over(asking, gone, WITHIN_MS) is None
    assert wait_over(WAITING, replace(WAITING, step=1), WITHIN_MS) is None


def test_a_caller_who_is_sent_elsewhere_counts_when_that_happens_and_one_whose_place_another_call_has_never() -> None:
    sent = replace(WAITING, state=CallState.DIVERTED, since_ms=ARRIVED_MS + 30_000)
    ended = replace(sent, state=CallState.ENDED, end_reason=EndReason.VOICEMAIL, since_ms=ARRIVED_MS + 60_000)
    assert wait_over(WAITING, sent, WITHIN_MS) == Wait(queue=QueueId("support"), outcome="other", within=False)
    assert wait_over(sent, ended, WITHIN_MS) is None
    merged = replace(WAITING, state=CallState.ENDED, end_reason=EndReason.MERGED)
    assert wait_over(WAITING, merged, WITHIN_MS) is None
