"""How often the expected wait that callers were told came true, for ``/metrics``.

One answered call counts once, by the first range that its caller was told, and from then until both legs were in. Who
hangs up before, or is called back, is not counted, for nobody knows how long they would have waited: callers who were
told too little and left are missing among ``longer``.
"""

from __future__ import annotations

from prometheus_client import Counter

from cti.calls.model import Call

told_waits = Counter(
    "cti_expected_wait_told_total",
    "Answered calls whose callers had been told an expected wait, by where the truth fell",
    ["queue", "truth"],
)


def count_truth(before: Call, after: Call) -> None:
    """For a step that was saved; nothing unless it was the answer."""
    told = after.told
    if told is None or after.callback is not None or before.answered_ms is not None or after.answered_ms is None:
        return
    told_waits.labels(queue=told.queue, truth=told.truth(after.answered_ms)).inc()
