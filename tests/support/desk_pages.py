"""Opens a page on a stand-in service, as a scene asks for."""

from __future__ import annotations

from playwright.async_api import Browser, BrowserContext, Page

from tests.support.desk_stub import COOKIE, DeskStub
from tests.support.scene import Scene

EMPTY = "/empty"
"""Of the pages' own origin: going to another one costs the browser a process and all its compiling."""


async def signed_in(browser: Browser, stub: DeskStub, **options: object) -> BrowserContext:
    """A context with a session cookie and a microphone that is allowed."""
    context = await browser.new_context(permissions=["microphone"], **options)
    await context.add_cookies([{"name": COOKIE, "value": "a-session", "url": stub.origin}])
    return context


async def as_new(context: BrowserContext, stub: DeskStub, *, session: bool = True) -> Page:
    """Browser and service as at the start, on one empty page. That page is kept: a new one costs the browser a process
    and all its compiling."""
    page = await _empty_page(context, stub.origin + EMPTY)
    stub.forget()
    await context.clear_cookies()
    if session:
        await context.add_cookies([{"name": COOKIE, "value": "a-session", "url": stub.origin}])
    return page


async def a_tab(context: BrowserContext) -> Page:
    """The empty page, or a further one."""
    first = context.pages[0] if context.pages else None
    return first if first is not None and first.url.endswith(EMPTY) else await context.new_page()


async def perform(scene: Scene, stub: DeskStub, context: BrowserContext) -> Page:
    """Plays a scene from a clean start; returns the page once its state shows."""
    page = await as_new(context, stub, session=scene.signed_in)
    if scene.before:
        scene.before(stub)
    if scene.me:
        stub.me = scene.me()
    await page.goto(stub.origin + scene.path)
    if scene.play:
        await scene.play(stub, page)
    await page.get_by_text(scene.shows).and_(page.locator(":visible")).first.wait_for()
    return page


async def _empty_page(context: BrowserContext, empty: str) -> Page:
    """The first tab, with nothing in it of the scene before; others are closed."""
    page, *others = context.pages or [await context.new_page()]
    for other in others:
        await other.close()
    if page.url != empty:
        await page.goto(empty)
        await page.evaluate("sessionStorage.clear(), localStorage.clear()")
    await page.emulate_media(color_scheme="light")
    await page.set_viewport_size({"width": 1280, "height": 860})
    return page
