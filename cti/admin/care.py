"""What needs care, gathered: the configuration, the record, the floor and the people. Each part is kept as long as it
may be old, so that many who look cost as little as one."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy import Connection

from cti.admin.care_config import of_config
from cti.admin.care_floor import Asked, asked_by, of_floor
from cti.admin.care_people import of_people
from cti.admin.care_rules import DAY_MS, RuleRecord, ages, conditional, of_rules
from cti.admin.finding import Finding
from cti.admin.kept import Kept
from cti.calls.model import Call
from cti.desk.parts import DeskParts
from cti.record.configs import ConfigVersions
from cti.record.rule_figures import (
    active_texts,
    calls_since,
    failed_decisions,
    last_asked,
    last_taken,
    newest_documents,
)
from routing.config import Config
from routing.config_file import check_config

DAYS = 30
DOCUMENTS = 300
"""Calls that are looked into; reading one takes 0.2 ms."""
KEPT_S = 5.0
RECORD_KEPT_S = 60.0


class Care:
    """One per worker. Raises RecordUnavailable and NotReady."""

    def __init__(self, parts: DeskParts) -> None:
        self._parts = parts
        self._versions = ConfigVersions(parts.database)
        self._whole = Kept(self._all, for_s=KEPT_S)
        self._record = Kept(self._rules, for_s=RECORD_KEPT_S)
        self._config = Kept(self._itself, for_s=float("inf"))
        self._demands = Kept(self._asked, for_s=float("inf"))

    async def findings(self) -> tuple[Finding, ...]:
        """Everything; nothing while no configuration is active."""
        return await self._whole.get(self._version) if self._parts.rules.loaded else ()

    @property
    def _version(self) -> int:
        return self._parts.rules.config.version

    async def _all(self) -> tuple[Finding, ...]:
        parts, config = self._parts, self._parts.rules.config
        accounts, now_ms = parts.accounts, parts.clock.now_ms()
        calls, asked = await _open_calls(parts), await self._demands.get(config.version)
        floor, itself, record, users, tokens = await asyncio.gather(
            of_floor(config, asked, parts.matcher, calls),
            self._config.get(config.version),
            self._record.get(config.version),
            accounts.users.list(),
            accounts.tokens.list(),
        )
        return (*floor, *record, *itself, *of_people(config, users, tokens, now_ms))

    async def _itself(self) -> tuple[Finding, ...]:
        """Of the configuration alone: seconds of the processor for a large one, once a version."""
        config = self._parts.rules.config
        version = await self._versions.get(config.version)
        return await asyncio.to_thread(_checked, config, version.text if version else "")

    async def _asked(self) -> tuple[Asked, ...]:
        return await asyncio.to_thread(asked_by, self._parts.rules.config)

    async def _rules(self) -> tuple[Finding, ...]:
        config, now_ms = self._parts.rules.config, self._parts.clock.now_ms()
        since_ms = now_ms - DAYS * DAY_MS
        database = self._parts.database
        record = await database.read(lambda connection: _read(connection, config, since_ms))
        own = await asyncio.to_thread(ages, config, record)
        counts = await database.read(lambda connection: {at: calls_since(connection, at) for at in set(own.values())})
        return await asyncio.to_thread(of_rules, config, replace(record, calls=counts), now_ms)


def _read(connection: Connection, config: Config, since_ms: int) -> RuleRecord:
    """What the record says, in a bounded number of bounded queries; calls are looked into only where a rule was never
    taken."""
    judged = conditional(config)
    asks = {rule.name for _, rule in judged if rule.route is None and rule.block is None}
    taken = last_taken(connection, [rule.name for _, rule in judged if rule.name not in asks])
    taken |= last_asked(connection, since_ms) if asks else {}
    is_idle = any(taken.get(rule.name, 0) < since_ms for _, rule in judged)
    return RuleRecord(
        since_ms=since_ms,
        taken=taken,
        failed=failed_decisions(connection, since_ms),
        texts=active_texts(connection, since_ms),
        documents=newest_documents(connection, since_ms, limit=DOCUMENTS) if is_idle else (),
    )


def _checked(config: Config, text: str) -> tuple[Finding, ...]:
    return of_config(config, check_config(text).tests or ())


async def _open_calls(parts: DeskParts) -> Sequence[Call]:
    ids = await parts.calls.open_ids()
    return [held.call for held in await parts.calls.load_many(ids)] if ids else []
