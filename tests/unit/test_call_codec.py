"""A call as JSON: what a release has stored, this one and every later one reads.

``golden/calls`` holds one call in each state as each release wrote it; a new release adds a file, and changes none.
"""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterator
from pathlib import Path
from types import NoneType
from typing import get_args, get_type_hints

import pytest

from cti.calls import codec
from cti.calls.errors import UnreadableCall
from cti.calls.model import Call, CallState

STORED = [
    pytest.param(call, id=f"{file.stem}-{call['state']}")
    for file in sorted((Path(__file__).parent / "golden" / "calls").glob("*.json"))
    for call in json.loads(file.read_text(encoding="utf-8"))
]


@pytest.mark.parametrize("stored", STORED)
def test_what_a_release_has_stored_is_read_with_nothing_lost(stored: dict[str, object]) -> None:
    call = codec.load(json.dumps(stored))
    assert _holds(json.loads(codec.dump(call)), stored)


def _holds(value: object, stored: object) -> bool:
    """All of it, and perhaps what a later release has added."""
    if isinstance(stored, dict) and isinstance(value, dict):
        return all(name in value and _holds(value[name], part) for name, part in stored.items())
    if isinstance(stored, list) and isinstance(value, list):
        return len(value) == len(stored) and all(map(_holds, value, stored))
    return value == stored


def test_each_state_is_among_them() -> None:
    assert {param.values[0]["state"] for param in STORED} == set(CallState)


def test_a_call_that_cannot_be_read_says_where_and_holds_nothing_of_it() -> None:
    with pytest.raises(UnreadableCall, match=r"the first: .*state") as refused:
        codec.load(json.dumps({**STORED[0].values[0], "state": "+48600100200"}))
    assert "600100200" not in str(refused.value)


def _optional_without_default(kind: object, seen: set[object]) -> Iterator[str]:
    """Fields, of this type and of all it is made of, that may be null and have to be given."""
    for argument in get_args(kind):
        yield from _optional_without_default(argument, seen)
    if not isinstance(kind, type) or not dataclasses.is_dataclass(kind) or kind in seen:
        return
    seen.add(kind)
    hints = get_type_hints(kind)
    for field in dataclasses.fields(kind):
        has_default = field.default is not dataclasses.MISSING or field.default_factory is not dataclasses.MISSING
        if NoneType in get_args(hints[field.name]) and not has_default:
            yield f"{kind.__name__}.{field.name}"
        yield from _optional_without_default(hints[field.name], seen)


def test_what_is_null_is_not_written_and_need_not_be() -> None:
    seen: set[object] = set()
    assert list(_optional_without_default(Call, seen)) == []
    assert {kind.__name__ for kind in seen if isinstance(kind, type)} >= {"Call", "PlannedPreference", "Decision"}
