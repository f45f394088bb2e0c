"""The emulator's tables of TwiML against the twilio package's own classes: nothing invented, nothing forgotten."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable

import pytest
from twilio.twiml import TwiML
from twilio.twiml.voice_response import Dial, Enqueue, Gather, Hangup, Reject, Say, VoiceResponse

from cti.telephony.emulator.twiml_model import Document, Fault
from cti.telephony.emulator.twiml_reader import read_answer
from cti.telephony.emulator.verbs import NOUNS, REFUSED_VERBS, SSML, VERBS, Context

TEXT = {
    "Conference": "name",
    "Dial": "number",
    "Enqueue": "name",
    "Number": "phone_number",
    "Play": "url",
    "Redirect": "url",
    "Say": "message",
}
"""The parameter of the package's method that is the element's text, not an attribute."""
GOOD = {
    "action": "https://a.example/x",
    "answer_on_bridge": "false",
    "beep": "onEnter",
    "caller_id": "+15550100",
    "finish_on_key": "*",
    "hints": "billing, a new order",
    "input": "dtmf speech",
    "jitter_buffer_size": "small",
    "language": "pl-PL",
    "length": "3",
    "loop": "2",
    "max_length": "60",
    "max_participants": "10",
    "max_queue_size": "100",
    "num_digits": "4",
    "participant_label": "caller",
    "reason": "busy",
    "record": "do-not-record",
    "recording_status_callback_event": "in-progress completed absent",
    "region": "de1",
    "ring_tone": "pl",
    "speech_timeout": "auto",
    "status_callback_event": "start end join leave",
    "time_limit": "600",
    "timeout": "30",
    "trim": "do-not-trim",
    "voice": "alice",
}

CODES = {
    ("Dial", "caller_id"): 13214,
    ("Dial", "hangup_on_star"): 13213,
    ("Dial", "method"): 13210,
    ("Dial", "ring_tone"): 13220,
    ("Dial", "time_limit"): 13216,
    ("Dial", "timeout"): 13212,
    ("Gather", "action_on_empty_result"): 13338,
    ("Gather", "barge_in"): 13332,
    ("Gather", "finish_on_key"): 13310,
    ("Gather", "input"): 13326,
    ("Gather", "language"): 13331,
    ("Gather", "method"): 13312,
    ("Gather", "num_digits"): 13314,
    ("Gather", "speech_timeout"): 13327,
    ("Gather", "timeout"): 13313,
    ("Record", "finish_on_key"): 13613,
    ("Record", "max_length"): 13612,
    ("Record", "method"): 13610,
    ("Record", "play_beep"): 13616,
    ("Record", "recording_status_callback"): 13256,
    ("Record", "timeout"): 13611,
}
"""Twilio's own codes for a bad value, from its dictionary of errors; 12200 for every other attribute."""


def _methods(owner: type[TwiML]) -> dict[str, Callable[..., TwiML]]:
    """The package's nested elements: XML name to method."""
    found = {}
    for name, method in inspect.getmembers(owner, inspect.isfunction):
        if name.startswith("_") or name in dir(TwiML):
            continue
        found[name] = method
    return found


def _element_name(owner: type[TwiML], method: str) -> str:
    node = owner() if owner in (VoiceResponse, Dial, Enqueue, Gather, Hangup, Reject) else owner("x")
    arguments = {}
    for parameter in list(inspect.signature(getattr(owner, method)).parameters.values())[1:]:
        if parameter.kind is not parameter.VAR_KEYWORD and parameter.default is parameter.empty:
            arguments[parameter.name] = "x"
    return str(getattr(node, method)(**arguments).name)


def _attributes(owner: type[TwiML], method: str, element: str) -> set[str]:
    names = list(inspect.signature(getattr(owner, method)).parameters)[1:]
    return {name for name in names if name not in ("kwargs", TEXT.get(element))}


def _camel(name: str) -> str:
    return re.sub(r"_(.)", lambda found: found.group(1).upper(), name)


def _value(name: str) -> str:
    if name in GOOD:
        return GOOD[name]
    if name.endswith("method"):
        return "GET"
    if name.endswith(("url", "callback")):
        return "https://a.example/x"
    return "true"


PACKAGE_VERBS = {_element_name(VoiceResponse, name): name for name in _methods(VoiceResponse)}


