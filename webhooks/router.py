"""The routes under ``/webhooks/twilio``. Each turns one kind of request into one call of the handler, and what comes
back into one document. Decides nothing about calls.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import partial
from typing import cast, get_args

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from cti.calls.events import CallArrived
from cti.telephony.model import Intention, LegStatus, Nothing, RecordingSid
from routing.model import OfferId, RepId
from routing.prompts import Prompts
from webhooks.answers import is_our_doing
from webhooks.door import KEEP_TURN_S, Door
from webhooks.errors import BadRequest
from webhooks.ports import CallHandler, Ledger, ParticipantChange
from webhooks.request import TwilioRequest
from webhooks.signature import SignatureCheck
from webhooks.sounds import Sounds, make_sounds
from webhooks.urls import PREFIX, Announcement, Urls

Endpoint = Callable[[Request], Awaitable[Response]]

_FACTS = {"StirVerstat": "stir", "FromCountry": "country", "ForwardedFrom": "forwarded_from"}
"""Fields of an arrival that rules may use, and what they call them."""
_CHANGES: dict[str, ParticipantChange] = {
    "participant-join": "join",
    "participant-leave": "leave",
    "conference-end": "end",
}
_CLIENT = "client:"
_OFFER = re.compile("[A-Za-z0-9-]{1,64}")
_RECORDING = re.compile("RE[0-9a-f]{32}")
CALLBACK_KEY = "1"
"""As the ``callback_offer`` prompts say."""
_SOUND_HEADERS = {"Cache-Control": "public, max-age=86400"}


def create_webhooks(
    handler: CallHandler,
    signature: SignatureCheck,
    urls: Urls,
    ledger: Ledger,
    prompts: Callable[[], Prompts] = Prompts,
) -> APIRouter:
    """The router for ``app.include_router``; the app must have ``redirect_slashes=False``. ``prompts`` gives the words
    of the configuration that is active now."""
    routes = Routes(handler=handler, door=Door(signature=signature, ledger=ledger, urls=urls, prompts=prompts))
    router = APIRouter(redirect_slashes=False)
    for name, endpoint in routes.posted().items():
        router.add_route(f"{PREFIX}/{name}", endpoint, methods=["POST"], include_in_schema=False)
    router.add_route(f"{PREFIX}/fallback", routes.fallback, methods=["GET", "POST"], include_in_schema=False)
    router.add_route(
        f"{PREFIX}/sound/{{name}}", partial(_sound, make_sounds()), methods=["GET"], include_in_schema=False
    )
    return router


@dataclass(frozen=True, slots=True, kw_only=True)
class Routes:
    """One method for each kind of request."""

    handler: CallHandler
    door: Door

    def posted(self) -> dict[str, Endpoint]:
        """By the last part of their path."""
        return {
            "voice": self.voice,
            "rep": self.rep,
            "answer": self.answer,
            "called": self.called,
            "callback": self.callback,
            "voicemail": self.voicemail,
            "outside-action": self.outside_action,
            "wait": self.wait,
            "queue-action": self.queue_action,
            "join": self.join,
            "dial-action": self.dial_action,
            "conference-wait": self.conference_wait,
            "announce": self.announce,
            "status": self.status,
            "conference-events": self.conference_events,
        }

    async def voice(self, request: Request) -> Response:
        """A call arrives, or its leg is sent here again to do what the call's state says."""

        async def answer(asked: TwilioRequest) -> Intention:
            if asked.is_dialled:
                leg = asked.this_leg()
                return self.door.answers.called(await self.handler.called_leg(leg), leg)
            call = await self.handler.arrive(_arrival(asked))
            return self.door.answers.caller_leg(call)

        return await self.door.document(request, answer, key_of=_first_ring)

    async def called(self, request: Request) -> Response:
        """A caller who is called back has answered."""

        async def answer(asked: TwilioRequest) -> Intention:
            leg = asked.this_leg()
            return self.door.answers.called(await self.handler.called(asked.call(), leg), leg)

        return await self.door.document(request, answer)

    async def callback(self, request: Request) -> Response:
        """The caller has pressed a key while waiting."""

        async def answer(asked: TwilioRequest) -> Intention:
            call = asked.callers_call()
            again = self.door.urls.wait(call, asked.asked_number("arrived"), asked.asked_number("version"))
            known = await self.handler.callback_asked(call) if asked.text("Digits") == CALLBACK_KEY else None
            return self.door.answers.callback_asked(known, again)

        return await self.door.document(request, answer)

    async def voicemail(self, request: Request) -> Response:
        """A message is over, or its recording is there."""

        async def answer(asked: TwilioRequest) -> Intention:
            call, recording = asked.callers_call(), _recording(asked)
            seconds = asked.number("RecordingDuration") or 0
            known = await self.handler.voicemail(call, recording, seconds) if recording and seconds else None
            return self.door.answers.message_left(known)

        return await self.door.document(request, answer)

    async def outside_action(self, request: Request) -> Response:
        """The connection to an outside number is over."""

        async def answer(asked: TwilioRequest) -> Intention:
            answered = asked.text("DialCallStatus") in {"completed", "answered"}
            return self.door.answers.caller_leg(
                await self.handler.outside_ended(asked.callers_call(), answered=answered)
            )

        return await self.door.document(request, answer)

    async def rep(self, request: Request) -> Response:
        """A rep's browser connects."""

        async def answer(asked: TwilioRequest) -> Intention:
            leg, rep, offer = asked.this_leg(), _rep(asked), _offer(asked)
            call = await self.handler.rep_connects(offer, rep, leg) if rep and offer else None
            return self.door.answers.rep_leg(call, leg)

        return await self.door.document(request, answer, retry=self._rep_again)

    async def answer(self, request: Request) -> Response:
        """The caller has answered a menu, or has not in time."""

        async def answer(asked: TwilioRequest) -> Intention:
            call, turn = asked.callers_call(), asked.asked_number("turn")
            digits, speech = asked.text("Digits"), asked.text("SpeechResult")
            return self.door.answers.caller_leg(await self.handler.menu_answered(call, turn, digits, speech))

        return await self.door.document(request, answer)

    async def wait(self, request: Request) -> Response:
        """One turn of the wait."""

        async def answer(asked: TwilioRequest) -> Intention:
            call, arrived_ms = asked.callers_call(), asked.asked_number("arrived")
            version = asked.asked_number("version")
            view = await self.handler.wait_turn(call, arrived_ms, version, asked.this_leg())
            return self.door.answers.wait_turn(view, key_url=self.door.urls.callback(call, arrived_ms, version))

        return await self.door.document(request, answer, keep_s=KEEP_TURN_S)

    async def queue_action(self, request: Request) -> Response:
        """Twilio's queue let the caller go."""

        async def answer(asked: TwilioRequest) -> Intention:
            call, result = asked.callers_call(), asked.text("QueueResult")
            if is_our_doing(result):
                return Nothing()
            return self.door.answers.queue_left(await self.handler.queue_left(call, result, asked.this_leg()), result)

        return await self.door.document(request, answer)

    async def join(self, request: Request) -> Response:
        """Our REST update sent the caller's leg here."""

        async def answer(asked: TwilioRequest) -> Intention:
            call = await self.handler.join_fetched(asked.callers_call(), asked.asked_number("attempt"))
            return self.door.answers.caller_leg(call)

        return await self.door.document(request, answer)

    async def dial_action(self, request: Request) -> Response:
        """A leg's time in the conference is over."""

        async def answer(asked: TwilioRequest) -> Intention:
            leg, status = asked.this_leg(), _leg_status(asked)
            if asked.query.get("role") == "rep":
                return self.door.answers.rep_leg(await self.handler.dial_ended(asked.call(), leg, status), leg)
            return self.door.answers.caller_leg(await self.handler.dial_ended(asked.callers_call(), leg, status))

        return await self.door.document(request, answer)

    async def conference_wait(self, request: Request) -> Response:
        """What the first leg hears until the second is there."""
        return await self.door.static(
            request, lambda asked: self.door.answers.conference_wait(rings=asked.query.get("rings") == "1")
        )

    async def announce(self, request: Request) -> Response:
        """Words for one participant."""
        return await self.door.static(
            request, lambda asked: self.door.answers.announce(_announcement(asked), asked.query.get("language"))
        )

    async def fallback(self, request: Request) -> Response:
        """Something of ours failed; needs neither Redis nor SQL."""
        return await self.door.static(
            request, lambda asked: self.door.answers.fallback(asked.fields.get("ErrorUrl", ""))
        )

    async def status(self, request: Request) -> Response:
        """A leg's status."""

        async def tell(asked: TwilioRequest) -> None:
            await self.handler.leg_status(asked.this_leg(), _leg_status(asked), asked.number("SequenceNumber"))

        return await self.door.callback(request, tell, key_of=_status_key)

    async def conference_events(self, request: Request) -> Response:
        """What happens in a conference; its start and what we did not ask for change nothing."""

        async def tell(asked: TwilioRequest) -> None:
            call, what = asked.call(), _CHANGES.get(asked.text("StatusCallbackEvent"))
            if what is None:
                return
            leg = asked.leg("CallSidEndingConference") if what == "end" else asked.this_leg()
            reason = asked.text("ReasonConferenceEnded") or asked.text("ReasonParticipantLeft") or None
            await self.handler.participant(call, _opened_for(asked), what, leg, reason)

        return await self.door.callback(request, tell, key_of=_conference_key)

    def _rep_again(self, asked: TwilioRequest) -> str:
        return self.door.urls.rep(_offer(asked))


