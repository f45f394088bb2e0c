"""How an account is set up: its numbers' URLs and the TwiML App. For ``cti doctor``; no call path comes here."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from cti.telephony.errors import LineUnavailable
from cti.telephony.twilio_account import TWILIO_API, TwilioAccount
from cti.telephony.twilio_failures import NETWORK_ERRORS, FailureKind, failure_of
from cti.telephony.twilio_http import Limits

PAGE = 1000
T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookUrls:
    """What a number calls when something happens; empty: nothing is set. All are posted to."""

    voice: str
    fallback: str
    status: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PhoneNumber:
    """One number of the account."""

    sid: str
    number: str
    urls: WebhookUrls
    posts: bool
    """All three are posted to. False: at least one is fetched by GET."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Application:
    """A TwiML App."""

    sid: str
    name: str
    voice_url: str
    posts: bool


class TwilioSetup:
    """Reads and sets. Every method raises LineUnavailable, whose text says why: HTTP status and Twilio's error code
    (401 and 20003: the account's SID and token do not belong together)."""

    def __init__(
        self, account_sid: str, auth_token: str, base_url: str = TWILIO_API, limits: Limits | None = None
    ) -> None:
        self._account = TwilioAccount(account_sid, auth_token, base_url, limits)

    async def close(self) -> None:
        """Closes the connections. Safe to repeat."""
        await self._account.close()

    async def numbers(self) -> tuple[PhoneNumber, ...]:
        """Every number of the account."""

        async def read() -> tuple[PhoneNumber, ...]:
            rows = await (await self._account.resources()).incoming_phone_numbers.list_async(page_size=PAGE)
            return tuple(map(_number, rows))

        return await _asked(read)

    async def set_number_urls(self, sid: str, urls: WebhookUrls) -> PhoneNumber:
        """Sets all three of one number, by its ``PN…`` sid."""

        async def write() -> PhoneNumber:
            number = (await self._account.resources()).incoming_phone_numbers(sid)
            return _number(
                await number.update_async(
                    voice_url=urls.voice,
                    voice_method="POST",
                    voice_fallback_url=urls.fallback,
                    voice_fallback_method="POST",
                    status_callback=urls.status,
                    status_callback_method="POST",
                )
            )

        return await _asked(write)

    async def application(self, sid: str) -> Application | None:
        """The TwiML App; null when the account has none by that sid."""

        async def read() -> Application | None:
            try:
                return _application(await (await self._account.resources()).applications(sid).fetch_async())
            except NETWORK_ERRORS as error:
                if failure_of(error).kind is FailureKind.MISSING:
                    return None
                raise

        return await _asked(read)

    async def set_application_url(self, sid: str, voice_url: str) -> Application:
        """Where a browser's call asks what to do."""

        async def write() -> Application:
            application = (await self._account.resources()).applications(sid)
            return _application(await application.update_async(voice_url=voice_url, voice_method="POST"))

        return await _asked(write)


async def _asked(request: Callable[[], Awaitable[T]]) -> T:
    try:
        return await request()
    except NETWORK_ERRORS as error:
        raise LineUnavailable(failure_of(error).reason) from error


def _number(row: Any) -> PhoneNumber:
    methods = (row.voice_method, row.voice_fallback_method, row.status_callback_method)
    return PhoneNumber(
        sid=row.sid,
        number=row.phone_number,
        urls=WebhookUrls(
            voice=row.voice_url or "", fallback=row.voice_fallback_url or "", status=row.status_callback or ""
        ),
        posts=all(method in (None, "", "POST") for method in methods),
    )


def _application(row: Any) -> Application:
    return Application(
        sid=row.sid,
        name=row.friendly_name or "",
        voice_url=row.voice_url or "",
        posts=row.voice_method in (None, "", "POST"),
    )
