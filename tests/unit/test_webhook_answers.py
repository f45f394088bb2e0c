"""What Twilio is told, by what has become of the call."""

from __future__ import annotations

from dataclasses import replace

import pytest

from cti.calls.announcing import wait_is_due
from cti.calls.line_events import WaitView
from cti.calls.model import Call, CallState, EndReason
from cti.telephony.model import (
    Announce,
    HangUp,
    HoldAndRetry,
    Intention,
    JoinConference,
    KeepWaiting,
    LeaveQueue,
    WaitInQueue,
    WaitSound,
)
from cti.telephony.twiml import KEY_WAIT_S
from routing.config import Announcing
from routing.expected_wait import WaitRange
from routing.model import QueueId
from routing.plan import Plan
from routing.prompts import ENGLISH, POLISH, USUAL, Prompts, Words
from tests.support.calls_by_hand import ARRIVED_MS, a_call, a_sid, an_offer
from webhooks.answers import SPOKEN_PER_S, Answers, is_our_doing
from webhooks.urls import Urls

A_LONG_RANGE = WaitRange(least_ms=25 * 60_000, most_ms=60 * 60_000)
URL = "https://cti.example.com/webhooks/twilio"
ANSWERS = Answers(urls=Urls(public_url="https://cti.example.com/"), prompts=Prompts())
REP_LEG = a_sid(99)


LINES = Prompts(greetings={"+15550101": {"pl": "Polska linia.", "de": "Guten Tag."}})


@pytest.mark.parametrize(
    ("to", "language", "said", "spoken"),
    [
        ("+15550101", "pl-PL", "Polska linia.", "pl"),
        ("+1 (555) 0101", "pl", "Polska linia.", "pl"),
        ("+15550101", "de", "Guten Tag.", "de"),
        ("+15550101", "en", ENGLISH.greeting, "en"),
        ("+15550101", None, ENGLISH.greeting, "en"),
        ("+15550102", "pl", POLISH.greeting, "pl"),
        (None, "pl", POLISH.greeting, "pl"),
    ],
)
def test_a_line_greets_in_its_own_words_where_it_has_them_in_the_callers_language(
    to: str | None, language: str | None, said: str, spoken: str
) -> None:
    answer = replace(ANSWERS, prompts=LINES).wait_turn(turn(waited_s=1, language=language, to=to))
    assert isinstance(answer, KeepWaiting)
    assert (answer.say, answer.language) == (said, spoken)


def prompts(english: Words) -> Prompts:
    return Prompts(words={**USUAL, "en": english})


def turn(state: CallState = CallState.WAITING, waited_s: float = 20, **more: object) -> WaitView:
    return replace(WaitView(state=state, waited_ms=int(waited_s * 1000)), **more)


def heard(view: WaitView, key_url: str | None = None) -> KeepWaiting:
    answer = ANSWERS.wait_turn(view, key_url=key_url)
    assert isinstance(answer, KeepWaiting)
    return answer


@pytest.mark.parametrize("state", [CallState.ARRIVING, CallState.WAITING, CallState.OFFERED])
def test_a_caller_in_line_waits_in_the_queue(state: CallState) -> None:
    call = a_call(state=state)
    assert ANSWERS.caller_leg(call) == WaitInQueue(
        queue_name="line",
        wait_url=f"{URL}/wait?call={call.id}&arrived={ARRIVED_MS}&version=0",
        action_url=f"{URL}/queue-action?call={call.id}",
    )


def test_the_queue_is_named_by_the_plan_and_the_wait_carries_its_version() -> None:
    plan = Plan(rule="everyone", version=7, queue=QueueId("support" * 20))
    answer = ANSWERS.caller_leg(replace(a_call(), plan=plan))
    assert isinstance(answer, WaitInQueue)
    assert answer.queue_name == ("line-" + "support" * 20)[:64]
    assert answer.wait_url.endswith("&version=7")


@pytest.mark.parametrize("state", [CallState.CONNECTING, CallState.TALKING])
def test_a_caller_whose_rep_is_there_joins_and_ends_the_conference_by_leaving(state: CallState) -> None:
    call = a_call(state=state)
    answer = ANSWERS.caller_leg(call)
    assert isinstance(answer, JoinConference)
    assert answer.conference == call.conference
    assert answer.ends_on_exit


def test_a_rep_joins_the_same_conference_with_the_same_events_and_does_not_end_it() -> None:
    call = replace(a_call(state=CallState.CONNECTING), offer=an_offer(leg=REP_LEG))
    rep, caller = ANSWERS.rep_leg(call, REP_LEG), ANSWERS.caller_leg(call)
    assert isinstance(rep, JoinConference)
    assert isinstance(caller, JoinConference)
    assert (rep.conference, rep.events_url, rep.wait_url) == (caller.conference, caller.events_url, caller.wait_url)
    assert not rep.ends_on_exit
    assert rep.label != caller.label


