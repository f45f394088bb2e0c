"""The gate that every contact passes on its way in."""

from __future__ import annotations

import pytest

from crm_adapter.draft import ContactDraft, Refused, read_draft
from tests.support.directories import a_person


def reasons(**values: str) -> tuple[str, ...]:
    answer = read_draft({"name": "Jan", "phone": "+48600100200", **values}, region=None)
    return answer.reasons if isinstance(answer, Refused) else ()


def test_several_phones_are_separated_by_semicolons_and_kept_in_order_once():
    jan = a_person("Jan", "+48600100200; (415) 555-2671 ;; +48 600 100 200; +14155552671;ext=5", region="US")
    assert [(one.e164, one.extension, one.assumed) for one in jan.phones] == [
        ("+48600100200", None, False),
        ("+14155552671", None, True),
        ("+14155552671", "5", False),
    ]


def test_values_get_their_canonical_form():
    jan = a_person("  Jan   Kowalski ", stage="MQL", language="ES_mx", tags=" a ;b; a ;", tier=" gold ", shoe=" 42 ")
    assert (jan.name, jan.stage, jan.language) == ("Jan Kowalski", "mql", "es-MX")
    assert (jan.tags, jan.tier, dict(jan.fields)) == (("a", "b"), "gold", {"shoe": "42"})


def test_empty_values_mean_not_known():
    jan = a_person("Jan", company=" ", email="", stage="", language="", tags="", notes="", shoe="")
    assert (jan.company, jan.email, jan.stage, jan.language, jan.tags, jan.notes) == (None, None, None, None, (), None)
    assert jan.fields == {}


@pytest.mark.parametrize("tag", ["en", "pt-BR", "zh-Hant-TW", "es-419", "sl-rozaj-biske", "de-CH-1901", "en-x-shop"])
def test_language_tags_are_accepted(tag):
    assert a_person("Jan", language=tag).language == tag


@pytest.mark.parametrize(
    ("column", "value", "reason"),
    [
        ("name", "  ", "name: empty"),
        ("phone", "", "phone: empty"),
        ("phone", " ; ", "phone: empty"),
        ("phone", "anonymous", "phone: stands for a withheld number"),
        ("phone", "888", "phone: too short for a telephone number"),
        ("phone", "600100200", "phone: has no country code, and no default region is set"),
        ("phone", ";".join(f"+1415555{n:04d}" for n in range(11)), "phone: more than 10 numbers"),
        ("stage", "client", "stage: not one of lead, mql, sql, opportunity, customer"),
        ("language", "spanish", "language: not a BCP 47 language tag such as es-MX"),
        ("language", "e", "language: not a BCP 47 language tag such as es-MX"),
        ("language", "en--US", "language: not a BCP 47 language tag such as es-MX"),
        ("timezone", "Warsaw", "timezone: not a time zone such as Europe/Warsaw"),
        ("timezone", "../../etc/passwd", "timezone: not a time zone such as Europe/Warsaw"),
        ("email", "jan", "email: not an e-mail address"),
        ("email", "jan@localhost", "email: not an e-mail address"),
        ("email", "jan@a@b.co", "email: not an e-mail address"),
        ("email", "jan kowalski@b.co", "email: not an e-mail address"),
        ("notes", "a\x00b", "notes: contains an unprintable character"),
        ("company", "a\ud800b", "company: contains an unprintable character"),
        ("company", "x" * 201, "company: longer than 200 characters"),
        ("notes", "x" * 10_001, "notes: longer than 10000 characters"),
        ("tags", "x" * 65, "tags: one is longer than 64 characters"),
        ("tags", ";".join(map(str, range(51))), "tags: more than 50"),
        ("shoe", "x" * 2_001, "shoe: longer than 2000 characters"),
    ],
)  # fmt: skip
def test_a_bad_value_is_refused_with_its_column_and_the_reason(column, value, reason):
    assert reason in reasons(**{column: value})


def test_everything_that_is_wrong_is_said_at_once():
    assert len(reasons(name="", phone="+48600100200; 12; 13", stage="x", email="y")) == 5


def test_a_reason_never_repeats_the_value():
    bad = {"phone": "0600100200x", "email": "secret", "stage": "secret", "language": "secret!", "timezone": "secret"}
    assert not any("secret" in reason or "0600100200" in reason for reason in reasons(**bad))


def test_a_line_in_several_columns_of_notes_is_kept():
    assert a_person("Jan", notes="one\ntwo\tthree").notes == "one\ntwo\tthree"


def test_a_draft_is_what_the_gate_returns_for_good_values():
    assert isinstance(read_draft({"name": "Jan", "phone": "+48600100200"}, region=None), ContactDraft)
