"""A contacts file into a real database, on SQLite and PostgreSQL."""

from __future__ import annotations

import csv
import io
from collections.abc import AsyncIterator, Sequence
from pathlib import Path

import pytest
from sqlalchemy import func, select

from crm_adapter.errors import ContactsFileError
from crm_adapter.importer import ImportReport, import_contacts
from crm_adapter.model import Contact, Found
from crm_adapter.sql_directory import SqlDirectory
from crm_adapter.sql_tables import companies, contact_phones, contacts
from cti.record.database import Database
from tests.support.directories import an_empty_directory
from tests.support.postgres import a_database


@pytest.fixture(params=["sqlite", "postgresql"])
async def database(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Database]:
    if request.param == "sqlite":
        async with an_empty_directory(f"sqlite:///{tmp_path}/contacts.db") as sqlite:
            yield sqlite
    else:
        async with a_database(request.getfixturevalue("postgres")) as url, an_empty_directory(url) as postgresql:
            yield postgresql


class Importer:
    """Imports text as a file."""

    def __init__(self, database: Database, folder: Path) -> None:
        self.database = database
        self.path = folder / "contacts.csv"

    async def text(self, text: str | bytes, region: str | None = None) -> ImportReport:
        self.path.write_bytes(text if isinstance(text, bytes) else text.encode())
        expected = await import_contacts(self.database, self.path, region=region, dry_run=True)
        report = await import_contacts(self.database, self.path, region=region)
        assert report == expected, "a dry run says what an import does"
        return report

    async def rows(self, *rows: Sequence[str], region: str | None = None) -> ImportReport:
        out = io.StringIO()
        csv.writer(out).writerows(rows)
        return await self.text(out.getvalue(), region)

    async def who(self, number: str) -> tuple[Contact, ...]:
        answer = await SqlDirectory(self.database).find_by_phone(number)
        return answer.contacts if isinstance(answer, Found) else ()

    async def count(self, table=contacts) -> int:
        return await self.database.read(lambda c: c.execute(select(func.count()).select_from(table)).scalar_one())


@pytest.fixture
def load(database: Database, tmp_path: Path) -> Importer:
    return Importer(database, tmp_path)


async def test_good_rows_are_found_by_any_of_their_numbers_and_unknown_columns_become_fields(load):
    report = await load.rows(
        ["Name", "PHONE", "company", "Lead Source", "Shoe size", "tags"],
        ["Jan Kowalski", "+48 600-100-200; (415) 555-2671", "Kowalski", "Fair", "42", "a; b"],
        region="US",
    )
    assert (report.read, report.added, report.updated, report.rejected) == (1, 1, 0, ())
    (jan,) = await load.who("+14155552671")
    assert jan.phones == ("+48600100200", "+14155552671")
    assert (jan.company, jan.lead_source, dict(jan.fields), jan.tags) == (
        "Kowalski",
        "Fair",
        {"Shoe size": "42"},
        ("a", "b"),
    )


async def test_bad_rows_are_left_out_whole_and_reported_with_line_and_reason(load):
    report = await load.text(
        "name,phone,stage,language,notes\n"
        "Jan,+48600100200,lead,pl,\n"
        ",+48600100201,lead,pl,\n"
        '"Two\nlines",+48600100202,,,"a\nb"\n'
        "Eve,12; +48600100203,buyer,polish,\n"
        "\n"
        "Short,+48600100204\n"
        "Long,+48600100205,,,,,\n"
        "Ana,+48600100206,,,\n"
    )
    assert [(row.line, row.reason) for row in report.rejected] == [
        (3, "name: empty"),
        (
            7,
            "language: not a BCP 47 language tag such as es-MX; "
            "stage: not one of lead, mql, sql, opportunity, customer; "
            "phone: number 1: too short for a telephone number",
        ),
        (9, "has 2 cells, the header has 5"),
        (10, "has 7 cells, the header has 5"),
    ]
    assert (report.read, report.added) == (7, 3)
    assert await load.count() == 3
    assert await load.who("+48600100203") == ()
    assert [one.name for one in await load.who("+48600100202")] == ["Two lines"]


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
async def test_a_file_from_a_spreadsheet_with_byte_order_mark_and_either_newline_is_read(load, newline):
    text = newline.join(["name,phone", "Zoë,+447700900100", '"Quoted, ""Q""",+447700900101', ""])
    report = await load.text(b"\xef\xbb\xbf" + text.encode())
    assert (report.added, report.rejected) == (2, ())
    assert [one.name for one in await load.who("+447700900101")] == ['Quoted, "Q"']


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "the file is empty"),
        (b"\n\n", "the file is empty"),
        (b"name,company\nJan,x\n", "line 1: the header lacks phone"),
        (b"phone\n+48600100200\n", "line 1: the header lacks name"),
        (b"name;phone\nJan;+48600100200\n", "line 1: the columns must be separated by commas"),
        (b"name,phone,Phone\nJan,1,2\n", "line 1: the header names phone twice"),
        (b"name,phone,Age,age\nJan,1,2,3\n", "line 1: the header names Age, age twice"),
        (b"name,phone,\nJan,+48600100200,x\n", "line 1: column 3 has no name"),
        (b"name,phone\nJan,+48600100200\nZo\xeb,+447700900100\n", "line 3: not UTF-8"),
        ("name,phone\nJan,+48600100200\n".encode("utf-16"), "line 1: not UTF-8"),
        (b'name,phone\nJan,+48600100200\n"Eve,+48600100201\nAna,+48600100202\n', "line 3: not CSV"),
        (b'name,phone\nJan,+48600100200\n"Eve"x,+48600100201\n', "line 3: not CSV"),
    ],
)
async def test_a_file_that_cannot_be_read_as_a_whole_imports_nothing(load, content, message):
    with pytest.raises(ContactsFileError, match=message):
        await load.text(content)
    assert await load.count() == 0


