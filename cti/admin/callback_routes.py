"""``/callbacks``: who is to be called back, and arranging that somebody is; and the messages that callers left."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Response
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from crm_adapter.phone import PhoneNumber, read_number
from cti.accounts.model import Identity
from cti.accounts.roles import Right
from cti.admin.call_list import floor_call_view
from cti.calls import codec
from cti.calls.callbacks import LONGEST_AHEAD_MS, Arrangement, Callbacks
from cti.calls.step import Verdict
from cti.calls.views import View
from cti.desk.guard import Guard
from cti.desk.parts import DeskParts
from cti.desk.problems import Problem, invalid, not_found
from routing.model import CallId, RepId
from routing.phone_text import plus_and_digits

Id = Annotated[str, Path(max_length=64)]
Text = Annotated[str, Field(max_length=64)]


class CallbackBody(BaseModel):
    """Whom to call, when."""

    model_config = ConfigDict(extra="forbid")

    number: Text
    at: AwareDatetime | None = None
    """Null: as soon as somebody is free."""
    line: Text | None = None
    """One of ``numbers`` of the configuration; may be left out where there is one only."""
    rep: Text | None = None
    """Asked before all others, if free then."""


def add_callback_routes(router: APIRouter, parts: DeskParts, guard: Guard) -> None:
    """``/callbacks`` and ``/calls/{id}/voicemail``."""
    arranging, watching = guard.allow(Right.ARRANGE_CALLBACKS), guard.allow(Right.WATCH_FLOOR)
    changing, reading = guard.allow(Right.CANCEL_CALLBACKS), guard.allow(Right.READ_CALLS)
    callbacks = Callbacks(calls=parts.calls, conductor=parts.conductor, rules=parts.rules)

    @router.get("/callbacks")
    async def pending(_: Identity = watching) -> View:
        return {"callbacks": [floor_call_view(call) for call in await callbacks.pending()]}

    @router.post("/callbacks", status_code=201)
    async def arrange(body: CallbackBody, who: Identity = arranging) -> View:
        return floor_call_view(await callbacks.arrange(_arrangement(parts, body, by=who.email)))

    @router.delete("/callbacks/{call_id}", status_code=204)
    async def cancel(call_id: Id, who: Identity = changing) -> None:
        told = await callbacks.cancel(CallId(call_id), by=who.email)
        if told.call is None or told.call.callback is None:
            raise not_found()
        if told.verdict is not Verdict.DONE:
            raise Problem(409, "A rep has this call-back already, or it is over.", state=told.call.state)

    @router.get("/calls/{call_id}/voicemail", response_class=Response)
    async def voicemail(call_id: Id, _: Identity = reading) -> Response:
        """The caller's message, as WAV."""
        document = await parts.recorded.document(call_id)
        message = codec.load(document).voicemail if document else None
        sound = await parts.recordings(message.recording) if message else None
        if sound is None:
            raise not_found()
        return Response(sound, media_type="audio/wav")


def _arrangement(parts: DeskParts, body: CallbackBody, *, by: str) -> Arrangement:
    """Raises Problem for what cannot be carried out."""
    now_ms = parts.clock.now_ms()
    at_ms = now_ms if body.at is None else int(body.at.timestamp() * 1000)
    if not now_ms - 60_000 <= at_ms <= now_ms + LONGEST_AHEAD_MS:
        raise invalid("at", "must lie ahead, by 90 days at most")
    number = read_number(body.number, region=parts.region)
    if not isinstance(number, PhoneNumber):
        raise invalid("number", "must be a telephone number, with its country code")
    if number.e164 in {each.number for each in parts.rules.config.numbers}:
        raise invalid("number", "is one of your own numbers")
    if body.rep is not None and RepId(body.rep) not in parts.rules.config.reps:
        raise invalid("rep", "there is no such rep")
    rep = RepId(body.rep) if body.rep else None
    return Arrangement(number=number.e164, line=_line(parts, body.line), at_ms=max(at_ms, now_ms), by=by, rep=rep)


def _line(parts: DeskParts, asked: str | None) -> str:
    ours = [each.number for each in parts.rules.config.numbers]
    if asked is None and len(ours) == 1:
        return ours[0]
    line = plus_and_digits(asked or "")
    if line not in ours:
        raise invalid("line", "must be one of the numbers in the configuration, from which the caller is called")
    return line
