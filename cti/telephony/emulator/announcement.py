"""Plays a document to one participant of a conference, or to all, while they talk."""

from __future__ import annotations

from cti.telephony.emulator.conference import Conference
from cti.telephony.emulator.exchange import Exchange
from cti.telephony.emulator.fields import conference_wait_fields
from cti.telephony.emulator.twiml_model import Fault, Pause, Play, Say, Target
from cti.telephony.emulator.twiml_reader import read_answer
from cti.telephony.emulator.verbs import Context
from cti.telephony.emulator.web_client import Reply
from cti.telephony.model import CallSid


def announce(exchange: Exchange, conference: Conference, sid: CallSid | None, target: Target) -> None:
    """Starts it in the background; null announces to everybody. Its end is told to the status callback."""
    exchange.tasks.start(_announce(exchange, conference, sid, target), f"announcement {conference.sid}")


async def _announce(exchange: Exchange, conference: Conference, sid: CallSid | None, target: Target) -> None:
    fault = await _play(exchange, conference, sid, target)
    if fault is not None and sid is not None:
        exchange.note_fault(sid, fault)
    reason = f"{fault.code}: {fault.message}" if fault else ""
    exchange.conferences.announced(conference.sid, sid, target.url, reason)


async def _play(exchange: Exchange, conference: Conference, sid: CallSid | None, target: Target) -> Fault | None:
    reply = await exchange.web.ask(target, _fields(exchange, conference, sid))
    if not isinstance(reply, Reply):
        return reply
    document = read_answer(reply.body, reply.content_type, url=reply.url, context=Context.ANNOUNCEMENT)
    if isinstance(document, Fault):
        return document
    listeners = [sid] if sid else [one.call_sid for one in conference.participants]
    for verb in document.verbs:
        if isinstance(verb, Say | Play | Pause):
            fault = await exchange.player.play(listeners, verb)
            if fault is not None:
                return fault
    return None


def _fields(exchange: Exchange, conference: Conference, sid: CallSid | None) -> dict[str, str]:
    leg = exchange.legs.get(sid) if sid else None
    if leg is not None:
        return conference_wait_fields(leg, conference, exchange.account_sid)
    return {
        "AccountSid": exchange.account_sid,
        "ConferenceSid": conference.sid,
        "FriendlyName": conference.name,
    }
