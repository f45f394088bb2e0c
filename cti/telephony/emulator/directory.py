"""The account's telephone numbers and its one TwiML App: what they are and where their webhooks go."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from cti.telephony.emulator.leg import VoiceSetup
from cti.telephony.emulator.settings import EmulatorSettings
from cti.telephony.emulator.twiml_model import Target


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """A number or an application."""

    sid: str
    name: str
    created_at: datetime
    updated_at: datetime
    number: str = ""
    """Empty for an application."""
    urls: Mapping[str, str] = field(default_factory=dict)
    """By REST field: VoiceUrl, VoiceMethod, VoiceFallbackUrl, VoiceFallbackMethod, StatusCallback,
    StatusCallbackMethod. Methods are POST where left out."""

    @property
    def voice(self) -> VoiceSetup:
        """Where a leg's webhooks go."""
        return VoiceSetup(
            voice=self._target("VoiceUrl", "VoiceMethod"),
            fallback=self._target("VoiceFallbackUrl", "VoiceFallbackMethod"),
            status_callback=self._target("StatusCallback", "StatusCallbackMethod"),
        )

    def _target(self, url: str, method: str) -> Target | None:
        address = self.urls.get(url)
        return Target(url=address, method=self.urls.get(method) or "POST") if address else None


class Directory:
    """Numbers by their E.164 form, and the application."""

    def __init__(self, settings: EmulatorSettings, now: Callable[[], datetime]) -> None:
        self._now = now
        self._numbers = {
            setup.number: Listing(
                sid="PN" + hashlib.sha256(setup.number.encode()).hexdigest()[:32],
                name=setup.label or setup.number,
                number=setup.number,
                created_at=now(),
                updated_at=now(),
                urls=_urls(setup.voice_url, setup.fallback_url, setup.status_callback),
            )
            for setup in settings.numbers
        }
        self.application = Listing(
            sid=settings.twiml_app_sid,
            name="Browser phones",
            created_at=now(),
            updated_at=now(),
            urls=_urls(settings.app_voice_url, settings.app_fallback_url, settings.app_status_callback),
        )

    def numbers(self) -> list[Listing]:
        """Every number."""
        return list(self._numbers.values())

    def number(self, number: str) -> Listing | None:
        """The number, if the account has it."""
        return self._numbers.get(number)

    def number_by_sid(self, sid: str) -> Listing | None:
        """The number with that sid."""
        return next((one for one in self._numbers.values() if one.sid == sid), None)

    def change_number(self, listing: Listing, name: str | None, urls: Mapping[str, str]) -> Listing:
        """Sets some of a number's fields."""
        self._numbers[listing.number] = self._changed(listing, name, urls)
        return self._numbers[listing.number]

    def change_application(self, name: str | None, urls: Mapping[str, str]) -> Listing:
        """Sets some of the application's fields."""
        self.application = self._changed(self.application, name, urls)
        return self.application

    def _changed(self, listing: Listing, name: str | None, urls: Mapping[str, str]) -> Listing:
        return replace(
            listing,
            name=listing.name if name is None else name,
            urls={**listing.urls, **urls},
            updated_at=self._now(),
        )


def _urls(voice: str, fallback: str, status: str) -> dict[str, str]:
    return {"VoiceUrl": voice, "VoiceFallbackUrl": fallback, "StatusCallback": status}
