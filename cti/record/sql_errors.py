"""Turns SQLAlchemy's and the drivers' exceptions into ours. Guarantees that the message holds no parameter values."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import exc

from cti.record.errors import RecordConflict, RecordError, RecordRefused, RecordUnavailable

_AGAIN = ("08", "40", "53", "57", "58", "55P03", "25006")
"""SQLSTATE classes and codes that pass: connection, rollback and deadlock, resources, operator, system, lock not had in
time, a read-only standby after a fail-over."""
_NEVER = "22"
"""Data exception: too long, out of range, of the wrong type."""


@contextmanager
def translated() -> Iterator[None]:
    """Inside, whatever SQLAlchemy, asyncpg or sqlite3 raise leaves as a RecordError; other exceptions pass."""
    try:
        yield
    except exc.IntegrityError as error:
        raise RecordConflict(_one_line(error)) from error
    except exc.DBAPIError as error:
        raise _kind(error)(_one_line(error)) from error
    except exc.TimeoutError as error:
        raise RecordUnavailable("no SQL connection was free in time") from error
    except exc.SQLAlchemyError as error:
        raise RecordError(type(error).__name__) from error
    except TimeoutError as error:
        raise RecordUnavailable("SQL did not answer in time") from error
    except OSError as error:
        raise RecordUnavailable(f"SQL cannot be reached: {error.strerror or type(error).__name__}") from error


def _kind(error: exc.DBAPIError) -> type[RecordError]:
    state: str | None = getattr(error.orig, "sqlstate", None)
    if state is None:
        passing = error.connection_invalidated or isinstance(error, exc.OperationalError | exc.InterfaceError)
        return RecordUnavailable if passing else RecordError
    if state.startswith(_AGAIN):
        return RecordUnavailable
    return RecordRefused if state.startswith(_NEVER) else RecordError


def _one_line(error: exc.DBAPIError) -> str:
    state = getattr(error.orig, "sqlstate", None) or getattr(error.orig, "sqlite_errorname", None)
    return f"{type(error).__name__} {state}" if state else type(error).__name__
