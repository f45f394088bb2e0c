"""Is this request Twilio's? Pure. Never raises, never trusts a forwarded header: the URL is the one Twilio was given.

Twilio signs the URL (HMAC-SHA1 under the account's token), and behind it every form field, names in order, repeated
values once each in order; with ``bodySHA256`` in the query the URL alone, which then vouches for the body. Its servers
are not consistent about the port, so that both forms count (twilio-python's ``RequestValidator`` says so and does so).
A test holds this equal to ``RequestValidator``, which takes twenty times as long.
"""

from __future__ import annotations

import base64
import hmac
from collections.abc import Sequence
from hashlib import sha1, sha256
from urllib.parse import parse_qs, urlsplit

Fields = Sequence[tuple[str, str]]
"""Names and values of a form as sent: blanks kept, repeated names intact."""

_DEFAULT_PORT = {"https": 443, "http": 80}


class SignatureCheck:
    """Checks requests under one public URL against one or several tokens (several while rotating)."""

    def __init__(self, tokens: Sequence[str], public_url: str) -> None:
        """``public_url`` as Twilio is given it; without any token everything is refused."""
        self._keys = tuple(hmac.new(token.encode(), digestmod=sha1) for token in tokens if token)
        self._bases = tuple(base.encode() for base in _both_port_forms(public_url))

    def accepts(self, path: bytes, query: bytes, fields: Fields, signature: str | None, body: bytes = b"") -> bool:
        """``path`` and ``query`` raw, as they came; ``fields`` empty for a GET."""
        if not signature:
            return False
        rest = path + b"?" + query if query else path
        if b"bodySHA256=" in query:
            if not _body_is_vouched_for(query, body):
                return False
        else:
            rest += _joined(fields)
        shown = signature.encode("utf-8", "replace")
        matches = [
            hmac.compare_digest(self._sign(key, base + rest), shown) for key in self._keys for base in self._bases
        ]
        return any(matches)

    @staticmethod
    def _sign(key: hmac.HMAC, text: bytes) -> bytes:
        mac = key.copy()
        mac.update(text)
        return base64.b64encode(mac.digest())


def _joined(fields: Fields) -> bytes:
    return "".join([name + value for name, value in sorted(set(fields))]).encode("utf-8", "surrogatepass")


def _body_is_vouched_for(query: bytes, body: bytes) -> bool:
    said = parse_qs(query.decode("latin-1")).get("bodySHA256", [""])[0]
    return hmac.compare_digest(sha256(body).hexdigest().encode(), said.encode("utf-8", "replace"))


def _both_port_forms(public_url: str) -> tuple[str, str]:
    """With its port, and without; the host of an IPv6 address keeps its brackets."""
    parts = urlsplit(public_url.rstrip("/"))
    host = parts.netloc.removesuffix(f":{parts.port}")
    port = parts.port or _DEFAULT_PORT[parts.scheme]
    return f"{parts.scheme}://{host}:{port}{parts.path}", f"{parts.scheme}://{host}{parts.path}"
