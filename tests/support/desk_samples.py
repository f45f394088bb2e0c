"""People, offers and calls as the service would tell them to the desk."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from cti.accounts.roles import Role, rights_of

Shape = dict[str, Any]


def ago(seconds: float) -> str:
    """An instant in the past, as the API writes it; a negative number is in the future."""
    return (datetime.now(UTC) - timedelta(seconds=seconds)).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def jan(**changes: Any) -> Shape:
    """A customer with everything known."""
    return {
        "id": "c-1",
        "name": "Jan Kowalski",
        "phones": ["+48600100200", "+48221234567"],
        "company": "Kowalski Logistyka Sp. z o.o.",
        "email": "jan@kowalski.example",
        "tier": "gold",
        "owner": "bo",
        "owner_name": "Bo Lind",
        "language": "pl",
        "timezone": "Europe/Warsaw",
        "stage": "opportunity",
        "lead_source": "Trade show",
        "campaign": "Poznań 2026",
        "tags": ["renewal", "logistics"],
        "notes": "Prefers a call before noon. Ask about the second warehouse in Łódź.",
        "external_id": "K-2041",
        "fields": {"Plan": "Pro, renews 14 January"},
        "deals": [
            {"id": "d1", "name": "Renewal 2027", "amount": "€ 18,400", "stage": "Proposal sent"},
            {"id": "d2", "name": "Second warehouse", "amount": "€ 6,200", "stage": "First talk"},
        ],
        "tickets": [{"id": "4711", "subject": "Invoice shows the old address", "status": "Waiting for us"}],
        "interactions": [
            {"at": ago(3 * 86400), "channel": "call", "summary": "Asked for the new price list.", "by": "Ana Perez"},
            {"at": ago(10 * 86400), "channel": "email", "summary": "Opened “Winter renewal”.", "by": None},
            {"at": ago(40 * 86400), "channel": "meeting", "summary": "Demo at the trade show.", "by": "Bo Lind"},
        ],
        "quality": "exact",
        "link": "https://crm.example/contacts/c-1",
        **changes,
    }


def eva() -> Shape:
    """A second customer behind the same number."""
    return jan(id="c-2", name="Ewa Nowak", tier=None, owner="ana", owner_name="Ana Perez", email="ewa@kowalski.example")


def marek() -> Shape:
    """A third, only suggested."""
    return jan(
        id="c-3", name="Marek Zieliński", company="Zieliński Transport", tier=None, owner=None, quality="suggestion"
    )


def caller(match: str = "one", *contacts: Shape, number: str | None = "+48600100200", verified: bool = True) -> Shape:
    """Who is calling; a match of one is Jan."""
    found = list(contacts) or ([jan()] if match == "one" else [jan(), eva(), marek()] if match == "many" else [])
    return {
        "match": match,
        "number": None if match == "withheld" else number,
        "verified": verified and match != "withheld",
        "contacts": found,
    }


def pop(who: Shape | None = None, *, left_s: float = 14, whole_s: float = 20, number: int = 1) -> Shape:
    """An offer that has ``left_s`` of its ``whole_s`` left."""
    who = who or caller()
    return {
        "offer": {"id": f"o1-{number}", "expires_at": ago(-left_s), "made_at": ago(whole_s - left_s)},
        "call": {
            "id": "c" + f"{number:032x}",
            "call_sid": "CA" + f"{number:032x}",
            "from": "anonymous" if who["match"] == "withheld" else "+48600100200",
            "to": "+15550100",
            "queue": "support",
            "priority": 10,
            "waited_s": 9,
            "answers": [],
        },
        "caller": who,
        "decision": {
            "rule": "gold customers reach their own rep",
            "needs": {"support": 3},
            "score": 812,
            "reasons": ["You look after this customer.", "Held 9 s until you were free."],
        },
    }


def callback(**changes: Any) -> Shape:
    """The promise to call Jan back; tried once."""
    return {"why": "key", "promised_at": ago(900), "tries": 1, "answered": False, "next_at": None, **changes}


def pop_back(**changes: Any) -> Shape:
    """An offer to call Jan back."""
    offered = pop()
    return {**offered, "call": {**offered["call"], "waited_s": 1260, "callback": callback(**changes)}}


def call(state: str, who: Shape | None = None, *, since_s: float = 133, **changes: Any) -> Shape:
    """The call behind ``pop()`` in a later state."""
    offered = pop(who)
    return {
        **offered["call"],
        "state": state,
        "since": ago(since_s),
        "arrived_at": ago(since_s + 12),
        "answered_at": None if state == "connecting" else ago(since_s),
        "offer_id": offered["offer"]["id"],
        "caller": offered["caller"],
        "decision": offered["decision"],
        "returning": False,
        "ends_at": ago(-21) if state == "wrap_up" else None,
        "draft": None,
        **changes,
    }


def today() -> list[Shape]:
    """A rep's calls of a morning, one missed."""

    def one(number: int, name: str | None, ago_s: int, talk_s: int | None, **changes: Any) -> Shape:
        return {
            "id": f"p{number}",
            "from": "+33123456789",
            "to": "+15550100",
            "caller_name": name,
            "queue": "support",
            "arrived_at": ago(ago_s),
            "answered_at": None if talk_s is None else ago(ago_s - 9),
            "ended_at": ago(ago_s - 9 - (talk_s or 0)),
            "outcome": "expired" if talk_s is None else "completed",
            "disposition": None if talk_s is None else "resolved",
            "missed": talk_s is None,
            **changes,
        }

    return [
        one(1, "Mary Major", 1200, 250),
        one(2, None, 2400, None),
        one(3, "Shared Holdings and Sons International Ltd", 4100, 451, disposition="follow_up"),
        one(4, "Ola Nordmann", 5000, 98, disposition=None),
    ]


def me(status: str = "available", **changes: Any) -> Shape:
    """The rep Bo, as ``GET /api/v1/me`` tells."""
    rights = rights_of(Role(changes.get("role", "rep")), is_rep=changes.get("rep", "bo") is not None)
    return {
        "id": "u-2",
        "email": "bo@example.com",
        "name": "Bo Lind",
        "role": "rep",
        "rep": {"id": "bo", "name": "Bo Lind"},
        "status": status,
        "since": ago(252),
        "connected": True,
        "next_status": None,
        "reason": None,
        "offer": None,
        "call": None,
        "rights": sorted(rights),
        "server_time": ago(0),
        "simulated": True,
        "dispositions": [
            {"id": "resolved", "label": "Resolved"},
            {"id": "follow_up", "label": "Follow-up"},
            {"id": "wrong", "label": "Wrong number"},
            {"id": "no_fit", "label": "Not a fit"},
        ],
        "queues": [
            {"id": "support", "waiting": 4, "longest_since": ago(72)},
            {"id": "sales", "waiting": 0, "longest_since": None},
        ],
        **changes,
    }


def reserved(offered: Shape) -> Shape:
    """``/me`` while that offer rings."""
    return me("reserved", since=ago(6), offer=offered)


def on(live: Shape) -> Shape:
    """``/me`` during that call."""
    status = "wrap_up" if live["state"] == "wrap_up" else "on_call"
    return me(status, since=live["since"], call=live)
