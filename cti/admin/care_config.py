"""What needs care in a configuration by itself: nobody need have called for it. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from cti.admin.finding import Finding
from routing.checks import TestResult
from routing.config import Config
from routing.demands import demand_table
from routing.model import QueueId

_METHODS = ("call . to .", "call . to [")
"""More is asked of the number than whether it is one of some: nobody can say by the text which numbers are meant."""


def of_config(config: Config, tests: Sequence[TestResult]) -> tuple[Finding, ...]:
    """Queues, numbers, reps and examples. ``tests``: what came of the configuration's own."""
    return (*_examples(config, tests), *_queues(config), *_numbers(config), *_reps(config))


def _examples(config: Config, tests: Sequence[TestResult]) -> Iterator[Finding]:
    places = {rule.name: place for place, rule in enumerate(config.rules)}
    for number, test in enumerate(tests):
        if not test.passed:
            detail = {"rule": test.rule, "taken": test.taken, "test": number, "line": test.line}
            rule = test.rule or test.taken
            yield Finding(kind="example_fails", subject=test.name, room="rules", id=places.get(rule), detail=detail)


def _queues(config: Config) -> Iterator[Finding]:
    used = set(_used(config))
    for queue in config.queues.values():
        detail = {"name": queue.name}
        if queue.id not in used:
            yield Finding(kind="queue_unused", subject=queue.id, room="queues", id=queue.id, detail=detail)
        elif not any(rep.serves(queue.id) for rep in config.reps.values()):
            yield Finding(kind="queue_unserved", subject=queue.id, room="queues", id=queue.id, detail=detail)


def _used(config: Config) -> Iterator[QueueId]:
    for _, route in config.routes:
        yield route.queue
        ends = [step.then for step in route.steps] + ([route.closing.then] if route.closing else [])
        yield from (QueueId(then.removeprefix("queue:")) for then in ends if then and then.startswith("queue:"))
        for step in route.steps:
            yield from step.queues or ()


def _numbers(config: Config) -> Iterator[Finding]:
    """Where rules tell numbers apart, one that none of them names goes wherever the others leave it."""
    spellings = [rule.when.spelling for rule in config.rules if rule.when is not None]
    about = [spelling for spelling in spellings if "call . to" in spelling]
    if not about or any(method in spelling for spelling in about for method in _METHODS):
        return
    last = config.rules[-1].name
    for line in config.numbers:
        quoted = (f'"{line.number}"', f"'{line.number}'")
        if not any(each in spelling for spelling in about for each in quoted):
            detail = {"name": line.name, "rule": last}
            yield Finding(
                kind="number_without_rule", subject=line.number, room="numbers", id=line.number, detail=detail
            )


def _reps(config: Config) -> Iterator[Finding]:
    table = demand_table(config)
    for rep in config.reps.values():
        detail = {"name": rep.name}
        if rep.queues is not None and not rep.queues:
            yield Finding(kind="rep_without_queue", subject=rep.id, room="reps", id=rep.id, detail=detail)
        elif not table.profile_of(rep).fits:
            yield Finding(kind="rep_without_calls", subject=rep.id, room="reps", id=rep.id, detail=detail)
