"""Every designed state of every page: axe finds nothing, light and wide or dark and narrow (``make prove``: both),
nothing is wider than a narrow window, and the browser complains of nothing.
"""

from __future__ import annotations

import os
from pathlib import Path
from zlib import crc32

import pytest
import pytest_asyncio
from playwright.async_api import Browser, BrowserContext

from tests.support.chromium import running_chromium
from tests.support.desk_pages import perform, signed_in
from tests.support.desk_scenes import SCENES
from tests.support.desk_stub import DeskStub
from tests.support.scene import Scene

pytestmark = pytest.mark.asyncio(loop_scope="module")

PROVING = os.environ.get("CTI_PROVE") == "1"
AXE = (Path(__file__).parent / "axe" / "axe.min.js").read_text(encoding="utf-8")
CSP = "Content Security Policy"
"""What the browser says of a page that breaks it. Of other policies' names it knows more with every release."""
PAINTED = "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"
FIND_VIOLATIONS = """async () => {
  const tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
  const { violations } = await axe.run(document, { runOnly: tags, resultTypes: ["violations"] });
  const said = (rule, node) => `${rule.id}: ${node.html.slice(0, 160)} ${node.failureSummary}`;
  return violations.flatMap((rule) => rule.nodes.map((node) => said(rule, node)));
}"""


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def context(browser: Browser, stub: DeskStub) -> BrowserContext:
    """One for all scenes, in which nothing moves."""
    return await signed_in(browser, stub, reduced_motion="reduce")


@pytest.mark.parametrize("scene", [scene for scene in SCENES if not scene.microphone], ids=lambda scene: scene.name)
async def test_everybody_can_use_this_state(stub: DeskStub, context: BrowserContext, scene: Scene) -> None:
    await _can_be_used(stub, context, scene)


async def test_everybody_can_use_the_states_with_a_microphone(stub: DeskStub) -> None:
    async with running_chromium(whole=True) as browser:
        context = await signed_in(browser, stub, reduced_motion="reduce")
        for scene in SCENES:
            if scene.microphone:
                await _can_be_used(stub, context, scene)


async def _can_be_used(stub: DeskStub, context: BrowserContext, scene: Scene) -> None:
    complaints: list[str] = []
    context.on("weberror", lambda error: complaints.append(str(error.error)))
    context.on("console", lambda message: complaints.append(message.text) if CSP in message.text else None)
    page = await perform(scene, stub, context)
    await page.set_viewport_size({"width": 1280, "height": 860})
    await page.evaluate(AXE)
    looks_wide = crc32(scene.name.encode()) % 2 == 0
    found: list[str] = await page.evaluate(FIND_VIOLATIONS) if PROVING or looks_wide else []
    await page.emulate_media(color_scheme="dark")
    await page.set_viewport_size({"width": 360, "height": 740})
    await page.evaluate(PAINTED)
    found += await page.evaluate(FIND_VIOLATIONS) if PROVING or not looks_wide else []
    assert found == []
    assert await page.evaluate("document.documentElement.scrollWidth") <= 360
    assert complaints == []
