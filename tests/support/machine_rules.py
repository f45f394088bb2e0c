"""What must be true of every call and every step, whatever happened before: the machine's promises, one by one."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from cti.calls import codec
from cti.calls.effects import (
    AcceptOffer,
    AnnounceOneMoment,
    AskTwilio,
    ConfirmOffer,
    DialCustomer,
    EndConference,
    FinishOffer,
    FreeRep,
    LeaveLine,
    LookInside,
    MoveCaller,
    ReturnCaller,
    RouteCall,
    SettleOffer,
    TellOfferEnded,
)
from cti.calls.model import Call, CallState
from cti.calls.step import Step, Verdict
from routing.model import OfferId

S = CallState
GOES_TO: dict[CallState, set[CallState]] = {
    S.ARRIVING: {S.WAITING, S.ASKING, S.ENDED},
    S.ASKING: {S.ARRIVING, S.ENDED},
    S.WAITING: {S.OFFERED, S.DIVERTED, S.ENDED},
    S.OFFERED: {S.CONNECTING, S.WAITING, S.DIVERTED, S.ENDED},
    S.CONNECTING: {S.TALKING, S.WAITING, S.LATER, S.WRAP_UP, S.ENDED},
    S.LATER: {S.WAITING, S.ARRIVING, S.ENDED},
    S.DIVERTED: {S.WAITING, S.ENDED},
    S.TALKING: {S.CONNECTING, S.WRAP_UP},
    S.WRAP_UP: {S.ENDED},
    S.ENDED: set(),
}
WITH_A_REP = {S.OFFERED, S.CONNECTING, S.TALKING, S.WRAP_UP}
NEEDED_IN = {
    RouteCall: {S.ARRIVING},
    MoveCaller: {S.CONNECTING},
    DialCustomer: {S.CONNECTING},
    AnnounceOneMoment: {S.CONNECTING},
    LookInside: {S.CONNECTING},
    ReturnCaller: {S.WAITING, S.OFFERED, S.DIVERTED},
    AskTwilio: {S.WAITING, S.OFFERED, S.CONNECTING, S.TALKING, S.DIVERTED},
    EndConference: {S.WAITING, S.OFFERED, S.LATER, S.ARRIVING, S.DIVERTED, S.WRAP_UP, S.ENDED},
}
"""A line effect pending in any other state could do nothing, or harm. A leg can be ended at any time."""


def check_call(call: Call) -> None:
    """The call is one that the house can go on with."""
    _check_people(call)
    _check_deadlines(call)
    _check_effects(call)
    assert codec.load(codec.dump(call)) == call


def _check_people(call: Call) -> None:
    offer = call.offer
    if call.state is not S.ENDED:
        assert (offer is not None) is (call.state in WITH_A_REP)
        assert (call.plan is not None) is (call.state not in {S.ARRIVING, S.ASKING})
        assert (call.question is not None) is (call.state is S.ASKING)
    if offer is not None:
        assert offer.rep_leg not in call.gone_legs
        assert offer.rep_leg is not None or not offer.rep_in
        assert (offer.accepted_ms is not None) is (call.state is not S.OFFERED)
    if call.state is S.TALKING:
        assert offer is not None
        assert (call.caller_in, offer.rep_in, call.answered_ms is not None) == (True, True, True)
    if call.returning:
        assert (call.state, call.caller_in) == (S.CONNECTING, True)
    if call.state in {S.WRAP_UP, S.ENDED}:
        assert None not in {call.end_reason, call.ended_ms, call.ended_by}


def _check_deadlines(call: Call) -> None:
    kinds = set(call.deadlines)
    match call.state:
        case S.ASKING:
            assert kinds == {"menu"}
        case S.WAITING:
            assert kinds - {"step", "team"} == {"max_wait"}
        case S.OFFERED:
            assert kinds - {"step", "team", "max_wait"} == {"offer"}
            assert call.exhausted or "max_wait" in kinds
        case S.CONNECTING:
            assert kinds - {"look"} == ({"return"} if call.returning else {"connect"})
        case S.WRAP_UP:
            assert kinds == {"wrap_up"}
        case S.LATER:
            assert kinds == {"callback"}
        case _:
            assert kinds == set()


def _check_effects(call: Call) -> None:
    ids = [one.id for one in call.effects]
    assert len(set(ids)) == len(ids)
    assert all(id_ < call.next_effect for id_ in ids)
    for one in call.effects:
        assert call.state in NEEDED_IN.get(type(one.effect), set(S)), f"{one.effect} while {call.state}"
    kinds = {type(one.effect) for one in call.effects}
    assert (RouteCall in kinds) is (call.state is S.ARRIVING)
    if MoveCaller in kinds:
        assert call.move is not None
        assert not call.move.fetched
        assert not call.caller_in
    if DialCustomer in kinds:
        assert call.callback is not None
        assert (call.on_line, call.callback.leg) == (False, None)
    if AnnounceOneMoment in kinds:
        assert call.returning


@dataclass(slots=True)
class Floor:
    """What the steps' effects make of the reps: no two live offers, none left over."""

    live: OfferId | None = None
    is_on_call: bool = False
    ended: set[OfferId] = field(default_factory=set)
    """Offers whose end the rep was told."""

    def take(self, before: Call, made: Step) -> None:
        """One step's effects. Raises AssertionError where a promise is broken."""
        if made.verdict is not Verdict.DONE:
            assert made.call is before
            assert (made.effects, made.notes) == ((), ())
            return
        after = made.call.state
        assert after is before.state or after in GOES_TO[before.state]
        self._perform(made.effects)
        assert (self.live is not None) is (after in {S.OFFERED, S.CONNECTING, S.TALKING})
        assert self.is_on_call is (after in {S.CONNECTING, S.TALKING})

    def _perform(self, effects: Iterable[object]) -> None:
        for effect in effects:
            match effect:
                case ConfirmOffer(offer=offer):
                    assert self.live is None
                    self.live = offer
                case TellOfferEnded(offer=offer):
                    assert offer == self.live
                    assert offer not in self.ended
                    self.ended.add(offer)
                case AcceptOffer(offer=offer):
                    assert (offer, self.is_on_call) == (self.live, False)
                    assert offer in self.ended, "the offer's end is told before the rep is on the call"
                    self.is_on_call = True
                case SettleOffer(offer=offer) | FinishOffer(offer=offer):
                    assert offer == self.live
                    assert offer in self.ended
                    self.live, self.is_on_call = None, False
                case LeaveLine() | FreeRep():
                    assert self.live is None, "nobody is left reserved for a call that is gone"
