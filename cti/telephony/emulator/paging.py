"""Twilio's pages: a slice of a list and the links around it. Pure.

A page is found by its token (the last sid of the page before), so that rows which appear meanwhile are neither
repeated nor push others out of sight.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar
from urllib.parse import urlencode

T = TypeVar("T")
DEFAULT_SIZE = 50
MAX_SIZE = 1000
_PAGING = frozenset({"Page", "PageSize", "PageToken"})


@dataclass(frozen=True, slots=True, kw_only=True)
class PageAsked:
    """Which page, of what list."""

    number: int
    size: int
    token: str
    path: str
    filters: Mapping[str, str]


def page_asked(path: str, query: Mapping[str, str]) -> PageAsked | None:
    """The page that a query asks for; null when its numbers are not valid."""
    try:
        number = int(query.get("Page", "0"))
        size = int(query.get("PageSize", DEFAULT_SIZE))
    except ValueError:
        return None
    if number < 0 or not 1 <= size <= MAX_SIZE:
        return None
    filters = {name: value for name, value in query.items() if name not in _PAGING}
    return PageAsked(number=number, size=size, token=query.get("PageToken", ""), path=path, filters=filters)


def page_json(
    asked: PageAsked,
    key: str,
    rows: Sequence[T],
    *,
    sid: Callable[[T], str],
    show: Callable[[T], dict[str, object]],
    keep: Callable[[T], bool] = lambda _row: True,
) -> dict[str, object]:
    """The page of the rows that are kept, as JSON under ``key``."""
    first, left = _from_token(asked, rows, sid)
    kept = [row for row in left if keep(row)][first:]
    shown = kept[: asked.size]
    start = asked.number * asked.size
    more = len(kept) > asked.size
    return {
        key: [show(row) for row in shown],
        "end": start + max(0, len(shown) - 1),
        "first_page_uri": _link(asked, 0, ""),
        "next_page_uri": _link(asked, asked.number + 1, "PA" + sid(shown[-1])) if more else None,
        "page": asked.number,
        "page_size": asked.size,
        "previous_page_uri": _link(asked, asked.number - 1, "") if asked.number else None,
        "start": start,
        "uri": _link(asked, asked.number, asked.token),
    }


def _from_token(asked: PageAsked, rows: Sequence[T], sid: Callable[[T], str]) -> tuple[int, Sequence[T]]:
    """How many to skip, of which rows."""
    last_seen = asked.token.removeprefix("PA")
    for at, row in enumerate(rows):
        if last_seen and sid(row) == last_seen:
            return 0, rows[at + 1 :]
    return asked.number * asked.size, rows


def _link(asked: PageAsked, number: int, token: str) -> str:
    query = {**asked.filters, "PageSize": str(asked.size), "Page": str(number)}
    if token:
        query["PageToken"] = token
    return f"{asked.path}?{urlencode(query)}"
