"""What somebody asks a simulation for, checked where it enters: whatever ``cti simulate`` would refuse is refused here,
in the same words, before anything waits in line."""

from __future__ import annotations

import asyncio
import json
from dataclasses import asdict, replace
from typing import Annotated

from pydantic import AwareDatetime, ConfigDict, Field, StringConstraints

from cti.calls.views import iso
from cti.desk.bodies import Body
from cti.desk.problems import Problem, invalid
from cti.record.config_model import Version
from cti.record.configs import ConfigVersions
from cti.record.database import Database
from cti.record.exports import CallExports
from cti.simulations.model import Period, Task
from cti.simulations.reading import COMPARE, CONFIG, NO_CALLS, Inputs, first_line, read_task
from cti.simulations.redis_store import Wanted
from routing.duration import format_duration
from routing.errors import ConfigError
from routing.facts import Facts
from routing.simulate.scenario import RecordedCall

HIGHEST = 2**31 - 1
LARGEST_TEXT = 1024 * 1024
MOST_REPLICATIONS = 200
MOST_CALLS = 10_000_000
"""Of all replications of both configurations: some minutes of one core, at 25 µs each."""

Text = Annotated[str, StringConstraints(max_length=LARGEST_TEXT)]


class _Strict(Body):
    """A slip in a name would play something else than was meant."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


class ConfigSource(_Strict):
    """One of the two: a version by its number, or a text that nobody has kept."""

    version: Annotated[int, Field(ge=1, le=HIGHEST)] | None = None
    text: Text | None = None


class RecordedSource(Body):
    """Recorded calls that arrived in that time. Beside it the keys of a scenario file, but for ``arrivals``."""

    model_config = ConfigDict(frozen=True, extra="allow", hide_input_in_errors=True)

    since: AwareDatetime
    until: AwareDatetime
    """Not included."""


class SimulationBody(_Strict):
    """``POST /simulations``. ``config`` left out: the active version. One of ``scenario`` and ``recorded``."""

    config: ConfigSource | None = None
    compare: ConfigSource | None = None
    scenario: Text | None = None
    """YAML, as ``cti simulate --scenario`` reads it."""
    recorded: RecordedSource | None = None
    replications: Annotated[int, Field(ge=1, le=MOST_REPLICATIONS)] = 10
    seed: Annotated[int, Field(ge=0, le=2**63 - 1)] = 1


async def read_ask(body: SimulationBody, *, by: str, versions: ConfigVersions, database: Database) -> Wanted:
    """Raises Problem for what cannot be played."""
    scenario, period = _calls(body)
    config = await _version(versions, body.config or ConfigSource(), CONFIG)
    compare = None if body.compare is None else await _version(versions, body.compare, COMPARE)
    task = Task(
        config=_text(config),
        compare=None if compare is None else _text(compare),
        scenario=scenario,
        period=period,
        replications=body.replications,
        seed=body.seed,
    )
    recorded = 0 if period is None else await _count(database, period)
    await asyncio.to_thread(_check, task, recorded)
    asked = {
        "config": _shown(config),
        "compare": None if compare is None else _shown(compare),
        "recorded": None if period is None else {"since": iso(period.since_ms), "until": iso(period.until_ms)},
        "replications": body.replications,
        "seed": body.seed,
    }
    return Wanted(task=task, asked=asked, by=by)


def _calls(body: SimulationBody) -> tuple[str, Period | None]:
    """The scenario's text, and whose calls are played in place of its own."""
    if body.scenario is not None and body.recorded is not None:
        raise invalid("recorded", "stands beside scenario; say one of the two")
    if body.scenario is not None:
        return body.scenario, None
    if body.recorded is None:
        raise invalid("scenario", "is missing: say scenario, or recorded: {since, until}")
    period = Period(since_ms=_ms(body.recorded.since), until_ms=_ms(body.recorded.until))
    if period.until_ms <= period.since_ms:
        raise invalid("recorded.until", "must be after since")
    rest = body.recorded.model_extra or {}
    if "recorded" in rest:
        raise invalid("recorded.recorded", "cannot stand here: the calls are those between since and until")
    usual = {"duration": format_duration(period.until_ms - period.since_ms), "starts": body.recorded.since.isoformat()}
    try:
        return json.dumps({"recorded": "calls", **usual, **rest}), period
    except RecursionError:
        raise invalid("recorded", "is nested too deeply") from None


def _ms(moment: AwareDatetime) -> int:
    return int(moment.timestamp() * 1000)


async def _version(versions: ConfigVersions, source: ConfigSource, field: str) -> Version | str:
    """A version, or a text."""
    if source.version is not None and source.text is not None:
        raise invalid(field, "has a version and a text; say one of the two")
    if source.text is not None:
        return source.text
    found = await (versions.active() if source.version is None else versions.get(source.version))
    if found is None and source.version is None:
        raise Problem(404, "No configuration is active.")
    if found is None:
        raise invalid(f"{field}.version", f"there is no version {source.version}")
    return found


def _text(config: Version | str) -> str:
    return config if isinstance(config, str) else config.text


def _shown(config: Version | str) -> dict[str, int | None]:
    return {"version": None if isinstance(config, str) else config.n}


async def _count(database: Database, period: Period) -> int:
    count = await CallExports(database, since_ms=period.since_ms, until_ms=period.until_ms).count_routed()
    if not count:
        raise invalid("recorded", NO_CALLS)
    return count


def _check(task: Task, recorded: int) -> None:
    """Everything but the recorded calls themselves, which may be many."""
    try:
        inputs = read_task(task, _stand_in)
    except ConfigError as error:
        raise _refusal(error, with_lines=task.period is None) from None
    calls = _expected(inputs, recorded) * task.replications * len(inputs.configs)
    if calls > MOST_CALLS:
        detail = f"about {calls:,.0f} calls in all, at most {MOST_CALLS:,} are played: ask for fewer replications, or "
        raise invalid("replications", detail + "make the duration shorter")


def _expected(inputs: Inputs, recorded: int) -> float:
    if recorded:
        return recorded
    duration_ms = inputs.scenario.duration_ms
    return sum(each.calls_within(duration_ms) for each in inputs.scenario.classes)


def _stand_in(period: Period) -> tuple[RecordedCall, ...]:
    """Fills the whole period."""
    at_ms = float(period.until_ms - period.since_ms - 1)
    return (
        RecordedCall(
            name="calls",
            at_ms=at_ms,
            routed_ms=0.0,
            facts=Facts(),
            talk_ms=None,
            wrap_up_ms=None,
            waited_ms=0.0,
            gave_up=False,
        ),
    )


def _refusal(error: ConfigError, *, with_lines: bool) -> Problem:
    """As ``/config/check`` lists problems, and in which of the texts."""
    problems = [asdict(each if with_lines else replace(each, line=0)) for each in error.problems]
    return Problem(422, first_line(error, with_lines=with_lines), source=error.filename, problems=problems)
