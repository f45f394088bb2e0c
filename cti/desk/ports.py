"""What people's doors need to know of contacts and tokens, and no more."""

from __future__ import annotations

from typing import Protocol

from crm_adapter.model import Contact
from cti.telephony.model import RecordingSid
from routing.model import RepId


class FindContact(Protocol):
    """One contact by its id, for a choice made by a person."""

    async def __call__(self, contact_id: str) -> Contact | None: ...


class FetchRecording(Protocol):
    """The sound of a message that a caller left, as WAV; null: there is none. Raises LineUnavailable."""

    async def __call__(self, sid: RecordingSid, /) -> bytes | None: ...


class VoiceTokenMaker(Protocol):
    """Makes the token with which a rep's browser may connect."""

    def make(self, rep: RepId, *, ttl_s: int) -> str:
        """Good for ``ttl_s`` seconds from now."""
