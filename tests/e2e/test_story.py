"""The whole story in Chromium on the running service: log in, be called, talk, file it; and a reload in between."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, expect

from crm_adapter.model import Contact
from cti.accounts.roles import Role
from cti.app import Overrides
from cti.calls.model import call_id_of
from cti.calls.step import Limits
from cti.embedded import EmbeddedServer
from cti.telephony.model import CallSid
from tests.support.callers import go_home
from tests.support.chromium import running_chromium
from tests.support.eventually import eventually
from tests.support.fake_crm import FakeCrm
from tests.support.house import ONE_QUEUE, Running, a_house

pytestmark = pytest.mark.asyncio(loop_scope="module")

PASSWORD = "correct horse battery"
CUSTOMER, PATIENT = "+48600100200", "+12025550143"
RULES = """rules:
  - name: patient
    when: call.from == "+12025550143"
    route: {queue: support, needs: {support: 1}, steps: [{after: 0.1s, offer_callback: true}]}
"""
JAN = Contact(id="1", name="Jan Kowalski", company="Kowalski Logistyka", phones=(CUSTOMER,), tier="gold", owner="ana")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def service(valkey: EmbeddedServer, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Running]:
    overrides = Overrides(crm=lambda _: FakeCrm([JAN]), limits=Limits(connect_ms=60_000))  # a page loads meanwhile
    path, config = tmp_path_factory.mktemp("house"), ONE_QUEUE.replace("rules:\n", RULES)
    async with a_house(valkey=valkey, tmp_path=path, config=config, overrides=overrides) as running:
        await running.house.accounts.users.add(
            email="ana@example.com", name="Ana Perez", role=Role.REP, rep="ana", password=PASSWORD, by="test"
        )
        yield running


@pytest_asyncio.fixture(loop_scope="module")
async def running(service: Running) -> AsyncIterator[Running]:
    yield service
    await go_home(service)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def browser() -> AsyncIterator[Browser]:
    async with running_chromium("--use-fake-ui-for-media-stream") as browser:
        yield browser


@pytest_asyncio.fixture(loop_scope="module")
async def page(browser: Browser, running: Running) -> AsyncIterator[Page]:
    """Ana's desk, her shift started."""
    context = await browser.new_context(viewport={"width": 1400, "height": 900})
    page = await context.new_page()
    page.set_default_timeout(20_000)
    await page.goto(f"{running.url}/")
    await page.get_by_label(re.compile("mail", re.I)).fill("ana@example.com")
    await page.get_by_label(re.compile("password", re.I)).first.fill(PASSWORD)
    await page.keyboard.press("Enter")
    await start_shift(page)
    yield page
    await context.close()


async def start_shift(page: Page) -> None:
    await page.get_by_role("button", name=re.compile("start shift", re.I)).first.click()
    await expect(page.get_by_role("heading", name="Ready for the next call")).to_be_visible(timeout=20_000)


async def test_a_call_from_the_pop_to_the_filed_wrap_up_by_keyboard(running: Running, page: Page) -> None:
    sid = await running.call_in(CUSTOMER)
    await expect(page.get_by_role("heading", name="Jan Kowalski").first).to_be_visible(timeout=20_000)
    await expect(page).to_have_title(re.compile("Jan Kowalski"))
    await page.keyboard.press("Control+Shift+A")
    await running.comes_to(sid, "talking", within_s=20.0)
    await expect(page.get_by_role("button", name=re.compile("^End")).first).to_be_visible()
    await running.emulator.hang_up(sid)
    await expect(page.get_by_role("heading", name="After-call work")).to_be_visible(timeout=20_000)
    await page.get_by_role("radio", name="Resolved").check()
    await page.locator("#notes").fill("Sent the price list.")
    await page.get_by_role("button", name=re.compile("Done")).click()
    await running.comes_to(sid, "ended", within_s=20.0)
    await expect(page.get_by_text("Resolved").first).to_be_visible()


async def test_a_reload_in_the_middle_of_each_state_loses_nothing(running: Running, page: Page) -> None:
    await page.reload()
    await expect(page.get_by_role("heading", name="Ready for the next call")).to_be_visible(timeout=20_000)
    sid = await running.call_in(CUSTOMER)
    heading = page.get_by_role("heading", name="Jan Kowalski").first
    await expect(heading).to_be_visible(timeout=20_000)
    await page.reload()
    await expect(heading).to_be_visible(timeout=20_000)
    await running.emulator.faults(seed=1, rest={"fail_500": 1.0, "match": f"POST .*Calls/{sid}"})
    await page.get_by_role("button", name=re.compile("Accept")).click()
    await running.comes_to(sid, "connecting", within_s=20.0)
    await page.reload()
    await running.emulator.faults()
    await running.comes_to(sid, "talking", within_s=20.0)
    before = await _rep_leg(running, sid)
    await page.reload()

    async def talks_on_another_leg() -> bool:
        return await running.state(sid) == "talking" and await _rep_leg(running, sid) not in {None, before}

    await eventually(talks_on_another_leg, 20.0)
    await page.get_by_role("button", name=re.compile("^End")).first.click()
    await running.comes_to(sid, "wrap_up", within_s=20.0)
    await page.locator("#notes").fill("half a sentence")
    await expect(page.get_by_text(re.compile("saved", re.I)).first).to_be_visible(timeout=20_000)
    await page.reload()
    await expect(page.locator("#notes")).to_have_value("half a sentence", timeout=20_000)


async def _rep_leg(running: Running, sid: str) -> CallSid | None:
    held = await running.house.calls.load(call_id_of(CallSid(sid)))
    return held.call.offer.rep_leg if held and held.call.offer else None


async def test_who_pressed_1_is_called_back_on_the_telephone_page(running: Running, page: Page) -> None:
    await page.get_by_role("button", name="Your status").click()
    await page.get_by_role("button", name="Lunch").click()
    await expect(page.get_by_role("heading", name="You are away: Lunch")).to_be_visible()
    telephone = await page.context.new_page()
    await telephone.goto(f"{running.emulator.url}/emulator/")
    heard, status = telephone.get_by_role("log"), telephone.get_by_role("status")
    await telephone.get_by_role("radio", name="Another number").check()
    await telephone.get_by_label("Number, as the line would see it").fill(PATIENT)
    await telephone.get_by_role("button", name="Call", exact=True).click()
    await expect(heard).to_contain_text("press 1", timeout=20_000)
    await telephone.get_by_role("group", name="Keypad").get_by_role("button", name="1").click()
    await expect(heard).to_contain_text("we will call you back", timeout=20_000)
    await expect(status).to_contain_text("hung up", timeout=20_000)
    await page.get_by_role("button", name="Go available").click()
    await expect(page.get_by_text("Once you accept, their telephone rings.")).to_be_visible(timeout=20_000)
    await expect(status).not_to_contain_text("rings")
    await page.get_by_role("button", name="Accept and call").click()
    await expect(page.get_by_text("Calling +1 202 555 0143…")).to_be_visible(timeout=20_000)
    await expect(status).to_contain_text("Your telephone rings", timeout=20_000)
    await telephone.get_by_role("button", name="Answer").click()
    await expect(page.get_by_text("Talking")).to_be_visible(timeout=20_000)
    await expect(status).to_contain_text("Talking", timeout=20_000)
    await telephone.get_by_role("button", name="Hang up").click()
    await expect(page.get_by_role("heading", name="After-call work")).to_be_visible(timeout=20_000)
    await expect(page.get_by_role("button", name="Call back…")).to_be_visible()
