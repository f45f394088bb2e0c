"""An admin changes a rule on the running service, in Chromium: tried, activated, gone back on while a caller waits."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, expect

from cti.accounts.roles import Role
from cti.embedded import EmbeddedServer
from tests.support.callers import call_of, go_home
from tests.support.eventually import eventually
from tests.support.house import ONE_QUEUE, SUPPORT, Running, a_house

pytestmark = pytest.mark.asyncio(loop_scope="module")

PASSWORD = "correct horse battery"
CALLER = "+48600100200"
GOLD = """  - name: from Poland
    when: call.country == "PL"
    route: {queue: support, needs: {support: 3}}
"""


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def service(valkey: EmbeddedServer, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Running]:
    path = tmp_path_factory.mktemp("house")
    async with a_house(valkey=valkey, tmp_path=path, config=ONE_QUEUE) as running:
        await running.house.accounts.users.add(
            email="ada@example.com", name="Ada Admin", role=Role.ADMIN, rep=None, password=PASSWORD, by="test"
        )
        yield running


@pytest_asyncio.fixture(loop_scope="module")
async def running(service: Running) -> AsyncIterator[Running]:
    yield service
    await go_home(service)


@pytest_asyncio.fixture(loop_scope="module")
async def page(browser: Browser, running: Running) -> AsyncIterator[Page]:
    """Ada's console."""
    context = await browser.new_context(viewport={"width": 1400, "height": 900})
    context.set_default_timeout(20_000)
    page = await context.new_page()
    await page.goto(f"{running.url}/admin")
    await page.get_by_label("E-mail").fill("ada@example.com")
    await page.get_by_label("Password").first.fill(PASSWORD)
    await page.keyboard.press("Enter")
    await page.get_by_role("heading", name="The floor now").wait_for()
    yield page
    await context.close()


async def open_room(page: Page, name: str) -> None:
    await page.get_by_role("navigation").get_by_role("link", name=name).click()
    await expect(page.get_by_role("heading", level=1)).to_be_focused()


async def type_rule(page: Page, text: str) -> None:
    """Before all other rules, as somebody writes who knows the file."""
    editor = page.get_by_role("textbox", name="The configuration as text")
    await editor.focus()
    await page.keyboard.press("Control+Home")
    lines = ONE_QUEUE.split("\n")
    for _ in range(lines.index("rules:") + 1):
        await page.keyboard.press("ArrowDown")
    await page.keyboard.insert_text(text)


async def activate(page: Page, why: str) -> None:
    await page.get_by_role("button", name="Activate…").click()
    await page.get_by_label("Why?").fill(why)
    await page.get_by_role("dialog").get_by_role("button", name="Activate", exact=True).click()
    await expect(page.get_by_text("is active.")).to_be_visible()


async def rule_of_a_call(running: Running) -> str | None:
    sid = await running.call_in(CALLER)
    await running.comes_to(sid, "waiting", within_s=20.0)
    plan = (await call_of(running, sid)).plan
    return plan.rule if plan else None


async def test_a_rule_is_changed_tried_made_active_and_gone_back_on_while_a_caller_waits(
    running: Running, page: Page
) -> None:
    early = await running.call_in(CALLER)
    await running.comes_to(early, "waiting", within_s=20.0)
    await open_room(page, "Versions")
    await page.goto(f"{running.url}/admin#/versions/draft")
    await type_rule(page, GOLD)
    await expect(page.get_by_text("No problems found")).to_be_visible()

    await open_room(page, "Try it")
    await page.get_by_label("Caller’s number").fill(CALLER)
    await page.get_by_label("Line called").fill(SUPPORT)
    await page.get_by_role("button", name="Try it").click()
    await expect(page.get_by_role("heading", name="from Poland")).to_be_visible()
    await expect(page.get_by_role("heading", name="Nobody")).to_be_visible()
    assert await rule_of_a_call(running) == "everyone", "what is tried changes nothing"

    await activate(page, "our Polish customers")
    await eventually(lambda: running.house.rules.config.rules[0].name == "from Poland")
    assert await rule_of_a_call(running) == "from Poland"
    plan = (await call_of(running, early)).plan
    assert plan is not None
    assert plan.rule == "everyone", "who waited keeps the plan"

    await open_room(page, "Versions")
    await page.get_by_role("button", name="Go back to version 1").click()
    await page.get_by_label("Why?").fill("too few of us")
    await page.get_by_role("button", name="Activate version 1").click()
    await expect(page.get_by_role("link", name="Version 1: too few of us")).to_contain_text("Active")
    await eventually(lambda: running.house.rules.config.rules[0].name == "everyone")
    assert await rule_of_a_call(running) == "everyone"
    assert await running.state(early) == "waiting"
