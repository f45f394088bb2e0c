"""The built-in CRM: contacts in our own SQL database, so that a small team needs no other.

A look-up is one statement on one index, whatever the size of the directory, and every row is compared again here.
Never writes (see ``sql_contacts.py``) and never looks a withheld number up. What the database raises passes through:
put ``Breaker`` around it.
"""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy import Connection, RowMapping, or_, select

from crm_adapter.model import Answer, Contact, Found, Quality, Unknown
from crm_adapter.phone import PhoneNumber, compare_numbers, international, read_number, tail_of
from crm_adapter.ports import Database
from crm_adapter.ranking import Candidate, ranked
from crm_adapter.sql_rows import contact_of, statements_for, whole_contacts
from crm_adapter.sql_tables import contact_phones, contacts
from crm_adapter.text import fold

_FEWEST_DIGITS = 3
"""Of a number in a search: two would find everybody."""
_PHONE_PUNCTUATION = "+-()./ \u00a0"


class SqlDirectory:
    """Implements ``Crm`` on the tables of ``sql_tables.py``."""

    def __init__(self, database: Database, *, region: str | None = None) -> None:
        """``region`` reads numbers without a country code in searches (``US``, ``PL``)."""
        self._database = database
        self._region = region

    async def find_by_phone(self, number: str) -> Answer:
        """See ``Crm``. Of one number's contacts the first 25 are returned, those of the same number first."""
        e164 = international(number)
        if e164 is None:
            return Unknown()
        rows = await self._database.read(lambda connection: _rows_by_number(connection, e164))
        found = ranked(_candidate(row, e164) for row in rows)
        return Found(contacts=found) if found else Unknown()

    async def search(self, text: str, *, limit: int = 20) -> tuple[Contact, ...]:
        """See ``Crm``. Case and accents do not matter."""
        if not fold(text) or limit < 1:
            return ()
        return await self._database.read(lambda connection: search_contacts(connection, text, self._region, limit))

    async def health(self) -> str | None:
        """See ``Crm``."""
        try:
            await self._database.read(lambda connection: connection.execute(select(contacts.c.id).limit(1)).first())
        except Exception as error:  # whatever is wrong, the answer is one line
            return f"the contacts cannot be read: {type(error).__name__}"
        return None


def search_contacts(connection: Connection, text: str, region: str | None, limit: int) -> tuple[Contact, ...]:
    """Contacts whose name or company contains the text, or with a number that contains its digits, by name."""
    matches = contacts.c.search_text.contains(fold(text), autoescape=True)
    digits = _digits_of(text, region)
    if digits:
        numbers = select(contact_phones.c.contact_id).where(contact_phones.c.e164.contains(digits))
        matches = or_(matches, contacts.c.id.in_(numbers))
    by_name = (contacts.c.name_key, contacts.c.id)
    first = select(contacts.c.id).where(matches).order_by(*by_name).limit(limit)
    statement = whole_contacts(connection).where(contacts.c.id.in_(first)).order_by(*by_name)
    return tuple(contact_of(row) for row in connection.execute(statement).mappings())


def _rows_by_number(connection: Connection, e164: str) -> list[RowMapping]:
    statement = statements_for(connection.dialect.name).by_number
    return list(connection.execute(statement, {"e164": e164, "tail": tail_of(e164)}).mappings())


def _candidate(row: RowMapping, e164: str) -> Candidate | None:
    quality = _quality(row, e164)
    if quality is None:
        return None
    contact = contact_of(row, quality=quality)
    return Candidate(contact=contact, shared_line=bool(row["extension"]), changed_ms=row["changed_ms"])


def _quality(row: RowMapping, e164: str) -> Quality | None:
    if row["e164"] == e164:  # nearly every row: spares it the parsing
        return Quality.NATIONAL if row["assumed"] else Quality.EXACT
    known, asked = read_number(row["e164"]), read_number(e164)
    if not isinstance(known, PhoneNumber) or not isinstance(asked, PhoneNumber):
        return None
    return compare_numbers(replace(known, assumed=row["assumed"]), asked)


def _digits_of(text: str, region: str | None) -> str | None:
    """The digits to look for, when the text is a number or part of one."""
    if any(char not in _PHONE_PUNCTUATION and not char.isdigit() for char in text.strip()):
        return None
    whole = read_number(text, region=region)
    if isinstance(whole, PhoneNumber):
        return whole.e164[1:]
    digits = "".join(char for char in text if char.isdigit()).lstrip("0")
    return digits if len(digits) >= _FEWEST_DIGITS else None