async def test_a_missing_or_too_big_file_is_refused(load, tmp_path):
    with pytest.raises(ContactsFileError, match="nowhere"):
        await import_contacts(load.database, tmp_path / "nowhere.csv", region=None)
    with load.path.open("wb") as file:
        file.truncate(100 * 1024 * 1024 + 1)
    with pytest.raises(ContactsFileError, match="larger than 100 MB"):
        await import_contacts(load.database, load.path, region=None)


async def test_a_header_alone_imports_nobody(load):
    report = await load.text("name,phone\n")
    assert (report.read, report.added, report.updated, report.rejected) == (0, 0, 0, ())


async def test_the_same_file_twice_adds_nobody_and_changes_nothing(load):
    rows = [
        ["name", "phone", "external_id", "company"],
        ["Jan", "+48600100200", "K-1", "K"],
        ["Eve", "+15550101", "", ""],
    ]
    await load.rows(*rows)
    before = await load.database.read(lambda c: c.execute(select(contacts)).all())
    report = await load.rows(*rows)
    assert (report.added, report.updated, report.changed) == (0, 2, 0)
    assert await load.database.read(lambda c: c.execute(select(contacts)).all()) == before


async def test_an_external_id_finds_the_contact_whose_name_and_number_changed(load):
    await load.rows(["name", "phone", "external_id"], ["Jan", "+48600100200", "K-1"])
    report = await load.rows(["name", "phone", "external_id"], ["Jan Nowak", "+15550101;+15550102", "K-1"])
    assert (report.added, report.updated) == (0, 1)
    assert await load.who("+48600100200") == ()
    assert [one.name for one in await load.who("+15550102")] == ["Jan Nowak"]
    assert await load.count(contact_phones) == 2


async def test_without_an_external_id_name_and_first_number_find_the_contact(load):
    await load.rows(["name", "phone", "tier"], ["Zoë", "+48600100200; +15550101", "gold"])
    report = await load.rows(["name", "phone", "tier"], ["ZOË", "+48 600 100 200", "silver"], ["Zoë", "+15550101", ""])
    assert (report.added, report.updated) == (1, 1)
    (first,) = await load.who("+48600100200")
    assert (first.name, first.tier, first.phones) == ("ZOË", "silver", ("+48600100200",))


async def test_a_contact_without_an_external_id_adopts_the_files_and_keeps_it(load):
    await load.rows(["name", "phone"], ["Jan", "+48600100200"])
    assert (await load.rows(["name", "phone", "external_id"], ["Jan", "+48600100200", "K-1"])).updated == 1
    other = await load.rows(["name", "phone", "external_id"], ["Jan", "+48600100200", "K-2"])
    assert (other.added, other.updated) == (1, 0)
    assert sorted(one.external_id for one in await load.who("+48600100200")) == ["K-1", "K-2"]


async def test_columns_that_the_file_lacks_keep_their_values_and_an_empty_cell_clears(load):
    await load.rows(
        ["name", "phone", "company", "tier", "tags", "plan", "region"],
        ["Jan", "+48600100200", "Kowalski", "gold", "a", "Pro", "north"],
    )
    await load.rows(["name", "phone", "tier", "plan"], ["Jan", "+48600100200", "", "Team"])
    (jan,) = await load.who("+48600100200")
    assert (jan.company, jan.tier, jan.tags) == ("Kowalski", None, ("a",))
    assert dict(jan.fields) == {"plan": "Team", "region": "north"}
    assert [one.name for one in await SqlDirectory(load.database).search("kowalski")] == ["Jan"]


async def test_a_contact_named_twice_in_one_file_goes_in_once(load):
    report = await load.rows(
        ["name", "phone", "external_id"],
        ["Jan", "+48600100200", "K-1"],
        ["Johann", "+15550101", "K-1"],
        ["JAN", "+48600100200", ""],
        ["Jan", "+48600100200", "K-2"],
        ["Eve", "+15550102", ""],
        ["Eve", "+15550102", "K-3"],
    )
    assert [(row.line, row.reason) for row in report.rejected] == [
        (3, "external_id: the same as in line 2"),
        (4, "name and first phone: the same as in line 2"),
        (7, "name and first phone: the same as in line 6"),
    ]
    assert report.added == 3


