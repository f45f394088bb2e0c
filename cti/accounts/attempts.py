"""How often somebody may try to log in: counted in Redis per account and per address, over all workers.

The names of the counters are keyed hashes, so that Redis holds no e-mail address for this. Raises AccountsUnavailable.
"""

from __future__ import annotations

import hashlib
import hmac
import math
from pathlib import Path

from redis.asyncio import Redis
from redis.commands.core import AsyncScript
from redis.exceptions import RedisError

from cti.accounts.errors import AccountsUnavailable

PER_ACCOUNT = 10
PER_ADDRESS = 50
"""Several people may sit behind one address; a right password gives its attempt back."""
WINDOW_S = 300

_SCRIPTS = Path(__file__).with_name("scripts")


class Attempts:
    """The counters. ``secret_key`` only makes their names unguessable."""

    def __init__(self, redis: Redis, *, prefix: str, secret_key: str) -> None:
        self._prefix = prefix
        self._key = secret_key.encode()
        self._count = redis.register_script((_SCRIPTS / "countAttempt.lua").read_text())
        self._forgive = redis.register_script((_SCRIPTS / "forgiveAttempt.lua").read_text())

    async def count(self, email: str, address: str) -> int | None:
        """Counts one attempt: null, go on; else seconds after which to try again."""
        wait_ms = await self._run(self._count, email, address, PER_ACCOUNT, PER_ADDRESS, WINDOW_S * 1000)
        return math.ceil(wait_ms / 1000) if wait_ms else None

    async def forgive(self, email: str, address: str) -> None:
        """The password was right."""
        await self._run(self._forgive, email, address)

    async def _run(self, script: AsyncScript, email: str, address: str, *arguments: int) -> int:
        keys = [self._counter("account", email), self._counter("address", address)]
        try:
            return int(await script(keys=keys, args=list(arguments)))
        except (RedisError, OSError) as error:
            raise AccountsUnavailable("Redis cannot count attempts") from error

    def _counter(self, kind: str, whose: str) -> str:
        name = hmac.new(self._key, f"{kind}:{whose}".encode(errors="replace"), hashlib.sha256).hexdigest()[:32]
        return f"{self._prefix}attempts:{name}"
