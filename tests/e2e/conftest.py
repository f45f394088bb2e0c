"""The browser and the scripted service behind the pages: one of each for all tests of a file."""

from __future__ import annotations

import pytest_asyncio
from playwright.async_api import Browser, BrowserContext

from tests.support.chromium import browser
from tests.support.desk_pages import signed_in
from tests.support.desk_stub import DeskStub, stub

__all__ = ["browser", "stub"]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def kept(browser: Browser, stub: DeskStub) -> BrowserContext:
    """One context, so that the browser keeps what it has compiled; ``desk_pages.as_new`` empties it for each test."""
    context = await signed_in(browser, stub, viewport={"width": 1280, "height": 860})
    context.set_default_timeout(20_000)
    return context
