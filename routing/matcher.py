"""The matcher in plain Python: the same rules as the scripts, by scanning everybody. Pure.

For checks (the state machine test holds it and the scripts equal) and for simulation. Never reads a clock: every move
is handed ``now``, in ms, and moves are given in the order of time. Deadlines are in ``state.deadlines`` under the names
of the key table; whoever drives the floor calls ``wake``, ``check_presence`` and ``release_unconfirmed`` when due.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace

from routing.errors import StaleVersion
from routing.matcher_state import ABSENT, BUSY, GRACE_MS, ON_DUTY, CallRecord, FloorState, RepRecord
from routing.model import (
    Ask,
    CallId,
    Consideration,
    Decision,
    DemandId,
    InLine,
    Match,
    OfferId,
    Outcome,
    Preference,
    Profile,
    RepId,
    RepState,
    RepStatus,
    Staffing,
    Standing,
)

SOCKET_MS = 10_000
OFFER_MOVES_ON_MS = 5_000
TAKE_OVER_MS = 1_000
CONFIRM_MS = 2_000
MARKS_REP = frozenset({Outcome.DECLINED, Outcome.EXPIRED, Outcome.VANISHED, Outcome.SOFTPHONE})
SILENCED = {Outcome.EXPIRED: "missed", Outcome.SOFTPHONE: "softphone", Outcome.LOST_LEG: "softphone"}


class PureMatcher:
    """One floor. Each method is one step and returns what ``ports.Matcher`` returns."""

    def __init__(self, *, epoch: int = 1, version: int = 1) -> None:
        self.state = FloorState()
        self.version = version
        self._epoch = epoch
        self._offers = 0
        self._matches: list[Match] = []

    def _made(self) -> tuple[Match, ...]:
        made, self._matches = tuple(self._matches), []
        return made

    # ── moves ─────────────────────────────────────────────────────────────────────────────────────────────────────

    def set_profile(self, now: int, profile: Profile, *, version: int) -> tuple[Match, ...]:
        if version != self.version:
            raise StaleVersion("the floor has another version of the demand table")
        rep = self._seen(now, profile.rep)
        lost = rep.fits.keys() - profile.fits.keys()
        rep.adopt(profile)
        self._make_ready(now, rep)
        self._reconsider(now, rep, lost if rep.status in ON_DUTY else ())
        return self._made()

    def set_status(self, now: int, rep_id: RepId, status: RepStatus, *, reason: str | None = None) -> tuple[Match, ...]:
        rep = self._seen(now, rep_id)
        if rep.status is RepStatus.WRAP_UP and status is RepStatus.AVAILABLE:
            rep.next_status = rep.next_reason = None
            self._release(now, rep, idle_from=now)
        elif rep.status in BUSY:
            rep.next_status, rep.next_reason = status, reason
        elif rep.status is not status or (status is not RepStatus.AVAILABLE and rep.reason != reason):
            if status is RepStatus.AVAILABLE:
                rep.idle_since_ms, reason = now, None
                if not rep.connected:
                    rep.lost_since_ms = now
            self._become(now, rep, status, reason)
        return self._made()

    def touch_socket(self, now: int, rep_id: RepId, socket: str) -> tuple[Match, ...]:
        rep = self._seen(now, rep_id)
        rep.sockets[socket] = now + SOCKET_MS
        self.state.deadlines[f"presence:{rep_id}"] = now + SOCKET_MS
        if not rep.connected:
            if rep.status is RepStatus.AVAILABLE and rep.is_gone(now):
                self._become(now, rep, RepStatus.OFFLINE, "disconnected")
            rep.connected = True
            rep.ready_since_ms = now
            self._make_ready(now, rep)
        return self._made()

    def drop_socket(self, now: int, rep_id: RepId, socket: str) -> tuple[Match, ...]:
        if rep := self.state.reps.get(rep_id):
            rep.sockets.pop(socket, None)
            self._look_at_sockets(now, rep)
        return self._made()

    def check_presence(self, now: int, rep_id: RepId) -> tuple[RepState | None, tuple[Match, ...]]:
        rep = self.state.reps.get(rep_id)
        moves_on = rep is not None and self._look_at_sockets(now, rep)
        return (self.rep(rep_id) if moves_on else None), self._made()

    def claim(self, now: int, ask: Ask, *, version: int) -> Match | InLine:
        if version != self.version:
            raise StaleVersion("the floor has another version of the demand table")
        call = self.state.calls.get(ask.call)
        if call and (standing := self._standing(call)):
            call.ask = ask
            return standing
        is_new = call is None
        if call is None:
            arrived = ask.arrived_ms if ask.arrived_ms is not None else now
            call = self.state.calls[ask.call] = CallRecord(ask=ask, arrived_ms=arrived)
        call.ask = ask
        decision = self._place(now, call)
        if is_new and self.state.is_full(call):
            self.state.deadlines[f"full:{ask.call}"] = now
        made = self._made()
        return made[0] if made else InLine(call=ask.call, decision=decision)

    def confirm(self, now: int, offer: OfferId) -> bool:
        rep, call = self._live(offer)
        if not rep or not call or rep.status is not RepStatus.RESERVED:
            return False
        call.confirmed = True
        self.state.deadlines.pop(f"match:{call.ask.call}", None)
        return True

    def accept(self, now: int, offer: OfferId) -> bool:
        rep, call = self._live(offer)
        if not rep or rep.status not in {RepStatus.RESERVED, RepStatus.ON_CALL}:
            return False
        if rep.status is RepStatus.RESERVED:
            self._become(now, rep, RepStatus.ON_CALL, None)
            if call:
                call.state = "taken"
                self.state.deadlines.pop(f"match:{call.ask.call}", None)
        return True

    def settle(self, now: int, offer: OfferId, outcome: Outcome) -> tuple[Match, ...]:
        rep, call = self._live(offer)
        if not rep or rep.status not in {RepStatus.RESERVED, RepStatus.ON_CALL}:
            return ()
        if call and outcome is Outcome.CALLER_LEFT:
            self._forget(call)
        elif call:
            self._back_in_line(now, call, rep, outcome)
        if outcome in SILENCED:
            rep.offer = rep.call = rep.next_status = rep.next_reason = None
            self._become(now, rep, RepStatus.NOT_RESPONDING, SILENCED[outcome])
        else:
            self._release(now, rep)
        return self._made()

    def finish(self, now: int, offer: OfferId, *, wrap_up: bool) -> tuple[Match, ...]:
        rep, call = self._live(offer)
        if not rep or rep.status is not RepStatus.ON_CALL:
            return ()
        if call:
            self._forget(call)
        if wrap_up:
            self._become(now, rep, RepStatus.WRAP_UP, None)
        else:
            self._release(now, rep, idle_from=now)
        return self._made()

    def free(self, now: int, rep_id: RepId, call: CallId) -> tuple[Match, ...]:
        rep = self.state.reps.get(rep_id)
        if rep and rep.status is RepStatus.WRAP_UP and rep.call == call:
            self._release(now, rep, idle_from=now)
        return self._made()

    def leave(self, now: int, call_id: CallId) -> tuple[Match, ...]:
        if call := self.state.calls.get(call_id):
            rep = self.state.reps.get(call.rep) if call.rep else None
            self._forget(call)
            if rep and rep.status is RepStatus.RESERVED and rep.offer == call.offer:
                self._release(now, rep)
        return self._made()

    def wake(self, now: int, call_id: CallId) -> tuple[Match, ...]:
        self.state.deadlines.pop(f"wake:{call_id}", None)
        call = self.state.calls.get(call_id)
        if call and call.state == "waiting":
            self._place(now, call)
        return self._made()

    def release_unconfirmed(self, now: int, call_id: CallId) -> tuple[Match, ...]:
        call = self.state.calls.get(call_id)
        if not call or not call.offer or call.state != "reserved" or call.confirmed or now < call.made_ms + CONFIRM_MS:
            return ()
        return self.settle(now, call.offer, Outcome.WITHDRAWN)

    def staffing(self, call_id: CallId) -> Staffing | None:
        call = self.state.calls.get(call_id)
        if call is None or call.state != "waiting":
            return None
        return Staffing(unmet=self.state.is_unmet(call), gone=self.state.is_gone(call.ask.demand))

    def consider(self, now: int, ask: Ask, *, about: RepId | None = None) -> Consideration:
        call = self._considered(now, ask)
        found = self._choose(now, call)
        rep, how, second = found or (None, "in_line", None)
        decision = self.state.decision(call, rep, how, now, self.version, second)
        standing = self.state.standings(call, now, (about,)).get(about) if about else None
        return Consideration(decision=decision, rep=standing)

    def standings(self, now: int, ask: Ask) -> Mapping[RepId, Standing]:
        """How it stands with everybody who was ever seen, for a call that asks so."""
        return self.state.standings(self._considered(now, ask), now, self.state.reps)

    def _considered(self, now: int, ask: Ask) -> CallRecord:
        known = self.state.calls.get(ask.call)
        call = CallRecord(ask=ask, arrived_ms=now, state="considered")
        if known:
            call.marks, call.cools = dict(known.marks), dict(known.cools)
        if self.state.marks_are_void(call, now):
            call.marks.clear()
        return call

    def rep(self, rep_id: RepId) -> RepState | None:
        """One rep's state; null for a rep never seen."""
        each = self.state.reps.get(rep_id)
        if each is None:
            return None
        return RepState(
            rep=each.id,
            status=each.status,
            since_ms=each.since_ms,
            connected=each.connected,
            reason=each.reason,
            next_status=each.next_status,
            idle_since_ms=each.idle_since_ms,
            offer=each.offer,
            call=each.call,
        )

    # ── calls ─────────────────────────────────────────────────────────────────────────────────────────────────────

    def _place(self, now: int, call: CallRecord) -> Decision:
        """The call looks for a rep, else stands in line."""
        call.state, call.rep, call.offer, call.exclusive, call.confirmed = "waiting", None, None, False, False
        for name in ("wake", "match", "unmet", "full"):
            self.state.deadlines.pop(f"{name}:{call.ask.call}", None)
        if self.state.marks_are_void(call, now):
            call.marks.clear()
        found = self._choose(now, call)
        if found:
            return self._reserve(now, call, *found)
        if wake := call.next_wake(now):
            self.state.deadlines[f"wake:{call.ask.call}"] = wake
        if self.state.is_unmet(call):
            self.state.deadlines[f"unmet:{call.ask.call}"] = now
        return self.state.decision(call, None, "in_line", now, self.version)

    def _choose(self, now: int, call: CallRecord) -> tuple[RepRecord, str, RepId | None] | None:
        owner = self.state.owner(call, now)
        if owner and owner.ready:
            return owner, "preferred", None
        call.exclusive = self.state.is_exclusive(call, now)
        ranked = [] if call.exclusive else self.state.ranked(call, now)
        if not ranked:
            return None
        best, demand = ranked[0], call.ask.demand
        if len(ranked) == 1:
            return best, "only_one", None
        pairs = zip(best.compared(demand), ranked[1].compared(demand), strict=True)
        return best, next((mine[0] for mine, other in pairs if mine != other), "lowest_id"), ranked[1].id

    def _reserve(self, now: int, call: CallRecord, rep: RepRecord, how: str, second: RepId | None = None) -> Decision:
        decision = self.state.decision(call, rep, how, now, self.version, second)
        self._offers += 1
        offer = OfferId(f"o{self._epoch}-{self._offers}")
        for name in ("wake", "unmet", "full"):
            self.state.deadlines.pop(f"{name}:{call.ask.call}", None)
        self.state.deadlines[f"match:{call.ask.call}"] = now + TAKE_OVER_MS
        call.state, call.rep, call.offer, call.made_ms, call.exclusive = "reserved", rep.id, offer, now, False
        call.decision = decision
        rep.offer, rep.call = offer, call.ask.call
        rep.asked_ms[call.ask.demand.queue] = now
        self._become(now, rep, RepStatus.RESERVED, None)
        self._matches.append(Match(call=call.ask.call, rep=rep.id, offer=offer, decision=decision))
        return decision

    def _back_in_line(self, now: int, call: CallRecord, rep: RepRecord, outcome: Outcome) -> None:
        if outcome in MARKS_REP:
            call.mark(rep.id, now)
        if outcome is Outcome.LOST_LEG:
            waived = call.ask.prefer is not None and call.ask.prefer.rep == rep.id and call.ask.prefer.waived
            call.ask = replace(call.ask, prefer=Preference(rep=rep.id, until_ms=0, waived=waived))
        self._place(now, call)

    def _standing(self, call: CallRecord) -> Match | None:
        rep, live = self._live(call.offer) if call.offer else (None, None)
        if not rep or not live or not call.offer or not call.decision:
            return None
        if rep.status not in {RepStatus.RESERVED, RepStatus.ON_CALL}:
            return None
        return Match(call=call.ask.call, rep=rep.id, offer=call.offer, decision=call.decision)

    def _live(self, offer: OfferId) -> tuple[RepRecord | None, CallRecord | None]:
        rep = next((each for each in self.state.reps.values() if each.offer == offer), None)
        call = next((each for each in self.state.calls.values() if each.offer == offer), None)
        return rep, call

    def _forget(self, call: CallRecord) -> None:
        del self.state.calls[call.ask.call]
        for name in ("wake", "match", "unmet", "full"):
            self.state.deadlines.pop(f"{name}:{call.ask.call}", None)

    # ── reps ──────────────────────────────────────────────────────────────────────────────────────────────────────

    def _seen(self, now: int, rep: RepId) -> RepRecord:
        return self.state.reps.setdefault(rep, RepRecord(id=rep, since_ms=now))

    def _become(self, now: int, rep: RepRecord, status: RepStatus, reason: str | None) -> None:
        before, rep.reason = rep.status, reason
        if before is not status:
            rep.status, rep.since_ms = status, now
            rep.statuses.append((now, status))
        if status in BUSY:
            return
        if rep.ready:
            rep.ready_since_ms = now
        self._make_ready(now, rep)
        if status is RepStatus.AVAILABLE and not rep.connected:
            self.state.deadlines[f"presence:{rep.id}"] = rep.lost_since_ms + GRACE_MS
        went = before in ABSENT and status is RepStatus.OFFLINE  # perhaps the last who would have come back
        left_duty = went or (before in ON_DUTY and status not in ON_DUTY)
        self._reconsider(now, rep, rep.fits.keys() if left_duty else ())
        own = (each for each in self.state.waiting() if each.ask.prefer and each.ask.prefer.rep == rep.id)
        for call in own if left_duty else ():
            if call.ask.prefer and call.ask.prefer.waived and self.state.is_unmet(call):
                self.state.deadlines[f"unmet:{call.ask.call}"] = now

    def _make_ready(self, now: int, rep: RepRecord) -> None:
        """A ready rep takes the first call in order that they may take."""
        if not rep.ready:
            return
        call = next((each for each in self.state.waiting() if self.state.may_take(rep, each, now)), None)
        if call:
            self._reserve(now, call, rep, "freed")

    def _reconsider(self, now: int, rep: RepRecord, demands: Collection[DemandId]) -> None:
        """Calls that may go elsewhere now: those that waited for this rep alone, and those whose marks are void now
        that the rep is no longer among the unmarked of these demands."""
        for call in self.state.waiting():
            own = call.ask.prefer is not None and call.ask.prefer.rep == rep.id
            opened = own and call.exclusive and not self.state.is_exclusive(call, now)
            counted = call.ask.demand.id in demands
            if opened or (counted and self.state.marks_are_void(call, now)):
                self._place(now, call)
        for demand in demands:
            stands = any(each.ask.demand.id == demand and not each.exclusive for each in self.state.waiting())
            if stands and not any(self.state.on_duty(demand)):
                self.state.deadlines[f"empty:{demand}"] = now

    def _release(self, now: int, rep: RepRecord, *, idle_from: int | None = None) -> None:
        status, reason = rep.next_status or RepStatus.AVAILABLE, rep.next_reason
        rep.idle_since_ms = idle_from or rep.idle_since_ms or now
        rep.offer = rep.call = rep.next_status = rep.next_reason = None
        if status is RepStatus.AVAILABLE and rep.is_gone(now):
            status, reason = RepStatus.OFFLINE, "disconnected"
        self._become(now, rep, status, reason)

    def _look_at_sockets(self, now: int, rep: RepRecord) -> bool:
        """True when the rep's offer must move on."""
        name = f"presence:{rep.id}"
        self.state.deadlines.pop(name, None)
        rep.sockets = {socket: lost for socket, lost in rep.sockets.items() if lost > now}
        if rep.sockets:
            self.state.deadlines[name] = max(rep.sockets.values())
            return False
        if rep.connected:
            rep.connected, rep.lost_since_ms = False, now
        if rep.status is RepStatus.RESERVED:
            moves_on = now >= rep.lost_since_ms + OFFER_MOVES_ON_MS
            self.state.deadlines[name] = (now if moves_on else rep.lost_since_ms) + OFFER_MOVES_ON_MS
            return moves_on
        if rep.status is RepStatus.AVAILABLE and rep.is_gone(now):
            self._become(now, rep, RepStatus.OFFLINE, "disconnected")
        elif rep.status is RepStatus.AVAILABLE:
            self.state.deadlines[name] = rep.lost_since_ms + GRACE_MS
        return False
