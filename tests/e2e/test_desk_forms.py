"""After-call work in Chromium, against a scripted service: nothing that was typed is lost, whatever comes between."""

from __future__ import annotations

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

SECOND_ID = samples.pop(number=2)["call"]["id"]
NOTES = {"disposition": None, "notes": "Price list by Monday."}


@pytest_asyncio.fixture(loop_scope="module")
async def page(kept: BrowserContext, stub: DeskStub) -> Page:
    return await as_new(kept, stub)


async def opened(page: Page, stub: DeskStub, me: Shape) -> None:
    stub.me = me
    await page.goto(stub.origin)
    await page.get_by_text("Connected", exact=True).wait_for(state="attached")


def moved(name: str, call: str = CALL_ID, **changes: object) -> Shape:
    return {"type": "call_state", "call_id": call, "state": name, "since": ago(0), **changes}


async def answer_second_call(stub: DeskStub) -> None:
    accepted = {"type": "offer_ended", "offer_id": "o1-2", "outcome": "accepted"}
    await stub.push({"type": "screen_pop", **samples.pop(samples.caller("none"), number=2)}, accepted)
    await stub.push(moved("connecting", SECOND_ID), moved("talking", SECOND_ID))


def drafts_of(stub: DeskStub, call: str) -> list[Shape | None]:
    return stub.commands_to(f"/calls/{call}/draft")


async def test_notes_survive_the_next_conversation_and_are_filed_after_it(page: Page, stub: DeskStub) -> None:
    await opened(page, stub, samples.on(samples.call("wrap_up", since_s=2)))
    await stub.push(moved("ended"))
    await page.get_by_role("heading", name="Not filed yet").wait_for()
    stub.answers[f"PUT /api/v1/calls/{CALL_ID}/draft"] = (503, {"title": "Unavailable"}, {})
    await page.get_by_label("Notes").fill(NOTES["notes"] or "")
    await answer_second_call(stub)
    await page.get_by_text("1 more to file").wait_for()
    await expect(page.get_by_role("textbox", name="Notes")).to_have_value("")
    await eventually(lambda: drafts_of(stub, CALL_ID) == [NOTES])
    stub.answers.clear()
    await eventually(lambda: drafts_of(stub, CALL_ID) == [NOTES, NOTES])
    await stub.push(moved("wrap_up", SECOND_ID, ends_at=ago(-30)))
    await page.get_by_role("radio", name="Resolved").check()
    await page.get_by_role("button", name="Done").click()
    await stub.push(moved("ended", SECOND_ID))
    await page.get_by_role("heading", name="Not filed yet").wait_for()
    await expect(page.get_by_label("Notes")).to_have_value(NOTES["notes"] or "")
    await page.get_by_role("radio", name="Resolved").check()
    await page.get_by_role("button", name="Done").click()
    filed = {**NOTES, "disposition": "resolved"}
    await eventually(lambda: stub.commands_to(f"/calls/{CALL_ID}/wrap-up") == [filed])
    await expect(page.get_by_text("Filed: the call with Jan Kowalski.")).to_be_visible()


async def test_what_a_closed_page_left_unfiled_is_shown_again_and_filed(page: Page, stub: DeskStub) -> None:
    draft = {"call_id": CALL_ID, "from": "+48600100200", "caller_name": "Jan Kowalski", "state": "ended", **NOTES}
    stub.drafts = [{**draft, "ended_at": ago(300), "saved_at": ago(290)}]
    await opened(page, stub, samples.me())
    await page.get_by_text("You can still file the call with Jan Kowalski.").wait_for()
    await page.get_by_role("radio", name="Resolved").check()
    await page.get_by_role("button", name="Done").click()
    filed = {**NOTES, "disposition": "resolved"}
    await eventually(lambda: stub.commands_to(f"/calls/{CALL_ID}/wrap-up") == [filed])


async def test_a_late_form_promises_calls_only_to_somebody_who_gets_them(page: Page, stub: DeskStub) -> None:
    await opened(page, stub, samples.on(samples.call("wrap_up", since_s=2)))
    await stub.push(moved("ended"))
    over = page.get_by_text("The time for after-call work is over")
    await expect(over).to_contain_text("You can still file the call with Jan Kowalski.")
    await expect(over).not_to_contain_text("you get calls again")
    free = {"type": "rep_status", "since": ago(0), "connected": True, "next_status": None, "reason": None}
    await stub.push({**free, "status": "available"})
    await expect(over).to_contain_text("you get calls again")
    await stub.push({**free, "status": "away", "reason": "lunch"})
    await page.get_by_text("No calls come to you").wait_for()
    await expect(over).not_to_contain_text("you get calls again")


async def test_notes_of_a_call_that_a_colleague_has_now_may_be_read_and_thrown_away(page: Page, stub: DeskStub) -> None:
    await opened(page, stub, samples.on(samples.call("talking")))
    await page.get_by_role("textbox", name="Notes").fill(NOTES["notes"] or "")
    await stub.push(moved("waiting"))
    await page.get_by_text("went on without you").wait_for()
    notes = page.get_by_label("Notes")
    await expect(notes).to_have_value(NOTES["notes"] or "")
    await expect(notes).not_to_be_editable()
    await expect(page.get_by_role("button", name="Done")).to_have_count(0)
    await page.get_by_role("button", name="Throw these notes away").click()
    await expect(notes).to_have_count(0)


async def test_a_connection_lost_in_mid_talk_loses_no_word_of_the_notes(page: Page, stub: DeskStub) -> None:
    await opened(page, stub, samples.on(samples.call("talking")))
    notes = page.get_by_role("textbox", name="Notes")
    await notes.press_sequentially("List by Monday.")
    await page.keyboard.press("Home")
    stub.answers[f"PUT /api/v1/calls/{CALL_ID}/draft"] = (503, {"title": "Unavailable"}, {})
    stub.refuse_sockets = True
    await stub.drop_sockets()
    await page.get_by_text("Disconnected from the service").wait_for()
    await page.keyboard.type("Price l")
    await page.keyboard.press("Delete")
    await expect(notes).to_have_value(NOTES["notes"] or "")
    await expect(notes).to_be_focused()
    await expect(page.get_by_text("Not saved yet, trying again")).to_be_visible()
    await expect(page.get_by_role("complementary").get_by_role("heading", name="Jan Kowalski")).to_be_visible()
    stub.answers.clear()
    stub.refuse_sockets = False
    await page.evaluate("dispatchEvent(new Event('online'))")
    await page.get_by_text("Connected", exact=True).wait_for(state="attached")
    await expect(notes).to_be_focused()
    await expect(notes).to_have_value(NOTES["notes"] or "")
    await eventually(lambda: drafts_of(stub, CALL_ID)[-1:] == [NOTES])
    await expect(page.get_by_text("Saved as typed")).to_be_visible()
