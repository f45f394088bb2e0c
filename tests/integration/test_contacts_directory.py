"""The built-in directory beyond the port: history and rank, one statement a look-up, and contacts one by one."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import Connection, event, func, insert, select

from crm_adapter.draft import COLUMNS
from crm_adapter.model import Found, Interaction
from crm_adapter.sql_contacts import (
    add_interaction,
    create_contact,
    delete_contact,
    get_contact,
    list_contacts,
    update_contact,
)
from crm_adapter.sql_directory import SqlDirectory
from crm_adapter.sql_rows import statements_for
from crm_adapter.sql_tables import contact_phones, contacts, deals, directory, interactions, tickets
from cti.record.database import Database
from tests.support.directories import a_person, add, an_empty_directory
from tests.support.postgres import a_database

JAN = "+48600100200"
NOW_MS = 1_763_849_439_123


@pytest.fixture(params=["sqlite", "postgresql"])
async def database(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Database]:
    if request.param == "sqlite":
        async with an_empty_directory(f"sqlite:///{tmp_path}/contacts.db") as sqlite:
            yield sqlite
    else:
        async with a_database(request.getfixturevalue("postgres")) as url, an_empty_directory(url) as postgresql:
            yield postgresql


def a_talk(day: int, channel: str = "call") -> Interaction:
    return Interaction(at=f"2026-11-{day:02d}T10:00:00.000Z", channel=channel, summary=f"On day {day}.", by="ana")


async def found(database: Database, number: str = JAN) -> list[str]:
    answer = await SqlDirectory(database).find_by_phone(number)
    return [one.name for one in answer.contacts] if isinstance(answer, Found) else []


async def test_a_match_carries_open_deals_and_tickets_and_the_last_five_interactions_newest_first(database):
    (jan,) = await add(database, a_person("Jan"))

    def fill(connection: Connection) -> None:
        for day in range(1, 8):
            add_interaction(connection, jan, a_talk(day))
        for table, words in (
            (deals, {"name": "Renewal", "amount": "€ 9", "stage": "Demo"}),
            (tickets, {"subject": "T"}),
        ):
            for place, is_open in enumerate((True, True, False)):
                row = {
                    "id": f"{table.name}{place}",
                    "contact_id": jan,
                    "is_open": is_open,
                    "changed_ms": place,
                    **words,
                }
                connection.execute(insert(table).values(row))

    await database.run(fill)
    answer = await SqlDirectory(database).find_by_phone(JAN)
    assert isinstance(answer, Found)
    (one,) = answer.contacts
    assert [past.at for past in one.interactions] == [f"2026-11-0{day}T10:00:00.000Z" for day in (7, 6, 5, 4, 3)]
    assert one.interactions[0] == a_talk(7)
    assert [deal.id for deal in one.deals] == ["deals1", "deals0"]
    assert (one.deals[0].name, one.deals[0].amount, one.deals[0].stage) == ("Renewal", "€ 9", "Demo")
    assert [(ticket.id, ticket.status) for ticket in one.tickets] == [("tickets1", None), ("tickets0", None)]


async def test_of_several_the_one_with_an_open_ticket_then_the_one_spoken_with_last_comes_first(database):
    quiet, early, late, ticket = await add(database, *(a_person(name) for name in ("Quiet", "Early", "Late", "Ticket")))

    def fill(connection: Connection) -> None:
        add_interaction(connection, early, a_talk(3))
        add_interaction(connection, late, a_talk(9))
        add_interaction(connection, quiet, a_talk(20, "email"))
        row = {"id": "t", "contact_id": ticket, "subject": "T", "is_open": True, "changed_ms": 0}
        connection.execute(insert(tickets).values(row))

    await database.run(fill)
    assert await found(database) == ["Ticket", "Late", "Early", "Quiet"]


async def test_a_look_up_is_one_statement_whether_or_not_somebody_is_found(database):
    await add(database, a_person("Jan"), a_person("Eve"))

    def counted(connection: Connection) -> int:
        statements = []
        event.listen(connection, "before_cursor_execute", lambda *args: statements.append(args[2]))
        statement = statements_for(connection.dialect.name).by_number
        connection.execute(statement, {"e164": JAN, "tail": 100200}).all()
        return len(statements)

    assert await database.read(counted) == 1
    reads = Reads(database)
    await SqlDirectory(reads).find_by_phone(JAN)
    await SqlDirectory(reads).find_by_phone("+15550199")
    assert reads.count == 2


class Reads:
    """A database that counts the reads it is asked for."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self.run = database.run
        self.count = 0

    async def read(self, work):
        self.count += 1
        return await self._database.read(work)


