"""People, tokens, contacts, findings and changes, as the service would tell them to the admin console."""

from __future__ import annotations

from typing import Any

from tests.support.desk_samples import Shape, ago

DAY_S = 86_400


def person(id_: str, name: str, role: str, rep: str | None, **changes: Any) -> Shape:
    """One account."""
    return {
        "id": id_,
        "email": f"{name.split()[0].lower()}@example.com",
        "name": name,
        "role": role,
        "rep": rep,
        "created_at": ago(200 * DAY_S),
        "disabled": False,
        "last_login_at": ago(0.4 * DAY_S),
        "last_seen_at": ago(300),
        **changes,
    }


def people() -> list[Shape]:
    """Accounts of every role."""
    return [
        person("u-ada", "Ada Admin", "admin", None),
        person("u-ana", "Ana Perez", "rep", "ana"),
        person("u-bo", "Bo Lind", "supervisor", "bo", last_login_at=ago(3 * DAY_S)),
        person("u-old", "Ole Former", "rep", None, disabled=True, last_login_at=None, last_seen_at=None),
    ]


def token(id_: str, label: str, user: Shape, ends_in_days: float, used_s: float | None) -> Shape:
    """One that holds."""
    return {
        "id": id_,
        "label": label,
        "user": {key: user[key] for key in ("id", "email", "name")},
        "created_at": ago(30 * DAY_S),
        "ends_at": ago(-ends_in_days * DAY_S),
        "last_used_at": None if used_s is None else ago(used_s),
    }


def tokens() -> list[Shape]:
    """One in use, one that ends soon."""
    ada, ana, *_ = people()
    return [token("t1", "Nightly report", ada, 60, 3600), token("t2", "Screen in the hall", ana, 3, None)]
