"""What a rep does at the desk, in Chromium, against a scripted service: every step by what the service was told."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
import pytest_asyncio
from playwright.async_api import BrowserContext, Page, expect

from tests.support import desk_samples as samples
from tests.support.chromium import running_chromium
from tests.support.desk_pages import a_tab, as_new, signed_in
from tests.support.desk_samples import Shape, ago
from tests.support.desk_scenes import CALL_ID
from tests.support.desk_stub import DeskStub, running_stub
from tests.support.eventually import eventually

pytestmark = pytest.mark.asyncio(loop_scope="module")

# Counts what a person would hear and be told, and pretends that the window is behind another one.
WATCH = """
  window.strikes = 0;
  const strike = AudioContext.prototype.createOscillator;
  AudioContext.prototype.createOscillator = function () { window.strikes += 1; return strike.call(this); };
  window.told = [];
  window.Notification = class { static permission = 'granted'; constructor(title) { told.push(title); } close() {} };
  document.hasFocus = () => false;
"""


@pytest_asyncio.fixture(loop_scope="module")
async def context(kept: BrowserContext, stub: DeskStub) -> BrowserContext:
    await as_new(kept, stub)
    return kept


@pytest_asyncio.fixture(scope="module", loop_scope="module", autouse=True)
async def watched(kept: BrowserContext) -> None:
    await kept.add_init_script(WATCH)


def presence(status: str, **changes: object) -> Shape:
    told = {"status": status, "since": ago(0), "connected": True, "next_status": None, "reason": None}
    return {"type": "rep_status", **told, **changes}


def state(name: str, **changes: object) -> Shape:
    return {"type": "call_state", "call_id": CALL_ID, "state": name, "since": ago(0), **changes}


async def opened(context: BrowserContext, stub: DeskStub, me: Shape) -> Page:
    stub.me = me
    page = await a_tab(context)
    await page.goto(stub.origin)
    await page.get_by_text("Connected", exact=True).wait_for(state="attached")
    return page


async def offer(stub: DeskStub, page: Page) -> None:
    await stub.push(presence("reserved"), {"type": "screen_pop", **samples.pop()}, state("offered"))
    await page.get_by_role("button", name="Accept").wait_for()


async def connect(stub: DeskStub) -> None:
    await eventually(lambda: stub.commands_to("/accept"))
    await stub.push({"type": "offer_ended", "offer_id": "o1-1", "outcome": "accepted"}, presence("on_call"))
    await stub.push(state("connecting"))
    await eventually(lambda: stub.legs)
    await stub.push(state("talking"))
    stub.me = samples.on(samples.call("talking"))


def sent(stub: DeskStub, path_end: str, body: Shape) -> Callable[[], bool]:
    return lambda: body in stub.commands_to(path_end)


async def test_a_shift_from_start_to_filed_call_by_keyboard_alone(context: BrowserContext, stub: DeskStub) -> None:
    page = await opened(context, stub, samples.me("offline"))
    await page.get_by_role("button", name="Start shift").focus()
    await page.keyboard.press("Enter")
    await eventually(sent(stub, "/me/status", {"status": "available"}))
    await offer(stub, page)
    await page.keyboard.press("Control+Shift+A")
    await connect(stub)
    assert stub.legs == ["o1-1"]
    await page.get_by_role("button", name="Mute").wait_for()
    await page.keyboard.press("Control+Shift+M")
    await eventually(lambda: stub.commands_to("DEVICE mute"))
    await expect(page.get_by_role("button", name="Unmute")).to_have_attribute("aria-pressed", "true")
    await page.keyboard.press("Control+Shift+E")
    await eventually(lambda: stub.commands_to("/hangup"))
    await stub.push(state("wrap_up", ends_at=ago(-30)), presence("wrap_up"))
    await page.get_by_role("radio", name="Resolved").focus()
    await page.keyboard.press("Space")
    await page.keyboard.press("Tab")
    await page.keyboard.type("Price list by Monday.")
    await eventually(sent(stub, "/draft", {"disposition": "resolved", "notes": "Price list by Monday."}))
    await page.keyboard.press("Tab")
    await page.keyboard.press("Enter")
    await eventually(sent(stub, "/wrap-up", {"disposition": "resolved", "notes": "Price list by Monday."}))
    await stub.push(state("ended"), presence("available"))
    await expect(page.get_by_text("Filed: the call with Jan Kowalski.")).to_be_visible()


async def test_a_pop_is_heard_and_told_once_and_takes_no_focus(context: BrowserContext, stub: DeskStub) -> None:
    page = await opened(context, stub, samples.me("offline"))
    await page.get_by_role("button", name="Start shift").click()
    await page.get_by_role("button", name="Your status: Available").focus()
    await offer(stub, page)
    await expect(page).to_have_title("(1) Jan Kowalski is calling")
    await eventually(lambda: page.evaluate("strikes > 0"))
    assert await page.evaluate("told") == ["Jan Kowalski is calling"]
    assert await page.evaluate("document.activeElement.textContent.includes('Available')") is False
    assert await page.evaluate("document.activeElement.classList.contains('presence')")
    alert = page.get_by_role("alert").filter(has_text="is calling")
    await expect(alert).to_have_count(1)
    await alert.evaluate(
        "(node) => new MutationObserver(() => { window.again = true; })"
        ".observe(node, { subtree: true, childList: true, characterData: true })"
    )
    left = page.get_by_role("timer")
    before = await left.inner_text()
    await expect(left).not_to_have_text(before)
    assert await page.evaluate("window.again") is None
    await stub.push({"type": "offer_ended", "offer_id": "o1-1", "outcome": "caller_left"}, presence("available"))
    await expect(page).to_have_title("Available · Desk")


async def test_declining_says_so_and_waits_for_the_service(context: BrowserContext, stub: DeskStub) -> None:
    page = await opened(context, stub, samples.me())
    await offer(stub, page)
    await page.keyboard.press("Control+Shift+D")
    await eventually(lambda: stub.commands_to("/decline"))
    await expect(page.get_by_role("button", name="Declining")).to_be_disabled()
    await stub.push({"type": "offer_ended", "offer_id": "o1-1", "outcome": "declined"}, presence("available"))
    await expect(page.get_by_text("Ready for the next call")).to_be_visible()


async def test_an_accept_that_got_no_answer_is_sent_again(context: BrowserContext, stub: DeskStub) -> None:
    page = await opened(context, stub, samples.me())
    await offer(stub, page)
    stub.answers["POST /api/v1/offers/o1-1/accept"] = (503, {"title": "Unavailable"}, {})
    await page.keyboard.press("Control+Shift+A")
    await eventually(lambda: stub.commands_to("/accept"))
    stub.answers.clear()
    await eventually(lambda: len(stub.commands_to("/accept")) >= 2)
    await connect(stub)
    first, *others = stub.commands_to("/accept")
    assert all(again == first for again in others)


async def test_an_accept_that_the_callers_hang_up_overtook_says_so(context: BrowserContext, stub: DeskStub) -> None:
    page = await opened(context, stub, samples.me())
    await offer(stub, page)
    stub.answers["POST /api/v1/offers/o1-1/accept"] = (409, {"title": "Conflict", "state": "ended"}, {})
    await page.keyboard.press("Control+Shift+A")
    await expect(page.get_by_text("Jan Kowalski hung up before you answered.")).to_be_visible()


async def test_a_reload_while_talking_brings_the_leg_back_with_the_same_offer(
    context: BrowserContext, stub: DeskStub
) -> None:
    page = await opened(context, stub, samples.me())
    await offer(stub, page)
    await page.keyboard.press("Control+Shift+A")
    await connect(stub)
    await page.get_by_role("textbox", name="Notes").fill("half a sentence")
    await eventually(lambda: stub.commands_to("/draft"))
    stub.me["call"]["draft"] = {"disposition": None, "notes": "half a sentence"}
    await page.reload()
    await eventually(lambda: stub.legs == ["o1-1", "o1-1"])
    await page.get_by_role("button", name="Mute").wait_for()
    await expect(page.get_by_role("textbox", name="Notes")).to_have_value("half a sentence")


async def test_a_leg_lost_in_the_middle_comes_back_by_itself(context: BrowserContext, stub: DeskStub) -> None:
    page = await opened(context, stub, samples.me())
    await offer(stub, page)
    await page.keyboard.press("Control+Shift+A")
    await connect(stub)
    await page.get_by_role("button", name="Mute").click()
    await stub.drop_legs()
    await stub.push(state("connecting", returning=True))
    await expect(page.get_by_text("Reconnecting the call")).to_be_visible()
    await eventually(lambda: stub.legs == ["o1-1", "o1-1"])
    await eventually(lambda: len(stub.commands_to("DEVICE mute")) == 2)
    assert [said["muted"] for said in stub.commands_to("DEVICE mute") if said] == [True, True]


async def test_a_leg_that_ends_with_the_call_is_not_brought_back(context: BrowserContext, stub: DeskStub) -> None:
    await context.clock.install()
    page = await opened(context, stub, samples.me())
    await offer(stub, page)
    await page.keyboard.press("Control+Shift+A")
    await connect(stub)
    await page.get_by_role("button", name="Mute").wait_for()
    await stub.drop_legs("completed")
    await stub.push(state("wrap_up", ends_at=ago(-30)), presence("wrap_up"))
    await page.get_by_role("heading", name="After-call work").wait_for()
    await page.clock.fast_forward(5_000)  # longer than any pause before a return
    assert stub.legs == ["o1-1"]


async def test_a_leg_that_was_refused_once_is_tried_again_and_the_warning_goes(
    context: BrowserContext, stub: DeskStub
) -> None:
    page = await opened(context, stub, samples.me())
    stub.leg_refusal = {"code": 31002, "message": "not yet"}
    await offer(stub, page)
    await page.keyboard.press("Control+Shift+A")
    warning = page.get_by_role("alert").filter(has_text="refused")
    await expect(warning).to_be_visible()
    stub.leg_refusal = None
    await connect(stub)
    await page.get_by_role("button", name="Mute").wait_for()
    await expect(warning).to_have_count(0)


async def test_a_draft_that_was_not_saved_is_sent_again(context: BrowserContext, stub: DeskStub) -> None:
    page = await opened(context, stub, samples.on(samples.call("wrap_up", since_s=2)))
    stub.answers[f"PUT /api/v1/calls/{CALL_ID}/draft"] = (503, {"title": "Unavailable"}, {})
    await page.get_by_role("textbox", name="Notes").fill("Monday")
    await expect(page.get_by_text("Not saved yet, trying again")).to_be_visible()
    stub.answers.clear()
    await expect(page.get_by_text("Saved as typed")).to_be_visible()


async def test_a_desk_that_lost_its_socket_says_so_and_goes_on_after_its_cursor(
    context: BrowserContext, stub: DeskStub
) -> None:
    page = await opened(context, stub, samples.me())
    await offer(stub, page)
    stub.refuse_sockets = True
    await stub.drop_sockets()
    await expect(page.get_by_text("Disconnected from the service")).to_be_visible()
    await expect(page.get_by_role("button", name="Accept")).to_have_count(0)
    await expect(page.get_by_text("Not known while disconnected")).to_be_visible()
    stub.refuse_sockets = False
    await page.evaluate("dispatchEvent(new Event('online'))")
    await page.get_by_role("button", name="Accept").wait_for()
    assert stub.cursors == [None, str(stub.events)]


async def test_the_queues_are_read_again_as_soon_as_a_call_comes_or_goes(
    context: BrowserContext, stub: DeskStub
) -> None:
    await context.clock.install()
    page = await opened(context, stub, samples.me(queues=[{"id": "support", "waiting": 0, "longest_since": None}]))
    await page.clock.pause_at(datetime.now(UTC) + timedelta(seconds=1))
    queues = page.get_by_role("region", name="My queues")
    stub.me["queues"][0]["waiting"] = 1
    await stub.push(presence("reserved"), {"type": "screen_pop", **samples.pop()})
    await page.get_by_role("button", name="Accept").wait_for()
    asked = stub.asked.count("/api/v1/me?")
    await page.clock.run_for(1_000)
    await expect(queues.get_by_text("1 waiting")).to_be_visible()
    stub.me["queues"][0]["waiting"] = 0
    await stub.push({"type": "offer_ended", "offer_id": "o1-1", "outcome": "caller_left"}, presence("available"))
    await page.get_by_text("Ready for the next call").wait_for()
    await page.clock.run_for(1_000)
    await expect(queues.get_by_text("0 waiting")).to_be_visible()
    assert stub.asked.count("/api/v1/me?") == asked + 2
    await page.clock.resume()


async def test_what_the_caller_chose_in_a_menu_stands_in_the_offer_and_by_the_call(
    context: BrowserContext, stub: DeskStub
) -> None:
    page = await opened(context, stub, samples.me())
    chosen = samples.pop()
    chosen["call"]["answers"] = ["sales", "a new contract"]
    await stub.push(presence("reserved"), {"type": "screen_pop", **chosen}, state("offered"))
    await expect(page.get_by_text("sales · a new contract")).to_be_visible()
    await page.get_by_role("button", name="Accept").click()
    await connect(stub)
    await expect(page.get_by_role("main").get_by_text("a new contract", exact=True)).to_be_visible()


async def test_timers_follow_the_clock_of_the_service(context: BrowserContext, stub: DeskStub) -> None:
    stub.ahead_s = 3600
    page = await opened(context, stub, samples.me("away", since=ago(-3600 + 60), reason="lunch"))
    await expect(page.get_by_role("main").get_by_text("1:0").first).to_be_visible()


async def test_one_tab_rings_and_another_may_take_the_conversation_over(
    context: BrowserContext, stub: DeskStub
) -> None:
    first = await opened(context, stub, samples.me())
    second = await opened(context, stub, samples.me())
    await expect(second.get_by_text("Your desk is open in another tab")).to_be_visible()
    await offer(stub, first)
    assert await second.evaluate("told") == []
    await first.get_by_role("button", name="Accept").click()
    await connect(stub)
    await expect(second.get_by_text("You answered this call in another tab")).to_be_visible()
    await expect(second.get_by_role("button", name="Mute")).to_have_count(0)
    await second.get_by_role("button", name="Continue here").click()
    await eventually(lambda: stub.legs == ["o1-1", "o1-1"])
    await expect(first.get_by_text("You answered this call in another tab")).to_be_visible()
    await second.get_by_role("button", name="Mute").wait_for()


async def test_a_conversation_whose_tab_is_gone_is_taken_up_by_the_one_that_is_left(
    context: BrowserContext, stub: DeskStub
) -> None:
    page = await opened(context, stub, samples.on(samples.call("talking")))
    await expect(page.get_by_text("No open tab of this browser has the sound")).to_be_visible()
    await expect(page.get_by_text("in another tab")).to_have_count(0)
    await eventually(lambda: stub.legs == ["o1-1"], within_s=15)


async def test_a_tab_that_waits_to_take_over_sees_at_once_that_another_did(
    context: BrowserContext, stub: DeskStub
) -> None:
    first = await opened(context, stub, samples.on(samples.call("talking")))
    second = await opened(context, stub, samples.on(samples.call("talking")))
    await expect(second.get_by_text("No open tab of this browser has the sound")).to_be_visible()
    await first.get_by_role("button", name="Continue here").click()
    await expect(second.get_by_text("You answered this call in another tab")).to_be_visible(timeout=2_000)
    await first.get_by_role("button", name="Mute").wait_for()
    assert stub.legs == ["o1-1"]


async def test_a_tab_that_stands_by_takes_the_conversation_over_when_the_talking_one_is_closed(
    context: BrowserContext, stub: DeskStub
) -> None:
    await context.clock.install()
    talking = await opened(context, stub, samples.me())
    await offer(stub, talking)
    await talking.get_by_role("button", name="Accept").click()
    await connect(stub)
    second = await opened(context, stub, stub.me)
    await expect(second.get_by_text("You answered this call in another tab")).to_be_visible()
    await second.clock.fast_forward(6_000)  # longer than a tab waits for one that reloads
    assert stub.legs == ["o1-1"]
    await talking.close()
    await expect(second.get_by_text("No open tab of this browser has the sound")).to_be_visible()
    await eventually(lambda: stub.legs == ["o1-1", "o1-1"], within_s=15)
    await second.get_by_role("button", name="Mute").wait_for()


async def test_notes_can_be_written_while_a_conversation_comes_back_on_a_new_page(
    context: BrowserContext, stub: DeskStub
) -> None:
    draft = {"disposition": None, "notes": "half a sentence"}
    page = await opened(context, stub, samples.on(samples.call("connecting", returning=True, draft=draft)))
    await expect(page.get_by_role("textbox", name="Notes")).to_have_value("half a sentence")


async def test_a_softphone_that_does_not_come_after_a_reload_is_tried_again(
    context: BrowserContext, stub: DeskStub
) -> None:
    stub.answers["POST /api/v1/me/voice-token"] = (503, {"title": "Unavailable"}, {})
    page = await opened(context, stub, samples.me())
    await expect(page.get_by_role("alert").filter(has_text="softphone")).to_be_visible()
    stub.answers.clear()
    await eventually(lambda: stub.devices)
    await expect(page.get_by_role("alert").filter(has_text="softphone")).to_have_count(0)


async def test_a_softphone_that_cannot_ring_sets_the_rep_to_away(context: BrowserContext, stub: DeskStub) -> None:
    page = await opened(context, stub, samples.me())
    await eventually(lambda: stub.devices)
    stub.answers["POST /api/v1/me/voice-token"] = (503, {"title": "Unavailable"}, {})
    for device in list(stub.devices):
        await device.close(1011)
    await expect(page.get_by_role("alert").filter(has_text="softphone")).to_be_visible()
    away = {"status": "away", "reason": "softphone"}
    await eventually(sent(stub, "/me/status", away), within_s=20)
    stub.answers.clear()
    await eventually(lambda: stub.devices, within_s=20)
    await expect(page.get_by_role("alert").filter(has_text="softphone")).to_have_count(0)


async def test_a_shift_on_a_real_line_does_not_start_without_a_microphone() -> None:
    async with running_chromium(whole=True) as browser, running_stub(simulated=False) as stub:
        stub.me = samples.me("offline", simulated=False)
        context = await signed_in(browser, stub)
        await context.clear_permissions()
        page = await context.new_page()
        await page.goto(stub.origin)
        await page.get_by_role("button", name="Start shift").click()
        await expect(page.get_by_role("alert").filter(has_text="The microphone is blocked")).to_be_visible()
        assert stub.commands == []
        await context.close()


async def test_ending_the_shift_closes_the_softphone(context: BrowserContext, stub: DeskStub) -> None:
    page = await opened(context, stub, samples.me())
    await eventually(lambda: stub.devices)
    await page.get_by_role("button", name="Your status").click()
    await page.get_by_role("button", name="End shift").click()
    await eventually(sent(stub, "/me/status", {"status": "offline"}))
    await eventually(lambda: not stub.devices)
    await expect(page.get_by_role("button", name="Start shift")).to_be_visible()


async def test_away_takes_a_reason_of_ones_own(context: BrowserContext, stub: DeskStub) -> None:
    page = await opened(context, stub, samples.me())
    await page.get_by_role("button", name="Your status").click()
    await page.get_by_role("button", name="Something else").click()
    await page.keyboard.type("Dentist")
    await page.keyboard.press("Enter")
    await eventually(sent(stub, "/me/status", {"status": "away", "reason": "Dentist"}))
    await expect(page.get_by_text("You are away: Dentist")).to_be_visible()


async def test_where_the_configuration_lists_away_reasons_these_are_the_choice(
    context: BrowserContext, stub: DeskStub
) -> None:
    given = [{"id": "training", "label": "In training"}, {"id": "lunch", "label": "Late lunch"}]
    page = await opened(context, stub, {**samples.me(), "away_reasons": given})
    await page.get_by_role("button", name="Your status").click()
    await expect(page.get_by_role("button", name="Late lunch")).to_be_visible()
    await expect(page.get_by_role("button", name="Something else")).to_have_count(0)
    await page.get_by_role("button", name="In training").click()
    await eventually(sent(stub, "/me/status", {"status": "away", "reason": "training"}))
    await expect(page.get_by_text("You are away: In training")).to_be_visible()


async def test_what_comes_after_this_call_is_shown_and_can_be_undone(context: BrowserContext, stub: DeskStub) -> None:
    page = await opened(context, stub, {**samples.on(samples.call("talking")), "next_status": "away"})
    await expect(page.get_by_text("Away after this call")).to_be_visible()
    await page.get_by_role("button", name="Undo").click()
    await eventually(sent(stub, "/me/status", {"status": "available"}))


async def test_a_shortcut_that_was_changed_works_and_is_kept(context: BrowserContext, stub: DeskStub) -> None:
    page = await opened(context, stub, samples.me())
    await page.get_by_role("button", name="Bo Lind").click()
    await page.get_by_role("button", name="Keyboard shortcuts").click()
    await page.get_by_role("button", name="Change the shortcut: Accept").click()
    await page.keyboard.press("a")
    await expect(page.get_by_text("Use Ctrl, Alt")).to_be_visible()
    await page.keyboard.press("Control+Shift+D")
    await expect(page.get_by_text("Already used: Decline the call.")).to_be_visible()
    await page.keyboard.press("Alt+y")
    await expect(page.get_by_text("Alt Y")).to_be_visible()
    await page.reload()
    await page.get_by_text("Connected", exact=True).wait_for(state="attached")
    await offer(stub, page)
    await page.keyboard.press("Alt+y")
    await eventually(lambda: stub.commands_to("/accept"))


async def test_the_customer_is_chosen_among_several_and_the_choice_taken_back(
    context: BrowserContext, stub: DeskStub
) -> None:
    page = await opened(context, stub, samples.reserved(samples.pop(samples.caller("many"))))
    chosen = samples.caller("one", samples.eva())
    stub.answers[f"POST /api/v1/calls/{CALL_ID}/contact"] = (200, chosen, {})
    await page.get_by_role("button", name="Ewa Nowak").click()
    await eventually(sent(stub, "/contact", {"contact_id": "c-2"}))
    await expect(page.get_by_role("heading", name="Ewa Nowak", level=1)).to_be_visible()
    await page.get_by_role("button", name="Choose someone else").click()
    await expect(page.get_by_role("button", name="Marek")).to_be_visible()


async def test_somebody_who_is_only_suggested_can_be_chosen(context: BrowserContext, stub: DeskStub) -> None:
    page = await opened(context, stub, samples.reserved(samples.pop(samples.caller("none", samples.marek()))))
    customer = page.get_by_role("complementary", name="Customer")
    await expect(customer.get_by_text("May be", exact=True)).to_be_visible()
    await expect(customer.get_by_role("searchbox")).to_be_visible()
    stub.answers[f"POST /api/v1/calls/{CALL_ID}/contact"] = (200, samples.caller("one", samples.marek()), {})
    await customer.get_by_role("button", name="Marek").click()
    await eventually(sent(stub, "/contact", {"contact_id": "c-3"}))
    await expect(page.get_by_role("heading", name="Marek", level=1)).to_be_visible()


async def test_a_record_that_arrives_late_fills_in(context: BrowserContext, stub: DeskStub) -> None:
    page = await opened(context, stub, samples.reserved(samples.pop(samples.caller("unavailable"))))
    await expect(page.get_by_text("Customer record unavailable").first).to_be_visible()
    await stub.push({"type": "caller_updated", "call_id": CALL_ID, "caller": samples.caller()})
    await expect(page.get_by_role("heading", name="Jan Kowalski", level=1)).to_be_visible()


async def test_a_desk_of_nobody_claims_no_connection(context: BrowserContext, stub: DeskStub) -> None:
    stub.me = samples.me("offline", role="admin", rep=None)
    page = await a_tab(context)
    await page.goto(stub.origin)
    await page.get_by_text("This account takes no calls").wait_for()
    await expect(page.get_by_text("Connecting…")).to_have_count(0)


@pytest.mark.parametrize(
    ("me", "query", "home"),
    [
        (samples.me(), "", "/"),
        (samples.me(), "?next=/admin", "/"),
        (samples.me(role="admin", rep=None), "", "/admin"),
        (samples.me(role="admin", rep=None), "?next=//evil.example", "/admin"),
        (samples.me(role="supervisor"), "?next=/admin", "/admin"),
    ],
)
async def test_logging_in_leads_to_where_one_works(
    context: BrowserContext, stub: DeskStub, me: Shape, query: str, home: str
) -> None:
    page = await context.new_page()
    await page.goto(f"{stub.origin}/login{query}")
    stub.answers["POST /api/v1/session"] = (200, {key: me[key] for key in ("id", "name", "role", "rep")}, {})
    await page.keyboard.type("bo@example.com")
    await page.keyboard.press("Tab")
    await page.keyboard.type("correct horse")
    await page.keyboard.press("Enter")
    await page.wait_for_url(f"{stub.origin}{home}")
    assert stub.commands_to("/session") == [{"email": "bo@example.com", "password": "correct horse"}]


async def test_ones_own_password_can_be_changed(context: BrowserContext, stub: DeskStub) -> None:
    page = await opened(context, stub, samples.me())
    await page.get_by_role("button", name="Bo Lind").click()
    await page.get_by_role("button", name="Change password").click()
    await page.get_by_label("Current password").fill("old one")
    await page.get_by_label("New password").fill("a better one")
    stub.answers["PUT /api/v1/me/password"] = (403, {"title": "Forbidden"}, {})
    await page.get_by_role("button", name="Change password").last.click()
    await expect(page.get_by_text("The current password is not right.")).to_be_visible()
    stub.answers["PUT /api/v1/me/password"] = (204, None, {})
    await page.get_by_role("button", name="Change password").last.click()
    await expect(page.get_by_text("Your password is changed.")).to_be_visible()
    assert stub.commands_to("/password")[-1] == {"current": "old one", "new": "a better one"}


async def test_logging_out_ends_the_session(context: BrowserContext, stub: DeskStub) -> None:
    page = await opened(context, stub, samples.me())
    await page.get_by_role("button", name="Bo Lind").click()
    await page.get_by_role("button", name="Log out").click()
    await page.wait_for_url(f"{stub.origin}/login")
    assert ("DELETE /api/v1/session", None) in stub.commands
