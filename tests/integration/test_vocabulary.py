"""What the console completes: the active configuration's names, and the values that contacts have."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import Connection

from crm_adapter.sql_values import MOST_FIELDS, MOST_VALUES, SeenValues, values_seen
from cti.admin.vocabulary import vocabulary_view
from cti.record.database import Database
from tests.support.configuration import LAST, a_config, a_text
from tests.support.desk_app import NUMBERS, DeskHouse
from tests.support.directories import a_person, add

Shape = dict[str, Any]
MENU = (
    '  - {name: menu, when: "size(call.answers) == 0", '
    "ask: {say: {en: Which?}, keys: {'1': sales, '2': support}, speech: {other: [something else]}}}\n"
)
HOURS = "hours: {office: {timezone: Europe/Warsaw, open: {mon-fri: '08:00-18:00'}}}\n"
LISTS = 'lists: {blocked: ["+15550199"]}\n'


async def _seen(database: Database, looked_at: int = 1_000) -> SeenValues:
    def work(connection: Connection) -> SeenValues:
        return values_seen(connection, looked_at=looked_at)

    return await database.read(work)


async def test_values_come_the_most_frequent_first(database: Database) -> None:
    people = (
        a_person("A", tier="gold", tags="vip; new", campaign="spring", plan="basic"),
        a_person("B", tier="silver", tags="vip", stage="lead", plan="basic", seats="9"),
        a_person("C", tier="gold", language="pl", lead_source="web", plan="large", seats="9"),
        a_person("D", plan="large"),
        a_person("E", plan="large", timezone="Europe/Warsaw"),
    )
    await add(database, *people)
    seen = await _seen(database)
    assert seen.columns == {
        "tier": ("gold", "silver"),
        "stage": ("lead",),
        "language": ("pl",),
        "timezone": ("Europe/Warsaw",),
        "lead_source": ("web",),
        "campaign": ("spring",),
        "tags": ("vip", "new"),
    }
    assert seen.custom == {"plan": ("large", "basic"), "seats": ("9",)}
    assert list(seen.custom) == ["plan", "seats"]


async def test_what_one_contact_alone_has_in_a_custom_field_is_not_told(database: Database) -> None:
    people = (
        a_person("Jan Kowalski", email="jan@example.com", company="Acme", external_id="x1", passport="AB123"),
        a_person("Ewa Nowak", email="ewa@example.com", company="Acme", external_id="x2", passport="CD456"),
    )
    await add(database, *people)
    seen = await _seen(database)
    assert seen.custom == {"passport": ()}
    assert {value for values in seen.columns.values() for value in values} == set()


async def test_an_empty_directory_has_no_values(database: Database) -> None:
    seen = await _seen(database)
    assert set(seen.columns.values()) == {()}
    assert seen.custom == {}


async def test_what_is_looked_at_and_told_is_bounded(database: Database) -> None:
    wide = {f"field{n}": "same" for n in range(MOST_FIELDS + 10)}
    people = [a_person(f"N{n}", tier=f"tier{n}", **wide) for n in range(MOST_VALUES + 5)]
    await add(database, *people)
    seen = await _seen(database)
    assert len(seen.columns["tier"]) == MOST_VALUES
    assert len(seen.custom) == MOST_FIELDS
    assert len((await _seen(database, looked_at=3)).columns["tier"]) == 3


def _fields(view: Shape) -> dict[str, Shape]:
    return {field["path"]: field for field in view["fields"]}


def test_every_fact_that_a_condition_sees_is_there_with_its_type_and_values() -> None:
    config = a_config(MENU, more=NUMBERS + HOURS + LISTS)
    seen = SeenValues(columns={"tier": ("gold",), "language": ("pl",)}, custom={"plan": ("basic",), "tier": ("x",)})
    fields = _fields(vocabulary_view(config, seen))
    assert {path: fields[path]["type"] for path in ("call.to", "call.attempts", "call.answers", "caller.tags")} == {
        "call.to": "text",
        "call.attempts": "number",
        "call.answers": "list",
        "caller.tags": "list",
    }
    told = {path: field["values"] for path, field in fields.items() if field["values"]}
    assert told == {
        "call.to": ["+15550100", "+15550101"],
        "call.language": ["pl"],
        "call.answers": ["sales", "support", "other"],
        "call.lists": ["blocked"],
        "caller.match": ["one", "many", "none", "unavailable", "withheld"],
        "caller.tier": ["gold"],
        "caller.owner": ["ana", "bo", "cy"],
        "caller.last": ["ana", "bo", "cy"],
        "caller.stage": ["lead", "mql", "sql", "opportunity", "customer"],
        "caller.language": ["pl"],
        "caller.plan": ["basic"],
    }
    assert fields["caller.plan"]["custom"]
    assert not fields["caller.tier"]["custom"]
    assert {path: field["type"] for path, field in fields.items() if path.startswith("hours.")} == {
        "hours.office.open": "truth",
        "hours.office.holiday": "truth",
    }


def test_without_a_configuration_there_are_the_fields_all_the_same() -> None:
    view = vocabulary_view(None, SeenValues())
    assert view["queues"] == view["numbers"] == view["skills"] == []
    assert _fields(view)["caller.match"]["values"][0] == "one"


@pytest.mark.parametrize("name", ["adam", "sue"])
async def test_the_console_reads_names_and_values(house: DeskHouse, name: str) -> None:
    await add(house.parts.database, a_person("Jan", tier="gold"))
    await house.apply(a_text(MENU, last=LAST, more=NUMBERS + HOURS))
    answer = await (await house.bearer(name)).get("/api/v1/config/vocabulary")
    assert answer.status_code == 200
    view = answer.json()
    assert view["skills"] == ["billing", "sales", "spanish", "support"]
    assert view["queues"] == [{"id": "support", "name": "support"}, {"id": "sales", "name": "sales"}]
    assert view["reps"][0] == {"id": "ana", "name": "Ana Perez"}
    assert view["numbers"][0] == {"number": "+15550100", "name": "Main line"}
    assert view["hours"] == ["office"]
    assert "greeting" in view["prompts"]
    assert view["dispositions"][0] == {"id": "resolved", "label": "Resolved"}
    assert _fields(view)["caller.tier"]["values"] == ["gold"]
