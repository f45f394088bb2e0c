"""What an emulator is started with, checked and frozen.

Guarantees that an emulator never holds what looks like an account's real auth token, never pretends to be Twilio's
own address, and listens beyond this machine only when told so.
"""

from __future__ import annotations

import ipaddress
import re
import secrets
from typing import Annotated, Self
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, field_validator, model_validator

_REAL_TOKEN = re.compile(r"[0-9a-f]{32}")
_HEX_SID = "[0-9a-f]{32}$"

AccountSid = Annotated[str, StringConstraints(pattern="^AC" + _HEX_SID)]
KeySid = Annotated[str, StringConstraints(pattern="^SK" + _HEX_SID)]
AppSid = Annotated[str, StringConstraints(pattern="^AP" + _HEX_SID)]


def new_sid(prefix: str) -> str:
    """A fresh identifier: two letters and 32 hex digits."""
    return prefix + secrets.token_hex(16)


def new_auth_token() -> str:
    """A token that no real account can have: Twilio's are 32 hex digits."""
    return "emulated-" + secrets.token_hex(16)


def is_loopback(host: str) -> bool:
    """True for names and addresses that only this machine can reach."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


class NumberSetup(_Frozen):
    """One telephone number of the account and where its webhooks go."""

    number: Annotated[str, StringConstraints(pattern=r"^\+[0-9]{3,15}$")]
    label: str = ""
    """What the telephone page calls this line."""
    voice_url: str = ""
    fallback_url: str = ""
    status_callback: str = ""


class SampleCaller(_Frozen):
    """Somebody whom the telephone page offers to call as."""

    label: str
    number: str


class EmulatorSettings(_Frozen):
    """Everything the emulator needs; also readable from JSON (``model_validate_json``) for a child process."""

    host: str = "127.0.0.1"
    port: int = Field(default=8100, ge=0, le=65535)
    allow_remote: bool = False
    """True lets it listen on an address that other machines can reach."""
    account_sid: AccountSid = Field(default_factory=lambda: new_sid("AC"))
    auth_token: str = Field(default_factory=new_auth_token, min_length=8, repr=False)
    api_key: KeySid = Field(default_factory=lambda: new_sid("SK"))
    api_secret: str = Field(default_factory=lambda: secrets.token_urlsafe(24), min_length=8, repr=False)
    twiml_app_sid: AppSid = Field(default_factory=lambda: new_sid("AP"))
    app_voice_url: str = ""
    """The TwiML App's voice URL: where a browser device's leg gets its document."""
    app_fallback_url: str = ""
    app_status_callback: str = ""
    numbers: tuple[NumberSetup, ...] = ()
    sample_callers: tuple[SampleCaller, ...] = ()
    allowed_origin: str = ""
    """Origins whose pages may be devices, separated by commas; empty: none, and only programs connect."""
    speed: float = Field(default=1.0, gt=0, le=1000)
    """Divides the time that speech, sounds and pauses take."""
    calls_per_second: float = Field(default=1.0, gt=0, le=1000)
    """How many of the calls made by REST are dialled a second of line time; the rest wait in line. Twilio's default."""
    public_url: str = ""
    """The address it is known under (``TWILIO_API_BASE_URL``), where that is not host and port."""

    @property
    def origins(self) -> frozenset[str]:
        """The allowed origins, one by one."""
        return frozenset(part.strip().rstrip("/") for part in self.allowed_origin.split(",") if part.strip())

    @field_validator("auth_token")
    @classmethod
    def _not_real(cls, token: str) -> str:
        if _REAL_TOKEN.fullmatch(token):
            raise ValueError("looks like an account's real auth token; make one with new_auth_token()")
        return token

    @field_validator("public_url")
    @classmethod
    def _not_twilio(cls, url: str) -> str:
        host = urlsplit(url).hostname or ""
        if host == "twilio.com" or host.endswith(".twilio.com"):
            raise ValueError("the emulator cannot stand at Twilio's own address")
        return url

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if not self.allow_remote and not is_loopback(self.host):
            raise ValueError(f"host {self.host} can be reached by other machines; set allow_remote to mean it")
        numbers = [setup.number for setup in self.numbers]
        if len(set(numbers)) != len(numbers):
            raise ValueError("numbers names one twice")
        for setup in self.numbers:
            if setup.fallback_url and not setup.voice_url:
                raise ValueError(f"{setup.number}: 21405 a fallback URL needs a voice URL")
        return self
