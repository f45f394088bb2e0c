"""Facts made once about this installation: whether it is a demo, and the highest epoch given out."""

from __future__ import annotations

from enum import StrEnum

from sqlalchemy import Connection, func, select, update

from cti.record.database import Database
from cti.record.dialects import insert_into
from cti.record.tables import calls, installation

_KIND = "kind"
_EPOCH = "epoch"


class Kind(StrEnum):
    """What a database was made for; never changes."""

    DEMO = "demo"
    PRODUCTION = "production"


async def claim_kind(database: Database, kind: Kind) -> Kind:
    """Marks a new database; what it was marked as first, by whomever."""
    return Kind(await database.run(lambda connection: _made_once(connection, _KIND, kind)))


def _made_once(connection: Connection, key: str, value: str) -> str:
    connection.execute(insert_into(connection, installation).on_conflict_do_nothing(), {"key": key, "value": value})
    stored: str = connection.execute(select(installation.c.value).where(installation.c.key == key)).scalar_one()
    return stored


def give_out_epoch(connection: Connection) -> int:
    """An epoch that was never given out before, also where no call came in the last one. Two at once queue."""
    _made_once(connection, _EPOCH, "0")
    mine = installation.c.key == _EPOCH
    connection.execute(select(installation.c.value).where(mine).with_for_update())
    epoch = highest_epoch(connection) + 1
    connection.execute(update(installation).where(mine).values(value=str(epoch)))
    return epoch


def highest_epoch(connection: Connection) -> int:
    """The highest epoch that SQL knows of; 0 for a new installation."""
    given_out = connection.execute(select(installation.c.value).where(installation.c.key == _EPOCH)).scalar()
    seen = connection.execute(select(func.max(calls.c.epoch))).scalar()
    return max(int(given_out or 0), seen or 0)
