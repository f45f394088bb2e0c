"""Photographs the pages: ``python -m tests.support.shots [FOLDER [NAME …]]``.

Without arguments the few states that the documentation shows go to ``docs/shots``; with a folder every designed state
goes there, light and dark, narrow, usual and very wide; with names only those.
"""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

from playwright.async_api import BrowserContext

from tests.support.chromium import running_chromium
from tests.support.desk_pages import perform, signed_in
from tests.support.desk_scenes import SCENES
from tests.support.desk_stub import DeskStub, running_stub
from tests.support.scene import Scene

ROOT = Path(__file__).resolve().parents[2]
KEPT = {"start", "idle", "offer", "offer-many", "talking", "wrap-up", "missed", "disconnected", "admin", "admin-call"}
USUAL, NARROW, WIDE = (1280, 860), (360, 760), (2560, 1300)


async def _photograph(stub: DeskStub, context: BrowserContext, scene: Scene, folder: Path, *, wide: bool) -> None:
    page = await perform(scene, stub, context)
    views = [("light", USUAL), ("light", NARROW), *([("light", WIDE)] if wide else []), ("dark", USUAL)]
    for scheme, (width, height) in views:
        await page.emulate_media(color_scheme=scheme)
        await page.set_viewport_size({"width": width, "height": height})
        await page.evaluate("scrollTo(0, 0)")
        await page.screenshot(path=folder / f"{scene.name}-{width}-{scheme}.png", full_page=width == NARROW[0])
    for opened in context.pages:
        await opened.close()


async def _all(folder: Path, names: set[str], *, wide: bool) -> None:
    async with running_stub() as stub, running_chromium(whole=True) as browser:
        size = {"width": USUAL[0], "height": USUAL[1]}
        context = await signed_in(browser, stub, reduced_motion="reduce", viewport=size)
        for scene in SCENES:
            if scene.name in names:
                print(scene.name, flush=True)
                await _photograph(stub, context, scene, folder, wide=wide)


def main(arguments: list[str]) -> None:
    """Takes the pictures that were asked for."""
    folder = Path(arguments[0]) if arguments else ROOT / "docs" / "shots"
    everything = {scene.name for scene in SCENES} if arguments else KEPT
    folder.mkdir(parents=True, exist_ok=True)
    asyncio.run(_all(folder, set(arguments[1:]) or everything, wide=bool(arguments)))


if __name__ == "__main__":
    main(sys.argv[1:])
