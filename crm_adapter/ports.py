"""What a CRM must be able to do for us. One contract suite (``tests/contract``) runs against every adapter."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol, TypeVar

from sqlalchemy import Connection

from crm_adapter.model import Answer, Contact

T = TypeVar("T")


class Crm(Protocol):
    """Looks callers up. Never creates anything; expected outcomes are values, exceptions are broken promises."""

    async def find_by_phone(self, number: str) -> Answer:
        """Contacts by a number in E.164 form (``+15550100``), ranked; every candidate compared again by us."""

    async def search(self, text: str, *, limit: int = 20) -> tuple[Contact, ...]:
        """Contacts whose name, company or number contains the text, by name; at most ``limit``."""

    async def health(self) -> str | None:
        """Null when well, else one line that says what is wrong."""


class Database(Protocol):
    """Runs a function on one SQL connection in one transaction: committed when it returns, rolled back if it raises."""

    async def run(self, work: Callable[[Connection], T]) -> T: ...

    async def read(self, work: Callable[[Connection], T]) -> T:
        """As ``run``, for reads only: no transaction (AUTOCOMMIT), the cheapest way on the call path."""
