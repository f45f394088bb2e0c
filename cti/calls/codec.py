"""A call as bytes and back. The only place that knows how a call is written down."""

from __future__ import annotations

from functools import cache

from pydantic import TypeAdapter, ValidationError

from cti.calls.errors import UnreadableCall
from cti.calls.model import Call


@cache
def _adapter() -> TypeAdapter[Call]:
    return TypeAdapter(Call)


def dump(call: Call) -> bytes:
    """The call as JSON."""
    return _adapter().dump_json(call, exclude_none=True)


def load(document: str | bytes) -> Call:
    """The call a document holds. Raises UnreadableCall for anything that ``dump`` did not write."""
    try:
        return _adapter().validate_json(document)
    except ValidationError as error:
        # pydantic's own words hold the values, and those are personal data
        raise UnreadableCall(f"{error.error_count()} fields, the first: {_where(error)}") from None


def _where(error: ValidationError) -> str:
    first = error.errors(include_url=False, include_context=False, include_input=False)[0]
    return f"{'.'.join(map(str, first['loc']))} ({first['type']})"
