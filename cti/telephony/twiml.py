"""What TwiML an intention becomes. Pure: the same intention gives the same bytes.

Rendered through the twilio package's own classes, so that a verb or attribute Twilio does not have cannot be written.
Guarantees well-formed XML whatever the texts hold.
"""

from __future__ import annotations

import re
from typing import assert_never

from twilio.twiml.voice_response import Dial, Enqueue, Gather, VoiceResponse

from cti.telephony.model import (
    Announce,
    AskCaller,
    HangUp,
    HoldAndRetry,
    Intention,
    JoinConference,
    KeepWaiting,
    LeaveQueue,
    Nothing,
    RejectCall,
    WaitInQueue,
)
from cti.telephony.voices import voice_of

SAY_LIMIT = 4096
"""Characters that Twilio speaks in one ``<Say>``."""
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def render(intention: Intention) -> str:
    """The document, with its XML declaration."""
    response = VoiceResponse()
    match intention:
        case AskCaller() | RejectCall():
            _answer(response, intention)
        case WaitInQueue():
            _enqueue(response, intention)
        case KeepWaiting():
            _say(response, intention.say, intention.language)
            response.play(intention.sound_url)
        case LeaveQueue():
            response.leave()
        case JoinConference():
            _join(response, intention)
        case HangUp():
            _say(response, intention.say, intention.language)
            response.hangup()
        case HoldAndRetry():
            _say(response, intention.say, intention.language)
            response.pause(length=intention.pause_s)
            response.redirect(intention.url, method="POST")
        case Announce():
            _say(response, intention.say, intention.language)
        case Nothing():
            pass
        case _:
            assert_never(intention)
    return str(response.to_xml())


def _say(response: VoiceResponse, text: str | None, language: str) -> None:
    if text:
        voice = voice_of(language)
        response.say(_NOT_XML.sub(" ", text)[:SAY_LIMIT], voice=voice.voice, language=voice.language)


def _answer(response: VoiceResponse, first: AskCaller | RejectCall) -> None:
    """What may come before there is a plan."""
    if isinstance(first, RejectCall):
        response.reject(reason=first.reason)
    else:
        _ask(response, first)


def _ask(response: VoiceResponse, ask: AskCaller) -> None:
    kinds = [kind for kind, wanted in (("dtmf", ask.keys), ("speech", bool(ask.hints))) if wanted]
    voice = voice_of(ask.language)
    gather = Gather(
        input=" ".join(kinds),
        action=ask.action_url,
        method="POST",
        timeout=ask.timeout_s,
        num_digits=ask.digits,
        finish_on_key="" if ask.digits else "#",
        action_on_empty_result=True,
        language=voice.language if ask.hints else None,
        speech_timeout="auto" if ask.hints else None,
        hints=", ".join(ask.hints) or None,
    )
    gather.say(_NOT_XML.sub(" ", ask.say)[:SAY_LIMIT], voice=voice.voice, language=voice.language)
    response.append(gather)


def _enqueue(response: VoiceResponse, wait: WaitInQueue) -> None:
    response.append(
        Enqueue(wait.queue_name, action=wait.action_url, method="POST", wait_url=wait.wait_url, wait_url_method="POST")
    )


def _join(response: VoiceResponse, join: JoinConference) -> None:
    dial = Dial(action=join.action_url, method="POST", answer_on_bridge=False)
    dial.conference(
        join.conference,
        beep="false",
        start_conference_on_enter=True,
        end_conference_on_exit=join.ends_on_exit,
        participant_label=join.label,
        wait_url=join.wait_url,
        wait_method="POST",
        status_callback=join.events_url,
        status_callback_method="POST",
        status_callback_event="start end join leave",
    )
    response.append(dial)