@pytest.mark.parametrize(
    "call",
    [
        None,
        a_call(state=CallState.CONNECTING),
        replace(a_call(state=CallState.TALKING), offer=an_offer(leg=a_sid(98))),
        replace(a_call(state=CallState.WAITING), offer=an_offer(leg=REP_LEG)),
        replace(a_call(state=CallState.WRAP_UP), offer=an_offer(leg=REP_LEG)),
    ],
    ids=["unknown", "no offer", "another leg", "back in line", "over"],
)
def test_a_reps_leg_without_a_call_of_its_own_is_hung_up(call: Call | None) -> None:
    assert ANSWERS.rep_leg(call, REP_LEG) == HangUp()


@pytest.mark.parametrize(
    ("reason", "apologises"),
    [
        (EndReason.NOBODY_FREE, True),
        (EndReason.FAILED, True),
        (EndReason.COMPLETED, False),
        (EndReason.ABANDONED, False),
        (None, False),
    ],
)
def test_only_a_caller_whom_nobody_helped_hears_an_apology(reason: EndReason | None, apologises: bool) -> None:
    said = ENGLISH.apology if apologises else None
    assert ANSWERS.caller_leg(replace(a_call(state=CallState.ENDED), end_reason=reason)) == HangUp(
        say=said, language="en"
    )
    assert ANSWERS.wait_turn(turn(CallState.ENDED, gone=True, end_reason=reason)) == HangUp(say=said, language="en")


def test_a_caller_whom_nobody_knows_is_started_again() -> None:
    answer = ANSWERS.caller_leg(None)
    assert isinstance(answer, HoldAndRetry)
    assert answer.url == f"{URL}/voice"
    assert ANSWERS.wait_turn(turn(call_known=False)) == LeaveQueue()


def test_a_refused_move_makes_the_caller_leave_the_queue_and_its_action_joins() -> None:
    assert ANSWERS.wait_turn(turn(CallState.CONNECTING, leave=True)) == LeaveQueue()
    assert isinstance(ANSWERS.queue_left(a_call(state=CallState.CONNECTING), "leave"), JoinConference)


@pytest.mark.parametrize("result", ["queue-full", "error", "system-error"])
def test_a_queue_that_would_not_have_the_caller_is_asked_again_after_a_pause(result: str) -> None:
    answer = ANSWERS.queue_left(a_call(), result)
    assert isinstance(answer, HoldAndRetry)
    assert answer.url == f"{URL}/voice"
    assert answer.pause_s >= 1


def test_only_our_own_redirects_change_nothing() -> None:
    results = ("redirected", "redirected-from-bridged", "hangup", "leave", "bridged", "queue-full", "")
    assert [result for result in results if is_our_doing(result)] == ["redirected", "redirected-from-bridged"]


@pytest.mark.parametrize("waited_s", [0, 1, 3.9])
@pytest.mark.parametrize("state", [CallState.ARRIVING, CallState.WAITING, CallState.OFFERED])
def test_the_first_turn_greets_and_rings(state: CallState, waited_s: float) -> None:
    first = heard(turn(state, waited_s, place=3))
    assert first.say == ENGLISH.greeting
    assert first.sound is WaitSound.RINGING


def test_the_second_turn_says_that_all_are_busy_and_the_place() -> None:
    second = heard(turn(waited_s=6, place=2))
    assert second.say == f"{ENGLISH.all_busy} You are number 2 in line."
    assert second.sound is WaitSound.MUSIC
    assert heard(turn(waited_s=6)).say == ENGLISH.all_busy


def test_the_range_is_told_alone_in_a_short_turn_and_after_the_place_in_a_long_one() -> None:
    expected = WaitRange(least_ms=120_000, most_ms=300_000)
    range_said = "Your wait should be between 2 and 5 minutes."
    assert heard(turn(waited_s=11, place=2, expected=expected)).say == range_said
    assert heard(turn(waited_s=62, place=2, expected=expected)).say == (
        f"{ENGLISH.all_busy} You are number 2 in line. {range_said}"
    )


def test_where_all_of_it_is_too_long_for_a_turn_the_place_and_the_range_are_told() -> None:
    answers = replace(ANSWERS, prompts=prompts(replace(ENGLISH, all_busy="Nobody is free. " * 5)))
    answer = answers.wait_turn(turn(waited_s=62, place=2, expected=A_LONG_RANGE))
    assert isinstance(answer, KeepWaiting)
    assert answer.say == "You are number 2 in line. Your wait should be between 25 and 60 minutes."


def test_the_key_for_a_call_back_and_the_range_fit_into_one_turn() -> None:
    view = turn(waited_s=62, place=2, expected=A_LONG_RANGE, callback_offered_ms=40_000)
    answer = heard(view, key_url="https://cti.example.com/key")
    assert answer.key_url is not None
    place, wait = ENGLISH.place_in_line(2), ENGLISH.wait_in_line(A_LONG_RANGE)
    assert answer.say == f"{place} {wait} {ENGLISH.callback_offer}"
    assert answer.seconds + len(answer.say) / SPOKEN_PER_S + KEY_WAIT_S <= 10


