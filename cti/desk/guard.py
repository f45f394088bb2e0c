"""Who is asking, and whether they may: the one gate of every route and WebSocket of people's doors.

A request with ``Authorization`` ignores cookies. A cookie alone is not enough to change anything: the request's Origin
must be the service's own or an allowed one. Never says whether a session ever existed.
"""

from __future__ import annotations

from contextlib import AbstractAsyncContextManager, nullcontext
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from fastapi import Depends
from starlette.requests import HTTPConnection, Request

from cti.accounts.accounts import Accounts
from cti.accounts.model import Identity
from cti.accounts.roles import Right
from cti.accounts.visitors import Stay
from cti.desk.parts import DoorSettings
from cti.desk.problems import Problem, unauthenticated
from cti.web.pages import SESSION_COOKIES
from routing.model import RepId

_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


@dataclass(frozen=True, slots=True)
class Cookie:
    """A session."""

    session: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Bearer:
    """An API token."""

    token: str = field(repr=False)


Shown = Cookie | Bearer | None
"""What somebody showed; null: nothing that could be looked at."""


def cookie_name(settings: DoorSettings) -> str:
    """The session's cookie: ``__Host-`` where browsers take it."""
    return SESSION_COOKIES[0] if settings.secure else SESSION_COOKIES[1]


class Guard:
    """Admits or refuses. Raises RecordUnavailable while nobody can say."""

    def __init__(self, settings: DoorSettings, accounts: Accounts) -> None:
        self._cookie = cookie_name(settings)
        self._accounts = accounts
        self._scheme = urlsplit(settings.public_url).scheme.lower()
        self._origins = frozenset({settings.public_url.lower(), *map(str.lower, settings.allowed_origins)})

    def shown(self, connection: HTTPConnection) -> Shown:
        """What the request carries."""
        authorization = connection.headers.get("authorization")
        if authorization is not None:
            scheme, _, token = authorization.partition(" ")
            return Bearer(token.strip()) if scheme.lower() == "bearer" and token.strip() else None
        session = connection.cookies.get(self._cookie)
        return Cookie(session) if session else None

    async def identify(self, shown: Shown) -> Identity | None:
        """Null: log in."""
        match shown:
            case Cookie(session=session):
                return await self._accounts.identify_session(session)
            case Bearer(token=token):
                return await self._accounts.identify_token(token)
            case None:
                return None

    def stay(self, shown: Shown) -> AbstractAsyncContextManager[Stay | None]:
        """For a socket: who it is, for as long as that holds."""
        match shown:
            case Cookie(session=session):
                return self._accounts.stay_by_session(session)
            case Bearer(token=token):
                return self._accounts.stay_by_token(token)
            case None:
                return nullcontext(None)

    def is_own_page(self, connection: HTTPConnection) -> bool:
        """The request comes from a page of ours (its host, our scheme: a plain-http page of the same name may be
        anybody's), or of an allowed origin; a request without an Origin does not."""
        origin = connection.headers.get("origin", "").lower()
        if origin in self._origins:
            return True
        parts = urlsplit(origin)
        return parts.scheme == self._scheme and parts.netloc == connection.headers.get("host", "").lower()

    def allow(self, right: Right | None) -> Any:
        """A parameter's default: whoever is logged in (an Identity) and has the right, if one is asked for."""

        async def admitted(request: Request) -> Identity:
            return await self.admit(request, right)

        return Depends(admitted)

    def allow_rep(self) -> Any:
        """A parameter's default: whoever takes calls, as that rep (a RepId)."""

        async def admitted(request: Request) -> RepId:
            return RepId((await self.admit(request, Right.TAKE_CALLS)).rep or "")

        return Depends(admitted)

    async def admit(self, request: Request, right: Right | None) -> Identity:
        """Raises Problem for whoever may not."""
        shown = self.shown(request)
        identity = await self.identify(shown)
        if identity is None:
            raise unauthenticated()
        if isinstance(shown, Cookie) and request.method not in _SAFE and not self.is_own_page(request):
            raise Problem(403, "The request does not come from a page of this service.")
        if right is not None and not identity.may(right):
            raise Problem(403, "Your role does not allow this.")
        return identity
