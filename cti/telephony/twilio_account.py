"""One Twilio account's REST client: made when first used, shared by the line and by ``cti doctor``.

``twilio.rest`` takes 0.74 s and 28 MB to import, so that happens in a thread, and only where somebody needs it.
"""

from __future__ import annotations

import asyncio
from typing import Any

from cti.telephony.model import RecordingSid
from cti.telephony.twilio_http import Limits, PooledTwilioHttp

TWILIO_API = "https://api.twilio.com"


class TwilioAccount:
    """Made anywhere; used and closed inside one event loop."""

    def __init__(
        self, account_sid: str, auth_token: str, base_url: str = TWILIO_API, limits: Limits | None = None
    ) -> None:
        self._credentials = (account_sid, auth_token)
        self._base_url = base_url
        self._limits = limits or Limits()
        self._client: Any = None
        self._http: PooledTwilioHttp | None = None
        self._opening = asyncio.Lock()

    async def resources(self) -> Any:
        """The package's client: lists by name (``calls``, ``conferences`` …), untyped as the package is."""
        if self._client is None:
            async with self._opening:
                if self._client is None:
                    self._client = await self._open()
        return self._client

    async def sound(self, recording: RecordingSid) -> bytes | None:
        """A recording as WAV; null: there is none. Raises what ``PooledTwilioHttp.sound`` does."""
        await self.resources()
        if self._http is None:
            return None
        account, _ = self._credentials
        url = f"{TWILIO_API}/2010-04-01/Accounts/{account}/Recordings/{recording}.wav"
        return await self._http.sound(url, self._credentials)

    async def close(self) -> None:
        """Closes the pool. Safe to repeat."""
        http, self._http, self._client = self._http, None, None
        if http is not None:
            await http.close()

    async def _open(self) -> Any:
        client_class = await asyncio.to_thread(_import_client)
        self._http = PooledTwilioHttp(self._base_url, self._limits)
        return client_class(*self._credentials, http_client=self._http)


def _import_client() -> Any:
    from twilio.rest import Client

    return Client
