"""Who may see the service's insides (``/metrics``, ``/readyz`` in detail, ``/docs``): this machine, or a bearer of the
metrics token.

A proxy on this machine is not this machine: a request counts as local only when it came over loopback, asks for a
loopback name and carries no trace of having been forwarded.
"""

from __future__ import annotations

import hmac
from dataclasses import dataclass

from pydantic import SecretStr
from starlette.requests import HTTPConnection

_LOOPBACK = frozenset({"127.0.0.1", "::1"})
_LOOPBACK_NAMES = _LOOPBACK | {"localhost"}
_FORWARDED = ("forwarded", "x-forwarded-for", "x-forwarded-host", "x-forwarded-proto", "x-real-ip", "via")


@dataclass(frozen=True, slots=True)
class Insiders:
    """Tells insiders from others. Without a token only this machine is one."""

    token: SecretStr | None

    def admits(self, connection: HTTPConnection) -> bool:
        """True for a request from this machine itself, or with ``Authorization: Bearer`` and the token."""
        return _is_local(connection) or self._bears_token(connection)

    def _bears_token(self, connection: HTTPConnection) -> bool:
        scheme, _, given = connection.headers.get("authorization", "").partition(" ")
        if self.token is None or scheme.lower() != "bearer":
            return False
        return hmac.compare_digest(given.strip().encode(), self.token.get_secret_value().encode())


def _is_local(connection: HTTPConnection) -> bool:
    if connection.client is None or connection.client.host not in _LOOPBACK:
        return False
    if any(name in connection.headers for name in _FORWARDED):
        return False
    return connection.url.hostname in _LOOPBACK_NAMES
