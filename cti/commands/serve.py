"""``cti serve``: the service for real calls. Refuses a database that ``cti demo`` made."""

from __future__ import annotations

from pathlib import Path

import structlog

from cti import logs, service
from cti.commands.failure import Failure
from cti.demo.mark import is_demo
from cti.record.migrate import migrate
from cti.settings import Settings, load

log = structlog.get_logger(__name__)


def serve(
    *, host: str, port: int, workers: int, factory: str = service.APP, env_file: Path | None = Path(".env")
) -> None:
    """Runs until it is told to stop."""
    settings = load(Settings, env_file=env_file)
    logs.configure(settings.log_format)
    if is_demo(settings.database_url, settings.data_dir):
        raise Failure("DATABASE_URL or CTI_DATA_DIR belongs to `cti demo`; give `cti serve` data of its own")

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
                prepare=lambda ready: migrate(ready.database_url),
                announce=announce,
            )
        )
    except OSError as error:
        raise Failure(f"cannot listen on {host}:{port}: {error.strerror or error}") from None
