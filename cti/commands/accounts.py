"""``cti user add`` and ``cti token add``: they write SQL, and tell running workers where Redis answers."""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime

import typer

from cti.accounts.accounts import Accounts
from cti.accounts.model import NotFound, Rejected, Token, User
from cti.accounts.roles import Role
from cti.commands.failure import Failure
from cti.commands.stores import open_database, open_floor
from cti.settings import StoreSettings, load

PASSWORD_VARIABLE = "CTI_NEW_PASSWORD"  # noqa: S105 - where it is read from, not one
AUTHOR = "command line"


def add_user(email: str, *, role: str, rep: str | None) -> None:
    """Adds a person; the password is asked for twice, or read from the environment."""
    if role not in set(Role):
        raise typer.BadParameter(f"{role} is not rep, supervisor or admin", param_hint="--role")
    if role == Role.REP and rep is None:
        raise typer.BadParameter("a rep needs --rep, the rep's id in the configuration", param_hint="--rep")
    settings = load(StoreSettings)
    password = os.environ.get(PASSWORD_VARIABLE) or typer.prompt("Password", hide_input=True, confirmation_prompt=True)
    user = asyncio.run(_add_user(settings, email, Role(role), rep, password))
    if isinstance(user, Rejected):
        raise Failure(f"{user.field}: {user.reason}")
    as_rep = f", rep {user.rep_id}" if user.rep_id else ""
    typer.echo(f"{user.email} may log in as {user.role}{as_rep}")


def add_token(email: str, *, days: int, as_json: bool) -> None:
    """Shows the token once."""
    token = asyncio.run(_add_token(load(StoreSettings), email, days))
    if isinstance(token, NotFound):
        raise Failure(f"nobody has the e-mail address {email}")
    if isinstance(token, Rejected):
        raise Failure(f"{token.field}: {token.reason}")
    expires = datetime.fromtimestamp(token.expires_ms / 1000, UTC)
    if as_json:
        typer.echo(json.dumps({"token": token.secret, "email": token.email, "expires_at": expires.isoformat()}))
        return
    typer.echo(token.secret)
    typer.echo(f"good until {expires:%Y-%m-%d}; it is not shown again", err=True)


@asynccontextmanager
async def _accounts(settings: StoreSettings) -> AsyncIterator[Accounts]:
    async with open_database(settings) as database, open_floor(settings) as floor:
        accounts = Accounts(database, floor)
        try:
            yield accounts
        finally:
            accounts.close()


async def _add_user(settings: StoreSettings, email: str, role: Role, rep: str | None, password: str) -> User | Rejected:
    async with _accounts(settings) as accounts:
        return await accounts.users.add(email=email, role=role, rep=rep, password=password, by=AUTHOR)


async def _add_token(settings: StoreSettings, email: str, days: int) -> Token | NotFound | Rejected:
    async with _accounts(settings) as accounts:
        return await accounts.tokens.add(email, days=days, label=AUTHOR, by=AUTHOR)
