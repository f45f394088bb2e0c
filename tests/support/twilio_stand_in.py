"""A small strict stand-in for Twilio's REST API: calls, conferences, participants, numbers, applications.

Refuses what Twilio refuses (credentials, unknown fields, relative URLs, states), pages its lists, and fails as told.
"""

from __future__ import annotations

import asyncio
import base64
from collections import deque
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from typing import Literal
from urllib.parse import urlencode, urlsplit

from aiohttp import web
from aiohttp.test_utils import TestServer

ACCOUNT = "AC" + "a" * 32
TOKEN = "stand-in-token"
OWN_NUMBER = "+15550100"
Json = dict[str, object]
Fault = Literal["429", "500", "500 done", "reset", "reset done", "hang done", "garbage done", "401"]
"""What happens to a request instead of an answer; ``done``: after it was carried out."""
_OVER = frozenset({"completed", "busy", "failed", "no-answer", "canceled"})
_NEW_CALL = {
    "To",
    "From",
    "Url",
    "Method",
    "FallbackUrl",
    "FallbackMethod",
    "StatusCallback",
    "StatusCallbackEvent",
} | {"Timeout"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Conference:
    """One conference and who is in it."""

    sid: str
    name: str
    status: str
    legs: tuple[str, ...] = ()


@dataclass
class StandIn:
    """What Twilio knows, and what it was told to do."""

    calls: dict[str, Json] = field(default_factory=dict)
    conferences: dict[str, Conference] = field(default_factory=dict)
    numbers: dict[str, Json] = field(default_factory=dict)
    applications: dict[str, Json] = field(default_factory=dict)
    faults: deque[Fault] = field(default_factory=deque)
    requests: list[tuple[str, str, dict[str, str]]] = field(default_factory=list)
    """(method, path below the account, fields) of everything that was asked; a repeated field's values with a space
    between."""
    answered_when_listed: bool = False
    """A call that was listed as ringing is answered before anything else is asked."""
    ends_when_listed: bool = False
    """A listed conference is over before anything else is asked about it."""
    page_size: int = 50
    base_url: str = ""

    def add_call(self, sid: str, status: str, from_: str = "+48600100200", to: str = OWN_NUMBER) -> None:
        """A leg, as the Call resource shows it."""
        self.calls[sid] = {
            "sid": sid,
            "status": status,
            "from": from_,
            "to": to,
            "direction": "inbound" if to == OWN_NUMBER else "outbound-api",
            "start_time": None if status == "queued" else "Tue, 22 Sep 2026 10:00:00 +0000",
        }

    def add_conference(self, name: str, *legs: str, status: str = "in-progress") -> str:
        """A conference; its sid."""
        sid = f"CF{len(self.conferences) + 1:032x}"
        self.conferences[sid] = Conference(sid=sid, name=name, status=status, legs=legs)
        return sid

    def posted(self) -> list[tuple[str, dict[str, str]]]:
        """Commands that arrived, carried out or not."""
        return [(path, fields) for method, path, fields in self.requests if method == "POST"]


@asynccontextmanager
async def a_stand_in() -> AsyncIterator[StandIn]:
    """Serving on a free port of this machine."""
    world = StandIn()
    server = TestServer(_Resources(world).app())
    await server.start_server()
    world.base_url = f"http://127.0.0.1:{server.port}"
    try:
        yield world
    finally:
        await server.close()


def _error(status: int, code: int, message: str) -> web.Response:
    shown = {
        "code": code,
        "message": message,
        "more_info": f"https://www.twilio.com/docs/errors/{code}",
        "status": status,
    }
    return web.json_response(shown, status=status)


class _Resources:
    def __init__(self, world: StandIn) -> None:
        self._world = world

    def app(self) -> web.Application:
        app = web.Application(middlewares=[self._gate])
        at = f"/2010-04-01/Accounts/{ACCOUNT}"
        app.router.add_get(f"{at}/Calls.json", self._list_calls)
        app.router.add_post(f"{at}/Calls.json", self._create_call)
        app.router.add_get(f"{at}/Calls/{{sid}}.json", self._fetch_call)
        app.router.add_post(f"{at}/Calls/{{sid}}.json", self._update_call)
        app.router.add_get(f"{at}/Conferences.json", self._list_conferences)
        app.router.add_post(f"{at}/Conferences/{{sid}}.json", self._update_conference)
        app.router.add_get(f"{at}/Conferences/{{sid}}/Participants.json", self._list_participants)
        app.router.add_post(f"{at}/Conferences/{{sid}}/Participants/{{leg}}.json", self._update_participant)
        app.router.add_get(f"{at}/IncomingPhoneNumbers.json", self._list_numbers)
        app.router.add_post(f"{at}/IncomingPhoneNumbers/{{sid}}.json", self._update_number)
        app.router.add_get(f"{at}/Applications/{{sid}}.json", self._fetch_application)
        app.router.add_post(f"{at}/Applications/{{sid}}.json", self._update_application)
        return app

    @web.middleware
    async def _gate(self, request: web.Request, handler: web.Handler) -> web.StreamResponse:
        form = await request.post()
        fields = {name: " ".join(str(value) for value in form.getall(name)) for name in form}
        self._world.requests.append((request.method, request.path.partition(f"{ACCOUNT}/")[2], fields))
        expected = base64.b64encode(f"{ACCOUNT}:{TOKEN}".encode()).decode()
        if request.headers.get("Authorization") != f"Basic {expected}":
            return _error(401, 20003, "Authenticate")
        fault = self._world.faults.popleft() if self._world.faults else None
        if fault is None or fault.endswith("done"):
            try:
                answer = await handler(request)
            except web.HTTPNotFound:
                answer = _error(404, 20404, f"The requested resource {request.path} was not found")
            if fault is None:
                return answer
        return await self._fail(fault.removesuffix(" done"), request)

    async def _fail(self, fault: str, request: web.Request) -> web.Response:
        if fault == "429":
            return _error(429, 20429, "Too many concurrent requests")
        if fault == "401":
            return _error(401, 20003, "Authenticate")
        if fault == "500":
            return web.Response(status=500, text="<html>Internal Server Error</html>")
        if fault == "garbage":
            return web.Response(text="<html>OK</html>")
        if fault == "hang":
            await asyncio.sleep(30)
        if request.transport is not None:
            request.transport.abort()
        return web.Response()

    async def _list_calls(self, request: web.Request) -> web.Response:
        wanted, to = request.query.get("Status"), request.query.get("To")
        rows = [row for row in self._world.calls.values() if row["status"] == wanted and to in (None, row["to"])]
        page = self._page(request, "calls", rows)
        for row in rows:
            if self._world.answered_when_listed and wanted == "ringing":
                row["status"] = "in-progress"
        return page

    async def _create_call(self, request: web.Request) -> web.Response:
        form = await request.post()
        fields = {name: str(value) for name, value in form.items()}
        _only(fields, _NEW_CALL)
        refusal = _refusal(fields, form.getall("StatusCallbackEvent", []))
        if refusal is not None:
            return _error(400, *refusal)
        sid = f"CA{len(self._world.calls) + 1:032x}"
        self._world.add_call(sid, "queued", fields["From"], fields["To"])
        return web.json_response(self._world.calls[sid], status=201)

    async def _fetch_call(self, request: web.Request) -> web.Response:
        return web.json_response(self._call(request))

    async def _update_call(self, request: web.Request) -> web.Response:
        call, fields = self._call(request), dict(await request.post())
        _only(fields, {"Url", "Method", "Status"})
        if call["status"] in _OVER or ("Url" in fields and call["status"] != "in-progress"):
            return _error(400, 21220, "Call is not in-progress. Cannot redirect.")
        if "Url" in fields and not _absolute(str(fields["Url"])):
            return _error(400, 21205, "Url is not a valid URL")
        call["status"] = fields.get("Status", call["status"])
        return web.json_response(call)

    async def _list_conferences(self, request: web.Request) -> web.Response:
        wanted, name = request.query.get("Status", "in-progress"), request.query.get("FriendlyName")
        rows = [one for one in self._world.conferences.values() if one.status == wanted and name in (None, one.name)]
        if self._world.ends_when_listed:
            self._world.conferences |= {one.sid: replace(one, status="completed") for one in rows}
        shown = [{"sid": one.sid, "friendly_name": one.name, "status": one.status} for one in rows]
        return self._page(request, "conferences", shown)

    async def _update_conference(self, request: web.Request) -> web.Response:
        conference, fields = self._conference(request), dict(await request.post())
        _only(fields, {"Status"})
        self._world.conferences[conference.sid] = replace(conference, status=str(fields["Status"]), legs=())
        return web.json_response({"sid": conference.sid, "status": fields["Status"]})

    async def _list_participants(self, request: web.Request) -> web.Response:
        conference = self._conference(request)
        shown = [{"call_sid": leg, "conference_sid": conference.sid} for leg in conference.legs]
        return self._page(request, "participants", shown)

    async def _update_participant(self, request: web.Request) -> web.Response:
        conference, fields = self._conference(request), dict(await request.post())
        _only(fields, {"AnnounceUrl", "AnnounceMethod"})
        if request.match_info["leg"] not in conference.legs:
            raise web.HTTPNotFound
        return web.json_response({"call_sid": request.match_info["leg"], "conference_sid": conference.sid})

    async def _list_numbers(self, request: web.Request) -> web.Response:
        return self._page(request, "incoming_phone_numbers", list(self._world.numbers.values()))

    async def _update_number(self, request: web.Request) -> web.Response:
        return await self._update(self._world.numbers, request)

    async def _fetch_application(self, request: web.Request) -> web.Response:
        if request.match_info["sid"] not in self._world.applications:
            raise web.HTTPNotFound
        return web.json_response(self._world.applications[request.match_info["sid"]])

    async def _update_application(self, request: web.Request) -> web.Response:
        return await self._update(self._world.applications, request)

    async def _update(self, rows: dict[str, Json], request: web.Request) -> web.Response:
        row = rows.get(request.match_info["sid"])
        if row is None:
            raise web.HTTPNotFound
        for name, value in (await request.post()).items():
            row["".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in name).lstrip("_")] = value
        return web.json_response(row)

    def _call(self, request: web.Request) -> Json:
        if request.match_info["sid"] not in self._world.calls:
            raise web.HTTPNotFound
        return self._world.calls[request.match_info["sid"]]

    def _conference(self, request: web.Request) -> Conference:
        conference = self._world.conferences.get(request.match_info["sid"])
        if conference is None or conference.status == "completed":
            raise web.HTTPNotFound
        return conference

    def _page(self, request: web.Request, name: str, rows: list[Json]) -> web.Response:
        page = int(request.query.get("Page", "0"))
        size = min(int(request.query.get("PageSize", "50")), self._world.page_size)
        more = rows[(page + 1) * size :]
        query = urlencode(dict(request.query) | {"Page": str(page + 1), "PageSize": str(size)})
        shown: Json = {
            name: rows[page * size : (page + 1) * size],
            "page": page,
            "page_size": size,
            "uri": request.path,
        }
        shown["next_page_uri"] = f"{request.path}?{query}" if more else None
        return web.json_response(shown)


def _only(fields: Mapping[str, object], known: set[str]) -> None:
    assert set(fields) <= known, f"the stand-in does not know {set(fields) - known}"


def _absolute(url: str) -> bool:
    return urlsplit(url).scheme in {"http", "https"} and bool(urlsplit(url).netloc)


def _refusal(fields: Mapping[str, str], events: Sequence[object]) -> tuple[int, str] | None:
    if not fields["To"].startswith("+"):
        return 21211, f"The phone number you are attempting to call, {fields['To']}, is not valid."
    if fields["From"] != OWN_NUMBER:
        return 21210, f"The source phone number provided, {fields['From']}, is not yet verified for your account."
    if not _absolute(fields["Url"]):
        return 21205, "Url is not a valid URL"
    if not _absolute(fields["StatusCallback"]) or not set(events) <= {"initiated", "ringing", "answered", "completed"}:
        return 21626, "One or more of the StatusCallbackEvents provided were invalid"
    return None if 5 <= int(fields["Timeout"]) <= 600 else (21208, "Invalid Timeout")
