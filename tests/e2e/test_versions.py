"""The draft of the configuration and its versions, in Chromium, against a scripted service."""

from __future__ import annotations

import pytest
import pytest_asyncio
from playwright.async_api import BrowserContext, Page, expect

from tests.support import desk_samples
from tests.support.config_stub import SAMPLE
from tests.support.desk_pages import as_new
from tests.support.desk_stub import DeskStub
from tests.support.eventually import eventually

pytestmark = pytest.mark.asyncio(loop_scope="module")

FASTER = SAMPLE.replace("wait: 15s", "wait: 25s")


@pytest_asyncio.fixture(loop_scope="module")
async def page(kept: BrowserContext, stub: DeskStub) -> Page:
    page = await as_new(kept, stub)
    stub.me = desk_samples.me("offline", role="admin", rep=None)
    stub.config.write(SAMPLE.replace("max_wait: 15m", "max_wait: 12m"), comment="the beginning")
    stub.config.write(SAMPLE, comment="longer waits")
    return page


async def type_before(page: Page, text: str) -> None:
    """In the text editor, at its very beginning."""
    editor = page.get_by_role("textbox", name="The configuration as text")
    await editor.focus()
    await page.keyboard.press("Control+Home")
    await page.keyboard.type(text)


async def test_a_change_in_the_text_is_checked_undone_done_again_and_made_active(page: Page, stub: DeskStub) -> None:
    stub.config.report = {"problems": [{"line": 4, "field": "skills", "message": "no such thing"}], "warnings": []}
    await page.goto(f"{stub.origin}/admin#/versions/draft")
    await type_before(page, "# ours\n")
    bar = page.get_by_role("region", name="Changes that are not active yet")
    await expect(bar).to_contain_text("1 problem to mend")
    await expect(page.locator(".cm-lintRange-error")).to_have_count(1)
    await page.keyboard.press("Control+z")
    await expect(bar).to_contain_text("Nothing differs")
    await bar.get_by_role("button", name="Do again: Typing").click()
    await expect(page.locator(".cm-content")).to_contain_text("# ours")
    stub.config.report = {"problems": [], "warnings": [], "tests": []}
    await type_before(page, "# and theirs\n")
    await expect(bar).to_contain_text("No problems found")
    await bar.get_by_role("button", name="Activate…").click()
    dialog = page.get_by_role("dialog")
    await expect(dialog).to_contain_text("spanish 4 instead of 5")
    await dialog.get_by_role("button", name="Activate").click()
    await expect(dialog.get_by_role("alert")).to_contain_text("Say in a few words why")
    await page.keyboard.type("tidied up")
    await page.keyboard.press("Enter")
    await expect(page.get_by_text("Version 3 is active.")).to_be_visible()
    assert stub.config.versions[2]["text"].startswith("# and theirs\n# ours\n# The demo")
    await page.get_by_role("link", name="All versions").click()
    await expect(page.get_by_role("link", name="Version 3: tidied up")).to_contain_text("Active")


async def test_two_admins_at_once_lose_nothing(page: Page, stub: DeskStub) -> None:
    await page.goto(f"{stub.origin}/admin#/versions/draft")
    await type_before(page, "# mine\n")
    stub.config.write(FASTER, by="bob@example.com", comment="owners get more time")
    await page.get_by_role("button", name="Activate…").click()
    await page.get_by_label("Why?").fill("mine")
    await expect(page.get_by_role("button", name="Activate", exact=True)).to_be_enabled()
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("dialog").get_by_role("alert")).to_contain_text("Somebody else has activated")
    await page.keyboard.press("Escape")
    banner = page.get_by_role("alert").filter(has_text="bob@example.com has made version 3 active")
    await expect(banner).to_contain_text("owners get more time")
    await banner.get_by_role("button", name="Put mine on top of theirs").click()
    await expect(banner).to_have_count(0)
    await page.get_by_role("button", name="Activate…").click()
    await page.get_by_label("Why?").fill("both")
    await page.get_by_role("button", name="Activate", exact=True).click()
    await expect(page.get_by_text("is active.")).to_be_visible()
    assert stub.config.versions[-1]["text"] == f"# mine\n{FASTER}"


async def test_nothing_is_lost_while_the_service_is_away(page: Page, stub: DeskStub) -> None:
    await page.goto(f"{stub.origin}/admin#/versions/draft")
    await page.get_by_role("textbox", name="The configuration as text").wait_for()
    stub.answers["POST /api/v1/config/check"] = (503, {"title": "Unavailable"}, {})
    await type_before(page, "# kept\n")
    await expect(page.get_by_text("your changes stay in this browser")).to_be_visible()
    stub.answers["GET /api/v1/config"] = (503, {"title": "Unavailable"}, {})
    await page.reload()
    await expect(page.locator(".cm-content")).to_contain_text("# kept")
    stub.answers.clear()
    await expect(page.get_by_text("No problems found")).to_be_visible()
    await eventually(lambda: stub.config.checked[-1]["text"].startswith("# kept\n"))


async def test_one_goes_back_to_the_version_before_in_one_step(page: Page, stub: DeskStub) -> None:
    await page.goto(f"{stub.origin}/admin#/versions")
    await page.get_by_role("link", name="Version 2").click()
    added = page.get_by_role("group", name="What differs, in the text").get_by_role("listitem").filter(has_text="added")
    await expect(added).to_have_count(3)
    await page.go_back()
    await page.get_by_role("button", name="Go back to version 1").click()
    await page.get_by_label("Why?").fill("too long after all")
    await page.get_by_role("button", name="Activate version 1").click()
    await expect(page.get_by_role("link", name="Version 1: too long after all")).to_contain_text("Active")
    assert stub.config.active == 1
