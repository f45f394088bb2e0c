"""API tokens: made for a person, shown once, ended. ``cti/accounts`` writes the audit trail."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path
from pydantic import Field, StringConstraints

from cti.accounts.model import Identity, NotFound, Rejected, TokenInfo
from cti.accounts.roles import Right
from cti.accounts.tokens import LONGEST_DAYS, LONGEST_LABEL
from cti.calls.views import View, iso
from cti.desk.bodies import Body
from cti.desk.guard import Guard
from cti.desk.parts import DeskParts
from cti.desk.problems import invalid, not_found

Id = Annotated[str, Path(max_length=64)]


class NewToken(Body):
    """``POST /tokens``."""

    email: Annotated[str, StringConstraints(max_length=254)]
    """Of the person whose rights it has."""
    label: Annotated[str, StringConstraints(max_length=LONGEST_LABEL)] = ""
    days: Annotated[int, Field(ge=1, le=LONGEST_DAYS)] = 90


def token_view(token: TokenInfo) -> View:
    """One token, without its secret."""
    return {
        "id": token.id,
        "label": token.label,
        "user": {"id": token.user_id, "email": token.email, "name": token.name},
        "created_at": iso(token.created_ms),
        "ends_at": iso(token.expires_ms),
        "last_used_at": iso(token.used_ms),
    }


def add_token_routes(router: APIRouter, parts: DeskParts, guard: Guard) -> None:
    """``/tokens``."""
    managing = guard.allow(Right.MANAGE_USERS)
    tokens = parts.accounts.tokens

    @router.get("/tokens")
    async def list_tokens(_: Identity = managing) -> View:
        """Those that hold."""
        return {"tokens": [token_view(token) for token in await tokens.list()]}

    @router.post("/tokens", status_code=201)
    async def add(body: NewToken, who: Identity = managing) -> View:
        """``token`` is its secret, shown this once."""
        made = await tokens.add(body.email, days=body.days, label=body.label, by=who.email)
        if isinstance(made, NotFound):
            raise invalid("email", "nobody has this e-mail address")
        if isinstance(made, Rejected):
            raise invalid(made.field, made.reason)
        return {"id": made.id, "token": made.secret, "label": made.label, "ends_at": iso(made.expires_ms)}

    @router.delete("/tokens/{token_id}", status_code=204)
    async def revoke(token_id: Id, who: Identity = managing) -> None:
        """It opens nothing any more, at once."""
        if isinstance(await tokens.revoke(token_id, by=who.email), NotFound):
            raise not_found()
