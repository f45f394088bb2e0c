"""Recorded calls of a period straight out of SQL, for a simulation on this machine: what rules may know of them.

Nothing of it leaves the process, so the numbers are the true ones and all custom fields are kept: rules that look at
them decide as they did.
"""

from __future__ import annotations

import orjson

from cti.calls.codec import load as load_call
from cti.calls.errors import UnreadableCall
from cti.calls.exporting import Rules, exported
from cti.record.database import Database
from cti.record.exports import CallExports
from cti.simulations.model import Period
from cti.simulations.reading import NO_CALLS, RECORDED
from routing.errors import ConfigError, Problem
from routing.simulate.recorded_file import read_recorded
from routing.simulate.scenario import RecordedCall


async def recorded_calls(database_url: str, period: Period) -> tuple[RecordedCall, ...]:
    """Raises ConfigError where there is none, RecordUnavailable."""
    database = Database(database_url)
    try:
        exports = CallExports(database, since_ms=period.since_ms, until_ms=period.until_ms)
        rules = Rules(began_ms=period.since_ms, fields=None)
        rows = [exported(load_call(each.document), each, rules, _as_it_is) async for each in exports.all()]
    except UnreadableCall:
        raise _refusal("a call of that time is of another release and cannot be read: begin later") from None
    finally:
        await database.close()
    lines = [orjson.dumps(row) for row in rows if row is not None]
    if not lines:
        raise _refusal(NO_CALLS)
    return read_recorded(lines, RECORDED)


def _refusal(message: str) -> ConfigError:
    return ConfigError([Problem(line=0, field="since", message=message)], filename=RECORDED)


def _as_it_is(number: str | None) -> str | None:
    return number
