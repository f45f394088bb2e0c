"""Configuration versions, the installation's mark and the audit trail, on SQLite and PostgreSQL."""

from __future__ import annotations

import asyncio

from cti.record.audit import AuditLine, list_changes
from cti.record.config_model import NoSuchVersion, OtherActive, TurnedOn, VersionState
from cti.record.configs import ConfigVersions
from cti.record.database import Database
from cti.record.installation import Kind, claim_kind


async def add(versions: ConfigVersions, text: str = "skills: []") -> int:
    return await versions.add(text, author="ada@example.com", comment="first", at_ms=5)


async def test_versions_are_numbered_from_one_and_kept_as_written(database: Database) -> None:
    versions = ConfigVersions(database)
    text = "skills: [a]  # żółw\n"
    assert [await add(versions, text), await add(versions)] == [1, 2]
    version = await versions.get(1)
    assert version is not None
    assert (version.text, version.author, version.comment, version.created_ms) == (text, "ada@example.com", "first", 5)
    assert not version.active
    assert await versions.get(3) is None
    assert [info.n for info in await versions.list()] == [2, 1]


async def test_no_version_is_active_at_first_and_one_at_a_time_later(database: Database) -> None:
    versions = ConfigVersions(database)
    assert await versions.active() is None
    await add(versions)
    await add(versions)
    assert await versions.activate(1, by="ada", at_ms=7) == TurnedOn(n=1, previous=None)
    assert await versions.activate(2, by="ada", at_ms=8) == TurnedOn(n=2, previous=1)
    active = await versions.active()
    assert active is not None
    assert (active.n, active.activated_ms) == (2, 8)
    assert [info.active for info in await versions.list()] == [True, False]


async def test_activating_an_unknown_version_leaves_the_active_one(database: Database) -> None:
    versions = ConfigVersions(database)
    await add(versions)
    await versions.activate(1, by="ada", at_ms=7)
    assert await versions.activate(9, by="ada", at_ms=8) == NoSuchVersion(n=9)
    active = await versions.active()
    assert active is not None
    assert active.n == 1


async def test_a_text_is_published_over_the_version_that_was_seen_or_not_at_all(database: Database) -> None:
    versions = ConfigVersions(database)
    await versions.activate(await add(versions), by="ada", at_ms=7)
    await add(versions)
    line = AuditLine(action="rep_changed", detail={"rep": "ana"})
    ways = [versions.publish(f"skills: [{n}]", by="ada", at_ms=n, over=1, comment="why", change=line) for n in (8, 9)]
    ends = await asyncio.gather(*ways)
    assert sorted(ends, key=repr) == [OtherActive(active=3), TurnedOn(n=3, previous=1)]
    active = await versions.active()
    assert active is not None
    assert (active.n, active.based_on, active.author, active.comment) == (3, 1, "ada", "why")
    assert [info.n for info in await versions.list()] == [3, 2, 1]
    change, activated, *others = await list_changes(database)
    assert (change.action, change.detail) == ("rep_changed", {"rep": "ana", "n": 3})
    assert (activated.action, activated.detail) == ("config_activated", {"n": 3, "previous": 1, "comment": "why"})
    assert [one.action for one in others] == ["config_added", "config_activated", "config_added"]


async def test_many_at_once_get_different_numbers_and_one_is_active(database: Database) -> None:
    versions = ConfigVersions(database)
    numbers = await asyncio.gather(*(add(versions) for _ in range(4)))
    assert sorted(numbers) == [1, 2, 3, 4]
    await asyncio.gather(*(versions.activate(n, by="ada", at_ms=n) for n in numbers))
    assert sum(info.active for info in await versions.list()) == 1


async def test_changes_stand_in_the_audit_trail(database: Database) -> None:
    versions = ConfigVersions(database)
    await add(versions)
    await versions.activate(1, by="bea@example.com", at_ms=9)
    newest, oldest = await list_changes(database)
    assert (newest.actor, newest.action, newest.at_ms) == ("bea@example.com", "config_activated", 9)
    assert newest.detail == {"n": 1, "previous": None}
    assert oldest.action == "config_added"


async def test_a_version_says_whose_it_is_what_it_is_based_on_and_who_made_it_active_and_why(
    database: Database,
) -> None:
    versions = ConfigVersions(database)
    await add(versions)
    await versions.activate(1, by="ada", at_ms=6)
    await add(versions)
    await versions.activate(2, by="bea", at_ms=7, comment="more people")
    await add(versions)
    await versions.activate(1, by="ada", at_ms=8)
    told = [(one.n, one.state, one.based_on, one.activated_by) for one in await versions.list()]
    assert told == [
        (3, VersionState.DRAFT, 2, None),
        (2, VersionState.FORMER, 1, "bea"),
        (1, VersionState.ACTIVE, None, "ada"),
    ]
    second = await versions.get(2)
    assert second is not None
    assert (second.activated_ms, second.activation_comment, second.comment) == (7, "more people", "first")
    assert [one.n for one in await versions.list(limit=1, below=3)] == [2]


async def test_a_version_becomes_active_only_over_the_one_that_its_author_has_seen(database: Database) -> None:
    versions = ConfigVersions(database)
    for _ in range(3):
        await add(versions)
    assert await versions.activate(1, by="ada", at_ms=6, over=[None]) == TurnedOn(n=1, previous=None)
    assert await versions.activate(2, by="ada", at_ms=7, over=[1]) == TurnedOn(n=2, previous=1)
    assert await versions.activate(3, by="bea", at_ms=8, over=[1]) == OtherActive(active=2)
    assert await versions.active_n() == 2
    assert await versions.activate(3, by="bea", at_ms=9, over=[2]) == TurnedOn(n=3, previous=2)
    assert await versions.former_n() == 2


async def test_of_two_who_activate_at_once_one_is_told(database: Database) -> None:
    versions = ConfigVersions(database)
    for _ in range(3):
        await add(versions)
    await versions.activate(1, by="ada", at_ms=6)
    both = (versions.activate(n, by="ada", at_ms=7, over=[1]) for n in (2, 3))
    kinds = sorted(type(one).__name__ for one in await asyncio.gather(*both))
    assert kinds == ["OtherActive", "TurnedOn"]


async def test_activating_what_is_active_writes_nothing(database: Database) -> None:
    versions = ConfigVersions(database)
    await add(versions)
    await add(versions)
    await versions.activate(1, by="ada", at_ms=6)
    await versions.activate(2, by="ada", at_ms=7)
    lines = await list_changes(database)
    assert await versions.activate(2, by="bea", at_ms=8, over=[1]) == TurnedOn(n=2, previous=2)
    assert await list_changes(database) == lines
    assert await versions.former_n() == 1


async def test_an_installation_is_marked_once(database: Database) -> None:
    assert await claim_kind(database, Kind.DEMO) is Kind.DEMO
    assert await claim_kind(database, Kind.PRODUCTION) is Kind.DEMO
