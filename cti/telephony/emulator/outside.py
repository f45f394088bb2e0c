"""How outside numbers behave when they are called: as a test or a person has set, else somebody answers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from cti.telephony.model import LegStatus

Behaviour = Literal["answer", "busy", "no-answer", "failed"]
REFUSALS: dict[Behaviour, LegStatus] = {"busy": LegStatus.BUSY, "failed": LegStatus.FAILED}
MOST = 1000
"""Numbers beyond this many are forgotten, the first set first."""


class OutsideLine(BaseModel):
    """What ``PUT /emulator/outside/{number}`` takes."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    behaviour: Behaviour = "answer"
    """``no-answer`` rings until whoever calls gives up."""
    after_s: float = Field(default=1.0, ge=0, le=600)
    """How long it rings before it answers, or until it is known to be busy or not to be reached; line time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ringing:
    """How a number's ringing goes."""

    seconds: float
    """Line time."""
    refusal: LegStatus | None = None
    """What the call then ends as; null: somebody answers."""
    reason: str = ""


def rings(line: OutsideLine, timeout_s: int) -> Ringing:
    """What becomes of a call that gives up after ``timeout_s``."""
    if line.behaviour == "no-answer" or line.after_s >= timeout_s:
        return Ringing(seconds=timeout_s, refusal=LegStatus.NO_ANSWER, reason="nobody answered")
    return Ringing(seconds=line.after_s, refusal=REFUSALS.get(line.behaviour), reason=line.behaviour)


class Outside:
    """Outside numbers, E.164, and their behaviour."""

    def __init__(self) -> None:
        self._lines: dict[str, OutsideLine] = {}

    def line(self, number: str) -> OutsideLine:
        """How that number behaves."""
        return self._lines.get(number, OutsideLine())

    def is_set(self, number: str) -> bool:
        """Whether anybody has said how that number behaves."""
        return number in self._lines

    def all(self) -> dict[str, OutsideLine]:
        """Every number that was set."""
        return dict(self._lines)

    def set(self, number: str, line: OutsideLine) -> None:
        """How that number behaves from its next call on."""
        self._lines.pop(number, None)
        self._lines[number] = line
        if len(self._lines) > MOST:
            del self._lines[next(iter(self._lines))]
