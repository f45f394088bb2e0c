"""The line by way of Twilio's REST API, or of its emulator: only the base URL differs.

Guarantees that every command ends within its time and comes to a value. Only what is known not to have been carried out
is repeated (429, no connection); hanging up, and words that are better said twice than not at all, always.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any, TypeVar

from cti.telephony.errors import LineUnavailable
from cti.telephony.model import (
    CallSid,
    CommandResult,
    ConferenceName,
    Dialled,
    Done,
    Leg,
    LegStatus,
    LiveConference,
    NotInProgress,
    RecordingSid,
    Refused,
)
from cti.telephony.twilio_account import TWILIO_API, TwilioAccount
from cti.telephony.twilio_failures import NETWORK_ERRORS, NOT_FOUND, Failure, FailureKind, failure_of
from cti.telephony.twilio_http import Limits, attempts

PAGE = 1000
"""Rows that Twilio gives at once at most."""
CONFERENCES_AT_ONCE = 10

_FORWARD = (LegStatus.QUEUED, LegStatus.RINGING, LegStatus.IN_PROGRESS)
"""A leg moves this way: reading in this order, none slips through between two reads."""
_OPEN_CONFERENCE = ("init", "in-progress")
"""Also in this order. Both by name: what Twilio lists without one changes in September 2026."""
_REPEATABLE = frozenset({FailureKind.BUSY, FailureKind.UNREACHED})
_ALWAYS_REPEATABLE = _REPEATABLE | {FailureKind.UNSURE}

_DIALLED_STEPS = ["initiated", "ringing", "answered", "completed"]

_T = TypeVar("_T")
Request = Callable[[], Awaitable[_T]]


class TwilioLine:
    """See ``cti.telephony.ports.Line``. Made anywhere; used and closed inside one event loop."""

    def __init__(
        self, account_sid: str, auth_token: str, base_url: str = TWILIO_API, limits: Limits | None = None
    ) -> None:
        self._account = TwilioAccount(account_sid, auth_token, base_url, limits)

    async def open(self) -> None:
        """Loads the client now, so that the first call does not wait for it. Not needed otherwise."""
        await self._account.resources()

    async def close(self) -> None:
        """Closes the connections. Safe to repeat."""
        await self._account.close()

    async def move_call(self, sid: CallSid, url: str, *, within_s: float) -> CommandResult:
        async def request() -> None:
            await (await self._account.resources()).calls(sid).update_async(url=url, method="POST")

        return await self._about_leg(sid, await _command(request, within_s, _REPEATABLE))

    async def dial(
        self, to: str, from_: str, *, url: str, fallback_url: str, status_url: str, ring_s: int, within_s: float
    ) -> Dialled | Refused:
        async def request() -> Dialled:
            made = await (await self._account.resources()).calls.create_async(
                to=to,
                from_=from_,
                url=url,
                method="POST",
                fallback_url=fallback_url,
                fallback_method="POST",
                status_callback=status_url,
                status_callback_event=_DIALLED_STEPS,
                timeout=ring_s,
            )
            return Dialled(sid=CallSid(made.sid))

        result = await _within(within_s, request, _REPEATABLE)
        return result.as_refused() if isinstance(result, Failure) else result

    async def end_call(self, sid: CallSid, *, within_s: float) -> CommandResult:
        async def request() -> None:
            await (await self._account.resources()).calls(sid).update_async(status="completed")

        return await self._about_leg(sid, await _command(request, within_s, _ALWAYS_REPEATABLE))

    async def end_conference(self, name: ConferenceName, *, within_s: float) -> CommandResult:
        async def request() -> None:
            conference = await self._conference(name)
            if conference is None:
                raise _NoConference
            await conference.update_async(status="completed")

        return _no_leg(await _command(request, within_s, _ALWAYS_REPEATABLE))

    async def announce(self, name: ConferenceName, sid: CallSid, url: str, *, within_s: float) -> CommandResult:
        async def request() -> None:
            conference = await self._conference(name)
            if conference is None:
                raise _NoConference
            lists = await self._account.resources()
            participant = lists.conferences(conference.sid).participants(sid)
            await participant.update_async(announce_url=url, announce_method="POST")

        return await self._about_leg(sid, await _command(request, within_s, _ALWAYS_REPEATABLE))

    async def leg(self, sid: CallSid) -> Leg | None:
        try:
            return _leg(await (await self._account.resources()).calls(sid).fetch_async())
        except NETWORK_ERRORS as error:
            failure = failure_of(error)
            if failure.kind is FailureKind.MISSING:
                return None
            raise LineUnavailable(failure.reason) from error

    async def legs_to(self, number: str) -> tuple[Leg, ...]:
        try:
            calls = (await self._account.resources()).calls
            legs: dict[CallSid, Leg] = {}
            for status in _FORWARD:
                async for row in await calls.stream_async(to=number, status=status.value, page_size=PAGE):
                    legs[CallSid(row.sid)] = _leg(row)
            return tuple(legs.values())
        except NETWORK_ERRORS as error:
            raise LineUnavailable(failure_of(error).reason) from error

    async def recording(self, sid: RecordingSid) -> bytes | None:
        try:
            return await self._account.sound(sid)
        except NETWORK_ERRORS as error:
            raise LineUnavailable(failure_of(error).reason) from error

    async def participants(self, name: ConferenceName) -> frozenset[CallSid]:
        try:
            conference = await self._conference(name)
            return await self._legs_in(conference.sid) if conference is not None else frozenset()
        except NETWORK_ERRORS as error:
            raise LineUnavailable(failure_of(error).reason) from error

    async def live_legs(self) -> AsyncIterator[Leg]:
        try:
            calls = (await self._account.resources()).calls
            for status in _FORWARD:
                async for row in await calls.stream_async(status=status.value, page_size=PAGE):
                    yield _leg(row)
        except NETWORK_ERRORS as error:
            raise LineUnavailable(failure_of(error).reason) from error

    async def live_conferences(self, prefix: str) -> AsyncIterator[LiveConference]:
        try:
            rows = [row for row in await self._open_conferences() if row.friendly_name.startswith(prefix)]
            for start in range(0, len(rows), CONFERENCES_AT_ONCE):
                batch = rows[start : start + CONFERENCES_AT_ONCE]
                for row, legs in zip(
                    batch, await asyncio.gather(*(self._legs_in(row.sid) for row in batch)), strict=True
                ):
                    yield LiveConference(sid=row.sid, name=ConferenceName(row.friendly_name), legs=legs)
        except NETWORK_ERRORS as error:
            raise LineUnavailable(failure_of(error).reason) from error

    async def _conference(self, name: ConferenceName) -> Any | None:
        """The live one by that name, as the package shows it; the newest should there be several."""
        rows = await self._open_conferences(friendly_name=name)
        return rows[-1] if rows else None

    async def _open_conferences(self, **filters: str) -> list[Any]:
        conferences = (await self._account.resources()).conferences
        rows: dict[str, Any] = {}
        for status in _OPEN_CONFERENCE:
            async for row in await conferences.stream_async(status=status, page_size=PAGE, **filters):
                rows[row.sid] = row
        return list(rows.values())

    async def _legs_in(self, conference_sid: str) -> frozenset[CallSid]:
        """Empty, too, for a conference that has ended meanwhile."""
        participants = (await self._account.resources()).conferences(conference_sid).participants
        try:
            rows = await participants.list_async(page_size=PAGE)
        except NETWORK_ERRORS as error:
            if failure_of(error).kind is FailureKind.MISSING:
                return frozenset()
            raise
        return frozenset(CallSid(row.call_sid) for row in rows)

    async def _about_leg(self, sid: CallSid, result: Done | Failure) -> CommandResult:
        """21220 and 404 are not "gone": the leg is read."""
        if isinstance(result, Done):
            return result
        if result.kind is not FailureKind.MISSING:
            return result.as_refused()
        try:
            leg = await self.leg(sid)
        except LineUnavailable:
            return Refused(code=result.code, reason=f"{result.reason}, and the leg could not be read", sent=False)
        return NotInProgress(status=leg.status if leg else None)


class _NoConference(Exception):
    """There is none to command."""


async def _command(request: Request[None], within_s: float, repeatable: frozenset[FailureKind]) -> Done | Failure:
    result = await _within(within_s, request, repeatable)
    return result if isinstance(result, Failure) else Done()


async def _within(within_s: float, request: Request[_T], repeatable: frozenset[FailureKind]) -> _T | Failure:
    """The request's result, repeated where that is allowed and there is time."""
    failure = Failure(kind=FailureKind.UNREACHED, code=0, reason="no time was given")
    async for left_s in attempts(within_s):
        try:
            async with asyncio.timeout(left_s):
                return await request()
        except _NoConference:
            return Failure(kind=FailureKind.MISSING, code=NOT_FOUND, reason="no such conference")
        except NETWORK_ERRORS as error:
            failure = failure_of(error)
        if failure.kind not in repeatable:
            break
    return failure


def _no_leg(result: Done | Failure) -> CommandResult:
    if isinstance(result, Done):
        return result
    return NotInProgress(status=None) if result.kind is FailureKind.MISSING else result.as_refused()


def _leg(row: Any) -> Leg:
    """Raises ValueError for a status that Twilio did not have when this was written."""
    return Leg(
        sid=CallSid(row.sid),
        status=LegStatus(row.status),
        from_=row._from or "",
        to=row.to or "",
        direction=row.direction or "",
        started_ms=int(row.start_time.timestamp() * 1000) if row.start_time else None,
    )
