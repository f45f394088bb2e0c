"""``GET /metrics`` in Prometheus' text format, added up over all workers.

Several processes share a directory (``PROMETHEUS_MULTIPROC_DIR``) that the parent empties at start and names in the
environment before any worker imports ``prometheus_client``. Metrics themselves are declared where they are counted.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from fastapi import APIRouter, Request, Response
from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, CollectorRegistry, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector

from cti.private import Insiders

DIRECTORY = "PROMETHEUS_MULTIPROC_DIR"


def fresh_directory(data_dir: Path) -> dict[str, str]:
    """Empties the workers' common directory; what to add to their environment."""
    directory = data_dir.resolve() / "metrics"
    shutil.rmtree(directory, ignore_errors=True)
    directory.mkdir(parents=True)
    return {DIRECTORY: str(directory)}


def forget_process(environment: dict[str, str], pid: int) -> None:
    """Takes a dead worker's live gauges out of the sum; its counters stay."""
    for left_behind in Path(environment[DIRECTORY]).glob(f"gauge_live*_{pid}.db"):
        left_behind.unlink(missing_ok=True)


def text() -> bytes:
    """Everything counted so far, by all workers where there are several."""
    if DIRECTORY not in os.environ:
        return generate_latest(REGISTRY)
    registry = CollectorRegistry()
    MultiProcessCollector(registry)  # type: ignore[no-untyped-call]  # it ships without types
    return generate_latest(registry)


def router(insiders: Insiders) -> APIRouter:
    """``/metrics`` for insiders; 403 for everybody else."""
    routes = APIRouter()

    @routes.get("/metrics", include_in_schema=False)
    def metrics(request: Request) -> Response:
        if not insiders.admits(request):
            return Response("only this machine, or with CTI_METRICS_TOKEN\n", 403, media_type="text/plain")
        return Response(text(), media_type=CONTENT_TYPE_LATEST)

    return routes
