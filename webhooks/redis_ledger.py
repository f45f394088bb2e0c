"""The ledger of answers in Redis: one string per request, ``{site}:answer:{key}``.

``?`` is a claim that runs out by itself; ``=`` and the text is an answer. One round trip to begin and one to finish.
Needs no marker of the floor: an empty Redis only means that a repeat is worked out again, which is harmless.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from typing import TypeVar

from redis.asyncio import Redis
from redis.exceptions import RedisError

from webhooks.errors import LedgerUnavailable
from webhooks.ports import Answered, Entry, New

CLAIM_MS = 3_000
"""An answer takes 0.8 s at most when the CRM is slow; Twilio gives up after 15 s."""
POLL_S = 0.02

_CLAIM = "?"
_ANSWER = "="

T = TypeVar("T")


class RedisLedger:
    """See ``webhooks.ports.Ledger``. ``prefix`` is the site's, from ``routing.keys.prefix``."""

    def __init__(self, redis: Redis, prefix: str) -> None:
        self._redis = redis
        self._prefix = f"{prefix}answer:"

    async def begin(self, key: str) -> Entry:
        """Waits in steps of 20 ms while another holds the claim, at most until the claim has run out."""
        while True:
            before = await _asked(self._redis.set(self._prefix + key, _CLAIM, nx=True, get=True, px=CLAIM_MS))
            if before is None:
                return New()
            text = before.decode() if isinstance(before, bytes) else str(before)
            if text.startswith(_ANSWER):
                return Answered(text=text[1:])
            await asyncio.sleep(POLL_S)

    async def finish(self, key: str, text: str, *, keep_s: int) -> None:
        """Also right when the claim has run out meanwhile: both answers are by the call's state."""
        await _asked(self._redis.set(self._prefix + key, _ANSWER + text, ex=keep_s))

    async def abandon(self, key: str) -> None:
        """Also right when the claim is somebody else's by now: the work is done twice at worst."""
        await _asked(self._redis.delete(self._prefix + key))


async def _asked(reply: Awaitable[T]) -> T:
    try:
        return await reply
    except (RedisError, OSError, TimeoutError) as error:
        raise LedgerUnavailable(type(error).__name__) from error
