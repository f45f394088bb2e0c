"""How the desk fills its space in Chromium, where a picture alone would prove nothing."""

from __future__ import annotations

import pytest
from playwright.async_api import BrowserContext

from tests.support import desk_samples as samples
from tests.support.desk_pages import as_new
from tests.support.desk_stub import DeskStub

pytestmark = pytest.mark.asyncio(loop_scope="module")

BARE_SHARE = """(list) => {
  const area = (node) => node.offsetWidth * node.offsetHeight;
  return 1 - [...list.children].reduce((sum, cell) => sum + area(cell), 0) / area(list);
}"""
LABELS_AT = "(list) => [...list.querySelectorAll('dt')].map((label) => label.getBoundingClientRect().left)"


@pytest.mark.parametrize("known", [True, False], ids=["four-facts", "three-facts"])
async def test_the_facts_of_an_offer_leave_no_cell_empty(kept: BrowserContext, stub: DeskStub, known: bool) -> None:
    page = await as_new(kept, stub)
    stub.me = samples.reserved(samples.pop(samples.caller() if known else samples.caller("none")))
    await page.goto(stub.origin)
    facts = page.locator(".facts")
    await facts.wait_for()
    for width in (1280, 1200, 820, 500, 360):
        await page.set_viewport_size({"width": width, "height": 800})
        assert await facts.evaluate(BARE_SHARE) < 0.04, f"at {width} px"  # the lines between them
    first, _, third, *_ = await facts.evaluate(LABELS_AT)
    assert first == third
