"""An empty system is led to its first call in Chromium, on the running service: nothing is there but one admin."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.async_api import Browser, Page, expect

from cti.accounts.roles import Role
from cti.embedded import EmbeddedServer
from tests.support.eventually import eventually
from tests.support.house import SUPPORT, Running, a_house

pytestmark = pytest.mark.asyncio(loop_scope="module")

PASSWORD = "correct horse battery"
CALLER = "+48600100200"


async def _log_in(page: Page, running: Running) -> None:
    await running.house.accounts.users.add(
        email="ada@example.com", name="Ada Admin", role=Role.ADMIN, rep=None, password=PASSWORD, by="test"
    )
    await page.goto(f"{running.url}/admin")
    await page.get_by_label("E-mail").fill("ada@example.com")
    await page.get_by_label("Password").first.fill(PASSWORD)
    await page.keyboard.press("Enter")


async def _configure(page: Page) -> None:
    """By keyboard, as the page leads."""
    await page.get_by_label("Number that people call").fill("555 0100")
    await page.keyboard.press("Enter")
    await expect(page.get_by_text("Write the number with plus and country code.")).to_be_visible()
    await page.get_by_label("Number that people call").fill(SUPPORT)
    await page.keyboard.press("Enter")
    await page.get_by_label("Skills").fill("Support, Spanish")
    await page.keyboard.press("Enter")
    for name in ("Ana Perez", "Bo Lind"):
        await page.get_by_label("Name", exact=True).fill(name)
        await page.get_by_label("E-mail").fill(f"{name[:2].lower()}@example.com")
        await page.get_by_label("First password").fill(PASSWORD)
        await page.get_by_label("Level in support").fill("4")
        await page.keyboard.press("Enter")
        await page.get_by_text(f"{name} (support 4, spanish 3)").wait_for()
    await page.get_by_role("button", name="That is everybody").press("Enter")
    await page.get_by_label("Longest wait, in minutes").press("Enter")


async def test_an_empty_system_is_led_to_its_first_call(
    valkey: EmbeddedServer, tmp_path: Path, browser: Browser
) -> None:
    context = await browser.new_context(viewport={"width": 1280, "height": 860})
    context.set_default_timeout(20_000)
    page = await context.new_page()
    async with a_house(valkey=valkey, tmp_path=tmp_path, config=None) as running:
        await _log_in(page, running)
        await page.get_by_role("heading", name="First steps").wait_for()
        await _configure(page)
        activate = page.get_by_role("listitem").get_by_role("button", name="Make it active")
        await expect(activate).to_be_enabled()
        await activate.press("Enter")
        await page.get_by_text("Waiting for the first call").wait_for()
        await eventually(lambda: all(one.rules.loaded for one in (running.house, *running.others)), 10.0)
        await running.sits_down("ana-perez")
        await running.call_in(CALLER)
        coming = page.get_by_role("status").filter(has_text="+48 600 100 200")
        await expect(coming).to_contain_text("Ringing")
        await page.get_by_role("button", name="It works").press("Enter")
        await expect(page.get_by_role("heading", name="Calls come in")).to_be_visible()
        people = {user.rep_id for user in await running.house.accounts.users.list()}
        assert people == {None, "ana-perez", "bo-lind"}
    await context.close()
