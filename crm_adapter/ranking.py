"""Which of several contacts behind one number comes first. Pure.

Best match first; then a line of one's own before an extension behind a switchboard; then an open ticket or deal, last
spoken with, last changed. The last tie is broken by id: the order never changes by itself.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from crm_adapter.instants import ms_of
from crm_adapter.model import Contact, Quality

_ORDER = {Quality.EXACT: 0, Quality.NATIONAL: 1, Quality.SUGGESTION: 2}


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A contact that matched, and what its rank depends on besides."""

    contact: Contact
    shared_line: bool = False
    """The number that matched has an extension in the record."""
    changed_ms: int = 0


def ranked(candidates: Iterable[Candidate | None]) -> tuple[Contact, ...]:
    """Each contact once, by its best number, best first."""
    best: dict[str, Contact] = {}
    for candidate in sorted(filter(None, candidates), key=_rank):
        best.setdefault(candidate.contact.id, candidate.contact)
    return tuple(best.values())


def _rank(candidate: Candidate) -> tuple[int, bool, bool, int, int, str]:
    contact = candidate.contact
    spoken_ms = max((ms_of(past.at) for past in contact.interactions if past.channel == "call"), default=0)
    return (
        _ORDER[contact.quality],
        candidate.shared_line,
        not (contact.tickets or contact.deals),
        -spoken_ms,
        -candidate.changed_ms,
        contact.id,
    )
