"""``/calls/{id}/as-test``: one click makes an example from a real call."""

from __future__ import annotations

from collections.abc import Collection
from typing import Annotated

from fastapi import APIRouter, Path, Query

from cti.accounts.model import Identity
from cti.accounts.roles import Right
from cti.admin.as_test import entry_text, example_of
from cti.calls import codec
from cti.calls.model import Call
from cti.calls.views import View
from cti.desk.guard import Guard
from cti.desk.parts import DeskParts
from cti.desk.problems import Problem, not_found
from cti.record.exports import known_before
from routing.model import CallId

Id = Annotated[str, Path(max_length=64)]
Fact = Annotated[str, Query(max_length=80)]


def add_as_test_routes(router: APIRouter, parts: DeskParts, guard: Guard) -> None:
    """``/calls/{id}/as-test``."""
    reading = guard.allow(Right.READ_CALLS)

    @router.get("/calls/{call_id}/as-test")
    async def as_test(
        call_id: Id,
        also: Annotated[tuple[Fact, ...], Query(max_length=50)] = (),
        _: Identity = reading,
    ) -> View:
        """``test`` and the same as ``text`` for ``tests:``; ``taken``: the rule that takes such a call now, by the
        active version. ``also``: facts (``caller.plan``) that a draft's rules look at and the active ones do not."""
        call = await _found(parts, call_id)
        last, attempts = await _remembered(parts, call, also)
        example = example_of(call, parts.rules.config, last=last, attempts=attempts, also=also)
        if example is None:
            raise Problem(409, "The rules have not decided about this call.", state=call.state)
        return {
            "test": example.test,
            "text": entry_text(example.test),
            "taken": example.taken,
            "complete": example.complete,
        }


async def _found(parts: DeskParts, call_id: str) -> Call:
    held = await parts.calls.load(CallId(call_id))
    if held is not None:
        return held.call
    document = await parts.recorded.document(call_id)
    if document is None:
        raise not_found()
    return codec.load(document)


async def _remembered(parts: DeskParts, call: Call, also: Collection[str]) -> tuple[str | None, int]:
    """What was known of the number when it called, as far as rules ask for it."""
    wants_last = parts.rules.asks_for_last or "caller.last" in also
    wants_attempts = parts.rules.asks_for_attempts or "call.attempts" in also
    if call.caller.number is None or not (wants_last or wants_attempts):
        return None, 0
    last, attempts = await known_before(parts.database, call.id)
    return last if wants_last else None, attempts if wants_attempts else 0