async def _sound(sounds: Sounds, request: Request) -> Response:
    """Not signed for: it is the same for everybody."""
    piece = sounds.piece(request.path_params["name"])
    if piece is None:
        return Response("no such sound", status_code=404, media_type="text/plain")
    return Response(piece, media_type="audio/wav", headers=_SOUND_HEADERS)


def _arrival(asked: TwilioRequest) -> CallArrived:
    facts = {ours: asked.text(theirs) for theirs, ours in _FACTS.items() if asked.text(theirs)}
    return CallArrived(sid=asked.this_leg(), from_=asked.text("From"), to=asked.text("To"), facts=facts)


def _rep(asked: TwilioRequest) -> RepId | None:
    who = asked.text("From")
    return RepId(who.removeprefix(_CLIENT)) if who.startswith(_CLIENT) and who != _CLIENT else None


def _offer(asked: TwilioRequest) -> OfferId | None:
    """From the browser's parameters; from the URL when the leg was told to try again."""
    said = asked.text("offer_id") or asked.query.get("offer_id", "")
    return OfferId(said) if _OFFER.fullmatch(said) else None


def _recording(asked: TwilioRequest) -> RecordingSid | None:
    said = asked.text("RecordingSid")
    return RecordingSid(said) if _RECORDING.fullmatch(said) else None


