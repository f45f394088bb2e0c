"""Prompts: every text in every language, and which language a caller is spoken to in."""

from __future__ import annotations

import string
from dataclasses import replace

import pytest

from cti.telephony.voices import voice_of
from routing.config_file import load_config
from routing.expected_wait import WaitRange
from routing.languages import language_of, nearest
from routing.prompts import ENGLISH, POLISH, PROMPTS, USUAL, WAIT_PROMPTS, Prompts, Words
from tests.support.configuration import a_text, problems, warnings
from webhooks.answers import SPOKEN_PER_S

A_LONG_RANGE = WaitRange(least_ms=25 * 60_000, most_ms=60 * 60_000)


def prompts(more: str) -> Prompts:
    return load_config(a_text(more=more), "x").prompts


@pytest.mark.parametrize("words", USUAL.values(), ids=lambda words: words.language)
def test_each_usual_text_is_there_and_has_the_same_blanks_to_fill_in_as_the_english_one(words: Words) -> None:
    for name in PROMPTS:
        text, english = getattr(words, name), getattr(ENGLISH, name)
        assert text.strip() == text != ""
        assert _blanks(text) == _blanks(english)
        assert words is ENGLISH or text != english


@pytest.mark.parametrize("words", USUAL.values(), ids=lambda words: words.language)
def test_the_usual_texts_leave_some_music_in_a_turn_of_five_seconds(words: Words) -> None:
    place, wait = words.place_in_line(12), words.wait_in_line(A_LONG_RANGE)
    for said in (words.greeting, f"{words.all_busy} {place}", wait):
        assert len(said) / SPOKEN_PER_S <= 4
    assert len(f"{words.all_busy} {place} {wait}") / SPOKEN_PER_S <= 9


@pytest.mark.parametrize(
    ("language", "minutes", "said"),
    [
        ("en", (2, 5), "Your wait should be between 2 and 5 minutes."),
        ("en", (0, 3), "Your wait should be less than 3 minutes."),
        ("en", (0, 1), "Your wait should be less than a minute."),
        ("pl", (1, 2), "Przewidywany czas oczekiwania: od 1 do 2 minut."),
        ("pl", (2, 22), "Przewidywany czas oczekiwania: od 2 do 22 minut."),
        ("pl", (0, 3), "Przewidywany czas oczekiwania: poniżej 3 minut."),
        ("pl", (0, 1), "Przewidywany czas oczekiwania: poniżej minuty."),
        ("id", (2, 5), "Perkiraan waktu tunggu: 2 sampai 5 menit."),
        ("id", (0, 3), "Perkiraan waktu tunggu: kurang dari 3 menit."),
        ("id", (0, 1), "Perkiraan waktu tunggu: kurang dari satu menit."),
        ("ms", (2, 5), "Anggaran masa menunggu: 2 hingga 5 minit."),
        ("ms", (0, 3), "Anggaran masa menunggu: kurang daripada 3 minit."),
        ("ms", (0, 1), "Anggaran masa menunggu: kurang daripada satu minit."),
    ],
)
def test_the_expected_wait_is_told_in_each_language_for_every_range(
    language: str, minutes: tuple[int, int], said: str
) -> None:
    least, most = minutes
    expected = WaitRange(least_ms=least * 60_000, most_ms=most * 60_000)
    assert USUAL[language].wait_in_line(expected) == said


def test_a_language_of_ones_own_may_say_nothing_of_the_wait_or_all_of_it() -> None:
    needed = [name for name in PROMPTS if name not in WAIT_PROMPTS]
    whole = ", ".join(f"{name}: {{de: Hallo}}" for name in needed)
    assert not prompts(f"prompts: {{{whole}}}\n").spoken("de").tells_wait
    [problem] = problems(a_text(more=f"prompts: {{{whole}, expected_wait: {{de: '{{least}} bis {{most}}'}}}}\n"))
    assert "says nothing in de for expected_wait_below, expected_wait_short" in problem


def _blanks(text: str) -> set[str | None]:
    return {name for _, name, _, _ in string.Formatter().parse(text)}


def test_the_usual_languages_are_spoken_without_a_word_in_the_file() -> None:
    assert sorted(prompts("").words) == ["en", "id", "ms", "pl"]
    assert prompts("").spoken("pl-PL") == POLISH
    assert prompts("").spoken("fr") == prompts("").spoken(None) == ENGLISH


