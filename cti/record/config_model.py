"""Versions of the configuration as values. Instants are ms since the Unix epoch."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class VersionState(StrEnum):
    """What has become of a version."""

    DRAFT = "draft"
    """It never was active."""
    ACTIVE = "active"
    FORMER = "former"
    """It was active; activating it again is going back."""


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionInfo:
    """What a list of versions shows."""

    n: int
    author: str
    """Who wrote it."""
    comment: str
    created_ms: int
    based_on: int | None
    """The version that its author began with; null for the first."""
    activated_ms: int | None
    """When it last became active; null for a draft. ``activated_by``: by whom, ``activation_comment``: and why."""
    activated_by: str | None
    activation_comment: str | None
    active: bool

    @property
    def state(self) -> VersionState:
        """Draft, active or former."""
        if self.active:
            return VersionState.ACTIVE
        return VersionState.DRAFT if self.activated_ms is None else VersionState.FORMER


@dataclass(frozen=True, slots=True, kw_only=True)
class Version(VersionInfo):
    """A version with its YAML text, as it was written."""

    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TurnedOn:
    """It is active."""

    n: int
    previous: int | None
    """The one that was; ``n`` itself where it was active already, and nothing was written."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NoSuchVersion:
    """There is no version of that number."""

    n: int


@dataclass(frozen=True, slots=True, kw_only=True)
class OtherActive:
    """Another version is active than was expected; nothing was changed."""

    active: int | None
