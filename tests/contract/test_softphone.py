"""The softphone's port: both adapters keep it in Chromium; and the real Voice SDK has every name that ours uses."""

from __future__ import annotations

from typing import Protocol

import pytest
import pytest_asyncio
from playwright.async_api import Browser, BrowserContext, Page

from cti.web.vendor.vendor import ROOT
from tests.support.desk_pages import as_new, signed_in
from tests.support.desk_stub import DeskStub
from tests.support.eventually import eventually

pytestmark = pytest.mark.asyncio(loop_scope="module")

STAND_IN = ROOT / "tests" / "support" / "twilio_sdk_stand_in.js"
REAL_SDK = (ROOT / "cti" / "web" / "vendor" / "twilio.min.js").read_text(encoding="utf-8")
HARNESS = """
async (token) => {
  const { softphoneFor } = await import('/static/v/softphone/port.js');
  window.said = [];
  window.phone = await softphoneFor(token, (what) => said.push(what));
  window.leg = async (offer) => { window.current = await phone.connect(offer, (what) => said.push(what)); };
  window.problem = (promise) => promise.then(() => 'none', (failure) => failure.problem);
}
"""


class Line(Protocol):
    """The far side of an adapter, as a test moves it."""

    provider: str

    async def offers(self) -> list[str]: ...
    async def hang_up(self) -> None: ...
    async def muted(self) -> bool: ...
    async def expire_token(self) -> None: ...
    async def tokens(self) -> list[str]: ...
    async def lose(self) -> None: ...
    async def refuse(self) -> None: ...


class EmulatedLine:
    provider = "emulator"

    def __init__(self, page: Page, stub: DeskStub) -> None:
        self.stub = stub

    async def offers(self) -> list[str]:
        return self.stub.legs

    async def hang_up(self) -> None:
        await self.stub.drop_legs()

    async def muted(self) -> bool:
        said = self.stub.commands_to("DEVICE mute")
        return bool(said and said[-1] and said[-1]["muted"])

    async def expire_token(self) -> None:
        for device in self.stub.devices:
            await device.send_json({"type": "token_will_expire"})

    async def tokens(self) -> list[str]:
        return ["jwt", *(said["token"] for said in self.stub.commands_to("DEVICE update_token") if said)]

    async def lose(self) -> None:
        for device in list(self.stub.devices):
            await device.close(1011)

    async def refuse(self) -> None:
        self.stub.leg_refusal = {"code": 31002, "message": "not your offer"}


class TwilioLine:
    provider = "twilio"

    def __init__(self, page: Page, stub: DeskStub) -> None:
        self.page = page

    async def offers(self) -> list[str]:
        return list(await self.page.evaluate("device.calls.map((call) => call.params.offer_id)"))

    async def hang_up(self) -> None:
        await self.page.evaluate("device.calls.at(-1).close()")

    async def muted(self) -> bool:
        return bool(await self.page.evaluate("device.calls.at(-1).muted"))

    async def expire_token(self) -> None:
        await self.page.evaluate("device.emit('tokenWillExpire', device)")

    async def tokens(self) -> list[str]:
        return list(await self.page.evaluate("device.tokens"))

    async def lose(self) -> None:
        await self.page.evaluate("device.emit('error', { code: 31005, message: 'gone' })")

    async def refuse(self) -> None:
        await self.page.evaluate("window.refuse = 31002")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def kept(browser: Browser, stub: DeskStub) -> BrowserContext:
    """One for all of them, so that the browser keeps what it has compiled."""
    context = await signed_in(browser, stub)
    await context.add_init_script(path=STAND_IN)
    return context


@pytest_asyncio.fixture(loop_scope="module")
async def page(kept: BrowserContext, stub: DeskStub) -> Page:
    page = await as_new(kept, stub)
    await page.goto(stub.origin + "/login")
    return page


@pytest_asyncio.fixture(params=[EmulatedLine, TwilioLine], ids=["emulator", "twilio"], loop_scope="module")
async def line(request: pytest.FixtureRequest, page: Page, stub: DeskStub) -> Line:
    made: Line = request.param(page, stub)
    token = {"provider": made.provider, "url": stub.origin, "token": "jwt", "expires_at": "2030-01-01T00:00:00Z"}
    await page.evaluate(HARNESS, token)
    await page.evaluate("phone.start()")
    return made


async def _said(page: Page, *expected: str) -> None:
    async def same() -> bool:
        said = await page.evaluate("said")
        assert said == list(expected)
        return True

    await eventually(same)


async def test_a_leg_carries_its_offer_and_becomes_live(line: Line, page: Page) -> None:
    await page.evaluate("leg('o1-7')")
    await _said(page, "live")
    assert await line.offers() == ["o1-7"]


async def test_a_leg_that_the_far_side_ends_is_over_once(line: Line, page: Page) -> None:
    await page.evaluate("leg('o1-7')")
    await _said(page, "live")
    await line.hang_up()
    await _said(page, "live", "ended")
    await page.evaluate("current.end()")
    await page.evaluate("leg('o1-7')")
    await _said(page, "live", "ended", "live")