def test_a_slot_that_nothing_is_put_into_is_warned_of() -> None:
    more = "prompts: {place: 'You are number {pos}.', apology: {en: 'Sorry, {name}.', pl: 'Przykro nam.'}}\n"
    assert [found.partition(": ")[2] for found in warnings(a_text(more=more))] == [
        "prompts.place: {pos} will be read out as it stands; what is filled in here: {place}",
        "prompts.apology: {name} will be read out as it stands; what is filled in here: none",
    ]
    good = "prompts: {place: 'Number {place}.', expected_wait: '{least} to {most} minutes.'}\n"
    assert warnings(a_text(more=good)) == []


def test_a_plain_text_is_in_the_language_of_the_file() -> None:
    found = prompts("language: pl\nprompts: {greeting: Witamy.}\n")
    assert found.spoken(None) == found.spoken("pl") == replace(POLISH, greeting="Witamy.")
    assert found.spoken("en") == ENGLISH


def test_a_text_may_be_given_in_several_languages() -> None:
    found = prompts("prompts: {greeting: {en: Hello., pl: Witamy., en-GB: Good day.}}\n")
    assert [found.spoken(language).greeting for language in ("en", "pl", "en-GB", "ms")] == [
        "Hello.",
        "Witamy.",
        "Good day.",
        USUAL["ms"].greeting,
    ]
    assert found.spoken("en-GB") == replace(ENGLISH, language="en-GB", greeting="Good day.")


def test_a_language_of_ones_own_needs_every_prompt() -> None:
    [problem] = problems(a_text(more="prompts: {greeting: {de: Hallo.}, place: {de: '{place}.'}}\n"))
    assert "says nothing in de for all_busy, one_moment, apology, unavailable" in problem
    whole = ", ".join(f"{name}: {{de: Hallo}}" for name in PROMPTS)
    assert prompts(f"prompts: {{{whole}}}\n").spoken("de-AT").greeting == "Hallo"


@pytest.mark.parametrize(
    ("more", "problem"),
    [
        ("language: English\n", "language: 'English' is no language; write it like en, pl or pt-BR"),
        ("language: de\n", "says nothing in de for greeting"),
        ("prompts: {greeting: {english: Hello}}\n", "prompts.greeting.english: 'english' is no language"),
        ("prompts: {greeting: {en: ''}}\n", "prompts.greeting.en: is empty"),
        ("prompts: {greting: Hello}\n", "prompts.greting: unknown key; did you mean greeting?"),
    ],
)
def test_what_cannot_be_spoken_is_refused(more: str, problem: str) -> None:
    assert any(problem in found for found in problems(a_text(more=more))), problems(a_text(more=more))


@pytest.mark.parametrize(
    ("known", "country", "language"),
    [
        ("pl", "US", "pl"),
        ("pt-BR", None, "pt-BR"),
        (None, "PL", "pl"),
        (None, "id", "id"),
        (None, "MY", "ms"),
        (None, "CH", None),
        (None, None, None),
        ("Polish, some German", "PL", "pl"),
    ],
)
def test_the_crm_knows_the_callers_language_else_the_country_of_the_number_does(
    known: str | None, country: str | None, language: str | None
) -> None:
    assert language_of(known, country) == language


def test_a_lines_language_is_that_of_callers_of_whom_none_is_known_wherever_they_call_from() -> None:
    assert language_of(None, "US", line="es") == "es"
    assert language_of("pl", "US", line="es") == "pl"
    assert language_of(None, "PL", line=None) == "pl"


@pytest.mark.parametrize(
    ("language", "found"),
    [
        ("pl", "pl"),
        ("PL-pl", "pl"),
        ("pt", "pt-BR"),
        ("pt-PT", "pt-BR"),
        ("zh-Hant-TW", "zh-Hant"),
        ("fr", None),
    ],
)
def test_the_nearest_language(language: str | None, found: str | None) -> None:
    assert nearest(language, ["pl", "pt-BR", "zh-Hant", "en"]) == found


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", ("en-US", None)),
        ("en-gb", ("en-GB", None)),
        ("pl", ("pl-PL", None)),
        ("de", ("de-DE", None)),
        ("sv", ("sv-SE", None)),
        ("id", ("id-ID", "Google.id-ID-Standard-A")),
        ("ms-MY", ("ms-MY", "Google.ms-MY-Standard-A")),
    ],
)
def test_a_language_is_said_with_a_region_and_with_a_voice_where_the_accounts_own_cannot(
    language: str, said: tuple[str, str | None]
) -> None:
    voice = voice_of(language)
    assert (voice.language, voice.voice) == said
