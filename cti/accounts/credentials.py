"""Session ids and API tokens: 256 random bits, of which only a hash is ever kept."""

from __future__ import annotations

import hashlib
import secrets

TOKEN_PREFIX = "cti_"  # noqa: S105 - how a leaked token is recognised, not one


def new_session() -> str:
    """A cookie's value: 64 hex digits, so never mistaken for a token."""
    return secrets.token_hex(32)


def new_token() -> str:
    """``cti_`` and 43 characters."""
    return TOKEN_PREFIX + secrets.token_urlsafe(32)


def is_token(secret: str) -> bool:
    """True for what looks like an API token; never for a session."""
    return secret.startswith(TOKEN_PREFIX)


def hash_of(secret: str) -> str:
    """SHA-256 in hex. 256 random bits need no salt and no slow hash."""
    return hashlib.sha256(secret.encode(errors="surrogatepass")).hexdigest()