def test_a_queue_may_keep_the_place_to_itself_and_speak_less_often() -> None:
    quiet = Announcing(every_ms=120_000, place=False)
    assert heard(turn(waited_s=6, place=2, announce=quiet)).say == ENGLISH.all_busy
    spoken = [at for at in range(10, 400, 10) if heard(turn(waited_s=at + 0.7, place=2, announce=quiet)).say]
    assert spoken == [120, 240, 360]


def test_the_place_is_told_about_once_a_minute_and_not_each_time() -> None:
    spoken = [second for second in range(10, 300, 10) if heard(turn(waited_s=second + 0.7, place=2)).say]
    assert spoken == [60, 120, 180, 240]


@pytest.mark.parametrize("state", [CallState.OFFERED, CallState.CONNECTING])
@pytest.mark.parametrize("waited_s", [6, 65])
def test_a_caller_whose_rep_is_asked_hears_ringing_and_no_words(state: CallState, waited_s: float) -> None:
    answer = heard(turn(state, waited_s, place=1))
    assert (answer.sound, answer.say) == (WaitSound.RINGING, None)


@pytest.mark.parametrize("waited_s", [*range(30), 30.5, 45, 60, 61, 125, 900])
@pytest.mark.parametrize("state", [CallState.WAITING, CallState.OFFERED])
def test_a_turn_lasts_at_most_5_s_at_first_and_10_s_later(state: CallState, waited_s: float) -> None:
    is_due = wait_is_due(int(waited_s * 1000), 60_000) and state is CallState.WAITING
    answer = heard(turn(state, waited_s, place=12, expected=A_LONG_RANGE if is_due else None))
    most_s = 5 if waited_s < 30 else 10
    assert answer.seconds + len(answer.say or "") / SPOKEN_PER_S <= most_s
    assert answer.sound_url.endswith(f"-{answer.seconds}.wav")


def test_music_goes_on_where_it_was() -> None:
    assert heard(turn(waited_s=47)).sound_url == f"{URL}/sound/music-23-10.wav"
    assert heard(turn(waited_s=57)).sound_url == f"{URL}/sound/music-9-10.wav"


def test_words_longer_than_a_turn_leave_one_second_of_sound() -> None:
    answers = replace(ANSWERS, prompts=prompts(replace(ENGLISH, greeting="word " * 200)))
    answer = answers.wait_turn(turn(waited_s=1))
    assert isinstance(answer, KeepWaiting)
    assert answer.seconds == 1


@pytest.mark.parametrize(
    ("failed", "again"),
    [
        ("", f"{URL}/voice"),
        (f"{URL}/voice", f"{URL}/voice"),
        (f"{URL}/wait?call=c1", f"{URL}/wait?call=c1"),
        (f"{URL}/fallback", f"{URL}/voice"),
        ("https://evil.example.com/webhooks/twilio/voice", f"{URL}/voice"),
        ("https://cti.example.com.evil.example.com/webhooks/twilio/voice", f"{URL}/voice"),
    ],
)
def test_the_fallback_tries_what_failed_again_where_it_is_ours(failed: str, again: str) -> None:
    answer = ANSWERS.fallback(failed)
    assert isinstance(answer, HoldAndRetry)
    assert answer.url == again


def test_the_words_are_the_owners_and_in_their_language() -> None:
    answers = replace(ANSWERS, prompts=prompts(replace(ENGLISH, one_moment="Wait!")))
    assert answers.announce("one_moment", None) == Announce(say="Wait!", language="en")
    assert answers.announce("one_moment", "pl-PL") == Announce(say=POLISH.one_moment, language="pl")


@pytest.mark.parametrize("words", USUAL.values(), ids=lambda words: words.language)
def test_a_caller_hears_each_prompt_in_their_language(words: Words) -> None:
    def said(intention: Intention) -> tuple[str | None, str]:
        assert isinstance(intention, KeepWaiting | HoldAndRetry | HangUp)
        return intention.say, intention.language

    spoken = words.language
    view = replace(turn(waited_s=1), language=f"{spoken}-XX")
    assert said(ANSWERS.wait_turn(view)) == (words.greeting, spoken)
    assert said(ANSWERS.wait_turn(replace(view, waited_ms=6_000, place=4))) == (
        f"{words.all_busy} {words.place_in_line(4)}",
        spoken,
    )
    ended = replace(a_call(state=CallState.ENDED), end_reason=EndReason.NOBODY_FREE, language=spoken)
    assert said(ANSWERS.caller_leg(ended)) == (words.apology, spoken)
    assert said(ANSWERS.queue_left(replace(a_call(), language=spoken), "error")) == (words.one_moment, spoken)
