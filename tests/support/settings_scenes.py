"""The states of the rooms that edit reps, queues and numbers."""

from __future__ import annotations

from collections.abc import Callable

from playwright.async_api import Page

from tests.support import admin_samples, config_stub, desk_samples
from tests.support.desk_samples import Shape, ago
from tests.support.desk_stub import DeskStub
from tests.support.scene import Play, Scene, an_admin

LONELY = config_stub.SAMPLE.replace(
    "\nqueues:\n", '  - {number: "+15550103", language: pl, greeting: Dzień dobry.}\n\nqueues:\n'
)
"""With a number that no rule looks at."""


def _live(queue: str, waiting: int, answered: int, level: float | None) -> Shape:
    return {
        "id": queue,
        "waiting": waiting,
        "longest_since": ago(72) if waiting else None,
        "service_level": {"answered_within_s": 20.0, "target": 0.8},
        "last_hour": {"arrived": answered + 2, "answered": answered, "abandoned": 2, "service_level": level},
    }


def configured(stub: DeskStub) -> None:
    """The sample, active, on a busy floor."""
    stub.floor = admin_samples.floor()
    stub.config.write(LONELY, comment="the beginning")
    queues = [_live("support", 3, 41, 0.86), _live("sales", 0, 12, 0.6), _live("billing", 0, 0, None)]
    stub.answers["GET /api/v1/queues"] = (200, {"queues": queues}, {})


def _nothing_yet(stub: DeskStub) -> None:
    stub.config.write("skills: []\nreps: []\nqueues: []\nrules: []\n", comment="empty")


def _a_supervisor() -> Shape:
    return desk_samples.me("offline", name="Sue Super", email="sue@example.com", role="supervisor", rep=None)


async def _select(stub: DeskStub, page: Page) -> None:
    await page.get_by_role("gridcell", name="3", exact=True).first.click()
    await page.keyboard.press("Shift+ArrowRight")
    await page.keyboard.press("Shift+ArrowDown")
    await page.keyboard.press("Control+c")


async def _type_wrongly(stub: DeskStub, page: Page) -> None:
    await page.get_by_role("gridcell", name="3", exact=True).first.click()
    await page.keyboard.type("11")
    await page.keyboard.press("Enter")


async def _open_skills(stub: DeskStub, page: Page) -> None:
    await page.get_by_role("button", name="Skills…").click()


async def _remove_skill(stub: DeskStub, page: Page) -> None:
    await _open_skills(stub, page)
    await page.get_by_role("button", name="Remove support…").click()


async def _remove_rep(stub: DeskStub, page: Page) -> None:
    await page.get_by_role("button", name="Remove this rep…").click()


async def _remove_queue(stub: DeskStub, page: Page) -> None:
    await page.get_by_role("button", name="Remove this queue…").click()


async def _wait_wrongly(stub: DeskStub, page: Page) -> None:
    await page.get_by_label("Longest wait").fill("15")


def _scene(
    name: str,
    path: str,
    shows: str,
    play: Play | None = None,
    *,
    me: Callable[[], Shape] = an_admin,
    before: Callable[[DeskStub], None] = configured,
) -> Scene:
    return Scene(name=name, path=f"/admin#/{path}", shows=shows, play=play, me=me, before=before)


SETTINGS_SCENES: tuple[Scene, ...] = (
    _scene("reps", "reps", "Copy and paste go"),
    _scene("reps-selected", "reps", "4 cells copied", _select),
    _scene("reps-refused", "reps", "A level is a whole number", _type_wrongly),
    _scene("reps-read-only", "reps", "You can look at everything", me=_a_supervisor),
    _scene("reps-none", "reps", "There are no reps yet", before=_nothing_yet),
    _scene("rep", "reps/bo", "only device of this release"),
    _scene("rep-removal", "reps/fay", "No longer expected", _remove_rep),
    _scene("skills", "reps", "A new name is changed", _open_skills),
    _scene("skill-removal", "reps", "No longer asked for by", _remove_skill),
    _scene("queues", "queues", "Waiting now"),
    _scene("queue", "queues/support", "How long it rings"),
    _scene("queue-refused", "queues/support", "Write a length of time", _wait_wrongly),
    _scene("queue-removal", "queues/support", "Its calls go to", _remove_queue),
    _scene("numbers", "numbers", "no rule of its own"),
    _scene("number", "numbers/+15550103", "No rule looks at this number."),
)
