"""The states of the configuration's versions, and of the draft beside them."""

from __future__ import annotations

from playwright.async_api import Page

from tests.support import config_stub
from tests.support.desk_stub import DeskStub
from tests.support.scene import Scene, an_admin


def _two_versions(stub: DeskStub) -> None:
    stub.config.write(config_stub.SAMPLE.replace("15m", "12m"), comment="the beginning")
    stub.config.write(config_stub.SAMPLE, by="bob@example.com", comment="Callers wait longer before a message is taken")


def _problems_in_text(stub: DeskStub) -> None:
    _two_versions(stub)
    problem = {"line": 4, "field": "skills", "message": "rep ana has skill spanish, which is not in skills"}
    stub.config.report = {"problems": [problem], "warnings": [], "tests": None}


async def _type(stub: DeskStub, page: Page) -> None:
    await page.get_by_role("textbox", name="The configuration as text").focus()
    await page.keyboard.press("Control+Home")
    await page.keyboard.type("# ours\n")


async def _ask_to_activate(stub: DeskStub, page: Page) -> None:
    await _type(stub, page)
    await page.get_by_role("button", name="Activate…").click()


async def _overtake(stub: DeskStub, page: Page) -> None:
    await _type(stub, page)
    stub.config.write(config_stub.SAMPLE.replace("15m", "20m"), by="bob@example.com", comment="Monday is busy")
    await page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")


async def _both_changed(stub: DeskStub, page: Page) -> None:
    await page.get_by_role("textbox", name="The configuration as text").focus()
    await page.keyboard.press("Control+Home")
    await page.keyboard.press("Shift+End")
    await page.keyboard.type("# Ours.")
    theirs = config_stub.SAMPLE.replace("# The demo's configuration", "# Theirs")
    stub.config.write(theirs, by="bob@example.com")
    await page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    await page.get_by_role("button", name="Put mine").click()


async def _go_back(stub: DeskStub, page: Page) -> None:
    await page.get_by_role("button", name="Go back to version 1").click()


DRAFT = "/admin#/versions/draft"

VERSION_SCENES: tuple[Scene, ...] = (
    Scene(name="versions", path="/admin#/versions", shows="the beginning", me=an_admin, before=_two_versions),
    Scene(name="versions-none", path="/admin#/versions", shows="There is no version yet", me=an_admin),
    Scene(name="version", path="/admin#/versions/2", shows="lines are the same", me=an_admin, before=_two_versions),
    Scene(
        name="version-back",
        path="/admin#/versions",
        shows="Make version 1 active?",
        me=an_admin,
        before=_two_versions,
        play=_go_back,
    ),
    Scene(name="draft-text", path=DRAFT, shows="problem to mend", me=an_admin, before=_problems_in_text, play=_type),
    Scene(
        name="draft-activate",
        path=DRAFT,
        shows="Activate your changes",
        me=an_admin,
        before=_two_versions,
        play=_ask_to_activate,
    ),
    Scene(
        name="draft-newer", path=DRAFT, shows="has made version 3", me=an_admin, before=_two_versions, play=_overtake
    ),
    Scene(
        name="draft-clash",
        path=DRAFT,
        shows="both had changed",
        me=an_admin,
        before=_two_versions,
        play=_both_changed,
    ),
)
