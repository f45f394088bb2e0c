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
    ConnectOutside,
    HangUp,
    HoldAndRetry,
    Intention,
    JoinConference,
    KeepWaiting,
    LeaveQueue,
    Nothing,
    RejectCall,
    TakeMessage,
    WaitInQueue,
)
from cti.telephony.voices import voice_of

KEY_WAIT_S = 1
"""After words and sound of a turn: the least that Twilio allows."""
SILENCE_S = 5
"""Ends a message."""
SAY_LIMIT = 4096
"""Characters that Twilio speaks in one ``<Say>``."""
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def render(intention: Intention) -> str:  # noqa: C901 - a line or two a case
    """The document, with its XML declaration."""
    response = VoiceResponse()
    match intention:
        case AskCaller() | RejectCall():
            _answer(response, intention)
        case WaitInQueue():
            _enqueue(response, intention)
        case KeepWaiting():
            _keep_waiting(response, intention)
        case TakeMessage() | ConnectOutside():
            _divert(response, intention)
        case LeaveQueue():
            response.leave()
        case JoinConference():
            _join(response, intention)
        case HangUp():
            _say(response, intention.say, intention.language)
            response.hangup()
        case HoldAndRetry():
            _say(response, intention.say, intention.language)
            if intention.pause_s:
                response.pause(length=intention.pause_s)
            response.redirect(intention.url, method="POST")
        case Announce():
            _say(response, intention.say, intention.language)
        case Nothing():
            pass
        case _:
            assert_never(intention)
    return str(response.to_xml())


def _keep_waiting(response: VoiceResponse, wait: KeepWaiting) -> None:
    if wait.key_url is None:
        _say(response, wait.say, wait.language)
        response.play(wait.sound_url)
        if wait.again_url is not None:
            response.redirect(wait.again_url, method="POST")
        return
    gather = Gather(
        input="dtmf", num_digits=1, action=wait.key_url, method="POST", timeout=KEY_WAIT_S, finish_on_key=""
    )
    _say(gather, wait.say, wait.language)
    gather.play(wait.sound_url)
    response.append(gather)


def _divert(response: VoiceResponse, to: TakeMessage | ConnectOutside) -> None:
    if isinstance(to, TakeMessage):
        _take_message(response, to)
        return
    dial = Dial(action=to.action_url, method="POST", timeout=to.ring_s, caller_id=to.from_)
    dial.number(to.number)
    response.append(dial)


def _take_message(response: VoiceResponse, message: TakeMessage) -> None:
    _say(response, message.say, message.language)
    response.record(
        action=message.action_url,
        method="POST",
        max_length=message.most_s,
        timeout=SILENCE_S,
        finish_on_key="#",
        play_beep=True,
        recording_status_callback=message.action_url,
        recording_status_callback_method="POST",
    )
    _say(response, message.thanks, message.language)
    response.hangup()


def _say(response: VoiceResponse | Gather, text: str | None, language: str) -> None:
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
    _say(response, wait.say, wait.language)
    size = {} if wait.most is None else {"max_queue_size": wait.most}
    response.append(
        Enqueue(
            wait.queue_name,
            action=wait.action_url,
            method="POST",
            wait_url=wait.wait_url,
            wait_url_method="POST",
            **size,
        )
    )


def _join(response: VoiceResponse, join: JoinConference) -> None:
    _say(response, join.say, join.language)
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
