"""What a leg is to do next, and what doing it came to. Pure values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from cti.telephony.emulator.twiml_model import Fault, Target


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetch:
    """Carry out the document at a URL."""

    target: Target
    fields: Mapping[str, str] = field(default_factory=dict)
    """Fields beside the standard ones."""
    is_fallback: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Inline:
    """Carry out this document."""

    twiml: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CallOut:
    """Ring the leg's number; whoever answers is given the document."""

    then: Fetch | Inline
    timeout_s: int
    """How long it rings at most."""


Instructions = Fetch | Inline | CallOut


@dataclass(frozen=True, slots=True, kw_only=True)
class Finished:
    """The leg has nothing more to do; ``reason`` in a word."""

    reason: str


Outcome = Fetch | Inline | Finished | Fault
