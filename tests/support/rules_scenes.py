"""Designed states of the rules' room: the list as sentences, one rule as a form, its examples."""

from __future__ import annotations

import re
from typing import Any

from playwright.async_api import Page

from tests.support import admin_samples, config_stub
from tests.support.desk_stub import DeskStub
from tests.support.scene import Play, Scene, an_admin

MENU = """
  - name: menu of the sales line
    when: call.to == "+15550101" && size(caller.tags) > 2
    ask:
      say: {en: "Orders 1, prices 2.", pl: "Sprzedaż 1."}
      keys: {1: order, 2: price}
      speech: {order: [buy, order]}
  - name: withheld
    when: call.from == null
    block: {say: {en: Please show your number.}}
"""
RULES = config_stub.SAMPLE.replace("\nrules:\n", f"\nrules:{MENU}", 1)
HOURS = 'hours: {office: {timezone: Europe/Warsaw, open: {mon-fri: "08:00-18:00"}}}\n'


def tried(text: str, failing: int | None = None) -> dict[str, Any]:
    """What a check says: every example holds, but one."""
    names = re.findall(r"^  - name: (.*)$", text[text.index("\ntests:") :], re.M)
    tests = [{"name": name, "rule": None, "taken": "", "passed": True, "message": "", "line": 1} for name in names]
    problems = []
    if failing is not None:
        message = f"{names[failing]}: expected bo, got dee"
        tests[failing] |= {"passed": False, "message": message}
        problems.append({"line": 1, "field": f"tests[{failing}].expect.rep", "message": message})
    return {"problems": problems, "warnings": [], "tests": tests}


def rules(stub: DeskStub) -> None:
    """A file with rules of every kind."""
    stub.config.write(HOURS + RULES)
    stub.config.report = tried(RULES, failing=1)
    stub.answers["GET /api/v1/config/vocabulary"] = (200, {"fields": _vocabulary()}, {})
    stub.call_pages = {None: {"calls": admin_samples.calls(), "next": None}}


def _vocabulary() -> list[dict[str, Any]]:
    seen = {"caller.tier": ["gold", "silver"], "caller.stage": ["lead", "customer"]}
    paths = ["call.from", "call.to", "call.lists", "caller.tier", "caller.stage", "caller.owner", "caller.tags"]
    fields = [{"path": path, "type": "text", "custom": False, "values": seen.get(path, [])} for path in paths]
    return [*fields, {"path": "caller.seats", "type": "text", "custom": True, "values": ["5"]}]


def _wrong(stub: DeskStub) -> None:
    rules(stub)
    at = "rules[2].route.steps[0].needs"
    stub.config.report["problems"] = [
        {"line": 60, "field": "rules[2].when", "message": "there is no function like (at character 12)"},
        {"line": 66, "field": "rules[2].route.queue", "message": "there is no queue suport; did you mean support?"},
        {"line": 70, "field": at, "message": "nobody could ever meet this"},
    ]
    stub.config.report["tests"] = None


def _pressing(*names: str) -> Play:
    async def play(stub: DeskStub, page: Page) -> None:
        for name in names:
            await page.get_by_role("button", name=name).first.click()

    return play


async def _begin_a_condition(stub: DeskStub, page: Page) -> None:
    await page.get_by_role("button", name="Add a condition").click()


async def _break_the_text(stub: DeskStub, page: Page) -> None:
    await page.get_by_role("button", name="Whole text").click()
    await page.get_by_role("textbox", name="Whole text").focus()
    await page.keyboard.press("Control+Home")
    await page.keyboard.type("rules: [")
    await page.get_by_role("button", name="As sentences").click()


async def _text_side(stub: DeskStub, page: Page) -> None:
    await page.set_viewport_size({"width": 800, "height": 900})
    await page.get_by_role("button", name="Text", exact=True).click()


LIST, ONE = "/admin#/rules", "/admin#/rules/2"

RULES_SCENES: tuple[Scene, ...] = (
    Scene(name="rules", path=LIST, shows="1 example fails", me=an_admin, before=rules),
    Scene(name="rules-add", path=LIST, shows="Withheld", me=an_admin, before=rules, play=_pressing("Add a rule")),
    Scene(
        name="rules-delete",
        path=LIST,
        shows="go with it",
        me=an_admin,
        before=rules,
        play=_pressing("More for “unplanned hand-off”", "Delete…"),
    ),
    Scene(name="rules-broken", path=LIST, shows="cannot be read", me=an_admin, before=rules, play=_break_the_text),
    Scene(name="rules-none", path=LIST, shows="There is no rule yet", me=an_admin),
    Scene(name="rule", path=ONE, shows="expected bo, got dee", me=an_admin, before=rules, play=_begin_a_condition),
    Scene(name="rule-wrong", path=ONE, shows="did you mean support?", me=an_admin, before=_wrong),
    Scene(name="rule-menu", path="/admin#/rules/0", shows="Spoken words", me=an_admin, before=rules),
    Scene(name="rule-block", path="/admin#/rules/1", shows="Callers hear, in English", me=an_admin, before=rules),
    Scene(name="rule-text", path=ONE, shows="as it stands in the file", me=an_admin, before=rules, play=_text_side),
    Scene(
        name="rule-example",
        path=ONE,
        shows="With its offset",
        me=an_admin,
        before=rules,
        play=_pressing("Edit: a prospect of Cy"),
    ),
    Scene(
        name="rule-from-call",
        path=ONE,
        shows="what the rules saw",
        me=an_admin,
        before=rules,
        play=_pressing("From a real call…"),
    ),
    Scene(name="rule-gone", path="/admin#/rules/99", shows="no such rule", me=an_admin, before=rules),
)
