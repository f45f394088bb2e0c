"""What an admin finds in the console, in Chromium, against a scripted service."""

from __future__ import annotations

import pytest
import pytest_asyncio
from playwright.async_api import BrowserContext, Page, expect

from tests.support import admin_samples, desk_samples
from tests.support.desk_pages import as_new
from tests.support.desk_stub import DeskStub
from tests.support.eventually import eventually

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(loop_scope="module")
async def page(kept: BrowserContext, stub: DeskStub) -> Page:
    page = await as_new(kept, stub)
    stub.me = desk_samples.me("offline", role="admin", rep=None)
    stub.floor = admin_samples.floor()
    stub.call_pages = {None: {"calls": admin_samples.calls(), "next": "older"}}
    stub.call_details = {"c-live": admin_samples.detail()}
    await page.goto(f"{stub.origin}/admin")
    await page.get_by_role("heading", name="The floor now").wait_for()
    return page


async def open_calls(page: Page) -> None:
    """The room with the list."""
    await page.get_by_role("navigation").get_by_role("link", name="Calls").click()


async def test_the_floor_moves_by_itself(page: Page, stub: DeskStub) -> None:
    reps = page.get_by_role("region", name="Reps")
    await expect(reps.get_by_text("6 of 7 on shift")).to_be_visible()
    await expect(reps.get_by_text("Away · Lunch")).to_be_visible()
    stub.floor = {**admin_samples.floor(), "calls": []}
    await expect(page.get_by_text("No call at the moment.")).to_be_visible()


async def test_callers_whom_nobody_on_duty_could_take_stand_out(page: Page, stub: DeskStub) -> None:
    floor = admin_samples.floor()
    calls = [{**call, "short_staffed": call["state"] == "waiting"} for call in floor["calls"]]
    stub.floor = {**floor, "calls": calls, "queues": [{**floor["queues"][0], "short_staffed": 1}]}
    live = page.get_by_role("region", name="Live calls")
    await expect(live.get_by_text("nobody on duty could take it")).to_have_count(1)
    queues = page.get_by_role("region", name="Queues")
    await expect(queues.get_by_text("1 whom nobody on duty could take")).to_be_visible()


async def test_the_rooms_are_a_click_away_and_a_reader_hears_which_one_is_open(page: Page, stub: DeskStub) -> None:
    rooms = page.get_by_role("navigation", name="Rooms of the console")
    await rooms.get_by_role("link", name="Calls").click()
    await expect(page.get_by_role("heading", name="Calls")).to_be_focused()
    await expect(rooms.get_by_role("link", name="Calls")).to_have_attribute("aria-current", "page")
    await expect(page).to_have_title("Calls · Admin")
    await page.set_viewport_size({"width": 400, "height": 800})
    await page.get_by_role("button", name="All rooms").press("Enter")
    await expect(rooms.get_by_role("link", name="Calls")).to_be_focused()
    await page.keyboard.press("Escape")
    await expect(rooms).to_be_hidden()
    await expect(page.get_by_role("button", name="All rooms")).to_be_focused()


async def test_the_console_speaks_the_language_that_one_chooses(page: Page) -> None:
    await page.get_by_role("button", name="Bo Lind").click()
    await page.get_by_role("button", name="Polski").click()
    await expect(page.get_by_role("heading", name="Sala w tej chwili")).to_be_visible()
    await expect(page.locator("html")).to_have_attribute("lang", "pl")
    await page.reload()
    await expect(page.get_by_role("link", name="Wersje")).to_be_visible()


async def test_filters_are_asked_of_the_service(page: Page, stub: DeskStub) -> None:
    await open_calls(page)
    await page.get_by_label("Name or number").fill("Kowal")
    await page.get_by_label("State").select_option("ended")
    await page.get_by_label("Rep", exact=True).select_option("ana")
    await page.get_by_label("Queue", exact=True).select_option("support")
    wanted = "/api/v1/calls?q=Kowal&state=ended&rep=ana&queue=support&limit=50"
    await eventually(lambda: wanted in stub.asked)
    await page.get_by_role("button", name="Clear filters").click()
    await expect(page.get_by_label("Name or number")).to_have_value("")


