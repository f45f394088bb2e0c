"""A scenario file: its text to a ``Scenario``, or to everything that is wrong with it. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping

from routing.config_reading import (
    Notes,
    Table,
    read_duration,
    read_items,
    read_reference,
    read_share,
    read_text,
    refuse_repeats,
)
from routing.config_tests import read_call_facts, read_caller_facts, read_moment
from routing.errors import ConfigError
from routing.facts import Facts
from routing.model import RepId
from routing.simulate.draws import Constant, Exponential, Length, Lognormal
from routing.simulate.recordings import classes_of
from routing.simulate.scenario import (
    A_MINUTE,
    IMMEDIATE,
    ArrivalClass,
    RecordedCall,
    RepHabits,
    Scenario,
    Shift,
)
from routing.yaml_tree import Entries, Node, Scalar, read_tree

MAX_CLASSES, MAX_PERIODS, MAX_SHIFTS, MAX_REPS = 500, 2_000, 2_000, 100_000
LONGEST_MS = 3_600_000 * 1_000_000
"""A million hours."""
MOST_CALLS = 100_000_000
"""In one replication."""
_UNIT_MS = {"s": 1_000.0, "min": 60_000.0, "h": 3_600_000.0}
_NUMBER = re.compile(r"[0-9]{1,9}(\.[0-9]{1,40})?(e[+-]?[0-9]{1,2})?")
"""As programs write a float, too."""
_RATE = re.compile(rf"(?P<number>{_NUMBER.pattern}) ?/ ?(?P<unit>s|min|h)")
_KEYS = (
    "duration",
    "warm_up",
    "starts",
    "arrivals",
    "recorded",
    "reps",
    "on_duty",
    "random_load",
    "answer_delay",
    "away",
)
_CLASS_KEYS = ("name", "rate", "periods", "call", "caller", "talk", "patience", "wrap_up", "callback")
Enrich = Callable[[Facts], Facts]
"""Adds what follows from the number, where the file does not say it: its country, and the language."""
Recorded = Callable[[str], tuple[RecordedCall, ...]]
"""The calls in the file of that name."""


def read_scenario(
    text: str,
    filename: str,
    *,
    reps: Collection[str],
    enrich: Enrich = lambda facts: facts,
    recorded: Recorded | None = None,
) -> Scenario:
    """The scenario in that text; ``reps``: those that it may name. Raises ConfigError with every problem found, and
    whatever ``recorded`` raises."""
    tree = read_tree(text)
    notes = Notes(problems=list(tree.problems))
    scenario = _read(Table(tree.root, notes, _KEYS), reps, enrich, recorded) if tree.root is not None else None
    if scenario is None or notes.problems:
        raise ConfigError(tuple(sorted(notes.problems, key=lambda problem: problem.line)), filename=filename)
    return scenario


def _read(table: Table, reps: Collection[str], enrich: Enrich, recorded: Recorded | None) -> Scenario | None:
    notes = table.notes
    calls = _read_recorded(table, recorded)
    duration = table.get("duration") if calls else table.need("duration")
    duration_ms = None if duration is None else read_duration(duration, notes, least_ms=1, most_ms=LONGEST_MS)
    if calls and duration is None:
        duration_ms = int(calls[-1].at_ms + calls[-1].routed_ms) + 1
    warm_up_ms = table.duration("warm_up", 0, most_ms=LONGEST_MS)
    if duration_ms is not None and warm_up_ms >= duration_ms and (node := table.get("warm_up")) is not None:
        notes.refuse(node, "must end before the duration does, of which it is a part")
    if table.get("arrivals") is None and table.get("recorded") is None:
        table.need("arrivals")
    nodes = table.items("arrivals", most=MAX_CLASSES)
    read = [(node, _read_class(Table(node, notes, _CLASS_KEYS), duration_ms or 1, enrich)) for node in nodes]
    refuse_repeats(((node, each.name or None) for node, each in read), notes, "the class")
    in_time = [call for call in calls if duration_ms is not None and call.at_ms + call.routed_ms < duration_ms]
    if calls and not in_time and duration is not None and duration_ms is not None:
        notes.refuse(duration, "is over before the first of the recorded calls looks for a rep")
    if calls and (load := table.get("random_load")) is not None:
        notes.refuse(load, "stands beside recorded; those calls come as they came")
    classes = (*(each for _, each in read), *classes_of(in_time))
    if sum(each.calls_within(duration_ms or 0) for each in classes) > MOST_CALLS and (node := table.get("arrivals")):
        notes.refuse(node, f"brings more than {MOST_CALLS:,} calls; make the duration shorter and repeat it")
    return Scenario(
        duration_ms=float(duration_ms or 1),
        warm_up_ms=float(warm_up_ms),
        classes=classes,
        starts=read_moment(table.get("starts"), notes),
        habits=_read_habits(table.get("reps"), notes, reps),
        shifts=_read_shifts(table, reps),
        answer_delay=_length(table, "answer_delay") or IMMEDIATE,
        away=_length(table, "away") or A_MINUTE,
        load_shape=_read_load(table.get("random_load"), notes),
    )


def _read_recorded(table: Table, recorded: Recorded | None) -> tuple[RecordedCall, ...]:
    node = table.get("recorded")
    if node is None:
        return ()
    if table.get("arrivals") is not None:
        table.notes.refuse(node, "stands beside arrivals; say one of the two")
    name = read_text(node, table.notes, most=1_000)
    if recorded is None:
        table.notes.refuse(node, "no file can be read from here; say recorded: {since, until} in place of the scenario")
        return ()
    return () if name is None else recorded(name)


def _read_class(table: Table, duration_ms: float, enrich: Enrich) -> ArrivalClass:
    name, call = table.need("name"), table.get("call")
    facts, at = read_call_facts(call, table.notes)
    if at is not None and isinstance(call, Entries):
        table.notes.refuse(call.entries["at"], "callers of a class come at many moments; say starts: for the scenario")
    callback = table.get("callback")
    return ArrivalClass(
        name=(None if name is None else read_text(name, table.notes, most=60)) or "",
        rates=_read_rates(table, duration_ms),
        facts=enrich(Facts(call=facts, caller=read_caller_facts(table.get("caller"), table.notes))),
        talk=_length(table, "talk", needed=True) or IMMEDIATE,
        patience=_length(table, "patience"),
        wrap_up=_length(table, "wrap_up"),
        callback=(None if callback is None else read_share(callback, table.notes)) or 0.0,
    )


def _read_rates(table: Table, duration_ms: float) -> tuple[tuple[float, float], ...]:
    rate = table.get("rate")
    if rate is not None and (periods := table.get("periods")) is not None:
        table.notes.refuse(periods, "stands beside rate; say one of the two")
    if rate is not None:
        return ((duration_ms, read_rate(rate, table.notes) or 0.0),)
    nodes = table.items("periods", most=MAX_PERIODS)
    if not nodes and isinstance(table.node, Entries) and table.get("periods") is None:
        table.notes.refuse(table.node, "needs rate, like 30/h, or periods, like [{until: 2h, rate: 30/h}]")
    found: list[tuple[float, float]] = []
    for node in nodes:
        period = Table(node, table.notes, ("until", "rate"))
        until, each = period.need("until"), period.need("rate")
        until_ms = _read_until(until, table.notes, found[-1][0] if found else 0.0)
        found.append((until_ms, 0.0 if each is None else read_rate(each, table.notes) or 0.0))
    return tuple((min(until_ms, duration_ms), per_ms) for until_ms, per_ms in found)


def _read_until(node: Node | None, notes: Notes, before_ms: float) -> float:
    ms = None if node is None else read_duration(node, notes, least_ms=0, most_ms=LONGEST_MS)
    if node is not None and ms is not None and ms <= before_ms:
        notes.refuse(node, "ends before it begins: until counts from the start, and each is later than the one before")
    return before_ms + 1.0 if ms is None else float(ms)


def read_rate(node: Node, notes: Notes) -> float | None:
    """Calls per ms of a rate like ``30/h``, ``1.5/min`` or ``0.2/s``."""
    match = _RATE.fullmatch(node.text) if isinstance(node, Scalar) else None
    if match is None:
        text = node.text if isinstance(node, Scalar) else ""
        negative = "must not be negative; " if text.startswith("-") else ""
        notes.refuse(node, f"{negative}must be a rate, like 30/h, 1.5/min or 0.2/s")
        return None
    return float(match["number"]) / _UNIT_MS[match["unit"]]


def _length(table: Table, key: str, *, needed: bool = False) -> Length | None:
    node = table.need(key) if needed else table.get(key)
    return None if node is None else read_length(node, table.notes)


def read_length(node: Node, notes: Notes) -> Length | None:
    """A length of time at random: ``{exponential: 180s}``, ``{constant: 60s}``, ``{lognormal: {mean: 180s, cv: 1.2}}``;
    a plain ``60s`` is constant."""
    if isinstance(node, Scalar):
        ms = read_duration(node, notes, least_ms=0, most_ms=LONGEST_MS)
        return None if ms is None else Constant(mean_ms=float(ms))
    table = Table(node, notes, ("exponential", "constant", "lognormal"))
    if isinstance(node, Entries) and len(node.entries) != 1:
        notes.refuse(node, "must be one of {exponential: 180s}, {constant: 60s} or {lognormal: {mean: 180s, cv: 1.2}}")
        return None
    if table.get("exponential") is not None:
        return Exponential(mean_ms=float(table.duration("exponential", 1, least_ms=1, most_ms=LONGEST_MS)))
    if table.get("constant") is not None:
        return Constant(mean_ms=float(table.duration("constant", 0, most_ms=LONGEST_MS)))
    shape = table.get("lognormal")
    if shape is None:
        return None
    inner = Table(shape, notes, ("mean", "cv"))
    mean, cv = inner.need("mean"), inner.need("cv")
    mean_ms = None if mean is None else read_duration(mean, notes, least_ms=1, most_ms=LONGEST_MS)
    read = None if cv is None else read_number(cv, notes, most=100.0)
    return None if mean_ms is None or read is None else Lognormal(mean_ms=float(mean_ms), cv=read)


def read_number(node: Node, notes: Notes, *, most: float) -> float | None:
    """A number above 0."""
    is_number = isinstance(node, Scalar) and node.kind in ("int", "float") and _NUMBER.fullmatch(node.text) is not None
    if isinstance(node, Scalar) and is_number and 0.0 < float(node.text) <= most:
        return float(node.text)
    notes.refuse(node, f"must be a number above 0 and at most {most:g}")
    return None


def _read_habits(node: Node | None, notes: Notes, reps: Collection[str]) -> Mapping[RepId, RepHabits]:
    if node is None:
        return {}
    if not isinstance(node, Entries):
        notes.refuse(node, "must be a mapping of reps, like {ana: {speed: 1.25}}")
        return {}
    return {RepId(rep): _read_habit(child, rep, notes, reps) for rep, child in node.entries.items()}


def _read_habit(node: Node, rep: str, notes: Notes, reps: Collection[str]) -> RepHabits:
    table = Table(node, notes, ("speed", "declines", "misses"))
    if rep not in reps:
        named = Scalar(path=node.path, line=node.line, text=rep, kind="str", first_line=node.line)
        read_reference(named, notes, reps, "rep")
    speed, odds = table.get("speed"), {key: table.get(key) for key in ("declines", "misses")}
    read = {key: 0.0 if each is None else read_share(each, notes) or 0.0 for key, each in odds.items()}
    if sum(read.values()) > 1.0:
        notes.refuse(node, "declines and misses together are more than all offers")
    return RepHabits(speed=(None if speed is None else read_number(speed, notes, most=1_000.0)) or 1.0, **read)


def _read_shifts(table: Table, reps: Collection[str]) -> tuple[Shift, ...]:
    found: list[Shift] = []
    for node in table.items("on_duty", most=MAX_SHIFTS):
        shift = Table(node, table.notes, ("until", "reps"))
        until, named = shift.need("until"), shift.need("reps")
        until_ms = _read_until(until, table.notes, found[-1].until_ms if found else 0.0)
        items = () if named is None else read_items(named, table.notes, most=MAX_REPS)
        names = [read_reference(item, table.notes, reps, "rep") for item in items]
        found.append(Shift(until_ms=until_ms, reps=frozenset(RepId(name) for name in names if name is not None)))
    return tuple(found)


def _read_load(node: Node | None, notes: Notes) -> float | None:
    if node is None:
        return None
    gamma = Table(node, notes, ("gamma",)).need("gamma")
    shape = None if gamma is None else Table(gamma, notes, ("shape",)).need("shape")
    return None if shape is None else read_number(shape, notes, most=1_000_000.0)
