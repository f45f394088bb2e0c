"""Before a rep is asked: arriving and waiting."""

from __future__ import annotations

from dataclasses import replace

from cti.calls.effects import ConfirmOffer, RouteCall, ShowScreenPop, TellCallerUpdated, TellCallState
from cti.calls.endings import end, promise, run_out
from cti.calls.events import (
    CallerLearned,
    FloorForgot,
    LegEnded,
    QueueFull,
    QueueLeft,
    RepMatched,
    Routed,
    ShortStaffed,
    WaitTold,
)
from cti.calls.model import Call, CallState, EndReason, Offer, ToldWait
from cti.calls.step import (
    At,
    Note,
    Step,
    due,
    end_of_plan,
    enter,
    ignored,
    is_callback_offered,
    is_callers,
    look_for_rep,
    plan_deadlines,
    skip_step,
    steps_left,
    take_step,
    team_of,
    without,
)
from cti.calls.steps.calling_back import may_follow_hang_up
from routing.model import shallow
from routing.plan import ends_wait

_CALLER_GONE = frozenset({"hangup"})


def routed(call: Call, event: Routed, at: At) -> Step:
    """The plan is made: look for a rep, unless it is closed."""
    planned = replace(without(call, RouteCall), caller=event.caller, plan=event.plan, queue=event.plan.queue)
    planned = replace(planned, language=event.language, place_ms=event.place_ms)
    waiting = plan_deadlines(enter(planned, CallState.WAITING, at))
    note = Note(
        kind="routed",
        data={"rule": event.plan.rule, "version": event.plan.version, "problems": event.plan.problems},
    )
    if event.plan.closed and waiting.callback is None:
        over = run_out(waiting, at, event.plan.steps[-1].then)
        return replace(over, notes=(note, *over.notes))
    max_size = event.plan.max_size if waiting.callback is None and waiting.place_ms is None else None
    return Step(call=waiting, effects=(look_for_rep(waiting, max_size=max_size),), notes=(note,))


def caller_learned(call: Call, event: CallerLearned, at: At) -> Step:
    """Still waiting: the rules have run once more; the place is kept."""
    if _is_settled(call, event):
        return ignored(call)
    if event.plan is None:
        return Step(call=replace(call, caller=event.caller), notes=(Note(kind="caller_updated"),))
    planned = replace(call, caller=event.caller, plan=event.plan, queue=event.plan.queue, step=0)
    planned = replace(planned, team_over=False, language=event.language)
    while steps_left(planned):
        following = steps_left(planned)[0]
        if ends_wait(following.then) or call.arrived_ms + following.after_ms > at.now_ms:
            break
        planned, _ = take_step(planned)
    planned = plan_deadlines(planned)
    note = Note(kind="routed", data={"rule": event.plan.rule, "version": event.plan.version, "again": True})
    return Step(call=planned, effects=(look_for_rep(planned),), notes=(note,))


def matched(call: Call, event: RepMatched, at: At) -> Step:
    """A rep is reserved: the pop is written before anything rings."""
    match = event.match
    expires_ms = at.now_ms + at.limits.offer_ms
    offer = Offer(id=match.offer, rep=match.rep, decision=match.decision, made_ms=at.now_ms, expires_ms=expires_ms)
    offered = enter(call, CallState.OFFERED, at, offer=offer, rang=(*call.rang, match.rep))
    return Step(
        call=due(offered, offer=expires_ms),
        effects=(ConfirmOffer(offer=match.offer), ShowScreenPop(rep=match.rep), TellCallState(rep=match.rep)),
        notes=(
            Note(
                kind="offered",
                data={"rep": match.rep, "offer": match.offer, "decision": shallow(match.decision)},
            ),
        ),
    )


def forgotten(call: Call, event: FloorForgot, at: At) -> Step:
    """The floor lost the call; it takes its old place again."""
    return Step(call=call, effects=(look_for_rep(call),), notes=(Note(kind="back_in_line"),))


def short_staffed(call: Call, event: ShortStaffed, at: At) -> Step:
    """Nobody on duty could ever take the call: its next step is due now. Only where everybody has gone is that the last
    one, and may end the wait: who is away comes back, and who misses an offer is one click from being there again. A
    caller who may ask to be called back is given the time for it."""
    if team_of(call) is not None and event.step == call.step:
        return team_over(call, at)
    if not steps_left(call) or event.step != call.step or _keeps(call, gone=event.gone):
        return ignored(call)
    said = Note(kind="short_staffed", data={"queue": call.queue, "gone": event.gone})
    if event.skip and not event.gone:
        skipped = step_skipped(call)
        return replace(skipped, notes=(said, *skipped.notes))
    ahead = _before_last(call) if event.gone else call
    taken = _stepped(ahead, at) if _keeps(ahead, gone=event.gone) else step_due(ahead, at)
    return replace(taken, notes=(said, *taken.notes))


