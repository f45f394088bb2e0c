"""People, tokens, contacts, findings and changes, as the service would tell them to the admin console."""

from __future__ import annotations

from typing import Any

from tests.support import desk_samples
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


def finding(kind: str, subject: str | None, room: str, id_: str | int | None = None, **detail: Any) -> Shape:
    """One thing that needs care."""
    return {
        "kind": kind,
        "subject": subject,
        "detail": detail,
        "since": ago(20 * DAY_S),
        "mend": {"room": room, "id": id_},
    }


def care() -> Shape:
    """Findings of most kinds."""
    needs = {"queues": ["support"], "needs": {"support": 3, "spanish": 2}, "met_after_s": 30, "waiting": 2}
    never = {"calls": 1200, "at_least": True, "days": 30, "last_at": None}
    findings = [
        finding("demand_unmet", "gold customers reach their own rep", "reps", **needs),
        finding("condition_failed", "vip", "rules", 1, message="caller.plan is not known", count=12, at_least=False),
        finding("example_fails", "a gold caller on Monday morning", "rules", 0, rule="gold", taken="everyone else"),
        finding("rule_shadowed", "silver", "rules", 2, by="gold", always=False, took=31, **never),
        finding("rule_never_matched", "Christmas", "rules", 3, **never),
        finding("number_without_rule", "+15550101", "numbers", "+15550101", name="Sales", rule="everyone else"),
        finding("rep_without_user", "dee", "people", name="Dee Rossi"),
        finding("token_ends", "Screen in the hall", "people", "u-ana", email="ana@example.com", ends_at=ago(-DAY_S)),
    ]
    counts = {one["kind"]: 1 for one in findings} | {"rep_without_user": 140}
    return {"findings": findings, "counts": counts, "days": 30, "version": 7}


def contacts() -> list[Shape]:
    """A page of the directory."""
    plain = {"deals": [], "tickets": [], "link": None}
    return [
        desk_samples.jan(**plain),
        desk_samples.jan(id="c-2", name="Mary Major-Worthington of Shared Holdings", tier=None, owner=None, **plain)
        | {"company": None, "owner_name": None, "stage": None, "phones": ["+12025550143"]},
    ]


def change(id_: int, action: str, ago_s: float, before: Shape | None, after: Shape | None, **detail: Any) -> Shape:
    """One line of the audit trail."""
    line = {"id": id_, "at": ago(ago_s), "actor": "ada@example.com", "action": action, "detail": detail}
    return {**line, "before": before, "after": after}


def changes() -> Shape:
    """A page of the audit trail."""
    jan = {"name": "Jan Kowalski", "contact": "c-1"}
    lines = [
        change(9, "contact_changed", 60, {"tier": None, "tags": ["a"]}, {"tier": "gold", "tags": ["a", "b"]}, **jan),
        change(8, "config_activated", 900, None, None, n=7, previous=6, comment="Christmas hours"),
        change(7, "user_changed", DAY_S, {"role": "rep"}, {"role": "admin"}, user="bo@example.com"),
        change(6, "token_added", 2 * DAY_S, None, None, user="ana@example.com", label="Nightly report", days=90),
        change(5, "of_a_newer_release", 3 * DAY_S, None, None, name="something"),
    ]
    return {"changes": lines, "next": 5}
