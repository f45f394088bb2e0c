"""Why this rep: one line, in the rep's language."""

from __future__ import annotations

from dataclasses import replace

import pytest

from cti.calls.model import CallState
from cti.calls.views import Staff, pop_view
from cti.calls.why_you import ENGLISH, LANGUAGES, why_you
from routing.config_file import check_config, load_config
from routing.prompts import USUAL
from tests.support.configuration import FLOOR, a_text
from tests.support.machine import ANA, a_call

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
    own = replace(OFFERED, offer=replace(offer, decision=replace(offer.decision, prefer="taken")))
    assert why_you(own) == ("You look after this customer.",)


def test_the_file_says_what_a_rep_reads() -> None:
    floor = FLOOR.replace("{id: ana,", "{id: ana, language: pl,")
    assert load_config(a_text(floor=floor), "test.yaml", version=1).reps[ANA].language == "pl"
    [problem] = check_config(a_text(floor=floor.replace("pl,", "Polish!,"))).problems
    assert "is no language" in str(problem)
