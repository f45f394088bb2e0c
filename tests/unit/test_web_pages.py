"""How the pages are served: who sees which, under which security policy, and for how long a browser may keep them."""

from __future__ import annotations

import json
import re

import httpx
import pytest
from fastapi import FastAPI

from cti.web.pages import SESSION_COOKIES, Line, create_pages, security_policy, static_files
from cti.web.vendor.sources import MAPPED

SIMULATED = Line(simulated=True, emulator_origin="http://127.0.0.1:8100")
REAL = Line(simulated=False)
TWILIO = re.compile(r"twilio", re.I)


def a_browser(line: Line = SIMULATED, *, signed_in: bool = True) -> httpx.AsyncClient:
    app = FastAPI(redirect_slashes=False)
    app.include_router(create_pages(line))
    cookies = {SESSION_COOKIES[1]: "a-session"} if signed_in else {}
    transport = httpx.ASGITransport(app)
    return httpx.AsyncClient(transport=transport, base_url="http://desk.test", cookies=cookies)


@pytest.mark.parametrize(("path", "leads_to"), [("/", "/login"), ("/admin", "/login?next=/admin")])
async def test_a_page_without_a_session_leads_to_signing_in(path: str, leads_to: str) -> None:
    answer = await a_browser(signed_in=False).get(path)
    assert (answer.status_code, answer.headers["location"]) == (303, leads_to)


@pytest.mark.parametrize("path", ["/", "/admin", "/login"])
async def test_every_page_has_the_whole_set_of_protective_headers(path: str) -> None:
    headers = (await a_browser().get(path)).headers
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "same-origin"
    assert "microphone=(self)" in headers["permissions-policy"]
    policy = headers["content-security-policy"]
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy


@pytest.mark.parametrize("path", ["/", "/admin", "/login"])
async def test_no_page_holds_a_script_or_a_style_of_its_own(path: str) -> None:
    page = (await a_browser().get(path)).text
    assert re.search(r"<style|style=|\son\w+=|<script(?! type=\"importmap\" nonce=)(?![^>]*\bsrc=)", page) is None


async def test_the_consoles_import_map_is_let_in_by_a_nonce_that_no_two_answers_share() -> None:
    answers = [await a_browser().get("/admin") for _ in range(2)]
    nonces = [re.search(r'<script type="importmap" nonce="([\w-]{20,})">', answer.text) for answer in answers]
    assert nonces[0] is not None
    assert nonces[1] is not None
    assert nonces[0][1] != nonces[1][1]
    for nonce, answer in zip(nonces, answers, strict=True):
        directives = dict(one.split(" ", 1) for one in answer.headers["content-security-policy"].split("; "))
        assert directives["style-src"] == directives["script-src"] == f"'self' 'nonce-{nonce[1] if nonce else ''}'"


async def test_a_page_with_a_nonce_is_never_kept() -> None:
    first = await a_browser().get("/admin")
    assert (first.headers["cache-control"], first.headers.get("etag")) == ("no-store", None)
    assert (await a_browser().get("/admin", headers={"if-none-match": "*"})).status_code == 200


async def test_the_import_map_names_every_package_of_the_editor_and_nothing_else() -> None:
    page = (await a_browser().get("/admin")).text
    written = re.search(r'<script type="importmap"[^>]*>(.*?)</script>', page, re.S)
    assert written is not None
    named = json.loads(written[1])["imports"]
    assert {package: address.split("/", 3)[3] for package, address in named.items()} == {
        package: f"vendor/codemirror/{name}.js" for package, (name, _) in MAPPED.items()
    }


def test_the_emulator_may_be_reached_only_on_a_simulated_line() -> None:
    assert "http://127.0.0.1:8100 ws://127.0.0.1:8100" in security_policy("desk.html", SIMULATED)
    assert "127.0.0.1" not in security_policy("desk.html", REAL)
    assert "softphone/emulator.js" in static_files(SIMULATED)
    assert "softphone/emulator.js" not in static_files(REAL)


def test_twilio_may_be_reached_only_from_the_desk_of_a_real_line() -> None:
    assert "wss://voice-js.roaming.twilio.com" in security_policy("desk.html", REAL)
    for page, line in (("desk.html", SIMULATED), ("admin.html", REAL), ("login.html", REAL)):
        assert TWILIO.search(security_policy(page, line)) is None


def test_the_admin_console_may_play_what_callers_left_and_the_login_page_nothing() -> None:
    assert "media-src 'self';" in security_policy("admin.html", REAL)
    assert "media-src 'none';" in security_policy("login.html", REAL)


@pytest.mark.parametrize(("line", "says"), [(SIMULATED, True), (REAL, False)])
async def test_every_page_of_a_simulated_line_says_so(line: Line, says: bool) -> None:
    for path in ("/", "/admin", "/login"):
        page = (await a_browser(line).get(path)).text
        assert ('data-line="simulated"' in page) is says


async def test_files_are_kept_for_ever_under_their_version_and_asked_for_under_any_other() -> None:
    browser = a_browser()
    address = re.search(r'src="(/static/(\w+)/desk/main.js)"', (await browser.get("/")).text)
    assert address is not None
    kept = await browser.get(address[1])
    assert "immutable" in kept.headers["cache-control"]
    assert kept.headers["content-type"].startswith("text/javascript")
    other = await browser.get(address[1].replace(address[2], "0" * 16))
    assert other.headers["cache-control"] == "no-cache"
    again = await browser.get(address[1], headers={"if-none-match": kept.headers["etag"]})
    assert again.status_code == 304


@pytest.mark.parametrize(
    "name", ["pages.py", "vendor/vendor.py", "../settings.py", "%2e%2e/settings.py", "desk.html", ""]
)
async def test_nothing_but_the_browsers_files_is_served(name: str) -> None:
    assert (await a_browser().get(f"/static/v/{name}")).status_code == 404


def test_every_module_that_a_file_imports_is_served() -> None:
    files = static_files(SIMULATED)
    written = re.compile(r"^(?:im|ex)port\s[\w*{},\s]*\bfrom\s*'([^']+)'|\bimport\('(\.[^']+)'", re.M)
    lost = [
        f"{name}: {imported}"
        for name, asset in files.items()
        if name.endswith(".js") and not name.startswith("vendor/")
        for imported in (one or other for one, other in written.findall(asset.content.decode()))
        if imported not in MAPPED and _joined(name, imported) not in files
    ]
    assert lost == []


def _joined(name: str, imported: str) -> str:
    parts = name.split("/")[:-1]
    for part in imported.split("/"):
        if part == "..":
            parts.pop()
        elif part != ".":
            parts.append(part)
    return "/".join(parts)
