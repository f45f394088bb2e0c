"""The token with which a rep's browser may connect. Pure but for the signature's own clock.

Signed with an API key's secret, never with the account's token. Lets the browser call the TwiML App and nothing else;
what the App's document admits is decided where that document is asked for.
"""

from __future__ import annotations

from dataclasses import dataclass

from twilio.jwt.access_token import AccessToken
from twilio.jwt.access_token.grants import VoiceGrant

from routing.model import RepId

TTL_S = 3_600


@dataclass(frozen=True, slots=True, kw_only=True)
class VoiceTokens:
    """Makes tokens for one account."""

    account_sid: str
    api_key: str
    api_secret: str
    application_sid: str
    """The TwiML App whose voice URL is the ``rep`` webhook."""

    def make(self, rep: RepId, *, ttl_s: int = TTL_S) -> str:
        """A JWT for ``client:{rep}``, good for ``ttl_s`` seconds from now."""
        token = AccessToken(self.account_sid, self.api_key, self.api_secret, identity=rep, ttl=ttl_s)
        token.add_grant(VoiceGrant(outgoing_application_sid=self.application_sid))
        return str(token.to_jwt())
