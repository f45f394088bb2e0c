"""Every URL that Twilio is given. Pure: absolute, under the public URL, without personal data.

Twilio signs what it was given, so whatever a query carries here comes back vouched for.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from cti.telephony.model import WaitSound
from routing.model import CallId, OfferId

PREFIX = "/webhooks/twilio"
"""Where all of them lie, below the public URL's own path."""

Role = Literal["caller", "rep"]
"""Whose leg a document is for."""
Announcement = Literal["one_moment"]
"""What a participant of a conference can be told: a field of ``Words``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Urls:
    """The absolute URLs under ``public_url`` (scheme, host, perhaps port and path; a final slash does not matter)."""

    public_url: str

    def _at(self, path: str) -> str:
        return f"{self.public_url.rstrip('/')}{PREFIX}/{path}"

    def same(self, path: str) -> str:
        """The absolute URL of a verified request, from its raw path and query."""
        return self.public_url.rstrip("/") + path

    def voice(self) -> str:
        """A number's "A call comes in". A caller's leg that is sent here later does what the call's state says: waits,
        joins, or hears why not and is hung up."""
        return self._at("voice")

    def fallback(self) -> str:
        """A number's "Primary handler fails"."""
        return self._at("fallback")

    def status(self) -> str:
        """A number's status callback, and every leg's."""
        return self._at("status")

    def rep(self, offer: OfferId | None = None) -> str:
        """The TwiML App's voice URL; with the offer, where a rep's leg that could not be served tries again."""
        return self._at("rep" if offer is None else f"rep?offer_id={offer}")

    def wait(self, call: CallId, arrived_ms: int, version: int) -> str:
        """The wait document of one call; ``version`` is the configuration's at arrival, 0 before it is known."""
        return self._at(f"wait?call={call}&arrived={arrived_ms}&version={version}")

    def answer(self, call: CallId, turn: int) -> str:
        """Where the answer to a menu goes; ``turn``: which time the caller heard one."""
        return self._at(f"answer?call={call}&turn={turn}")

    def queue_action(self, call: CallId) -> str:
        """What next when Twilio's queue lets the caller go."""
        return self._at(f"queue-action?call={call}")

    def join(self, call: CallId, attempt: int) -> str:
        """Where the one REST update sends the caller's leg: into the conference."""
        return self._at(f"join?call={call}&attempt={attempt}")

    def called(self, call: CallId) -> str:
        """What a caller hears who is called back and answers."""
        return self._at(f"called?call={call}")

    def callback(self, call: CallId, arrived_ms: int, version: int) -> str:
        """Where the key goes that a caller presses to be called back; the rest as in ``wait``, for any other key."""
        return self._at(f"callback?call={call}&arrived={arrived_ms}&version={version}")

    def voicemail(self, call: CallId) -> str:
        """Where a message is reported, by the leg and by the recording."""
        return self._at(f"voicemail?call={call}")

    def outside_action(self, call: CallId) -> str:
        """What next when the connection to an outside number is over."""
        return self._at(f"outside-action?call={call}")

    def dial_action(self, call: CallId, role: Role) -> str:
        """What next when a leg's ``<Dial>`` is over."""
        return self._at(f"dial-action?call={call}&role={role}")

    def conference_events(self, call: CallId, offer: OfferId | None = None) -> str:
        """Joins, leaves and the end of the call's conference, opened for that offer."""
        return self._at(f"conference-events?call={call}" + (f"&offer={offer}" if offer else ""))

    def conference_wait(self, *, rings: bool = False) -> str:
        """What the first leg in a conference hears until the second is there: silence, or the other telephone ring."""
        return self._at("conference-wait" + ("?rings=1" if rings else ""))

    def announce(self, what: Announcement = "one_moment", language: str | None = None) -> str:
        """Words for one participant of a conference (``Line.announce``)."""
        return self._at(f"announce?what={what}" + (f"&language={language}" if language else ""))

    def sound(self, sound: WaitSound, start_s: int, seconds: int) -> str:
        """A piece of ringing or music: ``seconds`` long, from ``start_s`` on."""
        return self._at(f"sound/{sound.value}-{start_s}-{seconds}.wav")
