"""Serves the pages and their files: the code in this folder is the code in the browser.

It reads every file once, at start; nothing of a request ever becomes a path. It knows no session: a page asked for
without a session cookie leads to ``/login``, and what a cookie is worth is the API's business. It guarantees a strict
content security policy (no outside host but Twilio's documented ones, and those only on the desk of a real line; an
import map and the text editor's styles only by a nonce that each answer has anew), and that the emulator's softphone is
not served unless the line is simulated.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

SESSION_COOKIES = ("__Host-cti_session", "cti_session")
"""Either is a sign of somebody signed in: the first on https, the second on a plain address."""

_HERE = Path(__file__).resolve().parent
_MEDIA_TYPES = {".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml"}
_PAGES = ("desk.html", "admin.html", "login.html")
_EMULATOR_FILES = frozenset({"softphone/emulator.js"})
_MEDIA: Mapping[str, tuple[str, ...]] = {"desk.html": ("'self'", "mediastream:"), "admin.html": ("'self'",)}
"""What the desk's softphone plays, and the messages that callers leave."""
_FOREVER = "public, max-age=31536000, immutable"
_ASK_EACH_TIME = "no-cache"
_NEVER_KEPT = "no-store"
_NONCE = "{nonce}"
"""Stands in a page, and in its policy, where each answer has a nonce of its own: such a page is never kept, or a 304
would join an old page with a new policy."""

# What the README of @twilio/voice-sdk asks for under "CSP".
_TWILIO_MEDIA = ("https://media.twiliocdn.com", "https://sdk.twilio.com")
_TWILIO_CONNECT = (
    "https://eventgw.twilio.com",
    "wss://voice-js.roaming.twilio.com",
    *_TWILIO_MEDIA,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """What the pages need to know of the line."""

    simulated: bool
    """``TWILIO_API_BASE_URL`` is not Twilio's: every page says so, and the emulator's softphone is served."""
    emulator_origin: str | None = None
    """``http://127.0.0.1:8100``: where a simulated line's device socket is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asset:
    """One file as it is served."""

    content: bytes
    media_type: str
    etag: str


def _asset(content: bytes, media_type: str) -> Asset:
    return Asset(content=content, media_type=media_type, etag=f'"{hashlib.sha256(content).hexdigest()[:32]}"')


def static_files(line: Line) -> dict[str, Asset]:
    """path below ``/static/…/`` → file."""
    return {
        name: _asset(path.read_bytes(), _MEDIA_TYPES[path.suffix])
        for path in sorted(_HERE.rglob("*"))
        if path.suffix in _MEDIA_TYPES
        and (name := path.relative_to(_HERE).as_posix())
        and (line.simulated or name not in _EMULATOR_FILES)
    }


def version_of(files: Mapping[str, Asset]) -> str:
    """Changes with any file: part of each address, so that browsers may keep the files for ever."""
    return hashlib.sha256("".join(f"{name}{asset.etag}" for name, asset in files.items()).encode()).hexdigest()[:16]


def security_policy(page: str, line: Line) -> str:
    """The Content-Security-Policy of one page, with ``{nonce}`` where it has one."""
    real_desk = page == "desk.html" and not line.simulated
    media = (*_TWILIO_MEDIA,) if real_desk else ()
    connect: Sequence[str] = ()
    if page == "desk.html":
        connect = _emulator_sources(line) if line.simulated else _TWILIO_CONNECT
    nonce = (f"'nonce-{_NONCE}'",) if page == "admin.html" else ()
    directives: Mapping[str, Sequence[str]] = {
        "default-src": ("'self'",),
        "script-src": ("'self'", *nonce, *media),
        "style-src": ("'self'", *nonce),
        "connect-src": ("'self'", *connect),
        "media-src": _MEDIA.get(page, ("'none'",)) + media,
        "img-src": ("'self'", "data:"),
        "object-src": ("'none'",),
        "base-uri": ("'none'",),
        "form-action": ("'self'",),
        "frame-ancestors": ("'none'",),
    }
    return "; ".join(f"{name} {' '.join(sources)}" for name, sources in directives.items())


def _emulator_sources(line: Line) -> tuple[str, ...]:
    if line.emulator_origin is None:
        return ()
    return (line.emulator_origin, line.emulator_origin.replace("http", "ws", 1))


def _page(name: str, line: Line, version: str) -> Asset:
    text = (_HERE / name).read_text(encoding="utf-8").replace("/static/", f"/static/{version}/")
    if line.simulated:
        text = text.replace('<html lang="en">', '<html lang="en" data-line="simulated">', 1)
    return _asset(text.encode(), "text/html; charset=utf-8")


def _headers(page: str, line: Line) -> dict[str, str]:
    return {
        "Content-Security-Policy": security_policy(page, line),
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "same-origin",
        "Permissions-Policy": "microphone=(self), speaker-selection=(self), camera=(), geolocation=(), payment=()",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cache-Control": _ASK_EACH_TIME,
    }


def _answer(request: Request, asset: Asset, headers: Mapping[str, str]) -> Response:
    every = {**headers, "ETag": asset.etag}
    if asset.etag in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=every)
    return Response(asset.content, media_type=asset.media_type, headers=every)


def _answer_with_nonce(page: Asset, headers: Mapping[str, str]) -> Response:
    nonce = secrets.token_urlsafe(18)
    policy = headers["Content-Security-Policy"].replace(_NONCE, nonce)
    every = {**headers, "Content-Security-Policy": policy, "Cache-Control": _NEVER_KEPT}
    return Response(page.content.replace(_NONCE.encode(), nonce.encode()), media_type=page.media_type, headers=every)


def create_pages(line: Line, session_cookies: Sequence[str] = SESSION_COOKIES) -> APIRouter:
    """Routes for ``/``, ``/admin``, ``/login`` and ``/static/…``."""
    files = static_files(line)
    version = version_of(files)
    pages = {name: (_page(name, line, version), _headers(name, line)) for name in _PAGES}
    router = APIRouter(include_in_schema=False)

    def for_members(request: Request, name: str) -> Response:
        if not any(cookie in request.cookies for cookie in session_cookies):
            after = f"?next={request.url.path}" if request.url.path != "/" else ""
            return RedirectResponse(f"/login{after}", status_code=303, headers={"Cache-Control": "no-store"})
        page, headers = pages[name]
        return _answer_with_nonce(page, headers) if _NONCE.encode() in page.content else _answer(request, page, headers)

    @router.get("/")
    async def desk(request: Request) -> Response:
        return for_members(request, "desk.html")

    @router.get("/admin")
    async def admin(request: Request) -> Response:
        return for_members(request, "admin.html")

    @router.get("/login")
    async def login(request: Request) -> Response:
        return _answer(request, *pages["login.html"])

    @router.get("/static/{asked_version}/{name:path}")
    async def static(request: Request, asked_version: str, name: str) -> Response:
        asset = files.get(name)
        if asset is None:
            return Response(status_code=404)
        caching = _FOREVER if asked_version == version else _ASK_EACH_TIME
        return _answer(request, asset, {"Cache-Control": caching, "X-Content-Type-Options": "nosniff"})

    return router
