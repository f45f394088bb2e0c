"""Why this rep: one line, in the rep's language."""

from __future__ import annotations

from dataclasses import replace

import pytest

from cti.calls.model import Call, CallState
from cti.calls.views import Staff, pop_view
from cti.calls.why_you import ENGLISH, LANGUAGES, why_you
from routing.config_file import check_config, load_config
from routing.plan import PlannedPreference
from routing.prompts import USUAL
from tests.support.configuration import FLOOR, a_text
from tests.support.machine import ANA, a_call, a_plan

OFFERED = a_call(CallState.OFFERED)


def test_every_language_says_everything_and_none_says_what_another_does() -> None:
    assert LANGUAGES.keys() == USUAL.keys()
    for said in LANGUAGES.values():
        assert (said.how.keys(), said.prefer.keys()) == (ENGLISH.how.keys(), ENGLISH.prefer.keys())
    texts = [text for said in LANGUAGES.values() for text in said.how.values()]
    assert len(set(texts)) == len(texts)


@pytest.mark.parametrize(
    ("language", "first"),
    [
        (None, "You are the only one free who can help."),
        ("pl-PL", "Tylko Ty możesz teraz pomóc i nie rozmawiasz."),
        ("ms", "Hanya anda yang lapang dan dapat membantu."),
        ("sv", "You are the only one free who can help."),
    ],
)
def test_the_pop_says_it_in_what_the_rep_reads(language: str | None, first: str) -> None:
    staff = Staff(languages={} if language is None else {ANA: language})
    assert pop_view(OFFERED, staff)["decision"]["reasons"] == [first]


def test_what_became_of_the_preferred_rep_comes_second() -> None:
    offer = OFFERED.offer
    assert offer is not None
    busy = replace(OFFERED, offer=replace(offer, decision=replace(offer.decision, prefer="busy")))
    assert why_you(busy)[1] == "Their preferred rep was busy."


@pytest.mark.parametrize(
    ("who", "said"),
    [
        ("owner", "You look after this customer."),
        ("last", "You spoke with this caller last."),
        ("ana", "You are named for this call."),
    ],
)
def test_it_is_not_said_of_everybody_preferred_that_they_look_after_the_customer(who: str, said: str) -> None:
    prefer = PlannedPreference(who=who, rep=ANA, wait_ms=0, must_qualify=True)
    offered = a_call(CallState.OFFERED, plan=a_plan(prefer=prefer))
    assert why_you(_taken(offered)) == (said,)


def test_who_was_talking_when_a_leg_was_lost_is_told_so_and_who_is_to_call_somebody_back_is_named() -> None:
    back = replace(OFFERED, talked_with=ANA, answered_ms=OFFERED.arrived_ms + 5_000)
    assert why_you(_taken(back)) == ("You spoke with this caller last.",)
    assert why_you(_taken(replace(OFFERED, talked_with=ANA))) == ("You are named for this call.",)


def _taken(call: Call) -> Call:
    assert call.offer is not None
    return replace(call, offer=replace(call.offer, decision=replace(call.offer.decision, prefer="taken")))


def test_the_file_says_what_a_rep_reads() -> None:
    floor = FLOOR.replace("{id: ana,", "{id: ana, language: pl,")
    assert load_config(a_text(floor=floor), "test.yaml", version=1).reps[ANA].language == "pl"
    [problem] = check_config(a_text(floor=floor.replace("pl,", "Polish!,"))).problems
    assert "is no language" in str(problem)
