"""The demo's thousand contacts."""

from __future__ import annotations

import time
from collections import Counter
from pathlib import Path

import pytest

from crm_adapter.model import Found, Quality, Unknown
from crm_adapter.phone import Withheld, read_number
from crm_adapter.sql_directory import SqlDirectory
from cti.demo.sample_contacts import load_sample_contacts, sample_callers, sample_contacts
from tests.support.directories import an_empty_directory

NOW_MS = 1_763_849_439_123


@pytest.fixture
async def database(tmp_path: Path):
    async with an_empty_directory(f"sqlite:///{tmp_path}/demo.db") as sqlite:
        yield sqlite


def test_they_are_the_same_thousand_every_time():
    people = sample_contacts()
    assert people == sample_contacts()
    assert len(people) == 1_000
    assert len({one.draft.external_id for one in people}) == 1_000


def test_there_is_something_of_everything():
    people = sample_contacts()
    stages = Counter(one.draft.stage for one in people)
    assert set(stages) == {"lead", "mql", "sql", "opportunity", "customer"}
    assert min(stages.values()) >= 50
    owners = Counter(one.draft.owner for one in people)
    assert {"ana", "bo", "cy", "dee", "eli", "fay", None} <= set(owners)
    assert {one.draft.tier for one in people} == {None, "silver", "gold"}
    assert sum(one.draft.language.startswith("es") for one in people) > 50
    assert sum(bool(one.deals) for one in people) > 50
    assert sum(bool(one.tickets) for one in people) > 50
    assert sum(bool(one.talks) for one in people) > 500
    lines = Counter(one.draft.phones[0].e164 for one in people)
    assert sum(how_many > 1 for how_many in lines.values()) > 10


async def test_they_load_fast_and_twice_is_once(database):
    began = time.process_time()
    assert await database.run(lambda c: load_sample_contacts(c, now_ms=NOW_MS)) == 1_000
    assert time.process_time() - began < 3.0
    assert await database.run(lambda c: load_sample_contacts(c, now_ms=NOW_MS)) == 0


async def test_each_caller_on_the_telephone_is_what_the_label_says(database):
    await database.run(lambda c: load_sample_contacts(c, now_ms=NOW_MS))
    crm = SqlDirectory(database)
    callers = {one.label.split(",")[0]: one for one in sample_callers()}
    assert len(callers) == len(sample_callers()) >= 12
    for one in sample_callers():
        answer = await crm.find_by_phone(one.number)
        name = one.label.split(",")[0]
        if name in {"A number that nobody knows", "A withheld number"}:
            assert answer == Unknown()
            continue
        assert isinstance(answer, Found)
        if name.startswith("Theo Marsh"):
            assert [(it.name, it.quality) for it in answer.contacts] == [("Theo Marsh", Quality.SUGGESTION)]
            continue
        assert {it.quality for it in answer.contacts} == {Quality.EXACT}
        assert any(it.name.startswith(name) for it in answer.contacts)
        assert len(answer.contacts) == {"Nora Bennett": 2, "Whitfield & Sons": 4}.get(name, 1)
    assert read_number(callers["A withheld number"].number) == Withheld()


async def test_the_first_caller_is_the_unplanned_hand_off(database):
    await database.run(lambda c: load_sample_contacts(c, now_ms=NOW_MS))
    answer = await SqlDirectory(database).find_by_phone(sample_callers()[0].number)
    assert isinstance(answer, Found)
    (jan,) = answer.contacts
    assert (jan.name, jan.stage, jan.owner) == ("Jan Kowalski", "opportunity", "bo")
    assert len(jan.deals) == 2
    assert [past.channel for past in jan.interactions] == ["call", "email", "meeting"]
    assert jan.interactions[0].at < "2025-11-22"
