"""Designed states of the rooms in which rules are tried: one call, and last week's."""

from __future__ import annotations

from playwright.async_api import Page

from tests.support import admin_samples, config_stub
from tests.support.desk_samples import Shape, ago
from tests.support.desk_stub import DeskStub
from tests.support.scene import Scene, an_admin

GOLD = "gold customers reach their own rep"


def _tried() -> Shape:
    part = {"text": 'caller.stage in ["opportunity", "customer"]', "saw": {"caller.stage": None}, "problem": None}
    failed = {"text": "caller.plan > 3", "saw": {}, "problem": "caller.plan is not known"}
    plan = {
        "queue": "support",
        "priority": 10,
        "head_start_s": 30,
        "prefer_rep": {"who": "owner", "rep": "bo", "name": "Bo Lind", "wait_s": 15, "must_qualify": False}
        | {"team": None, "team_until_s": 0},
        "needs": {"support": 3},
        "prefers": {"spanish": 2},
        "steps": [
            {"after_s": 30, "needs": {"support": 1}},
            {"after_s": 120, "offer_callback": True},
            {"after_s": 300, "then": "voicemail"},
        ],
        "max_wait_s": 900,
    }
    reps = [("ana", "Ana Perez", "chosen"), ("bo", "Bo Lind", "busy"), ("dee", "Dee Rossi", "not_qualified")]
    return {
        "course": "route",
        "rule": GOLD,
        "problems": [],
        "passed_over": [
            {"index": 1, "rule": "vip", "asked": False, "parts": [failed]},
            {"index": 0, "rule": "prospects", "asked": False, "parts": [part]},
        ],
        "questions": [],
        "facts": {"call": {"from": "+48600100200", "country": "PL"}, "caller": {"tier": "gold", "owner": "bo"}},
        "rep": "ana",
        "name": "Ana Perez",
        "plan": plan,
        "decision": admin_samples.detail()["decisions"][0],
        "everybody": [{"rep": rep, "name": name, "reason": why, "text": ""} for rep, name, why in reps],
    }


def _to_try(stub: DeskStub) -> None:
    stub.config.write(config_stub.SAMPLE, comment="the beginning")
    stub.answers["POST /api/v1/routing/dry-run"] = (200, _tried(), {})
    stub.answers["GET /api/v1/config/vocabulary"] = (404, None, {})


async def _try(stub: DeskStub, page: Page) -> None:
    await page.get_by_label("The caller’s number").fill("+48600100200")
    await page.get_by_label("Line called").select_option(index=1)
    await page.get_by_role("button", name="Try it").click()


def _figure(mean: float, half: float) -> Shape:
    return {"mean": mean, "ci95_low": mean - half, "ci95_high": mean + half}


def _figures(by: float, half: float) -> Shape:
    shares = {name: _figure(0.8 * by, half / 100) for name in ("answered_share", "service_level", "by_preferred")}
    rest = {"arrived": _figure(420 * by, half), "mean_wait_s": _figure(21 * by, half)}
    return {**shares, **rest, "abandoned_share": _figure(0.06 * by, half / 100)}


def _result(by: float, half: float) -> Shape:
    return {
        "all": _figures(by, half),
        "classes": {GOLD: _figures(by, half), "everyone else": _figures(by / 2, half)},
        "reps": {rep: {"occupancy": _figure(0.7 * by, half / 50)} for rep in ("ana", "bo")},
        "queues": {"support": {"occupancy": _figure(0.68 * by, half / 50)}},
        "skills": {},
        "calls": 4_200,
        "replications": 10,
        "warnings": ["the line of support grows without end on Monday"] if by == 1 else [],
    }


def _simulation(state: str, **changes: object) -> Shape:
    return {
        "id": f"s-{state}",
        "state": state,
        "progress": 1.0,
        "seconds_left": None,
        "known": 10,
        "created_at": ago(600),
        "by": "ada@example.com",
        "detail": None,
        "config": {"version": 7},
        "compare": {"version": None},
        "recorded": {"since": "2026-11-16T00:00:00Z", "until": "2026-11-23T00:00:00Z"},
        "replications": 10,
        **changes,
    }


def _simulations(stub: DeskStub) -> None:
    _to_try(stub)
    found = {"a": _result(1, 1.2), "b": _result(0.94, 1.2), "difference": _result(-0.06, 0.3)}
    done = _simulation("done", result=found)
    running = _simulation("running", progress=0.4, seconds_left=42, known=4, result=found)
    listed = [running, done, _simulation("failed", detail="It took more than the 2048 MB allowed.")]
    stub.answers["GET /api/v1/simulations"] = (200, {"simulations": listed}, {})
    for one in listed:
        stub.answers[f"GET /api/v1/simulations/{one['id']}"] = (200, one, {})


async def _figures_of_all(stub: DeskStub, page: Page) -> None:
    await page.get_by_role("heading", name="What it says").wait_for()
    await page.locator("details").evaluate_all("all => all.forEach((one) => (one.open = true))")


ROUTING_SCENES: tuple[Scene, ...] = (
    Scene(name="try", path="/admin#/try", shows="Say who calls which line", me=an_admin, before=_to_try),
    Scene(name="tried", path="/admin#/try", shows="Ana Perez would get it", me=an_admin, before=_to_try, play=_try),
    Scene(name="what-if", path="/admin#/what-if", shows="version 7", me=an_admin, before=_simulations),
    Scene(name="what-if-running", path="/admin#/what-if/s-running", shows="40 %", me=an_admin, before=_simulations),
    Scene(
        name="what-if-done",
        path="/admin#/what-if/s-done",
        shows="Ana Perez",
        me=an_admin,
        before=_simulations,
        play=_figures_of_all,
    ),
)
