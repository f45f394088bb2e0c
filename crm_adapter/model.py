"""Who a caller is, as values. Nothing here knows where it came from or looks anything up."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Quality(StrEnum):
    """How sure a match is. EXACT: the same international number. NATIONAL: the same national number, region agreeing.
    SUGGESTION: a short or partial match, shown but never used by rules."""

    EXACT = "exact"
    NATIONAL = "national"
    SUGGESTION = "suggestion"


@dataclass(frozen=True, slots=True, kw_only=True)
class Deal:
    """One open opportunity."""

    id: str
    name: str
    amount: str | None = None
    """As shown, with its currency: ``€ 18,400``."""
    stage: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Ticket:
    """One open support case."""

    id: str
    subject: str
    status: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Interaction:
    """Something said or sent before, newest first in lists."""

    at: str
    """ISO 8601, UTC."""
    channel: str
    """``call`` · ``email`` · ``meeting`` · ``chat`` · ``note``."""
    summary: str
    by: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """One person or company line as a CRM holds it. ``None`` and empty mean *not known*."""

    id: str
    name: str
    phones: tuple[str, ...] = ()
    company: str | None = None
    email: str | None = None
    tier: str | None = None
    owner: str | None = None
    """The id of the rep who looks after this contact."""
    language: str | None = None
    timezone: str | None = None
    stage: str | None = None
    """``lead`` · ``mql`` · ``sql`` · ``opportunity`` · ``customer``."""
    lead_source: str | None = None
    campaign: str | None = None
    tags: tuple[str, ...] = ()
    notes: str | None = None
    external_id: str | None = None
    fields: Mapping[str, str] = field(default_factory=dict)
    """Custom fields (unknown columns of an import)."""
    deals: tuple[Deal, ...] = ()
    tickets: tuple[Ticket, ...] = ()
    interactions: tuple[Interaction, ...] = ()
    quality: Quality = Quality.EXACT
    link: str | None = None
    """Opens the record in the CRM; null for the built-in directory."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """At least one contact, best first; suggestions last."""

    contacts: tuple[Contact, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Unknown:
    """The CRM answered, and knows nobody by this number."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Unavailable:
    """The CRM did not answer in time, refused, or broke. An ordinary result: the call goes on."""

    reason: str


Answer = Found | Unknown | Unavailable
