"""A CRM in memory, for tests: knows the contacts it is given, and can be slow, broken or silent."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from dataclasses import replace

from crm_adapter.model import Answer, Contact, Found, Unavailable, Unknown
from crm_adapter.phone import compare, read_number
from crm_adapter.ranking import Candidate, ranked
from crm_adapter.text import fold


class FakeCrm:
    """Implements ``Crm``."""

    def __init__(self, contacts: Iterable[Contact] = (), *, region: str | None = None) -> None:
        self.contacts = list(contacts)
        self.region = region
        self.delay_s = 0.0
        """How long each answer takes."""
        self.raises: Exception | None = None
        """What each question ends in, after the delay."""
        self.refuses: str | None = None
        """The reason of an Unavailable that each look-up ends in."""
        self.asked: list[str] = []
        """Numbers looked up, in order."""
        self._silent = asyncio.Event()
        self._silent.set()

    def fall_silent(self) -> None:
        """From now on no question is answered, until ``speak_again``."""
        self._silent.clear()

    def speak_again(self) -> None:
        """Answers everything that was asked meanwhile, too."""
        self._silent.set()

    async def find_by_phone(self, number: str) -> Answer:
        """See ``Crm``."""
        self.asked.append(number)
        await self._take_time()
        if self.refuses:
            return Unavailable(reason=self.refuses)
        found = ranked(self._candidates(number))
        return Found(contacts=found) if found else Unknown()

    async def search(self, text: str, *, limit: int = 20) -> tuple[Contact, ...]:
        """See ``Crm``."""
        await self._take_time()
        wanted, digits = fold(text), "".join(filter(str.isdigit, text))
        found = [
            one
            for one in self.contacts
            if wanted
            and (
                wanted in fold(f"{one.name} {one.company or ''}")
                or (len(digits) >= 3 and not any(map(str.isalpha, text)) and any(digits in it for it in one.phones))
            )
        ]
        return tuple(sorted(found, key=lambda one: (fold(one.name), one.id))[: max(limit, 0)])

    async def health(self) -> str | None:
        """See ``Crm``."""
        try:
            await self._take_time()
        except Exception as error:
            return f"the fake CRM fails: {type(error).__name__}"
        return self.refuses

    async def _take_time(self) -> None:
        if self.delay_s:
            await asyncio.sleep(self.delay_s)
        await self._silent.wait()
        if self.raises:
            raise self.raises

    def _candidates(self, number: str) -> Iterable[Candidate]:
        for one in self.contacts:
            for phone in one.phones:
                quality = compare(phone, number, region=self.region)
                if quality:
                    has_extension = bool(getattr(read_number(phone, region=self.region), "extension", None))
                    yield Candidate(contact=replace(one, quality=quality), shared_line=has_extension)
