"""Recognises whoever shows a session or a token, and notices within a second when it no longer holds.

SQL decides; what it said is kept 60 s in this process, and in Redis for as long as SQL is down. Guarantees that a
log-out, a change of role and a deletion count at once in every worker, and within a minute where Redis could not be
told.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import asdict, dataclass, field
from functools import partial

import orjson
import structlog
from prometheus_client import Gauge
from redis.asyncio import Redis
from redis.exceptions import RedisError

from cti.accounts.clock import Clock
from cti.accounts.holders import SLIDE_MS, USED_MS, Holder, Kind, find_holder, note_use, slide_session
from cti.accounts.model import Identity
from cti.accounts.revocations import LIFE_MS, Revocations
from cti.accounts.roles import Role
from cti.record.cancelling import is_cancelled
from cti.record.database import Database
from cti.record.errors import RecordError, RecordUnavailable

CACHED_MS = 60_000
CACHED_WITHOUT_SQL_MS = 5_000
MOST_CACHED = 20_000
SQL_TIMEOUT_S = 1.0
"""Then SQL counts as down, and Redis answers."""

log = structlog.get_logger()
heartbeat = Gauge(
    "cti_revocations_heartbeat_seconds",
    "When a worker last read the revocations, Unix time",
    multiprocess_mode="livemin",
)


@dataclass(slots=True, kw_only=True, eq=False)
class Stay:
    """Somebody who stays (a socket)."""

    kind: Kind
    identity: Identity
    """As they were let in."""
    revoked: asyncio.Event = field(default_factory=asyncio.Event)
    """Set when the session or token holds no longer, or holds with another role: close with 4401."""


class Visitors:
    """One per process; ``run()`` in a task of its own."""

    def __init__(self, database: Database, redis: Redis | None, revocations: Revocations, clock: Clock) -> None:
        self._database = database
        self._redis = redis
        self._revocations = revocations
        self._clock = clock
        self._cache: OrderedDict[str, tuple[Holder, int]] = OrderedDict()
        self._stays: dict[str, set[Stay]] = {}
        self._generation = 0
        revocations.on_revoked(self.forget)

    async def identify(self, kind: Kind, hashed: str) -> Identity | None:
        """Null: log in. Raises RecordUnavailable when SQL is down and Redis does not know either."""
        now_ms = self._clock()
        holder, fresh_until_ms = self._cache.get(hashed, (None, 0))
        if holder is not None and now_ms < min(fresh_until_ms, holder.expires_ms):
            return holder.identity
        return await self._look(kind, hashed, now_ms)

    @asynccontextmanager
    async def stay(self, kind: Kind, hashed: str) -> AsyncIterator[Stay | None]:
        """For as long as somebody stays; null: log in. Raises RecordUnavailable as ``identify`` does."""
        generation = self._generation
        identity = await self.identify(kind, hashed)
        if identity is None:
            yield None
            return
        stay = Stay(kind=kind, identity=identity)
        if generation != self._generation:  # something was revoked in between, perhaps this
            self._cache.pop(hashed, None)
            if await self.identify(kind, hashed) != identity:
                stay.revoked.set()
        self._stays.setdefault(hashed, set()).add(stay)
        try:
            yield stay
        finally:
            self._stays[hashed].discard(stay)
            if not self._stays[hashed]:
                del self._stays[hashed]

    def forget(self, hashes: Sequence[str]) -> None:
        """These hold no longer, or with another role."""
        self._generation += 1
        for hashed in hashes:
            self._cache.pop(hashed, None)
            for stay in self._stays.get(hashed, ()):
                stay.revoked.set()

    async def run(self) -> None:
        """Follows the revocations, and looks at everybody who stays once a minute. Until cancelled."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._follow())
            group.create_task(self._look_again())

    async def _look(self, kind: Kind, hashed: str, now_ms: int) -> Identity | None:
        generation = self._generation
        ended, copy = await self._in_redis(hashed, now_ms)
        if ended:
            return None
        try:
            async with asyncio.timeout(SQL_TIMEOUT_S):
                holder = await self._database.read(lambda connection: find_holder(connection, kind, hashed, now_ms))
        except (RecordUnavailable, TimeoutError) as error:
            if copy is None:
                raise RecordUnavailable("SQL is down, and Redis does not know this session") from error
            self._keep(hashed, copy, now_ms + CACHED_WITHOUT_SQL_MS, generation)
            return copy.identity
        if holder is None:
            await self._drop_copy(hashed)
            return None
        if kind is Kind.SESSION and holder.expires_ms - now_ms < LIFE_MS - SLIDE_MS:
            holder = await self._slide(hashed, holder, now_ms)
        if kind is Kind.TOKEN and (holder.used_ms is None or now_ms - holder.used_ms >= USED_MS):
            with suppress(RecordError, TimeoutError):  # it is tried again in a minute
                async with asyncio.timeout(SQL_TIMEOUT_S):  # nobody waits for a large import to end
                    await self._database.run(partial(note_use, hashed=hashed, now_ms=now_ms))
        self._keep(hashed, holder, now_ms + CACHED_MS, generation)
        await self._copy(hashed, holder, now_ms)
        return holder.identity

    async def _slide(self, hashed: str, holder: Holder, now_ms: int) -> Holder:
        with suppress(RecordError):  # it is tried again in a minute
            await self._database.run(partial(slide_session, hashed=hashed, now_ms=now_ms))
            return Holder(identity=holder.identity, expires_ms=now_ms + LIFE_MS)
        return holder

    def _keep(self, hashed: str, holder: Holder, until_ms: int, generation: int) -> None:
        """Unless something was revoked since SQL was asked: its answer may be older than that."""
        if generation != self._generation:
            return
        self._cache[hashed] = (holder, until_ms)
        self._cache.move_to_end(hashed)
        if len(self._cache) > MOST_CACHED:
            self._cache.popitem(last=False)

    async def _in_redis(self, hashed: str, now_ms: int) -> tuple[bool, Holder | None]:
        """Whether it has been ended, and the copy of what SQL said last."""
        if self._redis is None:
            return False, None
        keys = (self._revocations.tombstone_key(hashed), self._revocations.copy_key(hashed))
        try:
            tombstone, copy = await self._redis.mget(keys)
        except (RedisError, OSError):
            return False, None
        holder = _load(copy) if copy else None
        return tombstone is not None, holder if holder and holder.expires_ms > now_ms else None

    async def _copy(self, hashed: str, holder: Holder, now_ms: int) -> None:
        if self._redis is not None:
            with suppress(RedisError, OSError):
                key = self._revocations.copy_key(hashed)
                await self._redis.set(key, _dump(holder), px=max(1, min(LIFE_MS, holder.expires_ms - now_ms)))

    async def _drop_copy(self, hashed: str) -> None:
        if self._redis is not None:
            with suppress(RedisError, OSError):
                await self._redis.delete(self._revocations.copy_key(hashed))

    async def _follow(self) -> None:
        place: str | None = None
        while not is_cancelled():
            try:
                if place is None:
                    place = await self._revocations.newest()
                    self._cache.clear()
                    await self.look_again()  # whoever came before this may have been revoked before this
                place, hashes = await self._revocations.behind(place)
                if hashes:
                    self.forget(hashes)
                heartbeat.set_to_current_time()
            except (RedisError, OSError) as error:
                log.warning("revocations_wait", because=type(error).__name__)
                await asyncio.sleep(0.2)

    async def _look_again(self) -> None:
        while not is_cancelled():
            await asyncio.sleep(CACHED_MS / 1000)
            await self.look_again()

    async def look_again(self) -> None:
        """Asks SQL about everybody who stays; who is not welcome any more hears it. Staying counts as use."""
        for hashed, stays in [(hashed, list(stays)) for hashed, stays in self._stays.items()]:
            self._cache.pop(hashed, None)
            with suppress(RecordError):
                identity = await self._look(stays[0].kind, hashed, self._clock())
                for stay in stays:
                    if stay.identity != identity:
                        stay.revoked.set()


@asynccontextmanager
async def nobody() -> AsyncIterator[None]:
    """The stay of somebody who showed the wrong kind of thing."""
    yield None


def _dump(holder: Holder) -> bytes:
    return orjson.dumps({"identity": asdict(holder.identity), "expires_ms": holder.expires_ms})


def _load(copy: bytes | str) -> Holder | None:
    try:
        kept = orjson.loads(copy)
        identity = Identity(**{**kept["identity"], "role": Role(kept["identity"]["role"])})
        return Holder(identity=identity, expires_ms=int(kept["expires_ms"]))
    except (ValueError, KeyError, TypeError):  # written by another release
        return None
