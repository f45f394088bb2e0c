"""What every CRM behind the port must do. Runs on the built-in directory, on both databases, on the tests' fake,
and behind the cache that remote CRMs get.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest

from crm_adapter.cache import Cache
from crm_adapter.draft import ContactDraft
from crm_adapter.model import Found, Quality, Unknown
from crm_adapter.ports import Crm
from crm_adapter.sql_directory import SqlDirectory
from tests.support.directories import a_person, add, an_empty_directory, as_contact
from tests.support.fake_crm import FakeCrm
from tests.support.postgres import a_database

JAN = "+48600100200"
Filled = Callable[..., Awaitable[Crm]]


@pytest.fixture(params=["fake", "cached", "sqlite", "postgresql"])
async def crm_with(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Filled]:
    """Makes a CRM that holds the given people."""
    if request.param in {"fake", "cached"}:

        async def fake(*people: ContactDraft) -> Crm:
            crm = FakeCrm(as_contact(person, f"c{place}") for place, person in enumerate(people))
            return Cache(crm) if request.param == "cached" else crm

        yield fake
    elif request.param == "sqlite":
        async with an_empty_directory(f"sqlite:///{tmp_path}/contacts.db") as database:
            yield _filling(database)
    else:
        server = request.getfixturevalue("postgres")
        async with a_database(server) as url, an_empty_directory(url) as database:
            yield _filling(database)


def _filling(database) -> Filled:
    async def fill(*people: ContactDraft) -> Crm:
        await add(database, *people)
        return SqlDirectory(database)

    return fill


async def names_of(crm: Crm, number: str) -> list[str]:
    answer = await crm.find_by_phone(number)
    return [one.name for one in answer.contacts] if isinstance(answer, Found) else []


async def test_a_known_number_brings_up_its_contact_with_everything_known(crm_with):
    crm = await crm_with(
        a_person(
            "Jan Kowalski",
            "+48 600 100 200; +48 22 555 01 20",
            company="Kowalski Logistyka",
            email="jan@kowalski.example",
            tier="gold",
            owner="bo",
            language="pl",
            timezone="Europe/Warsaw",
            stage="Opportunity",
            lead_source="Trade show",
            campaign="Poznań",
            tags="renewal; logistics",
            notes="Second warehouse",
            external_id="K-1",
            plan="Pro",
        )
    )
    answer = await crm.find_by_phone(JAN)
    assert isinstance(answer, Found)
    (jan,) = answer.contacts
    assert jan.quality is Quality.EXACT
    assert jan.phones == ("+48600100200", "+48225550120")
    assert (jan.company, jan.email, jan.tier, jan.owner) == (
        "Kowalski Logistyka",
        "jan@kowalski.example",
        "gold",
        "bo",
    )
    assert (jan.language, jan.timezone, jan.stage) == ("pl", "Europe/Warsaw", "opportunity")
    assert (jan.lead_source, jan.campaign, jan.tags) == ("Trade show", "Poznań", ("renewal", "logistics"))
    assert (jan.notes, jan.external_id, dict(jan.fields)) == ("Second warehouse", "K-1", {"plan": "Pro"})


async def test_any_of_a_contacts_numbers_finds_it(crm_with):
    crm = await crm_with(a_person("Jan", "+48600100200; +48225550120"))
    assert await names_of(crm, "+48225550120") == ["Jan"]


async def test_a_number_nobody_has_is_unknown(crm_with):
    crm = await crm_with(a_person("Jan"))
    assert await crm.find_by_phone("+15550199") == Unknown()


async def test_a_number_that_no_country_has_given_out_is_found_by_plus_and_digits(crm_with):
    crm = await crm_with(a_person("Sample", "+15550100"))
    assert await names_of(crm, "+15550100") == ["Sample"]


async def test_everybody_who_shares_a_number_is_returned_once(crm_with):
    crm = await crm_with(
        a_person("Nora", "+447700900003; +447700900003"), a_person("Paul", "+447700900003"), a_person("Else", JAN)
    )
    assert sorted(await names_of(crm, "+447700900003")) == ["Nora", "Paul"]


async def test_the_order_of_several_matches_does_not_change_by_itself(crm_with):
    crm = await crm_with(*(a_person(f"Colleague {n}", "+442079460001") for n in range(8)))
    first = await names_of(crm, "+442079460001")
    assert len(first) == 8
    for _ in range(3):
        assert await names_of(crm, "+442079460001") == first


async def test_a_number_stored_without_its_country_code_matches_when_the_region_agrees(crm_with):
    crm = await crm_with(a_person("Liz", "(415) 555-2671", region="US"))
    assert await names_of(crm, "+14155552671") == ["Liz"]


async def test_a_stored_extension_does_not_break_the_match_and_ranks_behind_the_line_itself(crm_with):
    crm = await crm_with(
        a_person("Arthur", "+44 20 7946 0001 ext. 11"), a_person("Reception", "+442079460001", notes="older")
    )
    assert await names_of(crm, "+442079460001") == ["Reception", "Arthur"]


async def test_a_short_match_is_only_suggested_and_comes_last(crm_with):
    crm = await crm_with(a_person("Local Theo", "+15552671"), a_person("Liz", "+14155552671"))
    answer = await crm.find_by_phone("+14155552671")
    assert isinstance(answer, Found)
    assert [(one.name, one.quality) for one in answer.contacts] == [
        ("Liz", Quality.EXACT),
        ("Local Theo", Quality.SUGGESTION),
    ]


async def test_the_same_ending_in_another_country_is_another_line(crm_with):
    crm = await crm_with(a_person("Liz", "+14155552671"))
    assert await crm.find_by_phone("+444155552671") == Unknown()


async def test_a_short_code_matches_nobody(crm_with):
    crm = await crm_with(a_person("Long", "+48600888888"))
    for code in ("888", "9399", "888888"):
        assert await crm.find_by_phone(code) == Unknown()


@pytest.mark.parametrize(
    "number", ["anonymous", "+266696687", "+7378742833", "+2562533", "+8656696", "+86282452253", "Restricted", ""]
)
async def test_a_withheld_number_is_never_looked_up(crm_with, number):
    crm = await crm_with(a_person("Jan"), a_person("Bo", "+15550101"))
    assert await crm.find_by_phone(number) == Unknown()


async def test_strange_text_instead_of_a_number_is_unknown_and_never_an_error(crm_with):
    crm = await crm_with(a_person("Jan"))
    for text in ("client:ana", "sip:1234567@example.com", "' OR 1=1 --", "%%%%%%%", "+" * 50, "٠" * 20, "x" * 5000):
        assert await crm.find_by_phone(text) == Unknown()


async def test_search_finds_parts_of_names_and_companies_without_case_and_accents(crm_with):
    crm = await crm_with(
        a_person("Zoë Ångström", "+447700900100", company="Ember Foods"), a_person("Bob", "+447700900101")
    )
    assert [one.name for one in await crm.search("ANGSTR")] == ["Zoë Ångström"]
    assert [one.name for one in await crm.search("ember")] == ["Zoë Ångström"]
    assert [one.name for one in await crm.search("  zoe  ")] == ["Zoë Ångström"]


async def test_search_finds_a_number_or_a_part_of_one(crm_with):
    crm = await crm_with(a_person("Zoë", "+447700900100"), a_person("Bob", "+15550101"))
    assert [one.name for one in await crm.search("+447700900100")] == ["Zoë"]
    assert [one.name for one in await crm.search("900100")] == ["Zoë"]


async def test_search_takes_wildcards_and_quotes_as_they_are(crm_with):
    crm = await crm_with(a_person("100% O'Neil_"), a_person("Other", "+15550101"))
    for text in ("%", "_", "o'n", "0% o"):
        assert [one.name for one in await crm.search(text)] == ["100% O'Neil_"]
    for text in ("", "   ", "\\", "x%"):
        assert await crm.search(text) == ()


async def test_search_is_sorted_by_name_and_limited(crm_with):
    crm = await crm_with(*(a_person(f"Person {n:02d}", f"+4477009001{n:02d}") for n in reversed(range(30))))
    assert [one.name for one in await crm.search("person", limit=3)] == ["Person 00", "Person 01", "Person 02"]
    assert len(await crm.search("person")) == 20
    assert await crm.search("person", limit=0) == ()


async def test_a_crm_that_is_well_says_nothing(crm_with):
    assert await (await crm_with()).health() is None
