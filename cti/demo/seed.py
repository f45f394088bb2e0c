"""What the demo fills its database with, once: configuration, contacts, people."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping

from cti.accounts.accounts import Accounts
from cti.accounts.model import Rejected
from cti.accounts.roles import Role
from cti.commands.failure import Failure
from cti.commands.stored_config import apply_text
from cti.demo.sample import CONFIG, Sample
from cti.demo.sample_contacts import load_sample_contacts
from cti.record.configs import ConfigVersions
from cti.record.database import Database
from cti.record.installation import Kind, claim_kind
from cti.record.migrate import upgrade
from cti.settings import Settings


def prepare(settings: Settings, sample: Sample, passwords: Mapping[str, str]) -> None:
    """Migrates; at the first start also fills in everything. Raises Failure on a database that is no demo's."""
    asyncio.run(_prepare(settings, sample, passwords))


async def _prepare(settings: Settings, sample: Sample, passwords: Mapping[str, str]) -> None:
    await upgrade(settings.database_url)
    database = Database(settings.database_url)
    try:
        if await claim_kind(database, Kind.DEMO) is not Kind.DEMO:
            raise Failure(f"{settings.data_dir} holds a database for real calls; `cti demo` leaves it alone")
        if await ConfigVersions(database).active() is None:
            await _fill(database, sample, passwords)
            await apply_text(settings, sample.text, CONFIG.name)
    finally:
        await database.close()


async def _fill(database: Database, sample: Sample, passwords: Mapping[str, str]) -> None:
    """Harmless when it was interrupted before: people and contacts that are there stay as they are."""
    now_ms = time.time_ns() // 1_000_000
    await database.run(lambda connection: load_sample_contacts(connection, now_ms=now_ms))
    accounts = Accounts(database, None)
    try:
        for person in sample.people:
            added = await accounts.users.add(
                email=person.email,
                name=person.name,
                role=Role.REP if person.rep else Role.ADMIN,
                rep=person.rep,
                password=passwords[person.email],
                by="demo",
            )
            if isinstance(added, Rejected) and not added.conflict:
                raise Failure(f"{person.email}: {added.reason}")
    finally:
        accounts.close()
