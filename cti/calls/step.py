"""What one step is made of, and the small moves that the state tables are written in. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from itertools import takewhile

from cti.calls.effects import (
    AnnounceOneMoment,
    AskTwilio,
    EndConference,
    EndLeg,
    EnterLine,
    FloorEffect,
    LineEffect,
    Pending,
    ReturnCaller,
    RouteCall,
)
from cti.calls.events import EffectSettled, QueueLeft
from cti.calls.model import Call, CallState, Offer
from cti.telephony.model import NotInProgress, Refused
from routing.demands import demand_at, priority_at
from routing.model import Ask, Demand, Preference, QueueId
from routing.plan import PlanStep, ends_wait


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How long each thing may take, in ms. Offer and wrap-up come from the queue's settings in the active version."""

    offer_ms: int = 20_000
    wrap_up_ms: int = 30_000
    connect_ms: int = 10_000
    """From the accept until both legs are in the conference."""
    refused_ms: int = 15_000
    """More time to connect once REST is refused: the caller comes by the next wait document, at most 10 s away."""
    look_ms: int = 2_500
    """From the rep's leg until the conference is read for joins that were not reported, and then every so often."""
    return_ms: int = 20_000
    """How long a lost browser leg is waited for."""
    answered_within_ms: int = 20_000
    """How soon the queue's callers ought to be answered: for figures alone."""
    queued_ms: int = 60_000
    """How long Twilio may keep a call to a customer back before it rings: it makes one a second."""
    dial_ms: int = 10_000
    """Beyond the ringing, until it is plain that nobody answers; and for the words before a customer is connected."""


class Verdict(StrEnum):
    """What a step made of its event. Only DONE changes the call."""

    DONE = "done"
    REPEATED = "repeated"
    """The same again by the same hand: answered as if it were new."""
    TOO_LATE = "too_late"
    """Meant for a state that is over."""
    ELSEWHERE = "elsewhere"
    """Another tab of the same rep was first."""
    IGNORED = "ignored"
    """The table does not list it: late, repeated or out of order."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """One line of the call's time line, on its way to SQL."""

    kind: str
    data: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """A call's next value, what the floor is to do with it, and what the record keeps."""

    call: Call
    effects: tuple[FloorEffect, ...] = ()
    notes: tuple[Note, ...] = ()
    verdict: Verdict = Verdict.DONE


@dataclass(frozen=True, slots=True, kw_only=True)
class At:
    """When a step happens and under which limits."""

    now_ms: int
    limits: Limits


def ignored(call: Call, verdict: Verdict = Verdict.IGNORED) -> Step:
    """Nothing changes."""
    return Step(call=call, verdict=verdict)


def enter(call: Call, state: CallState, at: At, **changes: object) -> Call:
    """The call in its new state."""
    return replace(call, state=state, since_ms=at.now_ms, **changes)  # type: ignore[arg-type]  # replace checks names


def due(call: Call, **kinds: int | None) -> Call:
    """The call with these deadlines set, or removed where null."""
    deadlines = {kind: ms for kind, ms in {**call.deadlines, **kinds}.items() if ms is not None}
    return replace(call, deadlines=deadlines)


def wants(call: Call, *effects: LineEffect) -> Call:
    """The call with these line effects pending."""
    first = call.next_effect
    added = tuple(Pending(id=first + index, effect=effect) for index, effect in enumerate(effects))
    return replace(call, effects=(*call.effects, *added), next_effect=first + len(added))


def without(call: Call, *kinds: type[object]) -> Call:
    """The call without pending line effects of those kinds: what they were for is over."""
    return replace(call, effects=tuple(one for one in call.effects if not isinstance(one.effect, kinds)))


def only_ends(call: Call) -> Call:
    """The call without pending line effects but those that end a leg or a conference: somebody would sit alone."""
    return replace(call, effects=tuple(one for one in call.effects if isinstance(one.effect, EndLeg | EndConference)))


def is_callers(call: Call, event: QueueLeft) -> bool:
    """Whether it is the caller who left the queue, and not the leg of somebody who is to be called back."""
    return call.on_line and event.leg in {None, call.caller_leg}


MOST_TRIES = 15
"""Every 2 s (the effects' lease) again: half a minute of a line that refuses."""


def settled(call: Call, event: EffectSettled) -> Step:
    """A line effect is over, unless Twilio refused what has to happen. A look-up is over when there is a plan."""
    pending = next((one for one in call.effects if one.id == event.id), None)
    if pending is None or isinstance(pending.effect, RouteCall):
        return ignored(call)
    if _is_tried_again(pending, event):
        again = replace(pending, tries=pending.tries + 1)
        return Step(call=replace(call, effects=tuple(again if one is pending else one for one in call.effects)))
    left = replace(call, effects=tuple(one for one in call.effects if one is not pending))
    if isinstance(pending.effect, AnnounceOneMoment) and isinstance(event.result, NotInProgress):
        return Step(call=wants(left, AskTwilio()))
    return Step(call=left)


def _is_tried_again(pending: Pending, event: EffectSettled) -> bool:
    has_to_happen = isinstance(pending.effect, EndLeg | EndConference | ReturnCaller)
    return has_to_happen and isinstance(event.result, Refused) and pending.tries < MOST_TRIES


