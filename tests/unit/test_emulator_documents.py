"""What the emulator makes of a web server's answer."""

from __future__ import annotations

import pytest

from cti.telephony.emulator.twiml_model import (
    DialConference,
    DialNumber,
    Document,
    Enqueue,
    Fault,
    Gather,
    Pause,
    Play,
    Record,
    Redirect,
    Say,
    Subscription,
    Target,
)
from cti.telephony.emulator.twiml_reader import read_answer, read_inline
from cti.telephony.emulator.verbs import Context, is_absolute_url, is_url

URL = "https://a.example/webhooks/voice?x=1"


def _read(body: str, kind: str = "text/xml", context: Context = Context.CALL) -> Document | Fault:
    return read_answer(body.encode(), kind, url=URL, context=context)


def _verbs(body: str) -> tuple[object, ...]:
    read = _read(f"<Response>{body}</Response>")
    assert isinstance(read, Document), read
    return read.verbs


def _code(body: str, kind: str = "text/xml", context: Context = Context.CALL) -> int:
    read = _read(body, kind, context)
    assert isinstance(read, Fault), read
    return read.code


def test_relative_urls_are_resolved_against_the_document():
    assert _verbs("<Redirect>/other</Redirect>") == (Redirect(target=Target(url="https://a.example/other")),)
    assert _verbs('<Redirect method="GET"></Redirect>') == (Redirect(target=Target(url=URL, method="GET")),)
    assert _verbs("<Play>s.wav</Play>") == (Play(url="https://a.example/webhooks/s.wav"),)


def test_an_enqueue_has_twilios_defaults():
    assert _verbs('<Enqueue waitUrl="/w" action="a">q 1</Enqueue>') == (
        Enqueue(
            name="q 1",
            wait=Target(url="https://a.example/w", method="POST"),
            action=Target(url="https://a.example/webhooks/a", method="POST"),
        ),
    )


def test_a_conference_has_twilios_defaults():
    (dial,) = _verbs("<Dial><Conference>c-1</Conference></Dial>")
    assert dial == DialConference(name="c-1")
    assert dial.start_on_enter
    assert not dial.end_on_exit
    assert not dial.silent


def test_a_gather_has_twilios_defaults():
    (gather,) = _verbs('<Gather timeout="7"><Say>Press 1.</Say><Pause/></Gather>')
    assert gather == Gather(
        action=Target(url=URL), prompts=(Say(text="Press 1."), Pause()), timeout_s=7, speech_timeout_s=7
    )
    assert (gather.inputs, gather.finish_on_key, gather.num_digits) == (("dtmf",), "#", None)
    assert gather.barge_in
    assert not gather.action_on_empty_result


def test_a_gather_says_what_it_takes_in_either_order():
    for written in ("dtmf speech", "speech dtmf"):
        (gather,) = _verbs(f'<Gather input="{written}" speechTimeout="auto" finishOnKey="" action="/a" method="GET"/>')
        assert gather.inputs == ("dtmf", "speech")
        assert (gather.speech_timeout_s, gather.finish_on_key) == (1.0, "")
        assert gather.action == Target(url="https://a.example/a", method="GET")


def test_a_record_has_twilios_defaults():
    (record,) = _verbs('<Record recordingStatusCallback="/r"/>')
    assert record == Record(
        action=Target(url=URL),
        status=Subscription(target=Target(url="https://a.example/r"), events=frozenset({"completed"})),
    )
    assert (record.timeout_s, record.max_length_s, record.finish_on_key) == (5, 3600, "1234567890*#")
    assert record.play_beep
    assert record.trim


def test_a_number_is_dialled_with_twilios_defaults_however_it_is_written():
    for written in ("<Number>+1 (415) 555-1212</Number>", "(415) 555-1212", "1-415-555-1212"):
        assert _verbs(f"<Dial>{written}</Dial>") == (DialNumber(number="+14155551212"),)
    (dial,) = _verbs('<Dial hangupOnStar="true"><Number statusCallback="/s">+48600700800</Number></Dial>')
    assert dial.hangup_on_star
    assert dial.progress.events == frozenset({"completed"})
    assert (dial.timeout_s, dial.time_limit_s, dial.caller_id) == (30, 14400, "")


def test_an_inline_document_without_an_action_has_nothing_to_come_back_to():
    for verb in ("<Gather/>", "<Record/>"):
        read = read_inline(f"<Response>{verb}</Response>", context=Context.CALL)
        assert isinstance(read, Fault)
        assert read.code == 12200


def test_an_empty_wait_url_is_silence_and_a_missing_one_is_music():
    (dial,) = _verbs('<Dial><Conference waitUrl="">c-1</Conference></Dial>')
    assert (dial.silent, dial.wait) == (True, None)


def test_a_callback_without_events_tells_nothing():
    (dial,) = _verbs('<Dial><Conference statusCallback="/e">c-1</Conference></Dial>')
    assert dial.callback.events == frozenset()


