"""The last 1,000 webhooks sent and REST requests got, for tests and for people who wonder. Holds no secrets."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

KEPT = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One request, in whichever direction."""

    kind: Literal["webhook", "rest"]
    at_ms: int
    method: str
    url: str
    fields: Mapping[str, str] = field(default_factory=dict)
    status: int = 0
    """HTTP status of the answer; 0 when there was none."""
    code: int = 0
    """Twilio's error code: of the document that failed, or of the REST answer."""
    token: str = ""
    """The webhook's idempotency token."""
    faults: tuple[str, ...] = ()


class Journal:
    """A bounded list; the oldest entries are forgotten."""

    def __init__(self) -> None:
        self._entries: deque[Entry] = deque(maxlen=KEPT)

    def add(self, entry: Entry) -> None:
        """One more entry."""
        self._entries.append(entry)

    def entries(self) -> tuple[Entry, ...]:
        """Everything kept, oldest first."""
        return tuple(self._entries)