async def test_a_look_up_reads_an_index_and_never_the_whole_table(database):
    people = [
        {"id": f"{n:06d}", "name": f"P{n}", "tags": [], "fields": {}, "phones": [], "name_key": f"p{n}",
         "line_key": f"p{n}", "search_text": f"p{n}", "created_ms": 0, "changed_ms": 0}
        for n in range(20_000)
    ]  # fmt: skip
    numbers = [
        {"contact_id": f"{n:06d}", "position": 0, "e164": f"+4820{n:07d}", "tail": n, "assumed": False}
        for n in range(20_000)
    ]
    await database.run(lambda c: (c.execute(insert(contacts), people), c.execute(insert(contact_phones), numbers)))

    def plan(connection: Connection) -> str:
        connection.exec_driver_sql("ANALYZE")
        word = "EXPLAIN" if connection.dialect.name == "postgresql" else "EXPLAIN QUERY PLAN"
        statement = statements_for(connection.dialect.name).by_number.params(e164="+48200000042", tail=42)
        sql = statement.compile(connection, compile_kwargs={"literal_binds": True})
        return "\n".join(str(row) for row in connection.exec_driver_sql(f"{word} {sql}"))

    text = await database.run(plan)
    assert "ix_contact_phones_tail" in text
    for table in ("contacts", "contact_phones"):
        assert f"Seq Scan on {table}" not in text
        assert f"SCAN {table}" not in text
    assert await found(database, "+48200000042") == ["P42"]


async def test_a_crowd_of_suggestions_does_not_crowd_out_the_number_itself(database):
    crowd = (a_person(f"Code {n}", f"+1{n}5550142") for n in range(201, 241))
    await add(database, a_person("The one", "+12125550142"), *crowd, now_ms=NOW_MS)
    names = await found(database, "+12125550142")
    assert "The one" in names


async def test_when_the_database_is_away_health_says_so_in_one_line_without_a_number(database):
    await database.run(directory.drop_all)
    problem = await SqlDirectory(database).health()
    assert problem
    assert problem.startswith("the contacts cannot be read: ")
    with pytest.raises(Exception, match="Error") as raised:
        await SqlDirectory(database).find_by_phone(JAN)
    assert "600100200" not in str(raised.value)


async def test_a_contact_is_created_read_changed_and_deleted(database):
    id_ = await database.run(lambda c: create_contact(c, a_person("Jan", company="K", tier="gold"), now_ms=NOW_MS))
    jan = await database.read(lambda c: get_contact(c, id_))
    assert jan
    assert (jan.id, jan.name, jan.company, jan.tier) == (id_, "Jan", "K", "gold")
    changed = a_person("Jan Nowak", "+15550101", company="L")
    assert await database.run(lambda c: update_contact(c, id_, changed, now_ms=NOW_MS + 1))
    assert await found(database) == []
    (now,) = (await SqlDirectory(database).find_by_phone("+15550101")).contacts
    assert (now.id, now.name, now.company, now.tier) == (id_, "Jan Nowak", "L", None)
    assert [one.id for one in await SqlDirectory(database).search("nowak l")] == [id_]
    assert await database.run(lambda c: delete_contact(c, id_))
    assert await database.read(lambda c: get_contact(c, id_)) is None
    assert await found(database, "+15550101") == []
    assert not await database.run(lambda c: delete_contact(c, id_))
    assert not await database.run(lambda c: update_contact(c, id_, changed, now_ms=NOW_MS))


async def test_a_change_of_some_columns_keeps_the_others(database):
    (id_,) = await add(database, a_person("Jan", company="K", tier="gold", plan="Pro"))
    await database.run(lambda c: update_contact(c, id_, a_person("Jan", tier="silver"), now_ms=5, columns=["tier"]))
    jan = await database.read(lambda c: get_contact(c, id_))
    assert jan
    assert (jan.company, jan.tier, dict(jan.fields)) == ("K", "silver", {"plan": "Pro"})


async def test_deleting_a_contact_takes_its_history_along(database):
    (id_,) = await add(database, a_person("Jan"))
    await database.run(lambda c: add_interaction(c, id_, a_talk(1)))
    await database.run(lambda c: delete_contact(c, id_))
    for table in (contact_phones, interactions):
        left = await database.read(lambda c, t=table: c.execute(select(func.count()).select_from(t)).scalar_one())
        assert left == 0


async def test_the_same_call_is_filed_once_for_each_contact(database):
    jan, eve = await add(database, a_person("Jan"), a_person("Eve"))
    assert await database.run(lambda c: add_interaction(c, jan, a_talk(1), source_key="c01"))
    assert not await database.run(lambda c: add_interaction(c, jan, a_talk(2), source_key="c01"))
    assert await database.run(lambda c: add_interaction(c, eve, a_talk(1), source_key="c01"))
    one = await database.read(lambda c: get_contact(c, jan))
    assert one
    assert one.interactions == (a_talk(1),)


async def test_pages_by_name_hold_everybody_once(database):
    await add(database, *(a_person("Same name", f"+1555010{n}") for n in range(5)), a_person("Adam"), a_person("Zoë"))
    seen, after = [], None
    while True:
        page = await database.read(lambda c, after=after: list_contacts(c, after=after, limit=2))
        seen += [(one.name, one.id) for one in page.contacts]
        after = page.next
        if after is None:
            break
    assert [name for name, _ in seen] == ["Adam", *["Same name"] * 5, "Zoë"]
    assert len(set(seen)) == 7
    assert (await database.read(lambda c: list_contacts(c, after="gone", limit=1))).contacts[0].name == "Adam"


async def test_an_external_id_that_is_taken_is_refused_whole(database):
    await add(database, a_person("Jan", external_id="K-1"))
    with pytest.raises(Exception, match="IntegrityError"):
        await add(database, a_person("Eve", "+15550101", external_id="K-1", company="New"))
    assert await found(database, "+15550101") == []


def test_every_column_of_the_contacts_file_has_a_place():
    assert set(COLUMNS) - {"phone", "company"} <= set(contacts.c.keys())