async def test_a_company_is_written_once_however_it_is_spelled(load):
    await load.rows(
        ["name", "phone", "company"],
        ["A", "+15550101", "Élan GmbH"],
        ["B", "+15550102", "ELAN  gmbh"],
        ["C", "+15550103", "élan GmbH"],
    )
    assert await load.count(companies) == 1


async def test_a_crash_in_the_middle_leaves_nothing_behind(load):
    class PowerCut(Exception):
        pass

    def cut(done: int, total: int) -> None:
        if done > total * 3 // 4:
            raise PowerCut

    load.path.write_text("name,phone\n" + "".join(f"Person {n},+4820000{n:04d}\n" for n in range(5_000)))
    with pytest.raises(PowerCut):
        await import_contacts(load.database, load.path, region=None, progress=cut)
    assert (await load.count(), await load.count(contact_phones)) == (0, 0)


async def test_thousands_of_rows_go_in_batch_by_batch_and_progress_only_grows(load):
    seen: list[tuple[int, int]] = []
    load.path.write_text("name,phone,company\n" + "".join(f"P {n},+4820000{n:04d},C {n % 7}\n" for n in range(3_500)))
    report = await import_contacts(
        load.database, load.path, region=None, progress=lambda done, total: seen.append((done, total))
    )
    assert (report.added, await load.count(), await load.count(companies)) == (3_500, 3_500, 7)
    assert seen == sorted(seen)
    assert seen[-1] == (3_500, 3_500)
    again = await import_contacts(load.database, load.path, region=None)
    assert (again.added, again.updated, await load.count(contact_phones)) == (0, 3_500, 3_500)


async def test_a_dry_run_counts_what_would_differ_and_writes_nothing(load):
    header = ["name", "phone", "external_id", "company", "tier"]
    jan, eve = ["Jan", "+48600100200", "K-1", "K", "gold"], ["Eve", "+15550101", "", "", "gold"]
    await load.rows(header, jan, eve)
    await load.rows(header, ["Ola", "+15550104", "", "", ""])

    async def everything():
        tables = (contacts, contact_phones, companies)
        return await load.database.read(lambda c: [c.execute(select(table)).all() for table in tables])

    before = await everything()
    changed = [
        [*jan[:4], "silver"],
        [*eve[:3], "New company", "gold"],
        ["Ola", "+15550104; +15550105", "", "", ""],
        ["Bo", "+15550106", "", "Another", ""],
        ["", "+15550107", "", "", ""],
    ]
    load.path.write_text("\n".join(",".join(row) for row in [header, *changed]))
    report = await import_contacts(load.database, load.path, region=None, dry_run=True)
    assert (report.added, report.updated, report.changed, len(report.rejected)) == (1, 3, 3, 1)
    assert report.columns == tuple(header)
    assert await everything() == before


async def test_a_dry_run_of_many_batches_takes_each_stored_contact_once(load):
    await load.rows(["name", "phone"], ["Jan", "+48600100200"])
    others = [[f"P{n}", f"+4820000{n:04d}", ""] for n in range(1_500)]
    report = await load.rows(
        ["name", "phone", "external_id"],
        ["Jan", "+48600100200", "K-1"],
        *others,
        ["Jan", "+48600100200", "K-2"],
    )
    assert (report.added, report.updated) == (1_501, 1)


async def test_a_hundred_people_behind_one_number_stay_a_hundred(load):
    rows = [["name", "phone"], *([f"Person {n}", "+442079460001"] for n in range(100))]
    await load.rows(*rows)
    report = await load.rows(*rows)
    assert (report.added, report.updated, await load.count()) == (0, 100, 100)
    assert len(await load.who("+442079460001")) == 25


async def test_what_is_written_fits_its_columns_at_the_greatest_length(load):
    ligature = "\ufdfa"  # folds to 18 letters
    report = await load.rows(
        ["name", "phone", "company", "email", "tags", "notes", "field " + "x" * 58],
        [ligature * 200, "+390612345678;ext=" + "9" * 7, ligature * 200, "a" * 64 + "@" + "b" * 180 + ".example",
         "t" * 64, "n" * 10_000, "v" * 2_000],
    )  # fmt: skip
    assert report.rejected == ()
    assert len(await load.who("+390612345678")) == 1


async def test_the_example_in_the_documentation_is_accepted_as_it_stands(load):
    page = (Path(__file__).parents[2] / "docs" / "contacts.md").read_text(encoding="utf-8")
    report = await load.text(page.split("```csv\n")[1].split("```")[0])
    assert (report.added, report.rejected) == (2, ())
    (emma,) = await load.who("+447700900001")
    assert (emma.tags, dict(emma.fields)) == (("renewal", "pilot"), {"plan": "Pro"})
