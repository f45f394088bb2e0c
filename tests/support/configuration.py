"""Small configuration files for tests: a floor of three reps, to which a test adds its own rules and sections."""

from __future__ import annotations

from routing.config import Config
from routing.config_file import check_config, load_config
from routing.facts import Facts
from routing.plan import Plan
from routing.planner import decide

FLOOR = """\
skills: [support, billing, sales, spanish]
reps:
  - {id: ana, name: Ana Perez, email: ana@example.com, skills: {support: 4, spanish: 5}}
  - {id: bo, name: Bo Lind, skills: {support: 2, sales: 5}, queues: [support, sales]}
  - {id: cy, skills: {support: 4, billing: 3}, queues: [support]}
queues:
  - {id: support, max_wait: 15m}
  - {id: sales, max_wait: 5m, wrap_up: 60s}
"""
LAST = "  - {name: everyone else, route: {queue: support}}\n"


def a_text(rules: str = "", *, more: str = "", last: str = LAST, floor: str = FLOOR) -> str:
    """A configuration file: the floor, the rules (indented by two), the last rule, further sections."""
    return f"{floor}rules:\n{rules}{last}{more}"


def a_config(rules: str = "", *, more: str = "", last: str = LAST, version: int = 7) -> Config:
    """The same, loaded."""
    return load_config(a_text(rules, more=more, last=last), "test.yaml", version=version)


def planned(config: Config, facts: Facts, now_ms: int, *, arrived_ms: int | None = None) -> Plan:
    """What the rules decide for a call that they route."""
    course = decide(config, facts, now_ms, arrived_ms=arrived_ms)
    assert isinstance(course, Plan), course
    return course


def a_route(route: str, *, when: str = "", name: str = "first") -> str:
    """One rule with that route; ``when`` in quotes or without, as YAML wants it."""
    condition = f"when: {when}, " if when else ""
    return f"  - {{name: {name}, {condition}route: {{{route}}}}}\n"


def problems(text: str) -> list[str]:
    """What a check refuses, as shown."""
    return [str(problem) for problem in check_config(text).problems]


def warnings(text: str) -> list[str]:
    """What a check warns of, as shown."""
    return [str(warning) for warning in check_config(text).warnings]