def _opened_for(asked: TwilioRequest) -> OfferId | None:
    """The offer that the conference was opened for, from the URL of its events."""
    said = asked.query.get("offer", "")
    return OfferId(said) if _OFFER.fullmatch(said) else None


def _announcement(asked: TwilioRequest) -> Announcement:
    what = asked.query.get("what", "")
    if what not in get_args(Announcement):
        raise BadRequest(400, "no such announcement")
    return cast(Announcement, what)


def _leg_status(asked: TwilioRequest) -> LegStatus:
    try:
        return LegStatus(asked.text("CallStatus"))
    except ValueError:
        raise BadRequest(400, "CallStatus is not one") from None


def _first_ring(asked: TwilioRequest) -> str | None:
    """Only the first request of a call rings; a leg that is sent here again gets what is right by then."""
    return f"voice:{asked.this_leg()}" if asked.text("CallStatus") == LegStatus.RINGING else None


def _status_key(asked: TwilioRequest) -> str:
    return f"status:{asked.this_leg()}:{asked.text('CallStatus')}:{asked.text('SequenceNumber')}"


def _conference_key(asked: TwilioRequest) -> str | None:
    conference, seq = asked.text("ConferenceSid"), asked.number("SequenceNumber")
    return f"conference:{conference}:{seq}" if conference and seq is not None else None