async def test_a_leg_that_we_end_is_over(line: Line, page: Page) -> None:
    await page.evaluate("leg('o1-7')")
    await _said(page, "live")
    await page.evaluate("current.end()")
    await _said(page, "live", "ended")


async def test_muting_reaches_the_line(line: Line, page: Page) -> None:
    await page.evaluate("leg('o1-7')")
    await _said(page, "live")
    await page.evaluate("current.mute(true)")
    await eventually(line.muted)


async def test_a_token_that_will_expire_is_told_and_replaced(line: Line, page: Page) -> None:
    await line.expire_token()
    await _said(page, "token_will_expire")
    await page.evaluate("phone.updateToken('fresh')")

    async def replaced() -> bool:
        return await line.tokens() == ["jwt", "fresh"]

    await eventually(replaced)


async def test_a_softphone_that_loses_its_line_says_so(line: Line, page: Page) -> None:
    await line.lose()
    await _said(page, "lost")


async def test_a_refused_leg_is_a_failure_with_its_problem(line: Line, page: Page) -> None:
    await line.refuse()
    assert await page.evaluate("problem(phone.connect('o1-8', () => undefined))") == "refused"


async def test_closing_ends_the_leg(line: Line, page: Page) -> None:
    await page.evaluate("leg('o1-7')")
    await _said(page, "live")
    await page.evaluate("phone.close()")
    await _said(page, "live", "ended")


async def test_devices_may_be_chosen_at_any_time(line: Line, page: Page) -> None:
    await page.evaluate("phone.useDevices({ input: 'microphone-2', output: 'headset-1' })")
    if line.provider == "twilio":
        assert await page.evaluate("[device.audio.inputs, device.audio.speakerDevices.chosen]") == [
            ["microphone-2"],
            ["headset-1"],
        ]


@pytest.mark.parametrize(
    ("code", "problem"), [(31401, "denied"), (31402, "missing"), (20101, "token"), (31005, "network"), (1, "refused")]
)
async def test_twilios_errors_become_problems_that_a_rep_can_mend(page: Page, code: int, problem: str) -> None:
    await page.evaluate(HARNESS, {"provider": "twilio", "token": "jwt", "expires_at": ""})
    await page.evaluate("phone.start()")
    await page.evaluate("(code) => { window.refuse = code; }", code)
    assert await page.evaluate("problem(phone.connect('o1-8', () => undefined))") == problem


async def test_an_error_in_the_middle_of_a_call_leaves_it_to_the_device(page: Page) -> None:
    await page.evaluate(HARNESS, {"provider": "twilio", "token": "jwt", "expires_at": ""})
    await page.evaluate("phone.start()")
    await page.evaluate("leg('o1-7')")
    await _said(page, "live")
    await page.evaluate("device.emit('error', { code: 31005 })")
    await _said(page, "live")


async def test_the_device_plays_no_sounds_of_its_own(page: Page) -> None:
    await page.evaluate(HARNESS, {"provider": "twilio", "token": "jwt", "expires_at": ""})
    await page.evaluate("phone.start()")
    assert await page.evaluate("device.sounds") == {"outgoing": False, "disconnect": False}


async def test_a_token_that_the_emulator_refuses_is_a_token_problem(page: Page, stub: DeskStub) -> None:
    stub.device_refusal = {"code": 20101, "message": "expired"}
    token = {"provider": "emulator", "url": stub.origin, "token": "jwt", "expires_at": ""}
    await page.evaluate(HARNESS, token)
    assert await page.evaluate("problem(phone.start())") == "token"


async def test_the_real_voice_sdk_has_every_name_in_use(browser: Browser, stub: DeskStub) -> None:
    context = await signed_in(browser, stub)
    page = await context.new_page()
    await page.goto(stub.origin + "/login")
    await page.add_script_tag(url=f"{stub.origin}/static/v/vendor/twilio.min.js")
    found = await page.evaluate(
        """() => {
          const device = new Twilio.Device('a.b.c', { logLevel: 'silent' });
          const { audio } = device;
          const call = Twilio.Call.prototype;
          return {
            supported: typeof Twilio.Device.isSupported,
            methods: [device.connect, device.updateToken, device.destroy, device.on, call.disconnect, call.mute,
              call.status, call.on, audio.outgoing, audio.disconnect, audio.setInputDevice, audio.speakerDevices.set]
              .map((method) => typeof method),
            outputs: typeof audio.isOutputSelectionSupported,
            events: Object.values(Twilio.Device.EventName),
            closed: Twilio.Call.State.Closed,
          };
        }"""
    )
    assert found["supported"] == found["outputs"] == "boolean"
    assert set(found["methods"]) == {"function"}
    assert {"tokenWillExpire", "unregistered", "error"} <= set(found["events"])
    assert found["closed"] == "closed"
    assert all(f'"{event}"' in REAL_SDK for event in ("accept", "disconnect", "cancel", "reject", "error"))
    await context.close()
