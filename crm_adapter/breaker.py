"""A circuit breaker around a CRM: one that keeps failing is left alone for a while, and callers are not kept waiting.

In-process: each worker finds out for itself, which costs a few look-ups and saves a shared round trip on every call.
Guarantees that nothing a CRM raises gets through ``find_by_phone``, and that reasons and logs hold no personal data:
an exception's text may quote the number, so only its kind is told.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable

import structlog

from crm_adapter.model import Answer, Contact, Unavailable
from crm_adapter.ports import Crm

_log = structlog.get_logger(__name__)

FAILURES_TO_OPEN = 5
"""In a row: one lost answer is not an outage."""
OPEN_S = 5.0
MOST_OPEN_S = 60.0
"""The pause doubles up to here while trials fail."""
GIVE_UP_S = 10.0
"""An answer that takes longer counts as a failure: by then the call is with a rep."""


class Breaker:
    """Implements ``Crm``. Closed: everything passes. Open: look-ups are answered Unavailable at once. After the pause
    one look-up is let through as a trial; it closes the breaker or doubles the pause. Searches by hand always pass."""

    def __init__(
        self,
        crm: Crm,
        *,
        failures_to_open: int = FAILURES_TO_OPEN,
        open_s: float = OPEN_S,
        give_up_s: float = GIVE_UP_S,
        now_s: Callable[[], float] = time.monotonic,
    ) -> None:
        """``now_s`` is any clock that only runs forward."""
        self._crm = crm
        self._failures_to_open = failures_to_open
        self._open_s = open_s
        self._give_up_s = give_up_s
        self._now_s = now_s
        self._failures = 0
        self._pause_s = open_s
        self._open_until: float | None = None
        self._trial_runs = False

    async def find_by_phone(self, number: str) -> Answer:
        """See ``Crm``; raises nothing but CancelledError."""
        trial = self._open_until is not None
        if self._open_until is not None:
            if self._trial_runs or self._now_s() < self._open_until:
                return Unavailable(reason="the CRM has failed repeatedly and is left alone for a moment")
            self._trial_runs = True
        try:
            answer = await self._ask(number)
        finally:
            if trial:
                self._trial_runs = False
        self._learn(answer, trial=trial)
        return answer

    async def search(self, text: str, *, limit: int = 20) -> tuple[Contact, ...]:
        """See ``Crm``. A person asked for it, and sees what the CRM raises."""
        return await self._crm.search(text, limit=limit)

    async def health(self) -> str | None:
        """See ``Crm``; asks the CRM itself, whatever the breaker's state."""
        try:
            async with asyncio.timeout(self._give_up_s):
                return await self._crm.health()
        except TimeoutError:
            return f"the CRM did not answer within {self._give_up_s:g} s"
        except Exception as error:  # whatever is wrong, the answer is one line
            return f"the CRM failed: {type(error).__name__}"

    async def _ask(self, number: str) -> Answer:
        try:
            async with asyncio.timeout(self._give_up_s):
                return await self._crm.find_by_phone(number)
        except TimeoutError:
            return Unavailable(reason="the CRM did not answer")
        except Exception as error:  # a broken promise of the CRM must not end the call
            _log.warning("crm_lookup_failed", error=type(error).__name__)
            return Unavailable(reason=f"the CRM failed: {type(error).__name__}")

    def _learn(self, answer: Answer, *, trial: bool) -> None:
        if not isinstance(answer, Unavailable):
            if self._open_until is not None:
                _log.info("crm_breaker_closed")
            self._failures, self._pause_s, self._open_until = 0, self._open_s, None
            return
        self._failures += 1
        if trial:
            self._pause_s = min(self._pause_s * 2, MOST_OPEN_S)
        if trial or (self._failures >= self._failures_to_open and self._open_until is None):
            self._open_until = self._now_s() + self._pause_s
            _log.warning("crm_breaker_opened", pause_s=self._pause_s)
