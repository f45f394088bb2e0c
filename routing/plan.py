"""A plan: what the rules decided for one call, resolved and frozen with it. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from routing.model import QueueId, RepId, SkillName, Strategy

_WORD = re.compile(r"[^\W_]+")

Levels = tuple[tuple[SkillName, int], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedPreference:
    """The preferred rep, resolved (owner and last are ids by now)."""

    who: str
    """As written: ``owner``, ``last`` or a rep's id."""
    rep: RepId | None = None
    """Null when the caller has no owner, or nobody by that id exists."""
    wait_ms: int = 0
    must_qualify: bool = True
    team: str | None = None
    """Of the rep: until ``team_until_ms`` from arrival only this team may take the call. Null: it is open to all."""
    team_until_ms: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanStep:
    """What changes ``after_ms`` from arrival on. A null key stays as it was."""

    after_ms: int
    queues: tuple[QueueId, ...] | None = None
    """Whose reps may take the call too, sorted; its own queue is always one of them."""
    needs: Levels | None = None
    prefers: Levels | None = None
    priority: int | None = None
    offer_callback: bool | None = None
    """The caller may press a key to be called back, and keeps the place; ``False``: from now on no more."""
    then: str | None = None
    """``queue:{id}``, or an end of the wait: ``hang_up``, ``voicemail``, ``callback`` or ``dial:{E.164}``."""
    skip_if: str | None = None
    """``nobody_on_duty`` or ``nobody_free`` who meets what the call would then ask: the step is passed over."""


def ends_wait(then: str | None) -> bool:
    """Whether the wait is over with it."""
    return then is not None and not then.startswith("queue:")


@dataclass(frozen=True, slots=True, kw_only=True)
class CallbackTerms:
    """How callers of a queue are called back."""

    tries: int = 3
    """How often somebody who does not answer is called."""
    spacing_ms: int = 900_000
    """From one such call to the next."""
    keep_ms: int = 259_200_000
    """How long the place is kept, from the moment at which the caller was promised a call."""
    ring_ms: int = 25_000
    """How long the caller's telephone rings."""
    on_hang_up_ms: int | None = None
    """Who hangs up after so long a wait is called back too; null: only who asks for it."""


USUAL_CALLBACK = CallbackTerms()


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What the caller is asked before the rules go on."""

    rule: str
    version: int
    say: str
    language: str
    """BCP 47, of what is said."""
    keys: Mapping[str, str] = field(default_factory=dict)
    """What is pressed → the answer."""
    speech: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """The answer → words, one of which is said; in lower case."""
    tries: int = 2
    timeout_ms: int = 5_000
    problems: tuple[str, ...] = ()
    """As of a plan."""

    def answer_to(self, digits: str, speech: str) -> str | None:
        """The answer that was given; null: none of them. Of several words that were said the longest counts."""
        if digits in self.keys:
            return self.keys[digits]
        said = _words_alone(speech)
        wanted = ((_words_alone(word), answer) for answer, words in self.speech.items() for word in words)
        heard = [(len(word), answer) for word, answer in wanted if word.strip() and word in said]
        return max(heard)[1] if heard else None


def _words_alone(text: str) -> str:
    """``E-mail, please!`` → `` e mail please ``: what is compared, since nobody says a hyphen."""
    return f" {' '.join(_WORD.findall(text.casefold()))} "


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """The call is not taken."""

    rule: str
    version: int
    say: str | None = None
    language: str = "en"
    reject: str | None = None
    """``rejected`` or ``busy``; null: the words, then a hang-up."""
    problems: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """Rule, queue, needs, preferences, and how the wait changes them."""

    rule: str
    version: int
    """The configuration version whose rules made it."""
    queue: QueueId
    priority: int = 0
    head_start_ms: int = 0
    prefer: PlannedPreference | None = None
    needs: Levels = ()
    prefers: Levels = ()
    steps: tuple[PlanStep, ...] = ()
    strategies: Mapping[QueueId, Strategy] = field(default_factory=dict)
    """Of the queues that this plan can bring the call to; the best fit where none stands."""
    max_wait_ms: int = 900_000
    """When the wait ends with an apology if nobody takes the call, from arrival."""
    max_size: int | None = None
    """A call that finds so many others waiting in its queue takes its last step at once; null: any number may wait."""
    callback: CallbackTerms = USUAL_CALLBACK
    closed: bool = False
    """The place is closed as the call comes: its last step is due, and nobody is asked."""
    problems: tuple[str, ...] = ()
    """Conditions that failed at run time and counted as false: ``rule name: reason``."""


Course = Plan | Question | Refusal
"""What the rules decide for a call."""
