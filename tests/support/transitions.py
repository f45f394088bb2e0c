"""Transitions as they stand in the record stream."""

from __future__ import annotations

import json
from collections.abc import Mapping


def a_summary(**changed: object) -> dict[str, object]:
    """A call's row as of one transition: all columns that may not be null, and a few more."""
    return {
        "sid": "CA1",
        "from_number": "+48600100200",
        "to_number": "+15550100",
        "state": "waiting",
        "queue": "support",
        "rep": None,
        "arrived_ms": 1_000,
        "doc": "{}",
        **changed,
    }


def a_transition(
    *,
    call: str = "c1",
    epoch: int = 1,
    seq: int = 1,
    at: int = 1,
    kind: str = "routed",
    data: Mapping[str, object] | None = None,
    summary: Mapping[str, object] | None = None,
) -> dict[bytes, bytes]:
    """The fields of one entry."""
    fields = {
        "call": call,
        "epoch": str(epoch),
        "seq": str(seq),
        "at": str(at),
        "kind": kind,
        "data": json.dumps(data or {}),
        "summary": json.dumps(a_summary() if summary is None else summary),
    }
    return {name.encode(): value.encode() for name, value in fields.items()}
