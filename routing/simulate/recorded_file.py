"""Recorded calls, as ``cti calls export`` writes them: one JSON object a line, people taken out. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import orjson
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from routing.errors import ConfigError, Problem
from routing.facts import CallerFacts, CallFacts, Facts
from routing.model import RepId
from routing.simulate.scenario import Asked, RecordedCall

MAX_CALLS = 5_000_000
_DAY_S = 86_400.0
_LONGEST_S = 3_600.0 * 1_000_000


class _Row(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class CallRow(_Row):
    """Under ``call``: what the rules may know of it."""

    from_: str | None = Field(default=None, alias="from", max_length=40)
    to: str | None = Field(default=None, max_length=40)
    country: str | None = Field(default=None, max_length=2)
    language: str | None = Field(default=None, max_length=40)
    stir: str | None = Field(default=None, max_length=40)
    answers: list[str] = Field(default_factory=list, max_length=50)
    attempts: int = Field(default=0, ge=0, le=1_000)
    forwarded_from: str | None = Field(default=None, max_length=40)


class CallerRow(_Row):
    """Under ``caller``: what the CRM said, without what names a person."""

    match: str = Field(default="none", pattern="^(one|many|none|unavailable|withheld)$")
    tier: str | None = None
    owner: str | None = None
    stage: str | None = None
    language: str | None = None
    timezone: str | None = None
    lead_source: str | None = None
    campaign: str | None = None
    last: str | None = None
    tags: list[str] = Field(default_factory=list, max_length=50)
    fields: dict[str, str | None] = Field(default_factory=dict, max_length=200)


class OfferRow(_Row):
    """One of ``offers``."""

    rep: str = Field(max_length=64)
    s: float = Field(ge=0.0, le=_DAY_S)
    """From the offer to the answer, or to its end."""
    outcome: str = Field(pattern="^(answered|declined|missed|left)$")


class RecordedRow(_Row):
    """One line."""

    at_s: float = Field(ge=0.0, le=_LONGEST_S)
    """When the call came, from the begin of the recording."""
    kind: str = Field(alias="class", min_length=1, max_length=200)
    call: CallRow = CallRow()
    caller: CallerRow = CallerRow()
    routed_s: float = Field(default=0.0, ge=0.0, le=_DAY_S)
    """From there until it looked for a rep: look-ups and menus."""
    talk_s: float | None = Field(default=None, ge=0.0, le=_DAY_S)
    """Null: there was none."""
    wrap_up_s: float | None = Field(default=None, ge=0.0, le=_DAY_S)
    waited_s: float = Field(default=0.0, ge=0.0, le=_LONGEST_S)
    """Until the answer, or until the caller was gone."""
    gave_up: bool = False
    """The caller hung up while waiting."""
    offers: list[OfferRow] = Field(default_factory=list, max_length=1_000)


def read_recorded(lines: Iterable[bytes], filename: str) -> tuple[RecordedCall, ...]:
    """All calls, in the order in which they looked for a rep. Raises ConfigError with the first line that cannot be
    read."""
    found: list[RecordedCall] = []
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            found.append(_call(RecordedRow.model_validate(orjson.loads(line))))
        except orjson.JSONDecodeError:
            raise _refusal(filename, number, "(line)", "is no JSON object") from None
        except ValidationError as error:
            first = error.errors()[0]
            where = ".".join(map(str, first["loc"])) or "(line)"
            raise _refusal(filename, number, where, first["msg"]) from None
        if len(found) > MAX_CALLS:
            raise _refusal(filename, number, "(file)", f"holds more than {MAX_CALLS:,} calls")
    if not found:
        raise _refusal(filename, 1, "(file)", "holds no calls")
    return tuple(sorted(found, key=lambda call: call.at_ms + call.routed_ms))


def _refusal(filename: str, line: int, field: str, message: str) -> ConfigError:
    return ConfigError([Problem(line=line, field=field, message=message)], filename=filename)


def _call(row: RecordedRow) -> RecordedCall:
    call, caller = row.call, row.caller
    return RecordedCall(
        name=row.kind,
        at_ms=_ms(row.at_s),
        routed_ms=_ms(row.routed_s),
        facts=Facts(
            call=CallFacts(
                from_=call.from_,
                to=call.to,
                country=call.country,
                language=call.language,
                stir=call.stir,
                answers=tuple(call.answers),
                attempts=call.attempts,
                forwarded_from=call.forwarded_from,
            ),
            caller=CallerFacts(**{**caller.model_dump(exclude={"tags"}), "tags": tuple(caller.tags)}),
        ),
        talk_ms=None if row.talk_s is None else _ms(row.talk_s),
        wrap_up_ms=None if row.wrap_up_s is None else _ms(row.wrap_up_s),
        waited_ms=_ms(row.waited_s),
        gave_up=row.gave_up,
        asked=_asked(row.offers),
    )


def _asked(offers: Sequence[OfferRow]) -> tuple[Asked, ...]:
    return tuple(Asked(rep=RepId(each.rep), ms=_ms(each.s), outcome=each.outcome) for each in offers)


def _ms(seconds: float) -> float:
    """To the microsecond: what happened in one millisecond has an order too."""
    return round(seconds * 1e6) / 1e3