def test_speech_markup_is_read_as_its_words():
    assert _verbs('<Say language="pl-PL">Dzień <emphasis>dobry</emphasis></Say>') == (
        Say(text="Dzień dobry", language="pl-PL"),
    )


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ("", 12100),
        ("<Response><Say>x</Response>", 12100),
        ("<!DOCTYPE a [<!ENTITY b 'c'>]><Response/>", 12100),
        ("<response/>", 12102),
        ("<Response>words</Response>", 12200),
        ("<Response><say>x</say></Response>", 12200),
        ('<Response><Say volume="1">x</Say></Response>', 12200),
        ('<Response><Pause length="long"/></Response>', 12200),
        ('<Response><Redirect method="PUT">/x</Redirect></Response>', 12200),
        ("<Response><Redirect>ftp://a.example/x</Redirect></Response>", 12200),
        ("<Response><Redirect>https://a_b.example/x</Redirect></Response>", 12200),
        ("<Response><Dial/></Response>", 13223),
        ("<Response><Dial>12</Dial></Response>", 13223),
        ("<Response><Dial><Number>front desk</Number></Dial></Response>", 13223),
        ("<Response><Dial>words<Number>+15550100</Number></Dial></Response>", 12200),
        ("<Response><Dial><Number>+15550100</Number><Number>+15550101</Number></Dial></Response>", 12200),
        ("<Response><Dial><Client>ana</Client></Dial></Response>", 12200),
        ("<Response><Dial><Say>x</Say></Dial></Response>", 13215),
        ('<Response><Dial callerId="anonymous">+15550100</Dial></Response>', 13214),
        ('<Response><Dial><Number statusCallbackEvent="busy">+15550100</Number></Dial></Response>', 12200),
        ('<Response><Gather finishOnKey="##"/></Response>', 13311),
        ('<Response><Gather finishOnKey="x"/></Response>', 13310),
        ('<Response><Gather timeout="0"/></Response>', 13313),
        ('<Response><Gather numDigits="0"/></Response>', 13314),
        ('<Response><Gather input="voice"/></Response>', 13326),
        ('<Response><Gather speechTimeout="never"/></Response>', 13327),
        (f'<Response><Gather hints="{"h" * 101}"/></Response>', 13330),
        (f'<Response><Gather hints="{"h," * 500}"/></Response>', 13330),
        ("<Response><Gather><Redirect>/x</Redirect></Gather></Response>", 13320),
        ("<Response><Gather><Gather/></Gather></Response>", 13320),
        ("<Response><Gather>words</Gather></Response>", 12200),
        ('<Response><Gather><Pause length="long"/></Gather></Response>', 12200),
        ("<Response><Gather><Say></Say></Gather></Response>", 13520),
        ('<Response><Record maxLength="1"/></Response>', 13612),
        ('<Response><Record finishOnKey=""/></Response>', 13613),
        ('<Response><Record transcribe="false"/></Response>', 12200),
        ("<Response><Record><Say>x</Say></Record></Response>", 12200),
        ('<Response><Record recordingStatusCallbackEvent="failed"/></Response>', 12200),
        ("<Response><Enqueue/></Response>", 12200),
        (f"<Response><Enqueue>{'q' * 65}</Enqueue></Response>", 12200),
        ("<Response><Say></Say></Response>", 13520),
        (f"<Response><Say>{'w' * 4097}</Say></Response>", 13520),
        (f"<Response><!--{'x' * 65536}--></Response>", 11750),
    ],
)
def test_a_document_that_breaks_a_rule_is_refused_with_twilios_code(body, code):
    assert _code(body) == code


@pytest.mark.parametrize(
    ("verb", "allowed"),
    [
        ("<Play>x</Play>", {Context.CALL, Context.QUEUE_WAIT, Context.CONFERENCE_WAIT, Context.ANNOUNCEMENT}),
        ("<Redirect>x</Redirect>", {Context.CALL, Context.QUEUE_WAIT, Context.CONFERENCE_WAIT}),
        ("<Hangup/>", {Context.CALL, Context.QUEUE_WAIT}),
        ("<Leave/>", {Context.CALL, Context.QUEUE_WAIT}),
        ("<Enqueue>q</Enqueue>", {Context.CALL}),
        ("<Dial><Conference>c</Conference></Dial>", {Context.CALL}),
        ("<Dial>+15550100</Dial>", {Context.CALL}),
        ("<Gather/>", {Context.CALL, Context.QUEUE_WAIT}),
        ("<Record/>", {Context.CALL}),
        ("<Reject/>", {Context.CALL}),
    ],
)
def test_a_verb_is_allowed_only_where_twilio_allows_it(verb, allowed):
    reads = {context: _read(f"<Response>{verb}</Response>", context=context) for context in Context}
    assert {context for context, read in reads.items() if isinstance(read, Document)} == allowed


@pytest.mark.parametrize("verb", ["<Gather/>", "<Record/>", "<Dial>+15550100</Dial>", "<Hangup/>"])
@pytest.mark.parametrize("context", [Context.CONFERENCE_WAIT, Context.ANNOUNCEMENT])
def test_what_a_conference_cannot_play_has_twilios_own_code(verb, context):
    assert _code(f"<Response>{verb}</Response>", context=context) == 13238


def test_only_markup_sound_and_plain_text_are_understood():
    assert _code('{"a": 1}', "application/json") == 12300
    assert _code("<Response/>", "") == 12300
    assert isinstance(_read("<Response/>", "text/html; charset=utf-8"), Document)
    assert _read("RIFF", "audio/wav") == Document(verbs=(Play(url=URL),))
    assert _read("Hello there", "text/plain") == Document(verbs=(Say(text="Hello there"),))
    assert _read("<Response><Pause/></Response>", "text/plain") == Document(verbs=(Pause(),))


def test_an_inline_document_needs_absolute_urls():
    assert isinstance(read_inline("<Response><Redirect>/x</Redirect></Response>", context=Context.CALL), Fault)
    assert isinstance(
        read_inline("<Response><Redirect>https://a.example/</Redirect></Response>", context=Context.CALL), Document
    )


def test_urls_are_judged_as_twilio_judges_them():
    assert is_url("/x?y=1")
    assert is_url("")
    assert not is_url("https://")
    assert not is_url("a b")
    assert not is_url("http://[broken")
    assert not is_absolute_url("/x")
    assert is_absolute_url("http://app:8000/x")
