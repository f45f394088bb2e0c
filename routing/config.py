"""The configuration as values: one file is one version. Made by ``config_file.load_config`` only. Pure.

Whatever stands here was checked: references resolve, bounds hold, every plan can be met by somebody, the last rule is
unconditional. Lengths of time are whole milliseconds.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from routing.conditions import Condition
from routing.facts import Facts
from routing.hours import Hours
from routing.model import Demand, QueueId, RepId, SkillName, Strategy
from routing.plan import USUAL_CALLBACK, CallbackTerms
from routing.prompts import Prompts
from routing.resolving import Asked, SkillOf


@dataclass(frozen=True, slots=True, kw_only=True)
class Rep:
    """Somebody who answers."""

    id: RepId
    name: str
    email: str | None = None
    device: str = "browser"
    skills: Mapping[SkillName, int] = field(default_factory=dict)
    """skill → level, 1 to 10."""
    queues: frozenset[QueueId] | None = None
    """Null: serves every queue."""
    team: str | None = None
    """Whose customers this rep looks after when the owner cannot."""
    language: str | None = None
    """BCP 47: what the rep reads; null: the file's."""

    def serves(self, *queues: QueueId) -> bool:
        """Whether calls of any of these queues may be offered to this rep at all."""
        return self.queues is None or any(queue in self.queues for queue in queues)

    def meets(self, demand: Demand) -> bool:
        """Whether this rep serves the queue and has every need at its level."""
        if not self.serves(*demand.queues) or demand.team not in (None, self.team):
            return False
        return all(self.skills.get(skill, 0) >= least for skill, least in demand.needs)


@dataclass(frozen=True, slots=True, kw_only=True)
class Announcing:
    """What callers who wait are told, and how often."""

    every_ms: int = 60_000
    place: bool = True
    wait: bool = False
    """The expected wait, as a range."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceLevel:
    """How soon callers of a queue ought to be answered."""

    answered_within_ms: int = 20_000
    target: float = 0.8
    """The share of callers that is aimed at: of those who came, without those who gave up within that time."""


USUAL_SERVICE_LEVEL = ServiceLevel()


@dataclass(frozen=True, slots=True, kw_only=True)
class Queue:
    """A line of callers and how it is served."""

    id: QueueId
    name: str
    strategy: Strategy = Strategy.BEST_FIT
    max_wait_ms: int = 900_000
    """A plan without ``then`` ends here, with an apology."""
    offer_timeout_ms: int = 20_000
    wrap_up_ms: int = 30_000
    """The longest after-call work."""
    max_size: int | None = None
    """How many callers may wait; null: any number."""
    callback: CallbackTerms = USUAL_CALLBACK
    announce: Announcing = Announcing()
    service_level: ServiceLevel = USUAL_SERVICE_LEVEL


@dataclass(frozen=True, slots=True, kw_only=True)
class PhoneNumber:
    """One of the owner's numbers, as plus and digits."""

    number: str
    name: str
    language: str | None = None
    """Spoken to its callers of whom none is known."""
    greeting: Mapping[str, str] = field(default_factory=dict)
    """language → text, in place of the ``greeting`` prompt."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Disposition:
    """How a call ended, for the rep to choose from."""

    id: str
    label: str


SYSTEM_REASONS = frozenset({"missed", "softphone", "disconnected"})
"""Why somebody is away, as only the service says it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AwayReason:
    """Why a rep is away, to choose from."""

    id: str
    label: str


DEFAULT_DISPOSITIONS = (
    Disposition(id="resolved", label="Resolved"),
    Disposition(id="follow-up", label="Follow-up needed"),
    Disposition(id="escalated", label="Escalated"),
    Disposition(id="wrong-number", label="Wrong number"),
    Disposition(id="other", label="Other"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class PreferRep:
    """The rep a call would rather have, as the rule says it."""

    who: str
    """``owner``, ``last`` or a rep's id."""
    wait_ms: int = 0
    must_qualify: bool = True
    team_wait_ms: int = 0
    """How long only their team may take the call then, before it is open to all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Closing:
    """What becomes of a caller who still waits when a place closes, or comes when it is closed."""

    hours: str
    then: str
    """As of a step; one that ends the wait."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RouteStep:
    """A step as the file has it; the keys are those of ``PlanStep``."""

    after_ms: int
    queues: tuple[QueueId, ...] | None = None
    needs: Asked | None = None
    prefers: Asked | None = None
    priority: int | None = None
    offer_callback: bool | None = None
    then: str | None = None
    skip_if: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """Where a rule sends a call, and how the wait changes that."""

    queue: QueueId
    priority: int = 0
    head_start_ms: int = 0
    prefer_rep: PreferRep | None = None
    needs: Asked = ()
    prefers: Asked = ()
    steps: tuple[RouteStep, ...] = ()
    closing: Closing | None = None

    @property
    def wanted(self) -> frozenset[SkillOf]:
        """What comes from the call."""
        asked = (self.needs, self.prefers, *(levels for step in self.steps for levels in (step.needs, step.prefers)))
        return frozenset(what for levels in asked for what, _ in levels or () if isinstance(what, SkillOf))


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """What a rule asks the caller; the answer becomes a fact, and the rules run again."""

    say: Mapping[str, str]
    """language → text."""
    keys: Mapping[str, str] = field(default_factory=dict)
    """What is pressed → the answer."""
    speech: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """The answer → words, one of which is said; in lower case."""
    tries: int = 2
    """How often it is asked, before the call goes on without an answer."""
    timeout_ms: int = 5_000
    """Of silence, after the words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """How a rule refuses a call: words and a hang-up, or no answer at all."""

    say: Mapping[str, str] | None = None
    """language → text."""
    reject: str | None = None
    """``rejected`` or ``busy``: what the caller's telephone is told."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """A condition and what to do; the first rule whose condition is true is taken. It blocks, or asks (once: then it is
    passed over unless it routes too), or routes."""

    name: str
    when: Condition | None
    """Null: unconditional."""
    route: Route | None = None
    ask: Ask | None = None
    block: Block | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Expectation:
    """What a test wants of the rules; a null key is not looked at."""

    rule: str | None = None
    queue: QueueId | None = None
    rep: RepId | None = None
    priority: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfigTest:
    """One of the configuration's own tests."""

    name: str
    facts: Facts
    at: datetime | None
    """When the call arrives; needed where the rules look at opening hours."""
    expect: Expectation


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """One version of the whole configuration."""

    version: int
    skills: frozenset[SkillName]
    reps: Mapping[RepId, Rep]
    queues: Mapping[QueueId, Queue]
    hours: Mapping[str, Hours] = field(default_factory=dict)
    lists: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """name → numbers, as plus and digits: rules see the names under ``call.lists``."""
    numbers: tuple[PhoneNumber, ...] = ()
    dispositions: tuple[Disposition, ...] = DEFAULT_DISPOSITIONS
    away_reasons: tuple[AwayReason, ...] | None = None
    """Null: whatever a rep writes."""
    prompts: Prompts = field(default_factory=Prompts)
    rules: tuple[Rule, ...]
    """In the order of the file; the last is unconditional."""
    tests: tuple[ConfigTest, ...] = ()
    asked: frozenset[str] | None = None
    """The facts that the rules' conditions can ask for (``caller.tier``); null: any."""

    @property
    def routes(self) -> tuple[tuple[int, Route], ...]:
        """The rules that route: their index, and the route."""
        return tuple((index, rule.route) for index, rule in enumerate(self.rules) if rule.route is not None)
