"""Every recipe of the cookbook is a good file whose tests pass, and does over time what it says."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from routing.config import Config
from routing.config_file import check_config, load_config
from routing.demands import demand_at, demand_table, priority_at
from routing.expectations import answered
from routing.matcher import PureMatcher
from routing.model import Ask, CallId, Demand, Match, RepId, RepStatus
from routing.plan import Plan

PAGE = (Path(__file__).parents[2] / "docs" / "cookbook.md").read_text(encoding="utf-8")
BLOCK = re.compile(r"^```yaml\n(.*?)^```$", re.M | re.S)
KEY = re.compile(r"^(?=[a-z]+:)", re.M)
AT_LEAST = 20
NOW_MS = 1_795_420_800_000
"""A Monday, 9:00 in Warsaw."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    """One situation."""

    number: int
    title: str
    text: str
    block: str

    @property
    def file(self) -> str:
        """The whole file: the page's beginning, where the recipe has no such key of its own."""
        own = sections(self.block)
        return "".join({**sections(BEGINNING), **own}.values())

    def config(self) -> Config:
        return load_config(self.file, self.title)


def sections(block: str) -> dict[str, str]:
    """key → its lines, of the outermost keys."""
    found = [part for part in KEY.split(block) if part]
    return {part.partition(":")[0]: part for part in found}


def _recipe(part: str) -> Recipe:
    heading, _, text = part.partition("\n")
    number, _, title = heading.partition(". ")
    [block] = BLOCK.findall(text)
    return Recipe(number=int(number), title=title, text=text, block=block)


_INTRODUCTION, *_PARTS = re.split(r"^## ", PAGE, flags=re.M)
[BEGINNING] = BLOCK.findall(_INTRODUCTION)
RECIPES = [_recipe(part) for part in _PARTS]
of_all = pytest.mark.parametrize("recipe", [pytest.param(each, id=each.title) for each in RECIPES])


def test_there_are_at_least_twenty_and_the_unplanned_hand_off_is_the_first() -> None:
    assert len(RECIPES) >= AT_LEAST
    assert [recipe.number for recipe in RECIPES] == list(range(1, len(RECIPES) + 1))
    assert RECIPES[0].title == "The unplanned hand-off"


@of_all
def test_a_recipe_is_a_good_file_whose_tests_pass(recipe: Recipe) -> None:
    report = check_config(recipe.file)
    assert (report.problems, report.warnings) == ((), ())
    assert [test.passed for test in report.tests or ()] == [True] * len(recipe.config().tests)
    assert report.tests


@of_all
def test_each_rule_of_a_recipe_is_in_one_of_its_tests(recipe: Recipe) -> None:
    config = recipe.config()
    reached = {answered(config, test.facts, _moment(config, number)).rule for number, test in enumerate(config.tests)}
    only_ask = {rule.name for rule in config.rules if rule.route is None and rule.block is None}
    catch_all = {config.rules[-1].name}
    assert {rule.name for rule in config.rules} - only_ask - catch_all <= reached


def _moment(config: Config, number: int) -> int:
    at = config.tests[number].at
    return NOW_MS if at is None else int(at.timestamp() * 1000)


@of_all
def test_a_recipe_tells_the_situation_first_and_the_reason_last(recipe: Recipe) -> None:
    paragraphs = recipe.text.strip().split("\n\n")
    assert paragraphs[0].startswith("> ")
    assert paragraphs[-1].startswith("**Why.** ")


# ── over time ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def planned(title: str) -> tuple[Config, Plan]:
    """What becomes of the first test's call."""
    [recipe] = [each for each in RECIPES if each.title == title]
    config = recipe.config()
    plan = answered(config, config.tests[0].facts, _moment(config, 0))
    assert isinstance(plan, Plan)
    return config, plan


def asked(plan: Plan, after_s: int) -> Demand:
    """What the call asks for when it has waited that long and no step was passed over."""
    count = sum(step.after_ms <= after_s * 1000 for step in plan.steps)
    prefer = plan.prefer
    in_team = prefer is not None and after_s * 1000 < prefer.team_until_ms
    return replace(demand_at(plan, count), team=prefer.team if prefer and in_team else None)


def told(plan: Plan, after_s: int) -> str:
    """The same in words: queues, what is wanted of a rep, the priority, and how the wait ends."""
    count = sum(step.after_ms <= after_s * 1000 for step in plan.steps)
    demand, priority = asked(plan, after_s), priority_at(plan, count)
    end = plan.steps[count - 1].then if count else None
    ends = [end] if end and not end.startswith("queue:") else []
    words = [demand.served, *demand.wanted, *([f"p{priority}"] if priority else []), *ends]
    if any(step.offer_callback for step in plan.steps[:count]):
        words.append("may be called back")
    return " ".join(words)


