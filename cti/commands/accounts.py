"""``cti user`` and ``cti token``: they write SQL, and tell running workers where Redis answers."""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime

import typer

from cti.accounts.accounts import Accounts
from cti.accounts.model import Changed, NotFound, Rejected, Token, User
from cti.accounts.roles import Role
from cti.commands.failure import Failure
from cti.commands.stored_config import active_version
from cti.commands.stores import open_database, open_floor
from cti.settings import StoreSettings, load
from routing.config_file import load_config
from routing.model import RepId

PASSWORD_VARIABLE = "CTI_NEW_PASSWORD"  # noqa: S105 - where it is read from, not one
AUTHOR = "command line"


def add_user(email: str, *, role: str, rep: str | None) -> None:
    """Adds a person; the password is asked for twice, or read from the environment."""
    if role not in set(Role):
        raise typer.BadParameter(f"{role} is not rep, supervisor or admin", param_hint="--role")
    if role == Role.REP and rep is None:
        raise typer.BadParameter("a rep needs --rep, the rep's id in the configuration", param_hint="--rep")
    settings = load(StoreSettings)
    user = asyncio.run(_add_user(settings, email, Role(role), rep, _new_password()))
    if isinstance(user, Rejected):
        raise Failure(f"{user.field}: {user.reason}")
    if rep is not None and asyncio.run(_is_stranger(settings, RepId(rep))):
        typer.echo(f"warning: the active configuration has no rep {rep}, who gets no calls until it does", err=True)
    as_rep = f", rep {user.rep_id}" if user.rep_id else ""
    typer.echo(f"{user.email} may log in as {user.role}{as_rep}")


def set_password(email: str) -> None:
    """Sets a new password and ends the person's sessions."""
    settings = load(StoreSettings)
    done = asyncio.run(_set_password(settings, email, _new_password()))
    if isinstance(done, NotFound):
        raise Failure(f"nobody has the e-mail address {email}")
    if isinstance(done, Rejected):
        raise Failure(f"{done.field}: {done.reason}")
    typer.echo(f"{email} has a new password; sessions with the old one have ended")


def revoke_tokens(email: str) -> None:
    """Ends all of a person's tokens."""
    ended = asyncio.run(_revoke_tokens(load(StoreSettings), email))
    if isinstance(ended, NotFound):
        raise Failure(f"nobody has the e-mail address {email}")
    typer.echo(f"{ended} token{'' if ended == 1 else 's'} of {email} ended")


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


def _new_password() -> str:
    return os.environ.get(PASSWORD_VARIABLE) or str(typer.prompt("Password", hide_input=True, confirmation_prompt=True))


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


async def _is_stranger(settings: StoreSettings, rep: RepId) -> bool:
    """A configuration is active, and does not know the rep."""
    active = await active_version(settings)
    return active is not None and rep not in load_config(active.text, f"version {active.n}").reps


async def _set_password(settings: StoreSettings, email: str, password: str) -> Changed | NotFound | Rejected:
    async with _accounts(settings) as accounts:
        user = await accounts.users.by_email(email)
        return NotFound() if user is None else await accounts.users.set_password(user.id, password, by=AUTHOR)


async def _revoke_tokens(settings: StoreSettings, email: str) -> int | NotFound:
    async with _accounts(settings) as accounts:
        return await accounts.users.revoke_tokens(email, by=AUTHOR)