async def test_older_calls_are_added_below(page: Page, stub: DeskStub) -> None:
    await open_calls(page)
    older = {**admin_samples.calls()[1], "id": "c-99", "caller_name": "Old Friend"}
    stub.call_pages["older"] = {"calls": [older], "next": None}
    await page.get_by_role("button", name="Older calls").click()
    await expect(page.get_by_role("link", name="Old Friend")).to_be_visible()
    await expect(page.get_by_role("link", name="Mary Major").last).to_be_visible()
    await expect(page.get_by_role("button", name="Older calls")).to_have_count(0)


async def test_a_calls_time_line_explains_each_decision(page: Page, stub: DeskStub) -> None:
    await open_calls(page)
    await page.get_by_role("link", name="Open the call of Jan Kowalski").focus()
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("heading", name="Jan Kowalski")).to_be_visible()
    entries = page.get_by_role("region", name="Time line").get_by_role("listitem")
    await expect(entries.filter(has_text="Nobody could be chosen")).to_contain_text("2 reps lacked support 3.")
    await expect(entries.filter(has_text="Ana Perez was chosen").first).to_contain_text("as the best fit")
    stub.call_details["c-live"]["timeline"].append(
        {"at": desk_samples.ago(0), "kind": "ended", "text": "The call is complete.", "data": {}}
    )
    await expect(page.get_by_text("The call is complete.")).to_be_visible()
    await page.go_back()
    await expect(page.get_by_role("heading", name="Calls")).to_be_visible()


async def test_a_call_back_is_called_off_only_once_one_is_sure_and_in_time(page: Page, stub: DeskStub) -> None:
    promises = page.get_by_role("region", name="To call back")
    await expect(promises.get_by_role("listitem")).to_have_count(3)
    await expect(promises.get_by_role("listitem").first).to_contain_text("tried once · as soon as a rep is free")
    await expect(page.get_by_role("region", name="Live calls").get_by_text("Ola Nordmann")).to_have_count(0)
    stub.answers["DELETE /api/v1/callbacks/c-back"] = (409, {"title": "Conflict"}, {})
    await promises.get_by_role("button", name="Cancel the call-back of Ola Nordmann").click()
    sure = page.get_by_role("dialog").get_by_role("button", name="Cancel the call-back")
    await expect(page.get_by_role("dialog")).to_contain_text("Ola Nordmann (+48 600 100 200) will not be called back")
    assert stub.commands == []
    await sure.click()
    await expect(page.get_by_role("alert").filter(has_text="Too late")).to_be_visible()
    await page.keyboard.press("Escape")
    stub.answers.clear()
    stub.floor = {**stub.floor, "calls": [call for call in stub.floor["calls"] if call["id"] != "c-back"]}
    await promises.get_by_role("button", name="Cancel the call-back of Ola Nordmann").click()
    await sure.click()
    await expect(promises.get_by_role("listitem")).to_have_count(2)
    assert [path for path, _ in stub.commands] == ["DELETE /api/v1/callbacks/c-back"] * 2


async def test_a_message_is_heard(page: Page, stub: DeskStub) -> None:
    stub.call_details["c-6"] = admin_samples.message_left()
    stub.messages["c-6"] = admin_samples.beep()
    await open_calls(page)
    await page.get_by_role("link", name="Open the call of Ida Falk").click()
    message = page.get_by_role("region", name="The caller’s message").locator("audio")
    await message.wait_for()
    assert [asked for asked in stub.asked if "voicemail" in asked] == []
    await message.focus()
    await page.keyboard.press("Space")
    await eventually(lambda: message.evaluate("(sound) => sound.currentTime > 0"))
    await expect(page.get_by_text("cannot be played")).to_have_count(0)


async def test_a_session_that_ended_asks_to_log_in_again(page: Page, stub: DeskStub) -> None:
    stub.answers["GET /api/v1/floor"] = (401, {"title": "Unauthorized"}, {})
    log_in = page.get_by_role("link", name="Log in")
    await expect(log_in).to_have_attribute("href", "/login?next=/admin")
