"""Checks a browser's voice token as Twilio does. Pure but for the signature's arithmetic; the clock is an argument.

Guarantees that a token passes only when signed with the API key's secret, issued by that key for this account, not
expired, not made for longer than a day, and allowed to call out through the account's TwiML App.
"""

from __future__ import annotations

from dataclasses import dataclass

import jwt

from cti.telephony.emulator.settings import EmulatorSettings

INVALID = 20101
EXPIRED = 31205
LONGEST_S = 24 * 3600
LEEWAY_S = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Pass:
    """A token that is good."""

    identity: str
    app_sid: str
    expires_at_s: int
    """Seconds since the Unix epoch."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenRefused:
    """Why a token is no good: 20101 invalid, 31205 expired."""

    code: int
    message: str


def check_token(token: str, settings: EmulatorSettings, now_s: float) -> Pass | TokenRefused:
    """The rights in a token, or why it has none."""
    try:
        header = jwt.get_unverified_header(token)
        claims = jwt.decode(
            token,
            settings.api_secret,
            algorithms=["HS256"],
            issuer=settings.api_key,
            subject=settings.account_sid,
            options={"require": ["exp", "iss", "sub"], "verify_exp": False, "verify_nbf": False, "verify_iat": False},
        )
    except jwt.PyJWTError as error:
        return TokenRefused(code=INVALID, message=f"the token is not valid: {error}")
    if not str(header.get("cty", "")).startswith("twilio-fpa"):
        return TokenRefused(code=INVALID, message="the token's header has no cty twilio-fpa;v=1")
    return _check_claims(claims, settings, now_s)


def _check_claims(claims: dict[str, object], settings: EmulatorSettings, now_s: float) -> Pass | TokenRefused:
    expires = claims.get("exp")
    if not isinstance(expires, int):
        return TokenRefused(code=INVALID, message="exp is not a whole number")
    if expires <= now_s:
        return TokenRefused(code=EXPIRED, message="the token has expired")
    if expires - now_s > LONGEST_S + LEEWAY_S:
        return TokenRefused(code=INVALID, message="the token is made for longer than 24 hours")
    begins = claims.get("nbf", 0)
    if isinstance(begins, int) and begins > now_s + LEEWAY_S:
        return TokenRefused(code=INVALID, message="the token is not valid yet")
    identity, app_sid = _grants(claims)
    if not identity or len(identity) > 256:
        return TokenRefused(code=INVALID, message="the token names no identity")
    if app_sid != settings.twiml_app_sid:
        return TokenRefused(code=INVALID, message="the voice grant does not name the account's TwiML App")
    return Pass(identity=identity, app_sid=app_sid, expires_at_s=expires)


def _grants(claims: dict[str, object]) -> tuple[str, str]:
    grants = claims.get("grants")
    if not isinstance(grants, dict):
        return "", ""
    voice = grants.get("voice")
    outgoing = voice.get("outgoing") if isinstance(voice, dict) else None
    app_sid = outgoing.get("application_sid") if isinstance(outgoing, dict) else None
    identity = grants.get("identity")
    return identity if isinstance(identity, str) else "", app_sid if isinstance(app_sid, str) else ""