def test_every_verb_of_the_package_is_carried_out_or_refused_by_name():
    assert set(PACKAGE_VERBS) == set(VERBS) | REFUSED_VERBS


@pytest.mark.parametrize("verb", sorted(VERBS))
def test_every_attribute_of_a_verb_is_carried_out_or_refused_by_name(verb):
    in_package = {_camel(name) for name in _attributes(VoiceResponse, PACKAGE_VERBS[verb], verb)}
    rule = VERBS[verb]
    assert set(rule.attributes) | rule.not_carried_out == in_package
    assert not set(rule.attributes) & rule.not_carried_out


@pytest.mark.parametrize("noun", sorted(NOUNS))
def test_every_attribute_of_a_noun_is_carried_out_or_refused_by_name(noun):
    in_package = {_camel(name) for name in _attributes(Dial, noun.lower(), noun)}
    rule = NOUNS[noun]
    assert set(rule.attributes) | rule.not_carried_out == in_package
    assert not set(rule.attributes) & rule.not_carried_out


@pytest.mark.parametrize(
    ("owner", "verb"),
    [
        (Dial, "Dial"),
        (Enqueue, "Enqueue"),
        (Gather, "Gather"),
        (Hangup, "Hangup"),
        (Reject, "Reject"),
        (Say, "Say"),
    ],
)
def test_every_child_of_a_verb_is_carried_out_or_refused_by_name(owner, verb):
    in_package = {_element_name(owner, name) for name in _methods(owner)}
    assert VERBS[verb].children | VERBS[verb].refused_children == in_package


def test_speech_markup_is_the_packages_own():
    assert {_element_name(Say, name) for name in _methods(Say)} == SSML


def _document(verb: str, attributes: dict[str, str]) -> str:
    response = VoiceResponse()
    text = {TEXT[verb]: "https://a.example/t"} if verb in TEXT and verb != "Dial" else {}
    element = getattr(response, PACKAGE_VERBS[verb])(**text, **attributes)
    if verb == "Dial":
        element.conference("c-1")
    return str(response.to_xml())


def _read(xml: str) -> Document | Fault:
    return read_answer(xml.encode(), "text/xml", url="https://a.example/doc", context=Context.CALL)


ATTRIBUTES = [
    (verb, name) for verb in sorted(VERBS) for name in sorted(_attributes(VoiceResponse, PACKAGE_VERBS[verb], verb))
]


@pytest.mark.parametrize(("verb", "name"), ATTRIBUTES)
def test_what_the_package_writes_is_obeyed_or_refused_as_the_table_says(verb, name):
    read = _read(_document(verb, {name: _value(name)}))
    if _camel(name) in VERBS[verb].not_carried_out:
        assert isinstance(read, Fault)
        assert (read.code, "not carried out" in read.message) == (12200, True)
    else:
        assert isinstance(read, Document), read


@pytest.mark.parametrize(
    ("verb", "name"), [pair for pair in ATTRIBUTES if pair[1] not in {"voice", "hints"} and pair[0] != "Reject"]
)
def test_a_value_that_twilio_would_not_take_is_refused(verb, name):
    read = _read(_document(verb, {name: "not a value"}))
    assert isinstance(read, Fault)
    assert read.code == CODES.get((verb, name), 12200)


NOUN_TEXT = {"Conference": "c-1", "Number": "+48600700800"}
NOUN_ATTRIBUTES = [(noun, name) for noun in sorted(NOUNS) for name in sorted(_attributes(Dial, noun.lower(), noun))]


@pytest.mark.parametrize(("noun", "name"), NOUN_ATTRIBUTES)
def test_a_nouns_attributes_are_obeyed_or_refused(noun, name):
    response = VoiceResponse()
    events = "initiated ringing answered completed" if (noun, name) == ("Number", "status_callback_event") else ""
    getattr(response.dial(), noun.lower())(NOUN_TEXT[noun], **{name: events or _value(name)})
    refused = _camel(name) in NOUNS[noun].not_carried_out
    assert isinstance(_read(str(response.to_xml())), Fault) is refused


@pytest.mark.parametrize("verb", sorted(REFUSED_VERBS))
def test_a_verb_that_is_not_carried_out_is_refused_aloud(verb):
    read = _read(f"<Response><{verb}/></Response>")
    assert isinstance(read, Fault)
    assert "not carried out" in read.message
