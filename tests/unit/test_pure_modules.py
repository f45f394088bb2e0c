"""Pure modules import only values and each other: no ``async``, clock, randomness, logging or environment."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PURE = (
    *(f"routing/{name}.py" for name in ("model", "plan", "planner", "conditions", "demands", "facts", "matcher")),
    *(f"routing/{name}.py" for name in ("matcher_state", "replies", "checks", "expectations", "duration", "keys")),
    *(f"routing/{name}.py" for name in ("config", "config_*", "yaml_*", "cel_text", "phone_text", "errors")),
    *(f"routing/{name}.py" for name in ("expected_wait", "prompts", "languages", "text_merge")),
    *(f"routing/{name}.py" for name in ("fit_parts", "why_not", "passed_over", "*_difference", "difference_words")),
    *(
        f"routing/simulate/{name}.py"
        for name in ("floor", "line", "people", "demands", "stages", "waiting", "play", "world", "tally", "growth")
    ),
    *(f"routing/simulate/{name}.py" for name in ("result", "runs", "day", "intervals", "verdict", "scenario*")),
    *(f"routing/simulate/{name}.py" for name in ("recorded_file", "erlang", "fewest", "levels", "profiles", "window")),
    "routing/simulate/staffing.py",
    *(f"cti/admin/{name}.py" for name in ("decision_view", "rep_then", "timeline")),
    *(f"crm_adapter/{name}.py" for name in ("model", "phone", "ranking", "draft", "merging", "text", "instants")),
    *(f"webhooks/{name}.py" for name in ("answers", "urls", "forms", "signature", "sounds")),
    *(f"cti/telephony/{name}.py" for name in ("model", "twiml", "voices", "twilio_failures")),
    *(
        f"cti/calls/{name}.py"
        for name in ("model", "events", "effects", "step", "machine", "steps/*", "explain", "restoring", "views")
    ),
    "cti/calls/announcing.py",
    "cti/calls/call_facts.py",
    *(f"cti/simulations/{name}.py" for name in ("model", "document", "reading")),
)
FORBIDDEN = frozenset(
    {
        *("asyncio", "threading", "time", "random", "secrets", "uuid", "logging", "structlog", "os", "socket"),
        *("subprocess", "redis", "sqlalchemy", "httpx"),
    }
)
CLOCKS = frozenset({"now", "utcnow", "today", "monotonic", "perf_counter"})


def modules() -> list[Path]:
    return sorted(path for pattern in PURE for path in ROOT.glob(pattern))


def test_every_pattern_names_a_module() -> None:
    assert [pattern for pattern in PURE if not list(ROOT.glob(pattern))] == []


def imported(tree: ast.AST) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {alias.name.partition(".")[0] for alias in node.names}
        if isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module.partition(".")[0])
    return names


def faults(source: str) -> list[str]:
    tree = ast.parse(source)
    found = [f"imports {name}" for name in sorted(imported(tree) & FORBIDDEN)]
    for node in ast.walk(tree):
        if isinstance(node, ast.AsyncFunctionDef | ast.Await | ast.AsyncFor | ast.AsyncWith):
            found.append(f"line {node.lineno}: async")
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in CLOCKS:
            found.append(f"line {node.lineno}: reads a clock by {node.func.attr}()")
    return found


@pytest.mark.parametrize("path", modules(), ids=lambda path: str(path.relative_to(ROOT)))
def test_a_pure_module_stays_pure(path: Path) -> None:
    assert faults(path.read_text()) == []


@pytest.mark.parametrize(
    "source",
    ["import time", "from random import choice", "async def f(): ...", "from datetime import datetime\ndatetime.now()"],
)
def test_this_test_would_notice(source: str) -> None:
    assert faults(source)
