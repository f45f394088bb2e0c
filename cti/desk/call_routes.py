"""What a rep does with offers and calls. Commands are idempotent; one that came too late is told the state instead."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Path

from crm_adapter.model import Contact
from cti.calls.conductor import Told
from cti.calls.errors import Contention
from cti.calls.events import CallerLearned, HangUpAsked, OfferAccepted, OfferDeclined, WrapUpFiled
from cti.calls.model import Call, Caller, CallerMatch
from cti.calls.redis_store import Held
from cti.calls.step import Verdict
from cti.calls.views import View, caller_view
from cti.desk.bodies import Acceptance, ChosenContact, DraftBody, Refusal, WrapUpBody
from cti.desk.desk import Desk
from cti.desk.guard import Guard
from cti.desk.parts import DeskParts
from cti.desk.problems import Problem, invalid, not_found, state_of
from routing.model import CallId, OfferId, RepId

TRIES = 30
"""Races lost in a row before giving up; each means that somebody else made progress."""

Id = Annotated[str, Path(max_length=64, pattern="^[A-Za-z0-9-]+$")]


def add_call_routes(router: APIRouter, parts: DeskParts, guard: Guard, desk: Desk) -> None:
    """``/offers/{id}/…`` and ``/calls/{id}/…``."""
    allowed = guard.allow_rep()
    commands = Commands(parts=parts, desk=desk)

    @router.post("/offers/{offer_id}/accept")
    async def accept(offer_id: Id, body: Acceptance | None = None, rep: RepId = allowed) -> View:
        return await commands.accept(rep, OfferId(offer_id), body.client_id if body else None)

    @router.post("/offers/{offer_id}/decline")
    async def decline(offer_id: Id, body: Refusal | None = None, rep: RepId = allowed) -> View:
        return await commands.decline(rep, OfferId(offer_id), body.reason if body else None)

    @router.post("/calls/{call_id}/hangup")
    async def hang_up(call_id: Id, rep: RepId = allowed) -> View:
        return await commands.hang_up(rep, CallId(call_id))

    @router.put("/calls/{call_id}/draft", status_code=204)
    async def save_draft(body: DraftBody, call_id: Id, rep: RepId = allowed) -> None:
        await commands.save_draft(rep, CallId(call_id), body)

    @router.post("/calls/{call_id}/wrap-up")
    async def wrap_up(body: WrapUpBody, call_id: Id, rep: RepId = allowed) -> View:
        return await commands.wrap_up(rep, CallId(call_id), body)

    @router.post("/calls/{call_id}/contact")
    async def choose(body: ChosenContact, call_id: Id, rep: RepId = allowed) -> View:
        return await commands.choose_contact(rep, CallId(call_id), body.contact_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class Commands:
    """One method for each. Raises Problem: 404 for what is not this rep's, 409 for what came too late."""

    parts: DeskParts
    desk: Desk

    async def accept(self, rep: RepId, offer: OfferId, client_id: str | None) -> View:
        """The rep takes the call."""
        call_id = await self._call_offered_to(rep, offer)
        event = OfferAccepted(offer=offer, rep=rep, client_id=client_id)
        return state_of(await self.parts.conductor.tell(call_id, event))

    async def decline(self, rep: RepId, offer: OfferId, reason: str | None) -> View:
        """The rep lets somebody else take it. Again after it was done: 200."""
        call_id = await self._call_offered_to(rep, offer)
        told = await self.parts.conductor.tell(call_id, OfferDeclined(offer=offer, rep=rep, reason=reason))
        if told.verdict is Verdict.TOO_LATE and await self.desk.ended_as(rep, offer) == "declined":
            told = Told(call=told.call, verdict=Verdict.REPEATED)
        return state_of(told)

    async def hang_up(self, rep: RepId, call_id: CallId) -> View:
        """The rep ends the conversation."""
        await self._call_of(rep, call_id)
        return state_of(await self.parts.conductor.tell(call_id, HangUpAsked(rep=rep)))

    async def save_draft(self, rep: RepId, call_id: CallId, body: DraftBody) -> None:
        """Keeps what was typed, until it is filed."""
        held = await self._own_call(rep, call_id)
        now_ms, kept = self.parts.clock.now_ms(), False
        if held.call.wrap_up is None:
            kept = await self.parts.drafts.save(
                call_id, rep, disposition=body.disposition, notes=body.notes, at_ms=now_ms
            )
        if not kept:
            raise Problem(409, "The form was filed already.", state=held.call.state.value, reason="filed")

    async def wrap_up(self, rep: RepId, call_id: CallId, body: WrapUpBody) -> View:
        """Files the form, in time or late; the draft is not needed any more."""
        await self._own_call(rep, call_id)
        if all(body.disposition != one.id for one in self.parts.rules.config.dispositions):
            raise invalid("disposition", "not one of the configuration's dispositions")
        event = WrapUpFiled(rep=rep, disposition=body.disposition, notes=body.notes)
        answer = state_of(await self.parts.conductor.tell(call_id, event))
        now_ms = self.parts.clock.now_ms()
        self.parts.background.start(f"file_draft:{call_id}", lambda: self.parts.drafts.file(call_id, rep, at_ms=now_ms))
        return answer

    async def choose_contact(self, rep: RepId, call_id: CallId, contact_id: str) -> View:
        """Of several matches, or of a search by hand: this one is calling."""
        for _ in range(TRIES):
            held = await self._own_call(rep, call_id)
            told = await self._learn(held, contact_id)
            if told is not None:
                state_of(told)
                return caller_view(told.call or held.call, self.parts.rules.names())
        raise Contention(f"gave up after {TRIES} tries")

    async def _learn(self, held: Held, contact_id: str) -> Told | None:
        """Null when the call has changed since it was read: it may be another rep's by now."""
        contact = await self._contact(held.call, contact_id)
        if contact is None:
            raise not_found()
        caller = Caller(match=CallerMatch.ONE, number=held.call.caller.number, contacts=(contact,), chosen=True)
        return await self.parts.conductor.tell_held(held, CallerLearned(caller=caller))

    async def _contact(self, call: Call, contact_id: str) -> Contact | None:
        known = (contact for contact in call.caller.contacts if contact.id == contact_id)
        return next(known, None) or await self.parts.find_contact(contact_id)

    async def _call_offered_to(self, rep: RepId, offer: OfferId) -> CallId:
        found = await self.parts.calls.call_of_offer(offer)
        if found is None or found[1] != rep:
            raise not_found()
        return found[0]

    async def _call_of(self, rep: RepId, call_id: CallId) -> Held:
        """A call that was offered to this rep at some time. Whose it is now, the call itself knows."""
        held = await self.parts.calls.load(call_id)
        if held is None or rep not in held.call.rang:
            raise not_found()
        return held

    async def _own_call(self, rep: RepId, call_id: CallId) -> Held:
        """A call that is offered to this rep, or was taken by this rep. One that went on to a colleague is 409."""
        held = await self._call_of(rep, call_id)
        offer = held.call.offer
        if offer is None or offer.rep != rep:
            raise Problem(409, "The call is not yours any more.", state=held.call.state.value, reason="not_yours")
        return held
