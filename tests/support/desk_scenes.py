"""Every state the pages are designed for, each as a short play on the stand-in service.

Used twice: the accessibility test walks through them, and ``python -m tests.e2e.shots`` photographs them.
"""

from __future__ import annotations

from playwright.async_api import Page

from tests.support import admin_samples, desk_samples
from tests.support.desk_samples import Shape, ago
from tests.support.desk_stub import DeskStub
from tests.support.records_scenes import RECORDS_SCENES
from tests.support.routing_scenes import ROUTING_SCENES
from tests.support.rules_scenes import RULES_SCENES
from tests.support.scene import Play, Scene, an_admin
from tests.support.version_scenes import VERSION_SCENES

CALL_ID = desk_samples.pop()["call"]["id"]


def _presence(status: str, **changes: object) -> Shape:
    return {
        "type": "rep_status",
        "status": status,
        "since": ago(0),
        "connected": True,
        "next_status": None,
        "reason": None,
        **changes,
    }


def _state(state: str, **changes: object) -> Shape:
    return {"type": "call_state", "call_id": CALL_ID, "state": state, "since": ago(0), **changes}


def _offered(who: Shape, **changes: float) -> Shape:
    return desk_samples.reserved(desk_samples.pop(who, **changes))


async def _accept(stub: DeskStub, page: Page) -> None:
    await page.get_by_role("button", name="Accept").click()
    accepted = {"type": "offer_ended", "offer_id": "o1-1", "outcome": "accepted"}
    await stub.push(accepted, _presence("on_call"), _state("connecting"))


async def _answer(stub: DeskStub, page: Page) -> None:
    await _accept(stub, page)
    await stub.push(_state("talking", since=ago(133)))
    await page.get_by_role("button", name="Mute").wait_for()


async def _mute(stub: DeskStub, page: Page) -> None:
    await _answer(stub, page)
    await page.get_by_role("button", name="Mute").click()
    await page.get_by_label("Notes").last.fill("Wants the price list by Monday; renewal looks good.")


async def _lose_leg(stub: DeskStub, page: Page) -> None:
    await _answer(stub, page)
    stub.leg_answers = False
    await stub.drop_legs()
    await stub.push(_state("connecting", returning=True))


async def _ask_without_disposition(stub: DeskStub, page: Page) -> None:
    await page.get_by_label("Notes").fill("Promised the price list by Monday.")
    await page.get_by_role("button", name="Done").click()


async def _run_out_of_wrap_up(stub: DeskStub, page: Page) -> None:
    await page.get_by_label("Notes").fill("Promised the price list by Monday.")
    await page.get_by_text("Saved as typed").wait_for()
    await stub.push(_state("ended"), _presence("available"))


async def _away_over_late_form(stub: DeskStub, page: Page) -> None:
    await _run_out_of_wrap_up(stub, page)
    await stub.push(_presence("away", reason="lunch"))


async def _offer_over_late_form(stub: DeskStub, page: Page) -> None:
    await _run_out_of_wrap_up(stub, page)
    await stub.push(_presence("reserved"), {"type": "screen_pop", **desk_samples.pop(number=2)})


async def _caller_leaves(stub: DeskStub, page: Page) -> None:
    await page.get_by_role("button", name="Accept").wait_for()
    await stub.push({"type": "offer_ended", "offer_id": "o1-1", "outcome": "caller_left"}, _presence("available"))


async def _offer_expires(stub: DeskStub, page: Page) -> None:
    await page.get_by_role("button", name="Accept").wait_for()
    await stub.push(
        {"type": "offer_ended", "offer_id": "o1-1", "outcome": "expired"}, _presence("not_responding", reason="missed")
    )


async def _press_accept(stub: DeskStub, page: Page) -> None:
    await page.get_by_role("button", name="Accept").click()


async def _call_back(stub: DeskStub, page: Page) -> None:
    await _accept(stub, page)
    await page.get_by_role("button", name="Mute").wait_for()


async def _reach_nobody(stub: DeskStub, page: Page) -> None:
    await _call_back(stub, page)
    later = desk_samples.callback(tries=2, next_at=ago(-900))
    await stub.push(_state("waiting", callback=later), _presence("available"))


async def _open_call_back(stub: DeskStub, page: Page) -> None:
    await page.get_by_role("button", name="Call back").click()


async def _arrange_nothing(stub: DeskStub, page: Page) -> None:
    await _open_call_back(stub, page)
    await page.get_by_label("Day and time").fill("")
    await page.get_by_role("button", name="Arrange the call back").click()


async def _arrange(stub: DeskStub, page: Page) -> None:
    await _open_call_back(stub, page)
    await page.get_by_role("button", name="Arrange the call back").click()


