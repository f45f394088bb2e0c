"""A loop that waits says why once, and not in every round."""

from __future__ import annotations

from structlog.testing import capture_logs

from cti.calls.waits import Waits


def test_each_reason_is_said_once_and_so_is_its_end() -> None:
    waits = Waits("floor_waits")
    with capture_logs() as lines:
        waits.over()
        for reason in ("ConnectionError", "ConnectionError", "Twilio: HTTP 401, error 20003", "ConnectionError"):
            waits.because(reason)
        assert waits.reason == "ConnectionError"
        waits.over()
        waits.over()
    assert waits.reason is None
    assert [line["reason"] for line in lines] == [
        "ConnectionError",
        "Twilio: HTTP 401, error 20003",
        "ConnectionError",
        None,
    ]
