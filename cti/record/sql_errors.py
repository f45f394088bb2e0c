"""Turns SQLAlchemy's and the drivers' exceptions into ours. Guarantees that the message holds no parameter values."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import exc

from cti.record.errors import RecordConflict, RecordError, RecordUnavailable

_AGAIN = ("40001", "40P01", "55P03", "57014", "57P01", "57P02", "57P03", "53300")
"""Serialization failure, deadlock, lock time-out, cancelled, shutting down, too many connections."""


@contextmanager
def translated() -> Iterator[None]:
    """Inside, whatever SQLAlchemy, asyncpg or sqlite3 raise leaves as a RecordError; other exceptions pass."""
    try:
        yield
    except exc.IntegrityError as error:
        raise RecordConflict(_one_line(error)) from error
    except exc.DBAPIError as error:
        kind = RecordUnavailable if _is_passing(error) else RecordError
        raise kind(_one_line(error)) from error
    except exc.TimeoutError as error:
        raise RecordUnavailable("no SQL connection was free in time") from error
    except exc.SQLAlchemyError as error:
        raise RecordError(type(error).__name__) from error
    except TimeoutError as error:
        raise RecordUnavailable("SQL did not answer in time") from error
    except OSError as error:
        raise RecordUnavailable(f"SQL cannot be reached: {error.strerror or type(error).__name__}") from error


def _is_passing(error: exc.DBAPIError) -> bool:
    state = getattr(error.orig, "sqlstate", None)
    if state is not None:
        return state.startswith("08") or state in _AGAIN
    return error.connection_invalidated or isinstance(error, exc.OperationalError | exc.InterfaceError)


def _one_line(error: exc.DBAPIError) -> str:
    state = getattr(error.orig, "sqlstate", None) or getattr(error.orig, "sqlite_errorname", None)
    return f"{type(error).__name__} {state}" if state else type(error).__name__
