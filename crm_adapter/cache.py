"""Remembers a CRM's answers for a while, so that a caller who dials again, or a hundred at once, cost one look-up.

For CRMs that are asked over the network. The built-in directory has none before it: it costs one indexed statement, and
what is imported counts at once (``docs/decisions/0015``).

In this process and bounded. Keys are an HMAC of the number under a key made at start: a dump of the keys tells nobody
who called. Unavailable is never kept. Guarantees that one number is asked for once at a time, and that a caller who
gives up does not take the others' answer away.
"""

from __future__ import annotations

import asyncio
import hmac
import secrets
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

from crm_adapter.model import Answer, Contact, Found, Unavailable
from crm_adapter.ports import Crm

FOUND_S = 300.0
UNKNOWN_S = 15.0
"""Short: somebody may be adding the contact while the caller waits."""
MOST_ENTRIES = 10_000


class Cache:
    """Implements ``Crm``."""

    def __init__(
        self,
        crm: Crm,
        *,
        found_s: float = FOUND_S,
        unknown_s: float = UNKNOWN_S,
        most_entries: int = MOST_ENTRIES,
        now_s: Callable[[], float] = time.monotonic,
    ) -> None:
        """``now_s`` is any clock that only runs forward."""
        self._crm = crm
        self._found_s = found_s
        self._unknown_s = unknown_s
        self._most_entries = most_entries
        self._now_s = now_s
        self._secret = secrets.token_bytes(32)
        self._kept: OrderedDict[bytes, _Kept] = OrderedDict()
        self._flights: dict[bytes, asyncio.Future[Answer | None]] = {}

    async def find_by_phone(self, number: str) -> Answer:
        """See ``Crm``."""
        key = hmac.digest(self._secret, number.encode(errors="surrogatepass"), "sha256")
        while True:
            kept = self._kept.get(key)
            if kept and self._now_s() < kept.until_s:
                self._kept.move_to_end(key)
                return kept.answer
            flight = self._flights.get(key)
            if flight is None:
                return await self._fly(key, number)
            shared = await asyncio.shield(flight)
            if shared is not None:
                return shared  # None: whoever asked gave up or was told nothing; ask ourselves

    async def search(self, text: str, *, limit: int = 20) -> tuple[Contact, ...]:
        """See ``Crm``; never remembered."""
        return await self._crm.search(text, limit=limit)

    async def health(self) -> str | None:
        """See ``Crm``; never remembered."""
        return await self._crm.health()

    def forget(self) -> None:
        """Drops everything: contacts were imported or changed."""
        self._kept.clear()

    async def _fly(self, key: bytes, number: str) -> Answer:
        flight: asyncio.Future[Answer | None] = asyncio.get_running_loop().create_future()
        self._flights[key] = flight
        answer: Answer | None = None
        try:
            answer = await self._crm.find_by_phone(number)
            self._keep(key, answer)
            return answer
        finally:
            del self._flights[key]
            flight.set_result(answer)

    def _keep(self, key: bytes, answer: Answer) -> None:
        if isinstance(answer, Unavailable):
            return
        lifetime_s = self._found_s if isinstance(answer, Found) else self._unknown_s
        self._kept[key] = _Kept(answer, self._now_s() + lifetime_s)
        self._kept.move_to_end(key)
        while len(self._kept) > self._most_entries:
            self._kept.popitem(last=False)


@dataclass(frozen=True, slots=True)
class _Kept:
    answer: Answer
    until_s: float
