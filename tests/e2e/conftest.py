"""The browser and the scripted service behind the pages: one of each for all tests of a file."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest_asyncio
from playwright.async_api import Browser, BrowserContext

from tests.support.chromium import running_chromium
from tests.support.desk_pages import signed_in
from tests.support.desk_stub import DeskStub, running_stub


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def browser() -> AsyncIterator[Browser]:
    async with running_chromium() as browser:
        yield browser


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def stub() -> AsyncIterator[DeskStub]:
    async with running_stub() as stub:
        yield stub


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def kept(browser: Browser, stub: DeskStub) -> BrowserContext:
    """One context, so that the browser keeps what it has compiled; ``desk_pages.as_new`` empties it for each test."""
    context = await signed_in(browser, stub, viewport={"width": 1280, "height": 860})
    context.set_default_timeout(20_000)
    return context
