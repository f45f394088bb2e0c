"""Look-ups with a deadline whose late answers are not lost.

A call waits for its caller's record no longer than the deadline; the look-up itself goes on, and whoever wants the
late answer awaits it. Every look-up is a task of one group that its owner opens and closes: nothing outlives it.

    async with Lookups(crm, deadline_s=0.8) as lookups:
        lookup = lookups.start("+15550100")
        answer = await lookup.answer_in_time()      # Unavailable("no answer in time") at the latest after 0.8 s
        if lookup.is_late:
            answer = await lookup.later()           # what the CRM said in the end
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Self

from crm_adapter.model import Answer, Contact, Unavailable
from crm_adapter.ports import Crm

NO_ANSWER_IN_TIME = Unavailable(reason="no answer in time")
DEADLINE_S = 0.8
GIVE_UP_S = 30.0
"""The end of every look-up: the pop it could still fill in is long gone."""


class Lookup:
    """One number being looked up."""

    def __init__(self, deadline_s: float) -> None:
        loop = asyncio.get_running_loop()
        self._answer: asyncio.Future[Answer] = loop.create_future()
        self._now_s = loop.time
        self._due_s = loop.time() + deadline_s
        self._missed = False

    @property
    def is_late(self) -> bool:
        """There is no answer yet, and the deadline has passed or somebody was told so."""
        return not self._answer.done() and (self._missed or self._now_s() >= self._due_s)

    async def answer_in_time(self) -> Answer:
        """The answer, or Unavailable("no answer in time") at the deadline, which counts from the look-up's start."""
        return await self.answer_within(max(self._due_s - self._now_s(), 0.0))

    async def answer_within(self, seconds: float) -> Answer:
        """The same with a deadline that counts from now. May be asked again; the look-up goes on."""
        try:
            async with asyncio.timeout(seconds):
                return await asyncio.shield(self._answer)
        except TimeoutError:
            if self._answer.done():
                return self._answer.result()
            self._missed = True
            return NO_ANSWER_IN_TIME

    async def later(self) -> Answer:
        """The CRM's answer whenever it comes; Unavailable when it never does. Cancelling the wait is harmless."""
        return await asyncio.shield(self._answer)

    def settle(self, answer: Answer) -> None:
        """For ``Lookups`` alone: the answer is here. The first one stays."""
        if not self._answer.done():
            self._answer.set_result(answer)


class Lookups:
    """Implements ``Crm``, and starts look-ups whose late answers can be awaited. Open it with ``async with``."""

    def __init__(self, crm: Crm, *, deadline_s: float = DEADLINE_S, give_up_s: float = GIVE_UP_S) -> None:
        self._crm = crm
        self._deadline_s = deadline_s
        self._give_up_s = give_up_s
        self._group = asyncio.TaskGroup()
        self._tasks: set[asyncio.Task[None]] = set()

    async def __aenter__(self) -> Self:
        await self._group.__aenter__()
        return self

    async def __aexit__(self, *_: object) -> None:
        """Ends what still runs; their look-ups answer Unavailable. The owner's exception passes as it is."""
        for task in tuple(self._tasks):
            task.cancel()
        await self._group.__aexit__(None, None, None)

    def start(self, number: str, *, on_late: Callable[[Answer], None] | None = None) -> Lookup:
        """Begins a look-up at once. ``on_late`` is called with an answer that came after the deadline, from the loop;
        it must not raise."""
        lookup = Lookup(self._deadline_s)
        task = self._group.create_task(self._look_up(number, lookup, on_late), name="crm look-up")
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        task.add_done_callback(lambda _: lookup.settle(Unavailable(reason="the service is stopping")))
        return lookup

    async def find_by_phone(self, number: str) -> Answer:
        """See ``Crm``; a late answer is lost to this caller, not to a cache below."""
        return await self.start(number).answer_in_time()

    async def search(self, text: str, *, limit: int = 20) -> tuple[Contact, ...]:
        """See ``Crm``. Raises TimeoutError when the CRM does not answer."""
        async with asyncio.timeout(self._give_up_s):
            return await self._crm.search(text, limit=limit)

    async def health(self) -> str | None:
        """See ``Crm``."""
        try:
            async with asyncio.timeout(self._give_up_s):
                return await self._crm.health()
        except TimeoutError:
            return f"the CRM did not answer within {self._give_up_s:g} s"

    async def _look_up(self, number: str, lookup: Lookup, on_late: Callable[[Answer], None] | None) -> None:
        try:
            async with asyncio.timeout(self._give_up_s):
                answer = await self._crm.find_by_phone(number)
        except TimeoutError:
            answer = Unavailable(reason="the CRM did not answer")
        except Exception as error:  # an exception here would end every other look-up of the group
            answer = Unavailable(reason=f"the CRM failed: {type(error).__name__}")
        late = lookup.is_late
        lookup.settle(answer)
        if late and on_late:
            on_late(answer)