def _keeps(call: Call, *, gone: bool) -> bool:
    """Whether the next step would end a wait that is to go on until that step's own time."""
    return ends_wait(steps_left(call)[0].then) and (not gone or is_callback_offered(call))


def queue_full(call: Call, event: QueueFull, at: At) -> Step:
    """There are more callers than may wait: the plan's last step at once, or the apology."""
    if event.step != call.step or call.callback is not None:
        return ignored(call)
    said = Note(kind="queue_full", data={"queue": call.queue})
    taken = step_due(_before_last(call), at) if steps_left(call) else run_out(call, at, None)
    return replace(taken, notes=(said, *taken.notes))


def _before_last(call: Call) -> Call:
    """All steps but the last one applied, or all before one that ends the wait."""
    ahead = call
    while len(steps_left(ahead)) > 1:
        following, ending = take_step(ahead)
        if ending is not None:
            break
        ahead = following
    return ahead


def wait_told(call: Call, event: WaitTold, at: At) -> Step:
    """The first range is what the answer is compared with; a call that was answered before has had its answer."""
    if call.callback is not None:
        return ignored(call)
    said = event.range
    note = Note(
        kind="wait_told",
        data={"place": event.place, "least_minutes": said.least_minutes, "most_minutes": said.most_minutes},
    )
    if call.told is not None or call.answered_ms is not None or call.queue is None:
        return Step(call=call, notes=(note,))
    return Step(call=replace(call, told=ToldWait(at_ms=at.now_ms, queue=call.queue, range=said)), notes=(note,))


def team_over(call: Call, at: At) -> Step:
    """From now on the call is open to all who qualify."""
    opened = plan_deadlines(replace(call, team_over=True))
    return Step(call=opened, effects=(look_for_rep(opened),), notes=(Note(kind="team_over"),))


def step_skipped(call: Call) -> Step:
    """Nobody could take what the step would ask for."""
    without_it = skip_step(call)
    return Step(call=without_it, effects=(look_for_rep(without_it),), notes=(Note(kind="step_skipped"),))


def step_due(call: Call, at: At) -> Step:
    """The wait changes what the call asks for, or ends it."""
    moved, ending = take_step(call)
    return _stepped(moved, at) if ending is None else run_out(moved, at, ending)


def _stepped(call: Call, at: At) -> Step:
    note = Note(kind="step", data={"step": call.step, "queue": call.queue})
    return Step(call=call, effects=(look_for_rep(call),), notes=(note,))


def max_wait(call: Call, at: At) -> Step:
    """Nobody could be found in the longest time the queue allows."""
    return run_out(call, at, end_of_plan(call))


def left_queue(call: Call, event: QueueLeft, at: At) -> Step:
    """Only a hang-up ends the call; every other way out of the queue is answered by the call's state."""
    if event.result not in _CALLER_GONE or not is_callers(call, event):
        return ignored(call)
    return _caller_gone(call, at)


def leg_ended(call: Call, event: LegEnded, at: At) -> Step:
    """The caller's leg is over."""
    return _caller_gone(call, at) if event.leg == call.caller_leg else ignored(call)


def _caller_gone(call: Call, at: At) -> Step:
    """Whom the queue calls back keeps the place."""
    if call.state is CallState.WAITING and may_follow_hang_up(call, at.now_ms):
        return promise(call, at, "hang_up")
    return end(call, at, EndReason.ABANDONED, by="caller")


def caller_learned_late(call: Call, event: CallerLearned, at: At) -> Step:
    """A rep has the call already: the record fills in on the desk."""
    if _is_settled(call, event):
        return ignored(call)
    rep = call.offer.rep if call.offer else None
    updated = replace(call, caller=event.caller)
    tell = (TellCallerUpdated(rep=rep),) if rep else ()
    return Step(call=updated, effects=tell, notes=(Note(kind="caller_updated"),))


def _is_settled(call: Call, event: CallerLearned) -> bool:
    """The rep has said who it is, and this is only what a look-up found."""
    return call.caller.chosen and not event.caller.chosen