def ask_of(call: Call) -> Ask:
    """What the call asks of the floor now: its plan with the steps that the wait has brought."""
    plan = call.plan
    if plan is None:
        raise ValueError("a call without a plan cannot ask for a rep")
    return Ask(
        call=call.id,
        demand=replace(demand_at(plan, call.step, call.queue), team=team_of(call)),
        priority=priority_at(plan, call.step),
        counted_from_ms=(call.arrived_ms if call.place_ms is None else call.place_ms) - plan.head_start_ms,
        arrived_ms=call.arrived_ms,
        off_line=not call.on_line,
        prefer=_planned_preference(call),
    )


def team_of(call: Call) -> str | None:
    """The only team that may take the call now; null: it is open to all."""
    prefer = call.plan.prefer if call.plan else None
    return None if prefer is None or call.team_over or call.talked_with else prefer.team


def demands_ahead(call: Call) -> tuple[Demand, ...]:
    """What the call asks for now, and will with each step that its plan has left; nothing once it has ended."""
    if call.plan is None or call.state in {CallState.WRAP_UP, CallState.ENDED}:
        return ()
    ahead = [call] if team_of(call) is None else [call, replace(call, team_over=True)]
    while steps_left(ahead[-1]):
        ahead.append(take_step(ahead[-1])[0])
    return tuple(dict.fromkeys(ask_of(each).demand for each in ahead))


def _planned_preference(call: Call) -> Preference | None:
    prefer = call.plan.prefer if call.plan else None
    if call.talked_with is not None:
        waived = prefer is not None and prefer.rep == call.talked_with and not prefer.must_qualify
        return Preference(rep=call.talked_with, until_ms=0, waived=waived)
    if prefer is None or prefer.rep is None:
        return None
    return Preference(rep=prefer.rep, until_ms=call.arrived_ms + prefer.wait_ms, waived=not prefer.must_qualify)


def plan_deadlines(call: Call) -> Call:
    """The call with the deadlines of its plan: the next step, and the end of the longest wait."""
    plan = call.plan
    if plan is None:
        return call
    left = steps_left(call)
    began_ms = call.arrived_ms + call.talked_ms
    team_ms = began_ms + plan.prefer.team_until_ms if plan.prefer and team_of(call) else None
    step_ms = began_ms + left[0].after_ms if left else None
    end_ms = began_ms + plan.max_wait_ms
    if call.callback is not None:
        end_ms = call.callback.promised_ms + plan.callback.keep_ms
    return due(call, step=step_ms, team=team_ms, max_wait=end_ms)


def take_step(call: Call) -> tuple[Call, str | None]:
    """The plan's next step applied; and how it ends the wait, as of a step's ``then``; null: the wait goes on."""
    left = steps_left(call)
    if not left:
        return due(call, step=None), None
    then = left[0].then
    moved = replace(call, step=call.step + 1)
    if then is None or ends_wait(then):
        return plan_deadlines(moved), then
    return plan_deadlines(replace(moved, queue=QueueId(then.removeprefix("queue:")))), None


def steps_left(call: Call) -> tuple[PlanStep, ...]:
    """What the wait can still bring. The wait of somebody who is to be called back ends by its own time alone."""
    left = call.plan.steps[call.step :] if call.plan else ()
    if call.callback is None:
        return left
    return tuple(takewhile(lambda step: not ends_wait(step.then), left))


def end_of_plan(call: Call) -> str | None:
    """How the longest wait ends, as of a step's ``then``: as the plan's last step says, which is due then too."""
    left = steps_left(call)
    return left[-1].then if left and ends_wait(left[-1].then) else None


def is_callback_offered(call: Call) -> bool:
    """Whether the caller may press the key now."""
    if call.plan is None or call.callback is not None or call.caller.number is None:
        return False
    said = [step.offer_callback for step in call.plan.steps[: call.step] if step.offer_callback is not None]
    return bool(said) and said[-1]


def skip_step(call: Call) -> Call:
    """The plan's next step passed over, as if it did not stand there."""
    plan = call.plan
    if plan is None:
        return call
    left = (*plan.steps[: call.step], *plan.steps[call.step + 1 :])
    return plan_deadlines(replace(call, plan=replace(plan, steps=left)))


def offer_of(call: Call) -> Offer:
    """The offer of a call that is in a state that has one."""
    if call.offer is None:
        raise ValueError(f"a call that is {call.state} has an offer")
    return call.offer


def rep_leg_gone(call: Call) -> Call:
    """The call without its rep's leg, which is over for good."""
    offer = call.offer
    if offer is None or offer.rep_leg is None:
        return call
    alone = replace(call, offer=replace(offer, rep_leg=None, rep_in=False), gone_legs=(*call.gone_legs, offer.rep_leg))
    return due(alone, look=None)


def look_for_rep(call: Call, *, max_size: int | None = None) -> EnterLine:
    """Claims the best ready rep for what the call asks now, or takes its place in line, where that is not full."""
    return EnterLine(ask=replace(ask_of(call), max_size=max_size))