async def _cancel_too_late(stub: DeskStub, page: Page) -> None:
    stub.answers["DELETE /api/v1/callbacks/c-back"] = (409, {"title": "Conflict", "state": "connecting"}, {})
    await page.get_by_role("button", name="Cancel the call-back of Ola Nordmann").click()
    await page.get_by_role("button", name="Cancel the call-back", exact=True).click()


def _accepted_in_other_tab(stub: DeskStub) -> None:
    stub.answers["POST /api/v1/offers/o1-1/accept"] = (
        409,
        {"state": "connecting", "reason": "accepted_elsewhere"},
        {},
    )


async def _fall_back_in_line(stub: DeskStub, page: Page) -> None:
    await page.get_by_role("button", name="End call").wait_for()
    await stub.push(_state("waiting"), _presence("available"))


async def _fall_back_with_notes(stub: DeskStub, page: Page) -> None:
    await page.get_by_role("textbox", name="Notes").fill("Promised the price list by Monday.")
    await _fall_back_in_line(stub, page)


async def _disconnect(stub: DeskStub, page: Page) -> None:
    await page.get_by_text("Connected", exact=True).wait_for(state="attached")
    stub.refuse_sockets = True
    await stub.drop_sockets()


async def _disconnect_while_talking(stub: DeskStub, page: Page) -> None:
    await _answer(stub, page)
    await _disconnect(stub, page)
    stub.answers[f"PUT /api/v1/calls/{CALL_ID}/draft"] = (503, {"title": "Unavailable"}, {})
    await page.get_by_role("textbox", name="Notes").fill("Wants the price list by Monday.")


async def _disconnect_in_wrap_up(stub: DeskStub, page: Page) -> None:
    await _disconnect(stub, page)
    await page.get_by_role("textbox", name="Notes").fill("Wants the price list by Monday.")


async def _sign_out(stub: DeskStub, page: Page) -> None:
    await page.get_by_text("Connected", exact=True).wait_for(state="attached")
    await stub.drop_sockets(4401)


async def _second_tab(stub: DeskStub, page: Page) -> None:
    await page.get_by_text("Ready for the next call").wait_for()
    await page.context.new_page()
    first = page.context.pages[-1]
    await first.goto(page.url)
    await first.get_by_role("button", name="Ring here instead").click()
    await first.get_by_text("Ready for the next call").wait_for()


async def _hold_in_other_tab(stub: DeskStub, page: Page) -> None:
    other = await page.context.new_page()
    await other.goto(stub.origin + "/login")
    await other.evaluate("void navigator.locks.request('cti-leg:o1-1', () => new Promise(() => undefined))")
    await page.reload()


async def _lose_phone(stub: DeskStub, page: Page) -> None:
    stub.answers["POST /api/v1/me/voice-token"] = (503, {"title": "Unavailable"}, {})
    await page.reload()


async def _open_presence(stub: DeskStub, page: Page) -> None:
    await page.get_by_role("button", name="Your status").click()
    await page.get_by_role("button", name="Something else").click()


async def _open_menu(stub: DeskStub, page: Page) -> None:
    await page.get_by_role("button", name="Bo Lind").click()


def _dialog(entry: str) -> Play:
    async def play(stub: DeskStub, page: Page) -> None:
        await _open_menu(stub, page)
        await page.get_by_role("button", name=entry).click()

    return play


async def _search(stub: DeskStub, page: Page) -> None:
    stub.contacts = [desk_samples.jan(), desk_samples.eva()]
    await page.get_by_role("searchbox").fill("Kowal")


async def _choose(stub: DeskStub, page: Page) -> None:
    path = f"POST /api/v1/calls/{CALL_ID}/contact"
    stub.answers[path] = (200, desk_samples.caller("one", desk_samples.eva()), {})
    await page.get_by_role("button", name="Ewa Nowak").click()


async def _test_microphone(stub: DeskStub, page: Page) -> None:
    await page.get_by_role("button", name="Test microphone").click()


async def _log_in(page: Page) -> None:
    await page.get_by_label("E-mail").fill("bo@example.com")
    await page.get_by_label("Password", exact=True).fill("not this one")
    await page.get_by_role("button", name="Log in").click()


async def _log_in_wrongly(stub: DeskStub, page: Page) -> None:
    stub.answers["POST /api/v1/session"] = (401, {"title": "Unauthorized"}, {})
    await _log_in(page)


async def _log_in_too_often(stub: DeskStub, page: Page) -> None:
    stub.answers["POST /api/v1/session"] = (429, {"title": "Too Many Requests"}, {"Retry-After": "95"})
    await _log_in(page)


