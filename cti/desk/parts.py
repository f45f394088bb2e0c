"""What the doors of reps and admins are built from. Handed over once by the composition root."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit

from redis.asyncio import Redis

from crm_adapter.ports import Crm
from cti.accounts.accounts import Accounts
from cti.calls.background import Background
from cti.calls.clock import RedisClock
from cti.calls.conductor import Conductor
from cti.calls.redis_store import RedisCalls
from cti.calls.rules import ActiveRules
from cti.desk.addresses import Network
from cti.desk.ports import FetchRecording, FindContact, VoiceTokenMaker
from cti.record.calls import RecordedCalls
from cti.record.database import Database
from cti.record.drafts import Drafts
from routing.redis_matcher import RedisMatcher


@dataclass(frozen=True, slots=True, kw_only=True)
class DoorSettings:
    """What of the settings people's doors depend on."""

    public_url: str
    """As Twilio and people see the service, without a slash at the end."""
    allowed_origins: tuple[str, ...] = ()
    """Further origins whose pages may use the API."""
    trusted_proxies: tuple[Network, ...] = ()
    """Whose ``X-Forwarded-For`` says where an attempt to log in comes from."""
    simulated: bool = False
    """The line is not Twilio's own."""
    emulator_url: str | None = None
    """Where the emulator of a simulated line is."""

    @property
    def secure(self) -> bool:
        """The service is reached by https: cookies are ``Secure`` and ``__Host-``."""
        return urlsplit(self.public_url).scheme == "https"


@dataclass(frozen=True, slots=True, kw_only=True)
class DeskParts:
    """Collaborators of ``create_desk`` and ``create_admin``."""

    settings: DoorSettings
    redis: Redis
    """Answers are text."""
    clock: RedisClock
    calls: RedisCalls
    conductor: Conductor
    matcher: RedisMatcher
    rules: ActiveRules
    accounts: Accounts
    background: Background
    database: Database
    recorded: RecordedCalls
    drafts: Drafts
    crm: Crm
    find_contact: FindContact
    voice_tokens: VoiceTokenMaker
    recordings: FetchRecording
    region: str | None = None
    """For numbers that admins write without a country code."""
    site: str = "main"
