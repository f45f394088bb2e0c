"""Calling people back, in Chromium against a scripted service: what a rep is told, and what a rep arranges."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
import pytest_asyncio
from playwright.async_api import BrowserContext, Page, expect

from tests.support import desk_samples as samples
from tests.support.desk_pages import as_new
from tests.support.desk_samples import Shape, ago
from tests.support.desk_scenes import CALL_ID
from tests.support.desk_stub import DeskStub
from tests.support.eventually import eventually

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(loop_scope="module")
async def page(kept: BrowserContext, stub: DeskStub) -> Page:
    return await as_new(kept, stub)


async def opened(page: Page, stub: DeskStub, me: Shape) -> None:
    stub.me = me
    await page.goto(stub.origin)
    await page.get_by_text("Connected", exact=True).wait_for(state="attached")


def moved(name: str, **changes: object) -> Shape:
    return {"type": "call_state", "call_id": CALL_ID, "state": name, "since": ago(0), **changes}


def presence(status: str) -> Shape:
    told = {"since": ago(0), "connected": True, "next_status": None, "reason": None}
    return {"type": "rep_status", "status": status, **told}


async def call_back(page: Page, stub: DeskStub) -> None:
    """The offer is accepted by key, and the rep's own leg is up."""
    await opened(page, stub, samples.reserved(samples.pop_back()))
    await expect(page).to_have_title("(1) Call back Jan Kowalski")
    offer = page.get_by_role("region", name="Call-back")
    await expect(offer).to_contain_text("Try 2. They asked for it by key. Once you accept, their telephone rings.")
    await expect(page.get_by_text("is calling")).to_have_count(0)
    await page.keyboard.press("Control+Shift+A")
    await eventually(lambda: stub.commands_to("/accept"))
    await stub.push({"type": "offer_ended", "offer_id": "o1-1", "outcome": "accepted"}, presence("on_call"))
    await stub.push(moved("connecting", callback=samples.callback()))
    await expect(page.get_by_text("Calling +48 600 100 200…")).to_be_visible()


async def test_an_accepted_call_back_rings_and_is_talked_as_usual(page: Page, stub: DeskStub) -> None:
    await call_back(page, stub)
    assert stub.legs == ["o1-1"]
    await page.keyboard.press("Control+Shift+E")
    await eventually(lambda: stub.commands_to("/hangup"))
    await stub.push(moved("talking", callback=samples.callback(tries=2, answered=True)))
    await expect(page.get_by_text("Talking")).to_be_visible()
    await expect(page.get_by_text("Calling +48")).to_have_count(0)
    await stub.push(moved("waiting", callback=samples.callback(tries=2, answered=True)))
    await expect(page.get_by_text("back at their place in line")).to_be_visible()


async def test_who_was_not_reached_is_said_and_the_desk_is_free(page: Page, stub: DeskStub) -> None:
    await call_back(page, stub)
    again = datetime.now().astimezone() + timedelta(minutes=15)
    later = samples.callback(tries=2, next_at=again.isoformat())
    await stub.push(moved("waiting", callback=later), presence("available"))
    shown = await page.evaluate("at => new Date(at).toLocaleTimeString([], {timeStyle: 'short'})", again.isoformat())
    notice = page.get_by_role("status").filter(has_text="Jan Kowalski was not reached. The next try is at")
    await expect(notice).to_contain_text(shown.rjust(8, "0") if "M" in shown else shown)
    await expect(page.get_by_role("heading", name="Ready for the next call")).to_be_visible()
    await expect(page.get_by_role("button", name="End call")).to_have_count(0)
    await eventually(lambda: stub.commands_to("DEVICE disconnect"))


async def test_one_is_arranged_by_keyboard_and_outlives_a_service_that_is_away(page: Page, stub: DeskStub) -> None:
    stub.answers["POST /api/v1/callbacks"] = (503, {"title": "Unavailable"}, {})
    await opened(page, stub, samples.on(samples.call("wrap_up", since_s=2)))
    await page.get_by_role("radio", name="Resolved").check()
    opener = page.get_by_role("button", name="Call back…")
    await opener.focus()
    await page.keyboard.press("Enter")
    time = page.get_by_label("Day and time")
    await expect(time).to_be_focused()
    ahead = datetime.fromisoformat(await time.input_value()) - datetime.now()
    assert timedelta(minutes=59) <= ahead <= timedelta(minutes=65)
    await page.keyboard.press("Escape")
    await expect(opener).to_be_focused()
    await page.keyboard.press("Enter")
    await page.get_by_role("button", name="Done").click()
    await expect(page.get_by_role("alert").filter(has_text="Arrange the call back first")).to_be_visible()
    assert stub.commands_to("/wrap-up") == []
    tomorrow = (datetime.now() + timedelta(days=1)).replace(second=0, microsecond=0)
    await time.fill(tomorrow.isoformat(timespec="minutes"))
    await page.keyboard.press("Enter")
    await expect(page.get_by_text("It is tried again by itself.")).to_be_visible()
    stub.answers.clear()
    await expect(page.get_by_text("Call-back arranged for")).to_contain_text("for you first")
    first, *_, last = stub.commands_to("/callbacks")
    assert first == last
    assert last is not None
    assert datetime.fromisoformat(last["at"]) == tomorrow.astimezone()
    assert (last["number"], last["line"], last["rep"]) == ("+48600100200", "+15550100", "bo")
    await page.get_by_role("button", name="Done").click()
    await eventually(lambda: stub.commands_to("/wrap-up"))


async def test_a_refusal_stands_at_its_field_and_nobody_without_a_number_is_called(page: Page, stub: DeskStub) -> None:
    refusal = {"errors": [{"field": "line", "message": "must be one of the numbers"}]}
    stub.answers["POST /api/v1/callbacks"] = (422, refusal, {})
    await opened(page, stub, samples.on(samples.call("talking")))
    await page.get_by_role("button", name="Call back…").click()
    await page.get_by_label("For me").uncheck()
    await page.get_by_role("button", name="Arrange the call back").click()
    await expect(page.get_by_role("alert").filter(has_text="The line this call came by")).to_be_visible()
    [sent] = stub.commands_to("/callbacks")
    assert sent is not None
    assert sent["rep"] is None
    await opened(page, stub, samples.on(samples.call("talking", samples.caller("withheld"))))
    await page.get_by_role("textbox", name="Notes").wait_for()
    await expect(page.get_by_role("button", name="Call back…")).to_have_count(0)
