"""A program that is a rep: its token, its socket, and the API, on a whole service."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import httpx
from websockets.asyncio.client import ClientConnection, connect

from cti.accounts.model import Token
from cti.accounts.roles import Role
from tests.support.eventually import here
from tests.support.house import Running

PASSWORD = "correct horse battery"


@dataclass(frozen=True, slots=True, kw_only=True)
class Program:
    """One rep's desk without a page."""

    api: httpx.AsyncClient
    events: ClientConnection

    async def next(self, kind: str, *, within_s: float = 5.0) -> tuple[dict[str, Any], float]:
        """The next event of that kind, and the monotonic second it came."""
        async with asyncio.timeout(here(within_s)):
            while True:
                event: dict[str, Any] = json.loads(await self.events.recv())
                if event["type"] == kind:
                    return event, time.monotonic()

    async def becomes(self, status: str) -> None:
        """The rep asks for that status."""
        (await self.api.put("/api/v1/me/status", json={"status": status})).raise_for_status()


async def a_client(running: Running, email: str, *, role: Role, rep: str | None = None) -> httpx.AsyncClient:
    """The API as that person; who is new is added."""
    accounts = running.house.accounts
    await accounts.users.add(email=email, name=rep or "", role=role, rep=rep, password=PASSWORD, by="test")
    token = await accounts.tokens.add(email, days=1, label="test", by="test")
    assert isinstance(token, Token)
    headers = {"Authorization": f"Bearer {token.secret}"}
    return httpx.AsyncClient(base_url=running.url, headers=headers, trust_env=False)


@asynccontextmanager
async def a_program(running: Running, rep: str) -> AsyncIterator[Program]:
    """That rep, connected; leaving the block closes the socket."""
    async with await a_client(running, f"{rep}@example.com", role=Role.REP, rep=rep) as api:
        headers = {"Authorization": api.headers["Authorization"]}
        url = f"{running.url.replace('http', 'ws', 1)}/ws/desk"
        async with connect(url, additional_headers=headers, proxy=None, max_size=None, max_queue=None) as events:
            yield Program(api=api, events=events)
