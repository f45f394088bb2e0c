"""Passwords: argon2 in threads of its own, and what makes one good enough.

Never keeps or logs one. A check of an unknown account takes as long as one of a known account.
"""

from __future__ import annotations

import asyncio
import secrets
import unicodedata
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import TypeVar

from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher

T = TypeVar("T")

SHORTEST = 10
LONGEST = 1_000
MEMORY_KIB, PASSES, LANES = 47_104, 1, 1
"""OWASP's first choice for argon2id: 0.09 s CPU a check (the library's default takes 0.29 s, beside live calls)."""
THREADS = 2
MOST_WAITING = 40
"""2 to 3 s of work for two threads; more is refused rather than queued."""


class TooBusy(Exception):
    """So many checks are waiting that this one would take seconds."""


class Passwords:
    """Hashes and checks. ``close()`` ends its threads."""

    def __init__(self, *, most_waiting: int = MOST_WAITING, memory_kib: int = MEMORY_KIB) -> None:
        """``memory_kib`` is what a new hash costs; a check costs what the kept one says."""
        self._most_waiting = most_waiting
        hasher = Argon2Hasher(time_cost=PASSES, memory_cost=memory_kib, parallelism=LANES)
        self._hash = PasswordHash((hasher,))
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="passwords")
        self._waiting = 0
        self.nobodys: str | None = None
        """A hash that belongs to nobody, made at the first check."""

    async def hash(self, password: str) -> str:
        """The hash to keep, with its salt and parameters. Raises TooBusy."""
        return await self._in_thread(partial(self._hash.hash, _normal(password)))

    async def verify(self, password: str, kept: str | None) -> bool:
        """Whether it is the one; with null the same work is done and the answer is no. Raises TooBusy."""
        if self.nobodys is None:
            self.nobodys = await self.hash(secrets.token_hex())
        found = await self._in_thread(partial(self._hash.verify, _normal(password), kept or self.nobodys))
        return found and kept is not None

    def close(self) -> None:
        """Ends the threads after what they are at."""
        self._threads.shutdown(wait=False, cancel_futures=True)

    async def _in_thread(self, work: Callable[[], T]) -> T:
        if self._waiting >= self._most_waiting:
            raise TooBusy
        self._waiting += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._threads, work)
        finally:
            self._waiting -= 1


def weakness(password: str, email: str) -> str | None:
    """Why a password will not do, in one line; null when it will."""
    plain = _normal(password)
    if len(plain) < SHORTEST:
        return f"a password has at least {SHORTEST} characters"
    if len(plain) > LONGEST:
        return f"a password has at most {LONGEST} characters"
    if plain.casefold() == _normal(email).casefold():
        return "a password is not one's own e-mail address"
    return None


def _normal(text: str) -> str:
    """Keyboards write ``é`` in one or two characters: the same password all the same."""
    return unicodedata.normalize("NFC", text)
