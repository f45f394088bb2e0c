"""The parent process of the service: checks, embedded server, migration, workers, and their orderly end.

Never serves a request itself. Guarantees that what it starts ends with it, that a dead worker or embedded server is
replaced within 5 s, and that nothing is left half started when the start fails.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

import structlog

from cti.embedded import EmbeddedError, EmbeddedServer
from cti.metrics_directory import forget_process, fresh_directory
from cti.settings import Settings
from cti.workers import Child, StopAsked, bind, release_all, start_held, stop_all, watch, worker_command

APP = "cti.app:create_app"

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """What is to run. ``prepare`` is called once the stores are there, ``announce`` once everything serves."""

    settings: Settings
    host: str
    port: int
    workers: int
    factory: str = APP
    beside: Sequence[Child] = ()
    prepare: Callable[[Settings], None] = field(default=lambda _settings: None)
    announce: Callable[[], None] = field(default=lambda: None)


def run(service: Service) -> None:
    """Runs until SIGTERM or SIGINT. Raises EmbeddedError, StartFailed, OSError (the address), RecordError."""
    stop = StopAsked()
    with contextlib.closing(bind(service.host, service.port)) as listening, _floor(service.settings) as floor:
        settings, embedded = floor
        environment = os.environ | settings.environment() | fresh_directory(settings.data_dir)
        children = (*service.beside, *_workers(service, listening.fileno(), environment))
        try:
            start_held(children)
            service.prepare(settings)
            release_all(children, stop)
            service.announce()
            watch(children, stop, also=lambda: _revive(embedded))
        finally:
            listening.close()
            stop_all(children, stop)


@contextlib.contextmanager
def _floor(settings: Settings) -> Iterator[tuple[Settings, EmbeddedServer | None]]:
    """The settings with a Redis in them, and the server itself where it is ours."""
    settings.data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    if settings.redis_url is not None:
        yield settings, None
        return
    embedded = EmbeddedServer(settings.data_dir)
    embedded.start()
    try:
        yield settings.model_copy(update={"redis_url": embedded.url}), embedded
    finally:
        embedded.stop()


def _workers(service: Service, listening: int, environment: dict[str, str]) -> tuple[Child, ...]:
    return tuple(
        Child(
            name=f"worker {number}",
            command=worker_command(service.factory, listening),
            environment=environment,
            inherits=(listening,),
            on_death=lambda pid: forget_process(environment, pid),
        )
        for number in range(1, service.workers + 1)
    )


def _revive(embedded: EmbeddedServer | None) -> None:
    try:
        if embedded is not None and embedded.ensure_running():
            log.warning("embedded_server_restarted", pid=embedded.pid)
    except EmbeddedError as error:
        log.error("embedded_server_not_restarted", problem=str(error))
