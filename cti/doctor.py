"""What ``cti doctor`` looks at besides the line: database, Redis, CRM, public URL.

Changes nothing, waits no longer than ``PATIENCE_S`` for anything, and says of each thing in one line what it found and
what mends it. The line itself is in ``line_doctor.py``.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from enum import StrEnum

import httpx
from redis.asyncio import Redis
from redis.exceptions import RedisError

from crm_adapter.sql_directory import SqlDirectory
from cti.embedded import EmbeddedError, find_binary, running_url
from cti.record.database import Database, has_no_file
from cti.record.errors import RecordError
from cti.record.migrate import is_current
from cti.settings import Settings, StoreSettings

PATIENCE_S = 10.0
OLDEST_REDIS = (7, 0)
"""Scripts use what came with 7.0."""


class Verdict(StrEnum):
    """How well a thing is."""

    WELL = "ok"
    DOUBTFUL = "warning"
    WRONG = "wrong"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that was looked at."""

    subject: str
    verdict: Verdict
    detail: str
    mend: str | None = None
    """What to do about it, in the imperative."""


def well(subject: str, detail: str) -> Finding:
    """Nothing to do."""
    return Finding(subject=subject, verdict=Verdict.WELL, detail=detail)


def doubtful(subject: str, detail: str, mend: str) -> Finding:
    """Works, but not as well as it should, or could not be told from here."""
    return Finding(subject=subject, verdict=Verdict.DOUBTFUL, detail=detail, mend=mend)


def wrong(subject: str, detail: str, mend: str) -> Finding:
    """Calls suffer from it."""
    return Finding(subject=subject, verdict=Verdict.WRONG, detail=detail, mend=mend)


async def examine(settings: Settings) -> tuple[Finding, ...]:
    """Everything but the line, looked at side by side."""
    looks: list[tuple[str, Callable[[], Awaitable[Finding]]]] = [
        ("database", lambda: _database(settings)),
        ("redis", lambda: _redis(settings)),
        ("crm", lambda: _crm(settings)),
        ("public URL", lambda: _public_url(settings)),
    ]
    return tuple(await asyncio.gather(*(_in_time(subject, look) for subject, look in looks)))


async def _in_time(subject: str, look: Callable[[], Awaitable[Finding]]) -> Finding:
    try:
        async with asyncio.timeout(PATIENCE_S):
            return await look()
    except TimeoutError:
        return wrong(subject, f"no answer within {PATIENCE_S:g} s", "look whether it runs and can be reached from here")


async def _database(settings: StoreSettings) -> Finding:
    if has_no_file(settings.database_url):
        return doubtful("database", "sqlite: no file yet", "start `cti serve`, which makes it")
    database = Database(settings.database_url)
    kind = database.dialect
    try:
        current = await is_current(database)
    except RecordError as error:
        return wrong("database", f"{kind}: {error}", "look at DATABASE_URL and whether the database runs")
    finally:
        await database.close()
    if not current:
        return doubtful("database", f"{kind}: not this release's schema", "start `cti serve`, which migrates it first")
    return well("database", f"{kind}, this release's schema")


async def _crm(settings: StoreSettings) -> Finding:
    if has_no_file(settings.database_url):
        return well("crm", "built-in directory, empty")
    database = Database(settings.database_url)
    try:
        problem = await SqlDirectory(database).health()
    finally:
        await database.close()
    if problem is not None:
        return wrong("crm", problem, "mend the database; calls go on without customer records meanwhile")
    return well("crm", "built-in directory")


async def _redis(settings: StoreSettings) -> Finding:
    url = settings.redis_url or running_url(settings.data_dir)
    if url is None:
        return _embedded_at_rest()
    client = Redis.from_url(url, decode_responses=True, socket_connect_timeout=PATIENCE_S / 2)
    try:
        server = await client.info("server")
        policy = (await client.config_get("maxmemory-policy")).get("maxmemory-policy")
        keeps = (await client.config_get("appendonly")).get("appendonly")
    except (RedisError, OSError) as error:
        return wrong("redis", f"no answer ({type(error).__name__})", "look at REDIS_URL and whether the server runs")
    finally:
        await client.aclose()
    return judge_redis(str(server.get("redis_version", "0")), policy, keeps)


def judge_redis(version: str, policy: str | None, appendonly: str | None) -> Finding:
    """What a server's version, ``maxmemory-policy`` and ``appendonly`` mean for calls."""
    if tuple(int(part) for part in version.split(".")[:2]) < OLDEST_REDIS:
        return wrong("redis", f"version {version} is too old", "use Valkey, or Redis 7.0 or newer")
    if policy != "noeviction":
        return wrong(
            "redis",
            f"maxmemory-policy is {policy}: the server may throw waiting calls away",
            "set maxmemory-policy to noeviction",
        )
    if appendonly != "yes":
        return doubtful("redis", "keeps nothing over a restart; calls are rebuilt then", "set appendonly to yes")
    return well("redis", f"version {version}, noeviction, append-only file")


def _embedded_at_rest() -> Finding:
    try:
        binary = find_binary()
    except EmbeddedError as error:
        return wrong("redis", str(error), "install valkey-server, or set REDIS_URL")
    return well("redis", f"embedded ({binary.name}), started by `cti serve`; it does not run now")


async def _public_url(settings: Settings) -> Finding:
    url = f"{settings.public_url}/healthz"
    try:
        async with httpx.AsyncClient(timeout=PATIENCE_S / 2, follow_redirects=False) as client:
            answer = await client.get(url)
    except httpx.HTTPError as error:
        return doubtful(
            "public URL",
            f"{url} does not answer from here ({type(error).__name__})",
            "start `cti serve`; look at proxy, certificate and DNS (Twilio must reach it, this machine need not)",
        )
    if answer.status_code != httpx.codes.OK or answer.text != '{"status":"alive"}':
        return wrong(
            "public URL",
            f"{url} is answered by something else (HTTP {answer.status_code})",
            "let the proxy pass every path to this service, unchanged",
        )
    return well("public URL", f"{settings.public_url} reaches this service")
