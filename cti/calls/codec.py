"""A call as bytes and back. The only place that knows how a call is written down."""

from __future__ import annotations

from functools import cache

from pydantic import TypeAdapter

from cti.calls.model import Call


@cache
def _adapter() -> TypeAdapter[Call]:
    return TypeAdapter(Call)


def dump(call: Call) -> bytes:
    """The call as JSON."""
    return _adapter().dump_json(call, exclude_none=True)


def load(document: str | bytes) -> Call:
    """The call a document holds. Raises pydantic's ValidationError for anything that ``dump`` did not write."""
    return _adapter().validate_json(document)
