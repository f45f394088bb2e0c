"""A thousand contacts for the demo, the same ones every time.

Made from a fixed seed, with numbers that nobody has: ranges that regulators keep for films, or too short to be given
out. Instants are ages, so that histories end yesterday whenever the demo starts. Loading twice adds nothing.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import chain, count, cycle

from sqlalchemy import Connection, select
from sqlalchemy.dialects import postgresql, sqlite

from crm_adapter.draft import STAGES, ContactDraft
from crm_adapter.phone import PhoneNumber, read_number
from crm_adapter.sql_saving import save_contacts
from crm_adapter.sql_tables import contacts, deals, interactions, tickets
from crm_adapter.text import fold, name_key
from cti.demo import sample_words as words
from cti.demo.sample_people import NAMED, NamedPerson, SampleCaller, sample_callers

__all__ = ["HOW_MANY", "SampleCaller", "SampleContact", "load_sample_contacts", "sample_callers", "sample_contacts"]

HOW_MANY = 1_000
SALES = ("bo", "cy", "fay")
SERVICE = ("ana", "dee", "eli", "fay")
_SEED = 20261122
_DAY_MS = 86_400_000


@dataclass(frozen=True, slots=True, kw_only=True)
class SampleContact:
    """A contact and what is known about it besides."""

    draft: ContactDraft
    deals: tuple[tuple[str, str, str], ...] = ()
    """(name, amount, stage)."""
    tickets: tuple[tuple[str, str], ...] = ()
    """(subject, status)."""
    talks: tuple[tuple[int, str, str, str | None], ...] = ()
    """(age in days, channel, summary, by)."""


def sample_contacts() -> tuple[SampleContact, ...]:
    """The named people first, then the crowd: 1,000 in all."""
    dice = random.Random(_SEED)  # noqa: S311  # the same people every time
    named = [_named(person, dice, number) for number, person in enumerate(NAMED, start=1)]
    lines = _lines(dice)
    crowd = [_somebody(dice, next(lines), number) for number in range(len(named) + 1, HOW_MANY + 1)]
    return (*named, *_sharing(crowd))


def load_sample_contacts(connection: Connection, *, now_ms: int) -> int:
    """Adds those that are missing with their histories, and returns how many; a few hundred ms."""
    people = sample_contacts()
    saved = save_contacts(connection, [one.draft for one in people], now_ms=now_ms)
    if not saved.added:
        return 0
    ids = _ids(connection)
    insert = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    for table, rows in ((deals, _deal_rows), (tickets, _ticket_rows), (interactions, _talk_rows)):
        values = [row for one in people for row in rows(one, ids[one.draft.external_id or ""], now_ms)]
        connection.execute(insert(table).on_conflict_do_nothing(), values)
    return saved.added


def _ids(connection: Connection) -> dict[str, str]:
    known = select(contacts.c.external_id, contacts.c.id).where(contacts.c.external_id.startswith("S-"))
    return {row.external_id: row.id for row in connection.execute(known)}


def _deal_rows(one: SampleContact, contact_id: str, now_ms: int) -> Iterator[dict[str, object]]:
    for place, (name, amount, stage) in enumerate(one.deals):
        yield {
            "id": f"{one.draft.external_id}-deal-{place}",
            "contact_id": contact_id,
            "name": name,
            "amount": amount,
            "stage": stage,
            "is_open": True,
            "changed_ms": now_ms - place,
        }


def _ticket_rows(one: SampleContact, contact_id: str, now_ms: int) -> Iterator[dict[str, object]]:
    for place, (subject, status) in enumerate(one.tickets):
        yield {
            "id": f"{one.draft.external_id}-ticket-{place}",
            "contact_id": contact_id,
            "subject": subject,
            "status": status,
            "is_open": True,
            "changed_ms": now_ms - place,
        }


def _talk_rows(one: SampleContact, contact_id: str, now_ms: int) -> Iterator[dict[str, object]]:
    for place, (age_days, channel, summary, by) in enumerate(one.talks):
        yield {
            "id": f"{one.draft.external_id}-talk-{place}",
            "contact_id": contact_id,
            "at_ms": now_ms - age_days * _DAY_MS,
            "channel": channel,
            "summary": summary,
            "by": by,
        }


def _named(person: NamedPerson, dice: random.Random, number: int) -> SampleContact:
    draft = ContactDraft(
        name=person.name,
        phones=tuple(_number(text) for text in person.phones),
        company=person.company,
        email=_email(person.name, person.company),
        tier=person.tier,
        owner=person.owner,
        language=person.language,
        timezone=person.timezone,
        stage=person.stage,
        lead_source=dice.choice(words.SOURCES),
        campaign=dice.choice(words.CAMPAIGNS),
        tags=tuple(dice.sample(words.TAGS, 2)),
        notes=person.notes,
        external_id=f"S-{number:04d}",
        fields={"plan": "Pro" if person.tier else "Starter"},
    )
    return SampleContact(draft=draft, deals=person.deals, tickets=person.tickets, talks=person.talks)


def _somebody(dice: random.Random, line: _Line, number: int) -> SampleContact:
    stage = dice.choices(STAGES, weights=(14, 10, 8, 8, 60))[0]
    name = f"{dice.choice(words.FIRST[line.words].split())} {dice.choice(words.LAST[line.words].split())}"
    company = f"{dice.choice(words.FIRMS.split())} {dice.choice(words.TRADES.split())}"
    draft = ContactDraft(
        name=name,
        phones=(line.number,),
        company=company,
        email=_email(name, company),
        tier=dice.choices((None, "silver", "gold"), weights=(70, 20, 10))[0] if stage == "customer" else None,
        owner=dice.choice((*SERVICE, None) if stage == "customer" else (*SALES, None)),
        language=line.language,
        timezone=line.timezone,
        stage=stage,
        lead_source=dice.choice(words.SOURCES),
        campaign=dice.choice((*words.CAMPAIGNS, None)),
        tags=tuple(dice.sample(words.TAGS, dice.randrange(3))),
        external_id=f"S-{number:04d}",
        fields={"plan": dice.choice(("Starter", "Team", "Pro"))},
    )
    return SampleContact(
        draft=draft, deals=_deals(dice, stage), tickets=_tickets(dice, stage), talks=_talks(dice, draft)
    )


def _deals(dice: random.Random, stage: str) -> tuple[tuple[str, str, str], ...]:
    how_many = dice.choice((1, 1, 2)) if stage == "opportunity" else dice.choices((0, 1), weights=(9, 1))[0]
    return tuple(
        (name, f"€ {dice.randrange(8, 400) * 100:,}", dice.choice(words.DEAL_STAGES))
        for name in dice.sample(words.DEALS, how_many)
    )


def _tickets(dice: random.Random, stage: str) -> tuple[tuple[str, str], ...]:
    how_many = dice.choices((0, 1, 2), weights=(75, 20, 5))[0] if stage == "customer" else 0
    return tuple((subject, dice.choice(words.TICKET_STATUSES)) for subject in dice.sample(words.TICKETS, how_many))


def _talks(dice: random.Random, draft: ContactDraft) -> tuple[tuple[int, str, str, str | None], ...]:
    ages = sorted(dice.sample(range(1, 400), dice.randrange(5)))
    return tuple((age, *dice.choice(words.TALKS), draft.owner) for age in ages)


@dataclass(frozen=True, slots=True)
class _Line:
    number: PhoneNumber
    language: str
    timezone: str
    words: str


def _lines(dice: random.Random) -> Iterator[_Line]:
    """One line for each of the crowd, countries mixed as in the weights."""
    codes = cycle((305, 312, 404, 415, 503, 617, 702, 713))
    kinds = (
        (28, (_Line(_number(f"+447700900{n:03d}"), "en-GB", "Europe/London", "en") for n in range(100, 1000))),
        (12, (_Line(_number(f"+442079460{n:03d}"), "en-GB", "Europe/London", "en") for n in range(100, 1000))),
        (24, (_Line(_number(f"+1{next(codes)}55501{n:02d}"), "en-US", "America/New_York", "en") for n in _us())),
        (10, (_Line(_number(f"+493023125{n:03d}"), "de", "Europe/Berlin", "de") for n in range(100, 1000))),
        (10, (_Line(_number(f"+331990{n:05d}"), "fr", "Europe/Paris", "fr") for n in count(1000))),
        (9, (_Line(_number(f"+345550{n:03d}"), "es-ES", "Europe/Madrid", "es") for n in range(200, 1000))),
        (7, (_Line(_number(f"+525550{n:03d}"), "es-MX", "America/Mexico_City", "es") for n in range(200, 1000))),
    )
    weights = [weight for weight, _ in kinds]
    while True:
        yield next(dice.choices([lines for _, lines in kinds], weights=weights)[0])


def _us() -> Iterator[int]:
    """The last two digits of 555-01XX: eight area codes for each of 50 to 89."""
    return chain.from_iterable([ending] * 8 for ending in range(50, 90))


def _sharing(crowd: list[SampleContact]) -> list[SampleContact]:
    """Every fortieth takes a colleague's number and company: a couple, or a reception."""
    shared = list(crowd)
    for place in range(39, len(crowd), 40):
        other = crowd[place - 1].draft
        draft = replace(crowd[place].draft, phones=other.phones, company=other.company)
        if name_key(draft.name) != name_key(other.name):
            shared[place] = replace(crowd[place], draft=draft)
    return shared


def _number(text: str) -> PhoneNumber:
    number = read_number(text)
    if not isinstance(number, PhoneNumber):
        raise ValueError(f"{text} in the sample data is not a number")
    return number


def _email(name: str, company: str) -> str:
    """``alba.aguilar@cedar-foods.example``."""
    person, firm = (
        re.sub(r"[^a-z0-9]+", joint, fold(text)).strip(joint) for text, joint in ((name, "."), (company, "-"))
    )
    return f"{person}@{firm}.example"
