"""The API of supervisors and admins, under ``/api/v1``: the floor, calls, contacts, people, the configuration
and what if."""

from __future__ import annotations

from fastapi import APIRouter

from cti.admin.as_test_routes import add_as_test_routes
from cti.admin.audit_routes import add_audit_routes
from cti.admin.call_routes import add_call_routes
from cti.admin.callback_routes import add_callback_routes
from cti.admin.care_routes import add_care_routes
from cti.admin.config_routes import add_config_routes
from cti.admin.contact_routes import add_contact_routes
from cti.admin.import_routes import add_import_routes
from cti.admin.merge_routes import add_merge_routes
from cti.admin.part_routes import add_part_routes
from cti.admin.routing_routes import add_routing_routes
from cti.admin.simulation_routes import add_simulation_routes
from cti.admin.token_routes import add_token_routes
from cti.admin.user_routes import add_user_routes
from cti.admin.vocabulary_routes import add_vocabulary_routes
from cti.desk.api_route import ApiRoute
from cti.desk.guard import Guard
from cti.desk.parts import DeskParts

API = "/api/v1"


def create_admin(parts: DeskParts) -> APIRouter:
    """The router for ``app.include_router``; ``install_problems(app)`` makes its refusals problem documents."""
    guard = Guard(parts.settings, parts.accounts)
    api = APIRouter(prefix=API, route_class=ApiRoute)
    add_call_routes(api, parts, guard)
    add_as_test_routes(api, parts, guard)
    add_audit_routes(api, parts, guard)
    add_callback_routes(api, parts, guard)
    add_import_routes(api, parts, guard)
    add_contact_routes(api, parts, guard)
    add_part_routes(api, parts, guard)
    add_routing_routes(api, parts, guard)
    add_simulation_routes(api, parts, guard)
    add_user_routes(api, parts, guard)
    add_token_routes(api, parts, guard)
    add_config_routes(api, parts, guard)
    add_vocabulary_routes(api, parts, guard)
    add_care_routes(api, parts, guard)
    add_merge_routes(api, parts, guard)
    return api
