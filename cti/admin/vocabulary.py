"""The words that a rule may be written with: names of the active configuration, the facts that conditions see with
their types, and the values that these have. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from crm_adapter.draft import STAGES
from crm_adapter.sql_values import SeenValues
from cti.calls.views import View
from routing.config import Config
from routing.facts import CALL_FIELDS, CALLER_FIELDS, MATCHES, kind_of
from routing.prompts import PROMPTS


def vocabulary_view(config: Config | None, seen: SeenValues) -> View:
    """``config``: null while none is active."""
    return {**_names(config), "prompts": list(PROMPTS), "fields": _fields(config, seen)}


def _names(config: Config | None) -> View:
    if config is None:
        kinds = ("skills", "queues", "reps", "teams", "numbers", "hours", "lists", "dispositions", "away_reasons")
        return {kind: [] for kind in kinds}
    return {
        "skills": sorted(config.skills),
        "queues": [{"id": queue.id, "name": queue.name} for queue in config.queues.values()],
        "reps": [{"id": rep.id, "name": rep.name} for rep in config.reps.values()],
        "teams": sorted({rep.team for rep in config.reps.values() if rep.team is not None}),
        "numbers": [{"number": line.number, "name": line.name} for line in config.numbers],
        "hours": list(config.hours),
        "lists": list(config.lists),
        "dispositions": [{"id": each.id, "label": each.label} for each in config.dispositions],
        "away_reasons": [{"id": each.id, "label": each.label} for each in config.away_reasons or ()],
    }


def _fields(config: Config | None, seen: SeenValues) -> list[View]:
    """Those of the call first, then the caller's, the custom ones, and the opening hours."""
    known = _values(config, seen)
    standard = [f"call.{name}" for name in CALL_FIELDS] + [f"caller.{name}" for name in CALLER_FIELDS]
    custom = {name: values for name, values in seen.custom.items() if name not in CALLER_FIELDS}
    return [
        *(_field(path, kind_of(path), known.get(path, ())) for path in standard),
        *(_field(f"caller.{name}", "text", values, custom=True) for name, values in custom.items()),
        *(_field(f"hours.{name}.{what}", "truth", ()) for name in _hours(config) for what in ("open", "holiday")),
    ]


def _field(path: str, kind: str, values: Iterable[str], *, custom: bool = False) -> View:
    return {"path": path, "type": kind, "custom": custom, "values": list(values)}


def _hours(config: Config | None) -> Iterable[str]:
    return () if config is None else config.hours


def _values(config: Config | None, seen: SeenValues) -> Mapping[str, tuple[str, ...]]:
    """By path; what only the configuration can know, and what contacts have."""
    columns = seen.columns
    found = {
        **{f"caller.{name}": values for name, values in columns.items()},
        "caller.match": MATCHES,
        "caller.stage": tuple(dict.fromkeys((*columns.get("stage", ()), *STAGES))),
        "call.language": columns.get("language", ()),
    }
    if config is None:
        return found
    reps = tuple(map(str, config.reps))
    return {
        **found,
        "caller.owner": reps,
        "caller.last": reps,
        "call.to": tuple(line.number for line in config.numbers),
        "call.lists": tuple(config.lists),
        "call.answers": _answers(config),
    }


def _answers(config: Config) -> tuple[str, ...]:
    """What callers can choose in menus, in the order of the rules."""
    menus = [rule.ask for rule in config.rules if rule.ask is not None]
    return tuple(dict.fromkeys(answer for ask in menus for answer in (*ask.keys.values(), *ask.speech)))