def _busy_floor(stub: DeskStub) -> None:
    stub.floor = admin_samples.floor()
    stub.call_pages = {None: {"calls": admin_samples.calls(), "next": "more"}}
    stub.call_details = {"c-live": admin_samples.detail(), "c-6": admin_samples.message_left()}


def _forbidden(stub: DeskStub) -> None:
    stub.answers["GET /api/v1/floor"] = (403, {"title": "Forbidden"}, {})


async def _open_rooms(stub: DeskStub, page: Page) -> None:
    await page.set_viewport_size({"width": 400, "height": 800})
    await page.get_by_role("button", name="All rooms").click()


async def _in_polish(stub: DeskStub, page: Page) -> None:
    await page.get_by_role("button", name="Ada Admin").click()
    await page.get_by_role("button", name="Polski").click()


async def _floor_fails(stub: DeskStub, page: Page) -> None:
    await page.get_by_role("heading", name="The floor now").wait_for()
    stub.answers["GET /api/v1/floor"] = (503, {"title": "Unavailable"}, {})


def _without_queues(stub: DeskStub) -> None:
    stub.today = []


_CALLING = desk_samples.caller


def _off_shift() -> Shape:
    return desk_samples.me("offline")


def _me_scenes() -> tuple[Scene, ...]:
    me, on, call = desk_samples.me, desk_samples.on, desk_samples.call

    def unheard() -> Shape:
        return me("not_responding", reason="softphone")

    def talking() -> Shape:
        return on(call("talking"))

    def wrapping() -> Shape:
        return on(call("wrap_up", since_s=9))

    return (
        Scene(name="start", shows="Start shift", me=_off_shift),
        Scene(name="start-microphone", shows="We can hear you", me=_off_shift, play=_test_microphone, microphone=True),
        Scene(name="idle", shows="Ready for the next call", me=lambda: me()),
        Scene(
            name="idle-first-day",
            shows="Nobody is waiting",
            me=lambda: me(queues=[{"id": "support", "waiting": 0, "longest_since": None}]),
            before=_without_queues,
        ),
        Scene(name="no-queue", shows="No calls can come to you", me=lambda: me(queues=[])),
        Scene(name="away", shows="You are away: Lunch", me=lambda: me("away", reason="lunch", since=ago(754))),
        Scene(name="softphone-missed", shows="Your softphone did not", me=unheard),
        Scene(name="expected", shows="A call is on its way", me=lambda: me("reserved")),
        Scene(name="elsewhere", shows="You answered this call in another tab", me=talking, play=_hold_in_other_tab),
        Scene(name="elsewhere-gone", shows="No open tab of this browser", me=talking),
        Scene(name="wrap-up", shows="How did it end?", me=wrapping),
        Scene(name="wrap-up-asked", shows="Choose how it ended", me=wrapping, play=_ask_without_disposition),
        Scene(name="call-back-form", shows="For me:", me=wrapping, play=_open_call_back),
        Scene(name="call-back-wrong", shows="Choose a day and a time", me=talking, play=_arrange_nothing),
        Scene(name="call-back-arranged", shows="Call-back arranged", me=wrapping, play=_arrange),
        Scene(name="wrap-up-late", shows="Not filed yet", me=wrapping, play=_run_out_of_wrap_up),
        Scene(name="away-over-late-form", shows="You are away: Lunch", me=wrapping, play=_away_over_late_form),
        Scene(name="offer-over-late-form", shows="Incoming call", me=wrapping, play=_offer_over_late_form),
        Scene(name="back-in-line", shows="back at their place", me=talking, play=_fall_back_in_line),
        Scene(name="back-in-line-with-notes", shows="went on without you", me=talking, play=_fall_back_with_notes),
        Scene(name="disconnected", shows="Disconnected from the service", me=me, play=_disconnect),
        Scene(name="disconnected-wrap-up", shows="Disconnected from", me=wrapping, play=_disconnect_in_wrap_up),
        Scene(name="signed-out", shows="You are logged out", me=me, play=_sign_out),
        Scene(name="second-tab", shows="open in another tab", me=me, play=_second_tab),
        Scene(name="softphone-lost", shows="not admitted", me=me, play=_lose_phone),
        Scene(name="presence-menu", shows="End shift", me=me, play=_open_presence),
        Scene(name="menu", shows="Log out", me=lambda: me(role="admin"), play=_open_menu),
        Scene(name="shortcuts", shows="Mute or unmute", me=me, play=_dialog("Keyboard shortcuts")),
        Scene(name="sound", shows="Play a test tone", me=me, play=_dialog("Microphone and sound")),
        Scene(name="password", shows="At least", me=me, play=_dialog("Change password")),
        Scene(name="no-desk", shows="This account takes no calls", me=an_admin),
    )


