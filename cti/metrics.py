"""``GET /metrics`` in Prometheus' text format, added up over all workers.

Metrics themselves are declared where they are counted.
"""

from __future__ import annotations

import os

from fastapi import APIRouter, Request, Response
from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, CollectorRegistry, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector

from cti.metrics_directory import DIRECTORY
from cti.private import Insiders


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
