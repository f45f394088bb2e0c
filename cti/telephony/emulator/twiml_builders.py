"""One element of TwiML into one typed verb, by Twilio's rules for it. Pure. Only ``twiml_reader`` uses it.

Guarantees that every URL in a verb is absolute, and that what breaks a rule raises ``Broken`` with Twilio's code.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from urllib.parse import urljoin
from xml.etree import ElementTree

from cti.telephony.emulator.phone_numbers import e164
from cti.telephony.emulator.twiml_model import (
    ANY_KEY,
    ConferenceCallback,
    DialConference,
    DialNumber,
    Enqueue,
    Gather,
    Hangup,
    InputKind,
    Leave,
    Pause,
    Play,
    Record,
    Redirect,
    Reject,
    Say,
    Sound,
    Subscription,
    Target,
    Verb,
)
from cti.telephony.emulator.verbs import NOUNS, SSML, VERBS, VerbRule, is_url

SAY_LIMIT = 4096
QUEUE_NAME_LIMIT = 64
AUTO_SPEECH_TIMEOUT_S = 1.0
"""What ``speechTimeout="auto"`` is taken to mean: Twilio ends with the first pause."""


class Broken(Exception):
    """A rule is broken; carries Twilio's code. Never leaves the reader."""

    def __init__(self, code: int, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


def check(element: ElementTree.Element, rule: VerbRule) -> None:
    """Raises ``Broken`` for an attribute or a child that the rule does not have, and for a bad value."""
    for attribute, value in element.attrib.items():
        if attribute in rule.not_carried_out:
            raise Broken(12200, f"<{element.tag} {attribute}> is not carried out by this emulator")
        check = rule.attributes.get(attribute)
        if check is None:
            raise Broken(12200, f"<{element.tag}> has no attribute {attribute}")
        if not check(value):
            code = rule.codes.get(attribute, 12200)
            raise Broken(code, f"<{element.tag} {attribute}> cannot be {value[:80]!r}")
    for child in element:
        if child.tag in rule.refused_children:
            raise Broken(12200, f"<{child.tag}> in <{element.tag}> is not carried out by this emulator")
        if child.tag not in rule.children:
            raise Broken(rule.child_code, f"<{child.tag}> is not allowed in <{element.tag}>")


def no_loose_text(element: ElementTree.Element) -> None:
    """Raises ``Broken`` for words between the children."""
    pieces = [element.text, *(child.tail for child in element)]
    if any(piece and piece.strip() for piece in pieces):
        raise Broken(12200, f"text is not allowed directly in <{element.tag}>")


def _say(element: ElementTree.Element, _url: str) -> Say:
    for nested in element.iter():
        if nested is not element and nested.tag not in SSML:
            raise Broken(12200, f"<{nested.tag}> is not allowed in <Say>")
    words = " ".join("".join(element.itertext()).split())
    if (not words and not len(element)) or len(words) > SAY_LIMIT:
        raise Broken(13520, f"<Say> has {len(words)} characters; 1 to {SAY_LIMIT} can be spoken")
    return Say(text=words, language=element.get("language", "en-US"), loop=int(element.get("loop", "1")))


def _play(element: ElementTree.Element, url: str) -> Play:
    return Play(url=_link(element, url), loop=int(element.get("loop", "1")))


def _link(element: ElementTree.Element, url: str) -> str:
    address = (element.text or "").strip()
    if not address or not is_url(address):
        raise Broken(12200, f"<{element.tag}> needs a URL")
    return _absolute(address, url)


def _absolute(address: str, url: str) -> str:
    joined = urljoin(url, address)
    if not joined.startswith(("http://", "https://")):
        raise Broken(12200, "a relative URL has nothing to be relative to here")
    return joined


def _pause(element: ElementTree.Element, _url: str) -> Pause:
    no_loose_text(element)
    return Pause(length=int(element.get("length", "1")))


def _redirect(element: ElementTree.Element, url: str) -> Verb:
    address = (element.text or "").strip()
    if not is_url(address):
        raise Broken(12200, "<Redirect> needs a URL")
    return Redirect(target=Target(url=_absolute(address, url), method=element.get("method", "POST")))


def _hangup(element: ElementTree.Element, _url: str) -> Verb:
    no_loose_text(element)
    return Hangup()


def _leave(element: ElementTree.Element, _url: str) -> Verb:
    no_loose_text(element)
    return Leave()


def _reject(element: ElementTree.Element, _url: str) -> Verb:
    no_loose_text(element)
    return Reject(reason=element.get("reason", "rejected"))


def _enqueue(element: ElementTree.Element, url: str) -> Verb:
    name = (element.text or "").strip()
    if not 1 <= len(name) <= QUEUE_NAME_LIMIT:
        raise Broken(12200, f"<Enqueue> needs a name of 1 to {QUEUE_NAME_LIMIT} characters")
    size = element.get("maxQueueSize")
    return Enqueue(
        name=name,
        action=_target(element.attrib, "action", "method", url),
        wait=_target(element.attrib, "waitUrl", "waitUrlMethod", url),
        max_size=int(size) if size else None,
    )


def _dial(element: ElementTree.Element, url: str) -> Verb:
    if not len(element):
        return _dial_number(element, element, url)
    no_loose_text(element)
    if len(element) > 1:
        raise Broken(12200, "<Dial> of more than one is not carried out by this emulator")
    noun = element[0]
    check(noun, NOUNS[noun.tag])
    if noun.tag == "Number":
        return _dial_number(element, noun, url)
    return _dial_conference(element, noun, url)


def _dial_number(element: ElementTree.Element, noun: ElementTree.Element, url: str) -> Verb:
    """``noun`` is the ``<Number>``, or the ``<Dial>`` itself where the number stands directly in it."""
    return DialNumber(
        number=_number(noun.text or ""),
        action=_target(element.attrib, "action", "method", url),
        timeout_s=int(element.get("timeout", "30")),
        time_limit_s=int(element.get("timeLimit", "14400")),
        caller_id=element.get("callerId", ""),
        hangup_on_star=element.get("hangupOnStar") == "true",
        progress=_subscription(noun.attrib, "statusCallback", url),
    )


def _number(written: str) -> str:
    number = e164(written)
    if number is None:
        raise Broken(13223, f"{written.strip()[:40]!r} is not a telephone number")
    return number


def _dial_conference(element: ElementTree.Element, noun: ElementTree.Element, url: str) -> Verb:
    name = (noun.text or "").strip()
    if not 1 <= len(name) <= 128:
        raise Broken(12200, "<Conference> needs a name of 1 to 128 characters")
    return DialConference(
        name=name,
        action=_target(element.attrib, "action", "method", url),
        time_limit_s=int(element.get("timeLimit", "14400")),
        muted=noun.get("muted") == "true",
        start_on_enter=noun.get("startConferenceOnEnter", "true") == "true",
        end_on_exit=noun.get("endConferenceOnExit") == "true",
        wait=_target(noun.attrib, "waitUrl", "waitMethod", url) if noun.get("waitUrl") else None,
        silent=noun.get("waitUrl") == "",
        max_participants=int(noun.get("maxParticipants", "250")),
        callback=_callback(noun.attrib, url),
        label=noun.get("participantLabel"),
    )


def _callback(attributes: Mapping[str, str], url: str) -> ConferenceCallback | None:
    target = _target(attributes, "statusCallback", "statusCallbackMethod", url)
    if target is None:
        return None
    return ConferenceCallback(target=target, events=frozenset(attributes.get("statusCallbackEvent", "").split()))


def _subscription(attributes: Mapping[str, str], name: str, url: str) -> Subscription | None:
    """Events of a leg or a recording; ``completed`` alone where none are named."""
    target = _target(attributes, name, f"{name}Method", url)
    if target is None:
        return None
    return Subscription(target=target, events=frozenset(attributes.get(f"{name}Event", "completed").split()))


def _gather(element: ElementTree.Element, url: str) -> Verb:
    no_loose_text(element)
    finish = element.get("finishOnKey", "#")
    if len(finish) > 1:
        raise Broken(13311, "<Gather finishOnKey> must be a single character")
    timeout = element.get("timeout", "5")
    speech = element.get("speechTimeout", timeout)
    digits = element.get("numDigits")
    return Gather(
        action=_action(element, url),
        inputs=_inputs(element.get("input", "dtmf")),
        prompts=tuple(_prompt(child, url) for child in element),
        timeout_s=int(timeout),
        speech_timeout_s=AUTO_SPEECH_TIMEOUT_S if speech == "auto" else int(speech),
        finish_on_key=finish,
        num_digits=int(digits) if digits else None,
        action_on_empty_result=element.get("actionOnEmptyResult") == "true",
        barge_in=element.get("bargeIn", "true") == "true",
    )


def _inputs(written: str) -> tuple[InputKind, ...]:
    kinds: tuple[InputKind, ...] = ("dtmf", "speech")
    return tuple(kind for kind in kinds if kind in written.split())


def _prompt(child: ElementTree.Element, url: str) -> Sound:
    check(child, VERBS[child.tag])
    return _SOUNDS[child.tag](child, url)


def _record(element: ElementTree.Element, url: str) -> Verb:
    no_loose_text(element)
    return Record(
        action=_action(element, url),
        timeout_s=int(element.get("timeout", "5")),
        finish_on_key=element.get("finishOnKey", ANY_KEY),
        max_length_s=int(element.get("maxLength", "3600")),
        play_beep=element.get("playBeep", "true") == "true",
        trim=element.get("trim", "trim-silence") == "trim-silence",
        status=_subscription(element.attrib, "recordingStatusCallback", url),
    )


def _action(element: ElementTree.Element, url: str) -> Target:
    """Where none is named, the document's own URL."""
    return Target(url=_absolute(element.get("action", ""), url), method=element.get("method", "POST"))


def _target(attributes: Mapping[str, str], name: str, method: str, url: str) -> Target | None:
    if name not in attributes:
        return None
    return Target(url=_absolute(attributes[name], url), method=attributes.get(method, "POST"))


_SOUNDS: Mapping[str, Callable[[ElementTree.Element, str], Sound]] = {"Pause": _pause, "Play": _play, "Say": _say}
BUILDERS: Mapping[str, Callable[[ElementTree.Element, str], Verb]] = {
    **_SOUNDS,
    "Dial": _dial,
    "Enqueue": _enqueue,
    "Gather": _gather,
    "Hangup": _hangup,
    "Leave": _leave,
    "Record": _record,
    "Redirect": _redirect,
    "Reject": _reject,
}
"""By the element's name; the element has been checked."""