def _offer_scenes() -> tuple[Scene, ...]:
    def known() -> Shape:
        return _offered(_CALLING())

    def planned() -> Shape:
        return {**known(), "next_status": "away"}

    def promised() -> Shape:
        return desk_samples.reserved(desk_samples.pop_back())

    def looking_up() -> Shape:
        return desk_samples.reserved({**desk_samples.pop(), "caller": None})

    return (
        Scene(name="offer", shows="Why you:", me=planned),
        Scene(name="offer-call-back", shows="Call-back, promised", me=promised),
        Scene(name="calling-back", shows="Calling +48", me=promised, play=_call_back),
        Scene(name="not-reached", shows="was not reached", me=promised, play=_reach_nobody),
        Scene(name="offer-hurry", shows="Why you:", me=lambda: _offered(_CALLING(), left_s=4)),
        Scene(name="offer-many", shows="Who is it?", me=lambda: _offered(_CALLING("many"))),
        Scene(name="offer-chosen", shows="Choose someone else", me=lambda: _offered(_CALLING("many")), play=_choose),
        Scene(name="offer-none", shows="Nobody is known", me=lambda: _offered(_CALLING("none", verified=False))),
        Scene(
            name="offer-suggested",
            shows="Is it one of these?",
            me=lambda: _offered(_CALLING("none", desk_samples.marek(), verified=False)),
        ),
        Scene(name="offer-search", shows="Ewa Nowak", me=lambda: _offered(_CALLING("none")), play=_search),
        Scene(name="offer-withheld", shows="The number is withheld", me=lambda: _offered(_CALLING("withheld"))),
        Scene(name="offer-unavailable", shows="The records did not", me=lambda: _offered(_CALLING("unavailable"))),
        Scene(name="offer-looking-up", shows="Why you:", me=looking_up),
        Scene(
            name="accepting-elsewhere",
            shows="already answered",
            me=known,
            before=_accepted_in_other_tab,
            play=_press_accept,
        ),
        Scene(name="caller-left", shows="hung up before you answered", me=known, play=_caller_leaves),
        Scene(name="missed", shows="You missed a call", me=known, play=_offer_expires),
        Scene(name="connecting", shows="Connecting you", me=known, play=_accept),
        Scene(name="talking", shows="Talking", me=known, play=_answer),
        Scene(name="muted", shows="You are muted", me=known, play=_mute),
        Scene(name="returning", shows="Reconnecting the call", me=known, play=_lose_leg),
        Scene(name="disconnected-talking", shows="Your conversation goes on", me=known, play=_disconnect_while_talking),
    )


def _other_scenes() -> tuple[Scene, ...]:
    detail = "/admin#/calls/c-live"
    return (
        Scene(name="login", path="/login", shows="Log in", signed_in=False),
        Scene(name="login-wrong", path="/login", shows="do not match", signed_in=False, play=_log_in_wrongly),
        Scene(name="login-limited", path="/login", shows="Too many", signed_in=False, play=_log_in_too_often),
        Scene(name="admin", path="/admin", shows="Live calls", me=an_admin, before=_busy_floor),
        Scene(name="admin-menu", path="/admin", shows="Live calls", me=an_admin, before=_busy_floor, play=_open_rooms),
        Scene(name="admin-polish", path="/admin", shows="Sala w tej", me=an_admin, before=_busy_floor, play=_in_polish),
        Scene(name="admin-calls", path="/admin#/calls", shows="Older calls", me=an_admin, before=_busy_floor),
        Scene(name="admin-empty", path="/admin#/calls", shows="No calls yet", me=an_admin),
        Scene(name="admin-stale", path="/admin", shows="Not live", me=an_admin, before=_busy_floor, play=_floor_fails),
        Scene(
            name="admin-forbidden",
            path="/admin",
            shows="for administrators",
            me=desk_samples.me,
            before=_forbidden,
        ),
        Scene(name="admin-call", path=detail, shows="was chosen", me=an_admin, before=_busy_floor),
        Scene(name="admin-message", path="/admin#/calls/c-6", shows="message", me=an_admin, before=_busy_floor),
        Scene(
            name="admin-cancel",
            path="/admin",
            shows="Too late:",
            me=an_admin,
            before=_busy_floor,
            play=_cancel_too_late,
        ),
        Scene(name="admin-no-call", path="/admin#/calls/nope", shows="no such call", me=an_admin, before=_busy_floor),
    )


SCENES: tuple[Scene, ...] = (
    *_me_scenes(),
    *_offer_scenes(),
    *_other_scenes(),
    *RECORDS_SCENES,
    *ROUTING_SCENES,
    *RULES_SCENES,
    *VERSION_SCENES,
)