@pytest.mark.parametrize(
    ("title", "by_seconds"),
    [
        ("The unplanned hand-off", {0: "support support>=1", 600: "support support>=1"}),
        ("Gold customers first, and their own rep", {59: "support support>=3 p10", 60: "support support>=1 p10"}),
        ("In the caller's language", {59: "support language-pl>=1 support>=1", 60: "support support>=1"}),
        ("A second team helps out after a minute", {59: "support support>=1", 60: "support+sales"}),
        ("Overflow to another line", {119: "sales sales>=1", 120: "support support>=1"}),
        ("At night, an outside phone", {0: "support", 1: "support dial:+48600100999"}),
        ("A message when nobody comes", {179: "support support>=1", 180: "support support>=1 voicemail"}),
        (
            "A call back, without losing the place",
            {
                119: "support support>=1",
                120: "support support>=1 may be called back",
                1200: "support support>=1 callback may be called back",
            },
        ),
        ("A list of very important people", {14: "support support>=5 p100", 15: "support support>=1 p100"}),
        (
            "If not the owner, then the owner's team",
            {0: "support support>=1 team=west", 59: "support support>=1 team=west", 60: "support support>=1"},
        ),
        (
            "A campaign's number goes to those who were trained for it",
            {29: "sales spring-offer>=1 p5", 30: "sales sales>=1 p5"},
        ),
        ("A line that is full", {599: "support support>=1", 600: "support support>=1 voicemail"}),
        (
            "Short-staffed at lunch",
            {44: "support support>=1", 45: "support+sales sales>=1", 300: "support+sales sales>=1 hang_up"},
        ),
    ],
)
def test_the_wait_brings_what_the_recipe_says(title: str, by_seconds: dict[int, str]) -> None:
    _, plan = planned(title)
    assert {seconds: told(plan, seconds) for seconds in by_seconds} == by_seconds


@pytest.mark.parametrize(
    ("title", "wait_s"),
    [
        ("The unplanned hand-off", 15),
        ("Gold customers first, and their own rep", 20),
        ("Back to whoever spoke with them last", 30),
        ("If not the owner, then the owner's team", 20),
    ],
)
def test_a_busy_rep_is_worth_so_long_a_wait(title: str, wait_s: int) -> None:
    _, plan = planned(title)
    assert plan.prefer is not None
    assert plan.prefer.wait_ms == wait_s * 1000


def test_who_waits_at_closing_time_is_told_so() -> None:
    _, plan = planned("Opening hours, holidays, and what callers hear then")
    assert plan.steps == ()
    [recipe] = [each for each in RECIPES if each.title.startswith("Opening hours")]
    config = recipe.config()
    before_six = NOW_MS + 9 * 3_600_000 - 300_000
    late = answered(config, config.tests[0].facts, before_six)
    assert isinstance(late, Plan)
    assert [(step.after_ms, step.then) for step in late.steps] == [(300_000, "hang_up")]


def test_who_tries_again_counts_as_having_waited() -> None:
    _, plan = planned("Those who try again go ahead")
    assert plan.head_start_ms == 300_000


def test_a_full_line_has_a_size() -> None:
    _, plan = planned("A line that is full")
    assert plan.max_size == 20


# ── who is asked, in turn ─────────────────────────────────────────────────────────────────────────────────────────────


def in_turn(config: Config, plan: Plan, calls: int) -> list[RepId]:
    """Who is asked by so many calls, with everybody free at each; each takes 60 s."""
    matcher, now = PureMatcher(version=1), NOW_MS
    for profile in demand_table(replace(config, version=1)).profiles():
        matcher.set_profile(now, profile, version=1)
        matcher.touch_socket(now, profile.rep, "tab")
        matcher.set_status(now, profile.rep, RepStatus.AVAILABLE)
    chosen = []
    for n in range(calls):
        now += 1000
        ask = Ask(call=CallId(f"c{n}"), demand=demand_at(plan, 0), counted_from_ms=now)
        match = matcher.claim(now, ask, version=1)
        assert isinstance(match, Match)
        matcher.accept(now, match.offer)
        now += 60_000
        matcher.finish(now, match.offer, wrap_up=False)
        chosen.append(match.rep)
    return chosen


def test_the_only_one_for_invoices_is_asked_last_for_ordinary_calls() -> None:
    config, _ = planned("Keep the specialists free")
    ordinary = answered(config, config.tests[1].facts, NOW_MS)
    assert isinstance(ordinary, Plan)
    assert set(in_turn(config, ordinary, 6)) == {"ana"}
    without = replace(config, reps={rep: each for rep, each in config.reps.items() if rep != "ana"})
    assert set(in_turn(without, ordinary, 6)) == {"dee"}


def test_calls_go_round() -> None:
    config, plan = planned("Fair shares")
    assert in_turn(config, plan, 6) == ["ana", "cy", "dee", "ana", "cy", "dee"]
