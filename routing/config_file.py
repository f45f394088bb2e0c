"""A configuration file: its text to a ``Config``, or to everything that is wrong with it. Pure.

Guarantees: any text gives a ``Config`` or ``ConfigError``, nothing else; every problem names line and field; nothing in
the file is ignored. The stored text itself is the file: exporting gives it back as it was.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from routing.checks import TestResult, problems_of, results_of, warnings_of
from routing.conditions import asked_by
from routing.config import Config
from routing.config_hours import read_hours
from routing.config_numbers import read_numbers
from routing.config_reading import Notes, Table
from routing.config_rules import read_rules
from routing.config_sections import (
    read_away_reasons,
    read_dispositions,
    read_lists,
    read_names,
    read_prompts,
    read_queues,
    read_reps,
    read_skills,
)
from routing.config_tests import read_tests
from routing.errors import ConfigError, Problem
from routing.expectations import try_all
from routing.yaml_tree import Node, lines_of, read_tree

SECTIONS = (
    *(
        "skills",
        "reps",
        "queues",
        "hours",
        "holidays",
        "lists",
        "numbers",
        "dispositions",
        "away_reasons",
        "language",
        "prompts",
        "rules",
    ),
    "tests",
)
"""The keys of the file, in the order in which they are written where nobody says otherwise."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What a check found, in the order of the file. Without problems the file may become active."""

    problems: tuple[Problem, ...]
    warnings: tuple[Problem, ...]
    tests: tuple[TestResult, ...] | None = None
    """Each of the file's own tests; null where the file has problems that keep them from being tried."""


def load_config(text: str, filename: str, *, version: int = 0) -> Config:
    """The configuration in that text; ``version`` is what its plans and demand table are stamped with.

    Raises ConfigError with every problem found; ``filename`` stands in its message only.
    """
    config, report = _read(text, version)
    if config is None:
        raise ConfigError(report.problems, filename=filename)
    return config


def read_draft(text: str) -> Config:
    """The configuration in a text that need not be fit to become active: its own tests may fail, and a plan may ask for
    what nobody could ever meet. Raises ConfigError where the text cannot be understood."""
    tree = read_tree(text)
    notes = Notes(problems=list(tree.problems))
    config = None if tree.root is None else _build(tree.root, notes, 0)
    if config is None or notes.problems:
        raise ConfigError(_report(notes).problems, filename="draft")
    return config


def check_config(text: str) -> Report:
    """Everything that is wrong with that text (schema, references, its own tests), and what merely looks wrong."""
    return read_config(text)[1]


def read_config(text: str) -> tuple[Config | None, Report]:
    """Both at once, for whoever needs both: large files take a second to read. Null where there are problems."""
    return _read(text, 0)


def _read(text: str, version: int) -> tuple[Config | None, Report]:
    tree = read_tree(text)
    notes = Notes(problems=list(tree.problems))
    if tree.root is None:
        return None, _report(notes)
    config = _build(tree.root, notes, version)
    if notes.problems:
        return None, _report(notes)
    lines, tried = lines_of(tree.root), try_all(config)
    notes.problems.extend(problems_of(config, lines, tried))
    notes.warnings.extend(warnings_of(config, lines))
    report = replace(_report(notes), tests=results_of(config, lines, tried))
    return (None if notes.problems else config), report


def _build(root: Node, notes: Notes, version: int) -> Config:
    table = Table(root, notes, SECTIONS)
    names = read_names(table)
    rules = read_rules(table, names)
    return Config(
        version=version,
        skills=read_skills(table),
        reps=read_reps(table, names),
        queues=read_queues(table),
        hours=read_hours(table),
        lists=read_lists(table),
        numbers=read_numbers(table, names.language),
        dispositions=read_dispositions(table),
        away_reasons=read_away_reasons(table),
        prompts=read_prompts(table),
        rules=rules,
        tests=read_tests(table, names, {rule.name for rule in rules}),
        asked=asked_by(rule.when for rule in rules if rule.when is not None),
    )


def _report(notes: Notes) -> Report:
    return Report(
        problems=tuple(sorted(notes.problems, key=lambda problem: problem.line)),
        warnings=tuple(sorted(notes.warnings, key=lambda problem: problem.line)),
    )
