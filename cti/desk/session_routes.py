"""Logging in and out with a cookie that scripts cannot read."""

from __future__ import annotations

from collections.abc import Mapping

from fastapi import APIRouter, Request, Response
from starlette.responses import JSONResponse

from cti.accounts.model import Identity, Limited, LoggedIn, Refused
from cti.calls.views import View
from cti.desk.addresses import client_address
from cti.desk.bodies import LogIn
from cti.desk.guard import Cookie, Guard, cookie_name
from cti.desk.parts import DeskParts
from cti.desk.problems import Problem


def add_session_routes(router: APIRouter, parts: DeskParts, guard: Guard) -> None:
    """``POST`` and ``DELETE /session``."""
    anybody = guard.allow(None)
    cookie, secure = cookie_name(parts.settings), parts.settings.secure

    @router.post("/session")
    async def log_in(request: Request, body: LogIn) -> Response:
        """A page of another origin may not log anybody in; a program, which sends no Origin, may."""
        if "origin" in request.headers and not guard.is_own_page(request):
            raise Problem(403, "The request does not come from a page of this service.")
        match await parts.accounts.log_in(body.email, body.password, address_of(request, parts)):
            case Refused():
                raise Problem(401, "E-mail address or password is wrong.")
            case Limited(retry_after_s=seconds):
                raise Problem(429, "Too many attempts.", headers={"Retry-After": str(seconds)})
            case LoggedIn() as logged_in:
                answer = JSONResponse(whoami(logged_in.identity, parts.rules.names()))
                answer.set_cookie(cookie, logged_in.session, path="/", httponly=True, secure=secure, samesite="lax")
                return answer

    @router.delete("/session", status_code=204)
    async def log_out(request: Request, _: Identity = anybody) -> Response:
        """Ends the session of the cookie. A token ends by its date or by ``cti token revoke``."""
        shown = guard.shown(request)
        if isinstance(shown, Cookie):
            await parts.accounts.log_out(shown.session)
        answer = Response(status_code=204)
        answer.delete_cookie(cookie, path="/", httponly=True, secure=secure, samesite="lax")
        return answer


def address_of(request: Request, parts: DeskParts) -> str:
    """Of the browser: whose attempts are counted. Nothing else goes by it."""
    peer = request.client.host if request.client else ""
    return client_address(peer, request.headers.getlist("x-forwarded-for"), parts.settings.trusted_proxies)


def whoami(identity: Identity, names: Mapping[str, str]) -> View:
    """Who somebody is, for their own page. ``names``: rep id → name."""
    rep = None if identity.rep is None else {"id": identity.rep, "name": names.get(identity.rep, identity.name)}
    return {"id": identity.user_id, "email": identity.email, "name": identity.name, "role": identity.role, "rep": rep}
