"""What goes wrong on purpose: chances for webhooks and REST commands, drawn from a seed.

The same seed, plan and order of questions give the same answers. Never touches what it is not asked about.
"""

from __future__ import annotations

import random
import re
from dataclasses import dataclass
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator

RestFault = Literal["reject_429", "fail_500", "late_500", "lose_reply", "reset"]
_REST_FAULTS: tuple[RestFault, ...] = ("reject_429", "fail_500", "late_500", "lose_reply", "reset")


class _Faults(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    match: str = ""
    """A regular expression searched in ``METHOD URL``; empty: everything."""
    times: int | None = Field(default=None, ge=0)
    """At most so many; null: without end."""

    @field_validator("match")
    @classmethod
    def _compiles(cls, pattern: str) -> str:
        try:
            re.compile(pattern)
        except re.error as error:
            raise ValueError(f"not a regular expression: {error}") from None
        return pattern


class WebhookFaults(_Faults):
    """Chances (0 to 1) for what the emulator sends."""

    repeat: float = Field(default=0, ge=0, le=1)
    """Sent twice with the same I-Twilio-Idempotency-Token."""
    reorder: float = Field(default=0, ge=0, le=1)
    """A callback waits a little and may be overtaken."""
    lose: float = Field(default=0, ge=0, le=1)
    """A callback is never sent. Requests for documents are not lost."""
    delay_ms: int = Field(default=0, ge=0, le=60_000)
    """Each is sent after up to so long, evenly spread."""


class RestFaults(_Faults):
    """Chances (0 to 1) for REST requests that come in; the first that is drawn is taken."""

    reject_429: float = Field(default=0, ge=0, le=1)
    """20429, not carried out."""
    fail_500: float = Field(default=0, ge=0, le=1)
    """20500, not carried out."""
    late_500: float = Field(default=0, ge=0, le=1)
    """20500, although it was carried out."""
    lose_reply: float = Field(default=0, ge=0, le=1)
    """Carried out, then the connection is closed without an answer."""
    reset: float = Field(default=0, ge=0, le=1)
    """The connection is closed before anything is done."""


class FaultPlan(BaseModel):
    """What ``PUT /emulator/faults`` takes; an empty one ends all faults."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    seed: int = 0
    webhooks: WebhookFaults = Field(default_factory=WebhookFaults)
    rest: RestFaults = Field(default_factory=RestFaults)


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """How one webhook is delivered."""

    delay_s: float = 0.0
    lost: bool = False
    overtaken: bool = False
    repeat_after_s: float | None = None
    """A second delivery so long after the first was sent; null: none."""

    @property
    def names(self) -> tuple[str, ...]:
        """What was done to it, for the journal."""
        told = {"lose": self.lost, "reorder": self.overtaken, "repeat": self.repeat_after_s is not None}
        return tuple(name for name, done in told.items() if done)


class Faults:
    """The plan in force and its dice."""

    def __init__(self) -> None:
        self.follow(FaultPlan())

    def follow(self, plan: FaultPlan) -> None:
        """A new plan from now on, its dice and counts fresh."""
        self.plan = plan
        self._dice = random.Random(plan.seed)  # noqa: S311 - repeatable on purpose
        self._done = {"webhooks": 0, "rest": 0}

    def delivery(self, method: str, url: str, *, is_callback: bool) -> Delivery:
        """How this webhook is delivered."""
        rules = self.plan.webhooks
        if not self._applies(rules, "webhooks", method, url):
            return Delivery()
        chances = [self._dice.random() for _ in range(5)]
        delivery = Delivery(
            delay_s=chances[0] * rules.delay_ms / 1000,
            lost=is_callback and chances[1] < rules.lose,
            overtaken=is_callback and chances[2] < rules.reorder,
            repeat_after_s=chances[4] * 0.2 if chances[3] < rules.repeat else None,
        )
        if delivery.names:
            self._done["webhooks"] += 1
        return delivery

    def overtaking_s(self) -> float:
        """How long an overtaken callback stands aside."""
        return self._dice.uniform(0.02, 0.25)

    def rest(self, method: str, path: str) -> RestFault | None:
        """What happens to this REST request."""
        rules = self.plan.rest
        if not self._applies(rules, "rest", method, path):
            return None
        for name in _REST_FAULTS:
            if self._dice.random() < getattr(rules, name):
                self._done["rest"] += 1
                return name
        return None

    def _applies(self, rules: _Faults, kind: str, method: str, url: str) -> bool:
        if rules.times is not None and self._done[kind] >= rules.times:
            return False
        return not rules.match or re.search(rules.match, f"{method} {url}") is not None
