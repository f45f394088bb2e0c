"""The telephone page in a real browser."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page, expect

from tests.integration.emulator_world import ORIGIN, World, a_world
from tests.support.scripted_service import response

pytestmark = pytest.mark.asyncio(loop_scope="module")

AXE = Path(__file__).parents[1] / "e2e" / "axe" / "axe.min.js"


@asynccontextmanager
async def _opened(world: World, browser: Browser, **options: object) -> AsyncIterator[Page]:
    """The page; leaving the block fails if the browser had anything to complain about."""
    context = await browser.new_context(reduced_motion="reduce", bypass_csp=False, **options)
    page = await context.new_page()
    complaints: list[str] = []
    page.on("console", lambda said: complaints.append(said.text) if said.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    await page.goto(f"{world.emulator.url}/emulator/")
    await expect(page.get_by_role("button", name="Call", exact=True)).to_be_enabled()
    await expect(page.get_by_role("radio")).not_to_have_count(0)
    yield page
    await context.close()
    assert complaints == []


async def _nothing_found(page: Page) -> None:
    """axe finds nothing."""
    client = await page.context.new_cdp_session(page)
    await client.send("Runtime.evaluate", {"expression": AXE.read_text()})
    found = await page.evaluate("() => axe.run().then(result => result.violations.map(v => [v.id, v.nodes[0].html]))")
    assert found == []


async def test_a_call_is_made_followed_and_ended_on_the_page(browser):
    async with a_world() as world, _opened(world, browser) as page:
        emulator, service = world.emulator, world.service
        service.on("/rep", world.conference(label="rep"))
        service.on("/join", world.conference(label="caller", ends=True))
        await page.get_by_text("Jan Kowalski").first.click()
        await page.get_by_role("button", name="Call", exact=True).click()
        await expect(page.get_by_role("status")).to_contain_text("In line")
        await expect(page.get_by_role("log")).to_contain_text("Please hold the line.")
        (call,) = await emulator.calls()
        async with emulator.device(emulator.token("ana"), ORIGIN) as device, emulator.rest() as rest:
            rep = await device.connect()
            await device.accepted(rep)
            await rest.post(f"Calls/{call['sid']}.json", data={"Url": f"{service.base}/join"})
            await expect(page.get_by_role("status")).to_contain_text("Talking")
            await page.get_by_role("button", name="Hang up").click()
            await expect(page.get_by_role("status")).to_contain_text("You hung up")
            await device.disconnected(rep)
        await expect(page.get_by_role("region", name="Calls on this telephone")).to_contain_text("Jan Kowalski")


async def test_everything_can_be_done_by_keyboard_and_again(browser):
    async with a_world() as world, _opened(world, browser) as page:
        await page.get_by_role("radio").first.focus()
        for _ in range(2):
            await page.keyboard.press("Enter")
            await expect(page.get_by_role("status")).to_contain_text("In line")
            await expect(page.get_by_role("button", name="Hang up")).to_be_visible()
            await page.get_by_role("button", name="Hang up").focus()
            await page.keyboard.press("Enter")
            await expect(page.get_by_role("status")).to_contain_text("You hung up")
            await expect(page.get_by_role("button", name="Call", exact=True)).to_be_focused()
        assert len(await emulator_calls(world)) == 2


async def emulator_calls(world: World) -> list[dict[str, object]]:
    return await world.emulator.calls()


async def test_any_number_or_none_can_be_shown(browser):
    async with a_world() as world, _opened(world, browser) as page:
        call, hang_up = (page.get_by_role("button", name=name, exact=True) for name in ("Call", "Hang up"))
        await page.get_by_role("radio", name="Another number").check()
        await call.click()
        await expect(page.get_by_role("alert").filter(has_text="Type the number")).to_be_visible()
        await expect(page.get_by_label("Number, as the line would see it")).to_be_focused()
        await page.keyboard.type("+44 20 7946 0018")
        await page.keyboard.press("Enter")
        await expect(page.get_by_role("status")).to_contain_text("In line")
        await hang_up.click()
        await page.get_by_role("radio", name="Number withheld").check()
        await call.click()
        await expect(page.get_by_role("status")).to_contain_text("In line")
        assert [one["from"] for one in await world.emulator.calls()] == ["anonymous", "+442079460018"]


async def test_a_call_ends_with_its_page(browser):
    async with a_world() as world:
        async with _opened(world, browser) as page:
            await page.get_by_role("button", name="Call", exact=True).click()
            await expect(page.get_by_role("status")).to_contain_text("In line")
            (call,) = await world.emulator.calls()
        await world.until(call["sid"], status="completed", ended_reason="the caller hung up")


async def test_the_other_sides_hanging_up_is_told(browser):
    async with a_world() as world, _opened(world, browser) as page:
        world.service.on("/voice", response("<Say>We are closed.</Say>", "<Hangup/>"))
        await page.get_by_role("button", name="Call", exact=True).click()
        await expect(page.get_by_role("status")).to_contain_text("The other side hung up")
        await expect(page.get_by_role("log")).to_contain_text("We are closed.")


async def test_speaking_can_be_turned_off_and_is_remembered(browser):
    async with a_world() as world, _opened(world, browser) as page:
        aloud = page.get_by_role("button", name="Speak aloud")
        await expect(aloud).to_have_attribute("aria-pressed", "true")
        await aloud.click()
        await page.reload()
        await expect(aloud).to_have_attribute("aria-pressed", "false")


MENU = response('<Gather input="dtmf speech" numDigits="2" timeout="600" speechTimeout="1" action="/got"/>')


async def test_keys_are_pressed_by_pointer_and_by_keyboard(browser):
    async with a_world() as world, _opened(world, browser) as page:
        world.service.on("/voice", MENU)
        world.service.on("/got", response("<Say>Thank you.</Say>", '<Pause length="600"/>'))
        await expect(page.get_by_role("group", name="Keypad")).to_be_hidden()
        await page.get_by_role("button", name="Call", exact=True).click()
        await expect(page.get_by_label("Say", exact=True)).to_be_visible()
        await page.get_by_role("button", name="star").click()
        await expect(page.get_by_role("log")).to_contain_text("*")
        await page.keyboard.press("7")
        (got,) = await world.asked("/got")
        assert got.fields["Digits"] == "*7"
        await expect(page.get_by_role("log")).to_contain_text("*7")
        await expect(page.get_by_role("log")).to_contain_text("Thank you.")
        await expect(page.get_by_label("Say", exact=True)).to_be_hidden()


async def test_words_are_typed_while_the_line_listens_and_only_then(browser):
    async with a_world() as world, _opened(world, browser) as page:
        world.service.on("/voice", MENU)
        world.service.on("/got", response('<Gather numDigits="1" timeout="600" action="/last"/>'))
        words = page.get_by_label("Say", exact=True)
        await page.get_by_role("button", name="Call", exact=True).click()
        await words.fill("extension 12, billing")
        await page.keyboard.press("Enter")
        (got,) = await world.asked("/got")
        assert got.fields["SpeechResult"] == "extension 12, billing"
        await expect(page.get_by_role("log")).to_contain_text("extension 12, billing")
        await expect(words).to_be_hidden()
        await expect(page.get_by_role("log")).to_be_focused()
        await page.keyboard.press("3")
        assert (await world.asked("/last"))[0].fields["Digits"] == "3"


async def test_a_message_is_left_on_the_page(browser):
    async with a_world() as world, _opened(world, browser) as page:
        world.service.on("/voice", response('<Record timeout="600" action="/message"/>'))
        await page.get_by_role("button", name="Call", exact=True).click()
        await expect(page.get_by_role("status")).to_contain_text("Being recorded")
        await page.get_by_label("Say", exact=True).fill("please call me back")
        await page.get_by_role("button", name="Say it").click()
        await expect(page.get_by_role("log")).to_contain_text("please call me back")
        await page.get_by_role("button", name="Hang up").click()
        assert (await world.asked("/message"))[0].fields["Digits"] == "hangup"


async def test_a_page_presses_keys_on_its_own_calls_only(browser):
    async with a_world() as world, _opened(world, browser) as page:
        world.service.on("/voice", MENU)
        other = await world.emulator.place_call("+15550111222", "+15550100")
        await world.until(other, listening=["dtmf", "speech"])
        await page.get_by_role("button", name="Call", exact=True).click()
        await expect(page.get_by_label("Say", exact=True)).to_be_visible()
        await page.evaluate(
            """([sid]) => new Promise((done) => {
              const socket = new WebSocket(`${location.origin.replace('http', 'ws')}/emulator/phone`);
              socket.onopen = () => {
                socket.send(JSON.stringify({ type: 'digits', call_sid: sid, digits: '99' }));
                socket.send(JSON.stringify({ type: 'nonsense' }));
              };
              socket.onmessage = () => done(socket.close());
            })""",
            [other],
        )
        assert (await world.emulator.call(other))["heard"] == []
        assert world.service.at("/got") == []


async def test_whoever_called_from_here_is_called_here_and_answers_or_not(browser):
    async with a_world() as world, _opened(world, browser) as page, world.emulator.rest() as rest:
        service, status = world.service, page.get_by_role("status")
        service.on("/answered", response("<Say>You asked us to call.</Say>", '<Pause length="600"/>'))
        await page.get_by_text("Jan Kowalski").first.click()
        await page.get_by_role("button", name="Call", exact=True).click()
        await expect(status).to_contain_text("In line")
        await page.get_by_role("button", name="Hang up").click()
        (own,) = await world.emulator.calls()
        form = {"To": own["from"], "From": own["to"], "Url": f"{service.base}/answered", "Timeout": "600"}
        called = (await rest.post("Calls.json", data=form)).json()["sid"]
        await expect(status).to_contain_text("Your telephone rings")
        await _nothing_found(page)
        await expect(page.get_by_role("group", name="Keypad")).to_be_hidden()
        await page.get_by_role("button", name="Answer").click()
        await expect(page.get_by_role("log")).to_contain_text("You asked us to call.")
        await expect(page.get_by_role("group", name="Keypad")).to_be_visible()
        engaged = (await rest.post("Calls.json", data=form)).json()["sid"]
        await world.until(engaged, status="busy")
        await page.get_by_role("button", name="Hang up").click()
        await world.until(called, status="completed")
        declined = (await rest.post("Calls.json", data=form)).json()["sid"]
        await expect(status).to_contain_text("Your telephone rings")
        await page.get_by_role("button", name="Decline").click()
        await world.until(declined, status="busy")
        await expect(status).to_contain_text("You declined")
        await expect(page.get_by_role("region", name="Calls on this telephone")).to_contain_text(f"from {own['to']}")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1280])
async def test_axe_finds_nothing_on_a_call_that_listens(browser, scheme, width):
    options = {"color_scheme": scheme, "viewport": {"width": width, "height": 760}}
    async with a_world() as world, _opened(world, browser, **options) as page:
        world.service.on("/voice", MENU)
        await page.get_by_role("button", name="Call", exact=True).click()
        await expect(page.get_by_label("Say", exact=True)).to_be_visible()
        await page.keyboard.press("1")
        await expect(page.get_by_role("log")).to_contain_text("1")
        await _nothing_found(page)
        assert await page.evaluate("document.documentElement.scrollWidth") <= width
        sizes = await page.eval_on_selector_all(
            ".keys button", "keys => keys.map(key => key.getBoundingClientRect()).map(box => [box.width, box.height])"
        )
        assert len(sizes) == 12
        assert all(min(size) >= 44 for size in sizes)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1280])
async def test_axe_finds_nothing_and_nothing_overflows(browser, scheme, width):
    options = {"color_scheme": scheme, "viewport": {"width": width, "height": 760}}
    async with a_world() as world, _opened(world, browser, **options) as page:
        await _nothing_found(page)
        await page.get_by_role("radio", name="Another number").check()
        await page.get_by_role("button", name="Call", exact=True).click()
        await _nothing_found(page)
        await page.get_by_role("radio").first.check()
        await page.get_by_role("button", name="Call", exact=True).click()
        await expect(page.get_by_role("log")).to_contain_text("Please hold the line.")
        await _nothing_found(page)
        await page.get_by_role("button", name="Hang up").click()
        await expect(page.get_by_role("status")).to_contain_text("You hung up")
        await _nothing_found(page)
        assert await page.evaluate("document.documentElement.scrollWidth") <= width


async def test_the_page_allows_nothing_from_elsewhere(browser):
    async with a_world() as world, _opened(world, browser) as page:
        answer = await page.request.get(f"{world.emulator.url}/emulator/")
        policy = answer.headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        script = await page.request.get(f"{world.emulator.url}/emulator/page/phone.js")
        assert re.match("(text|application)/javascript", script.headers["content-type"])
        assert script.headers["x-content-type-options"] == "nosniff"
