"""People, contacts and what was done, kept by an admin in Chromium, against a scripted service."""

from __future__ import annotations

import pytest
import pytest_asyncio
from playwright.async_api import BrowserContext, Page, expect

from tests.support import admin_samples, records_samples
from tests.support.desk_pages import as_new
from tests.support.desk_stub import DeskStub
from tests.support.eventually import eventually
from tests.support.scene import an_admin

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(loop_scope="module")
async def page(kept: BrowserContext, stub: DeskStub) -> Page:
    page = await as_new(kept, stub)
    stub.me, stub.floor = an_admin(), admin_samples.floor()
    stub.answers["GET /api/v1/users"] = (200, {"users": records_samples.people()}, {})
    stub.answers["GET /api/v1/tokens"] = (200, {"tokens": records_samples.tokens()}, {})
    return page


async def test_what_a_change_of_a_person_affects_is_said_before_it_is_made(page: Page, stub: DeskStub) -> None:
    await page.goto(f"{stub.origin}/admin#/people")
    await page.get_by_role("searchbox").fill("perez")
    await page.get_by_role("link", name="Ana Perez").click()
    await expect(page.get_by_role("heading", name="Ana Perez")).to_be_focused()
    await page.get_by_label("Role").select_option("admin")
    effects = page.get_by_role("status").filter(has_text="What this changes")
    await expect(effects).to_contain_text("has a call at this moment")
    await expect(effects).to_contain_text("1 token has the new role’s rights at once.")
    assert stub.commands == []
    await page.get_by_role("button", name="Save").click()
    await expect(page.get_by_text("Ana Perez is changed.")).to_be_visible()
    wanted = {"name": "Ana Perez", "role": "admin", "rep": "ana", "disabled": False}
    assert stub.commands == [("PUT /api/v1/users/u-ana", wanted)]


async def test_a_tokens_secret_is_shown_once_and_copied(page: Page, stub: DeskStub) -> None:
    stub.answers["POST /api/v1/tokens"] = (201, {"id": "t3", "token": "a-secret"}, {})
    await page.context.grant_permissions(["clipboard-read", "clipboard-write"], origin=stub.origin)
    await page.goto(f"{stub.origin}/admin#/people")
    await page.get_by_role("button", name="Make a token").click()
    await page.get_by_label("What for").fill("Nightly report")
    await page.get_by_label("Good for, in days").press("Enter")
    await page.get_by_role("button", name="Copy").click()
    await expect(page.get_by_text("Copied.")).to_be_visible()
    assert await page.evaluate("navigator.clipboard.readText()") == "a-secret"
    await page.keyboard.press("Escape")
    await expect(page.get_by_label("Token", exact=True)).to_have_count(0)
    assert stub.commands_to("/tokens") == [{"email": "ada@example.com", "label": "Nightly report", "days": 90}]


async def test_a_finding_leads_to_its_mend(page: Page, stub: DeskStub) -> None:
    stub.answers["GET /api/v1/care"] = (200, records_samples.care(), {})
    await page.goto(f"{stub.origin}/admin")
    await page.get_by_role("navigation").get_by_role("link", name="What needs care 147").click()
    found = page.get_by_role("region", name="Reps who cannot log in").get_by_role("listitem")
    await expect(found).to_contain_text("Nobody can log in as Dee Rossi (dee).")
    await found.get_by_role("link", name="Add the person").click()
    await expect(page.get_by_role("dialog").get_by_label("Name")).to_have_value("Dee Rossi")


async def test_a_contact_is_found_deleted_and_brought_back(page: Page, stub: DeskStub) -> None:
    stub.contacts = records_samples.contacts()
    stub.answers["GET /api/v1/contacts/c-1"] = (200, stub.contacts[0], {})
    await page.goto(f"{stub.origin}/admin#/contacts")
    await page.get_by_role("searchbox").fill("Kowal")
    await eventually(lambda: "/api/v1/contacts?q=Kowal&limit=100" in stub.asked)
    await page.get_by_role("link", name="Jan Kowalski").press("Enter")
    await page.get_by_role("button", name="Delete").press("Enter")
    dialog = page.get_by_role("dialog")
    await expect(dialog).to_contain_text("3 entries of history go with it, for good.")
    await dialog.get_by_role("button", name="Delete").press("Enter")
    await page.get_by_role("button", name="Undo").press("Enter")
    await expect(page.get_by_text("Jan Kowalski is back.")).to_be_visible()
    assert [path for path, _ in stub.commands] == ["DELETE /api/v1/contacts/c-1", "POST /api/v1/contacts"]
    again = stub.commands[1][1] or {}
    assert (again["phones"], again["tags"], again["external_id"]) == (
        ["+48600100200", "+48221234567"],
        ["renewal", "logistics"],
        "K-2041",
    )


async def test_a_call_says_why_not_somebody_and_becomes_an_example(page: Page, stub: DeskStub) -> None:
    stub.call_details = {"c-live": admin_samples.detail()}
    said = {"rep": "bo", "reason": "declined", "text": "Bo Lind declined it.", "decisions": []}
    stub.answers["GET /api/v1/calls/c-live/why-not/bo"] = (200, said, {})
    test = {"name": "a call of Jan", "call": {"to": "+15550100"}, "expect": {"rule": "gold"}}
    example = {"test": test, "text": "", "taken": "everyone else", "complete": True}
    stub.answers["GET /api/v1/calls/c-live/as-test"] = (200, example, {})
    config = {"n": 7, "active": True, "text": "rules:\n  - name: gold\n    route: {queue: support}\n"}
    stub.answers["GET /api/v1/config"] = (200, config, {"ETag": '"7"'})
    await page.goto(f"{stub.origin}/admin#/calls/c-live")
    parts = page.get_by_role("region", name="Where the time went").get_by_role("listitem")
    await expect(parts.filter(has_text="Offer to Bo Lind: declined")).to_contain_text("3.0 s")
    await page.get_by_role("combobox", name="Rep").select_option("bo")
    await expect(page.get_by_role("region", name="Why not …?")).to_contain_text("Bo Lind declined it.")
    await page.get_by_role("button", name="Make an example of it").press("Enter")
    await expect(page.get_by_text("It stands in the draft, beside “gold”.")).to_be_visible()
    await expect(page.get_by_text("taken by “everyone else” now")).to_be_visible()
    await expect(page.get_by_text("1 change is not active yet")).to_be_visible()


async def test_changes_are_asked_for_by_subject_and_shown_with_before_and_after(page: Page, stub: DeskStub) -> None:
    stub.answers["GET /api/v1/audit"] = (200, records_samples.changes(), {})
    await page.goto(f"{stub.origin}/admin#/audit")
    await page.get_by_label("About").select_option("contacts")
    await eventually(lambda: "/api/v1/audit?about=contacts" in stub.asked)
    await page.get_by_text("What differs: 2 things").click()
    tier = page.get_by_role("row", name="Tier")
    await expect(tier.get_by_role("cell")).to_have_text(["nothing", "gold"])
