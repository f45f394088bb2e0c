"""A floor, a list of calls and one call's trace, as the service would tell them to the admin console."""

from __future__ import annotations

import io
import wave
from typing import Any

from tests.support.desk_samples import Shape, ago, callback


def _rep(rep: str, name: str, status: str, since_s: float, **changes: Any) -> Shape:
    return {
        "id": rep,
        "name": name,
        "status": status,
        "since": ago(since_s),
        "connected": True,
        "reason": None,
        "call": None,
        **changes,
    }


def _call(call: str, name: str | None, state: str, since_s: float, rep: str | None) -> Shape:
    return {
        "id": call,
        "from": "+48600100200",
        "to": "+15550100",
        "caller_name": name,
        "queue": "support",
        "state": state,
        "since": ago(since_s),
        "arrived_at": ago(since_s + 20),
        "rep": rep,
    }


def floor() -> Shape:
    """A busy minute."""
    return {
        "reps": [
            _rep("ana", "Ana Perez", "on_call", 133, call="c-live"),
            _rep("bo", "Bo Lind", "available", 61),
            _rep("chi", "Chi Nguyen", "wrap_up", 12),
            _rep("dee", "Dee Rossi", "away", 754, reason="lunch"),
            _rep("eli", "Eli Okafor", "not_responding", 41, reason="missed"),
            _rep("fay", "Fay Haddad", "reserved", 4, connected=False),
            _rep("gus", "Gus Berg", "offline", 40000, connected=False),
        ],
        "calls": [
            _call("c-live", "Jan Kowalski", "talking", 133, "ana"),
            _call("c-ring", None, "offered", 4, "fay"),
            _call("c-wait", "Mary Major", "waiting", 72, None),
            {**_call("c-back", "Ola Nordmann", "waiting", 240, None), "callback": callback(), "short_staffed": True},
            {**_call("c-later", None, "later", 60, None), "callback": callback(tries=2, next_at=ago(-840))},
            {
                **_call("c-set", None, "later", 60, None),
                "queue": None,
                "callback": callback(why="scheduled", tries=0, promised_at=ago(-90_000), next_at=ago(-90_000)),
            },
            _call("c-out", "Eva Stone", "diverted", 20, None),
        ],
        "queues": [
            {"id": "support", "waiting": 1, "longest_since": ago(72)},
            {"id": "sales", "waiting": 0, "longest_since": None},
        ],
    }


def _listed(
    number: int, name: str | None, end: str | None, ago_s: float, talk_s: float | None, rep: str | None
) -> Shape:
    return {
        "id": "c-live" if number == 0 else f"c-{number}",
        "from": "+33123456789",
        "to": "+15550100",
        "caller_name": name,
        "queue": "support",
        "arrived_at": ago(ago_s),
        "answered_at": None if talk_s is None else ago(ago_s - 9),
        "ended_at": None if end is None else ago(ago_s - 9 - (talk_s or 30)),
        "outcome": end,
        "disposition": "resolved" if end == "completed" else None,
        "missed": False,
        "state": "ended" if end else "talking",
        "rep": rep,
        "rule": "everyone else",
        "end_reason": end,
    }


def calls() -> list[Shape]:
    """A page of the list."""
    return [
        _listed(0, "Jan Kowalski", None, 153, 133, "ana"),
        _listed(1, "Mary Major", "completed", 1200, 250, "bo"),
        _listed(2, None, "abandoned", 2400, None, None),
        _listed(3, "Shared Holdings and Sons International Ltd", "completed", 4100, 451, "chi"),
        _listed(4, "Ola Nordmann", "nobody_free", 90000, None, None),
        _listed(5, None, "failed", 190000, None, None),
        _listed(6, "Ida Falk", "voicemail", 191000, None, None),
        _listed(7, None, "unreached", 192000, None, None),
        _listed(8, None, "forwarded", 193000, None, None),
        _listed(9, None, "merged", 194000, None, None),
    ]


def _decision(ago_s: float, chosen: str | None, how: str, **changes: Any) -> Shape:
    return {
        "at": ago(ago_s),
        "rule": "gold customers reach their own rep",
        "version": "3f2a9c",
        "queue": "support",
        "chosen": chosen,
        "how": how,
        "fit": 812 if chosen else None,
        "idle_ms": 61_000 if chosen else None,
        "on_duty": 5,
        "qualified": 3,
        "free": 1 if chosen else 0,
        "away": 1,
        "declined": 1 if chosen else 0,
        "lacking": {"support>=3": 2},
        "prefer": "busy",
        "reasons": [],
        **changes,
    }


def detail() -> Shape:
    """A call that waited, was declined once, and is talking now."""
    moments: tuple[tuple[float, str, str, Shape], ...] = (
        (153.0, "arrived", "The call arrived on +1 555 0100.", {}),
        (152.7, "routed", "Rule “gold customers reach their own rep” of version 7 was taken.", {}),
        (141.0, "offered", "Offered to Bo Lind; the screen pop was shown first.", {"rep": "bo"}),
        (138.0, "offer_ended", "Bo Lind declined.", {"rep": "bo", "outcome": "declined"}),
        (137.9, "offered", "Offered to Ana Perez; the screen pop was shown first.", {"rep": "ana"}),
        (134.0, "accepted", "Ana Perez accepted.", {"rep": "ana"}),
        (133.0, "answered", "Both are in: the caller talks with Ana Perez.", {"rep": "ana"}),
    )
    return {
        "call": {**_listed(0, "Jan Kowalski", None, 153, 133, "ana"), "notes": None},
        "timeline": [{"at": ago(at), "kind": kind, "text": text, "data": data} for at, kind, text, data in moments],
        "decisions": [
            _decision(152.75, None, "in_line"),
            _decision(141.1, "bo", "freed", declined=0),
            _decision(137.95, "ana", "best_fit", prefer=None),
        ],
    }


def message_left() -> Shape:
    """A call whose caller left a message."""
    moments = (
        (700.0, "arrived", "The call arrived on +1 555 0100."),
        (100.0, "diverted", "The wait is over as the plan says: the caller is asked to leave a message."),
        (60.0, "voicemail", "A message of 12 s was left."),
        (60.0, "ended", "The caller left a message."),
    )
    return {
        "call": {**_listed(6, "Ida Falk", "voicemail", 700, None, None), "notes": None},
        "timeline": [{"at": ago(at), "kind": kind, "text": text, "data": {}} for at, kind, text in moments],
        "decisions": [_decision(699.9, None, "in_line")],
    }


def beep(seconds: float = 0.5) -> bytes:
    """A WAV file that a browser plays."""
    file = io.BytesIO()
    with wave.open(file, "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(8000)
        sound.writeframes(bytes(round(seconds * 8000) * 2))
    return file.getvalue()
