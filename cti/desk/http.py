"""The API of a rep's desk, under ``/api/v1``, and its WebSocket."""

from __future__ import annotations

from fastapi import APIRouter

from cti.desk.api_route import ApiRoute
from cti.desk.call_routes import add_call_routes
from cti.desk.guard import Guard
from cti.desk.me_routes import add_me_routes
from cti.desk.parts import DeskParts
from cti.desk.session_routes import add_session_routes
from cti.desk.socket import add_socket
from cti.desk.sockets import DeskSockets

API = "/api/v1"


def create_desk(parts: DeskParts, sockets: DeskSockets) -> APIRouter:
    """The router for ``app.include_router``. ``sockets.run()`` must go on while it serves; ``install_problems(app)``
    makes its refusals problem documents."""
    guard = Guard(parts.settings, parts.accounts)
    api = APIRouter(prefix=API, route_class=ApiRoute)
    add_session_routes(api, parts, guard)
    add_me_routes(api, parts, guard, sockets.desk)
    add_call_routes(api, parts, guard, sockets.desk)
    router = APIRouter()
    router.include_router(api)
    add_socket(router, guard, sockets)
    return router
