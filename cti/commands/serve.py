"""``cti serve``: the service for real calls. Refuses a database that ``cti demo`` made."""

from __future__ import annotations

import asyncio
from pathlib import Path

import structlog

from cti import logs, service
from cti.commands.failure import Failure
from cti.demo.secrets import is_demo_directory
from cti.settings import Settings, load

log = structlog.get_logger(__name__)


def serve(
    *, host: str, port: int, workers: int, factory: str = service.APP, env_file: Path | None = Path(".env")
) -> None:
    """Runs until it is told to stop."""
    settings = load(Settings, env_file=env_file)
    logs.configure(settings.log_format)
    if is_demo_directory(settings.data_dir):
        raise Failure("CTI_DATA_DIR belongs to `cti demo`; give `cti serve` a directory of its own")

    def announce() -> None:
        log.info("serving", url=f"http://{host}:{port}", public_url=settings.public_url, workers=workers)

    try:
        service.run(
            service.Service(
                settings=settings,
                host=host,
                port=port,
                workers=workers,
                factory=factory,
                prepare=lambda ready: asyncio.run(_prepare(ready)),
                announce=announce,
            )
        )
    except OSError as error:
        raise Failure(f"cannot listen on {host}:{port}: {error.strerror or error}") from None


async def _prepare(settings: Settings) -> None:
    """Migrates, and marks a new database as one for real calls. Imports while the workers do."""
    from cti.record.database import Database
    from cti.record.installation import Kind, claim_kind
    from cti.record.migrate import upgrade

    await upgrade(settings.database_url)
    database = Database(settings.database_url)
    try:
        if await claim_kind(database, Kind.PRODUCTION) is Kind.DEMO:
            raise Failure("DATABASE_URL belongs to `cti demo`; give `cti serve` a database of its own")
    finally:
        await database.close()
