"""People who may log in. ``cti/accounts`` decides what is right and writes the audit trail."""

from __future__ import annotations

from typing import Annotated, assert_never

from fastapi import APIRouter, Path
from pydantic import StringConstraints

from cti.accounts.model import Changed, Identity, NotFound, Rejected, User
from cti.accounts.roles import Right, Role
from cti.calls.views import View, iso
from cti.desk.bodies import Body, Secret
from cti.desk.guard import Guard
from cti.desk.parts import DeskParts
from cti.desk.problems import Problem, invalid, not_found

Id = Annotated[str, Path(max_length=64)]

Text = Annotated[str, StringConstraints(max_length=254)]


class NewUser(Body):
    """``POST /users``."""

    email: Text
    name: Text | None = None
    role: Role
    rep: Text | None = None
    password: Secret


class ChangedUser(Body):
    """``PUT /users/{id}``. A password is only changed where one is given."""

    name: Text
    role: Role
    rep: Text | None = None
    disabled: bool = False
    password: Secret | None = None


def user_view(user: User) -> View:
    """One person, without anything secret."""
    return {
        "id": user.id,
        "email": user.email,
        "name": user.name,
        "role": user.role,
        "rep": user.rep_id,
        "created_at": iso(user.created_ms),
        "disabled": user.disabled,
        "last_login_at": iso(user.login_ms),
        "last_seen_at": iso(user.seen_ms),
    }


def add_user_routes(router: APIRouter, parts: DeskParts, guard: Guard) -> None:
    """``/users``."""
    managing = guard.allow(Right.MANAGE_USERS)
    users = parts.accounts.users

    @router.get("/users")
    async def list_users(_: Identity = managing) -> View:
        return {"users": [user_view(user) for user in await users.list()]}

    @router.get("/users/{user_id}")
    async def user(user_id: Id, _: Identity = managing) -> View:
        return _shown(await users.get(user_id) or NotFound())

    @router.post("/users", status_code=201)
    async def add(body: NewUser, who: Identity = managing) -> View:
        added = await users.add(
            email=body.email, name=body.name, role=body.role, rep=body.rep, password=body.password, by=who.email
        )
        return _shown(added)

    @router.put("/users/{user_id}")
    async def change(body: ChangedUser, user_id: Id, who: Identity = managing) -> View:
        if body.password is not None:
            _done(await users.set_password(user_id, body.password, by=who.email))
        changed = await users.update(
            user_id, name=body.name, role=body.role, rep=body.rep, disabled=body.disabled, by=who.email
        )
        return _shown(changed)

    @router.delete("/users/{user_id}", status_code=204)
    async def delete(user_id: Id, who: Identity = managing) -> None:
        _done(await users.delete(user_id, by=who.email))

    @router.delete("/users/{user_id}/sessions")
    async def end_sessions(user_id: Id, who: Identity = managing) -> View:
        """Logs the person out of every browser; API tokens go on."""
        ended = await users.end_sessions(user_id, by=who.email)
        if isinstance(ended, NotFound):
            raise not_found()
        return {"ended": ended}


def _shown(result: User | NotFound | Rejected) -> View:
    if isinstance(result, User):
        return user_view(result)
    _done(result)
    raise AssertionError("only a user is shown")


def _done(result: Changed | NotFound | Rejected) -> None:
    match result:
        case Changed():
            return
        case NotFound():
            raise not_found()
        case Rejected(conflict=True, reason=reason):
            raise Problem(409, reason)
        case Rejected(field=field, reason=reason):
            raise invalid(field, reason)
        case _:
            assert_never(result)
