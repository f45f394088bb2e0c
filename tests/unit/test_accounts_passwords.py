"""Passwords and secrets: what is good enough, what is kept, and what never shows."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from cti.accounts.credentials import hash_of, is_token, new_session, new_token
from cti.accounts.model import Identity, LoggedIn, Token
from cti.accounts.passwords import Passwords, TooBusy, weakness
from cti.accounts.roles import Role


@pytest.fixture
async def passwords() -> AsyncIterator[Passwords]:
    passwords = Passwords()
    yield passwords
    passwords.close()


@pytest.mark.parametrize(
    ("password", "reason"),
    [
        ("short", "at least 10"),
        ("x" * 1_001, "at most 1000"),
        ("Ana.Perez@Example.com", "own e-mail"),
        ("e\u0301" * 9, "at least 10"),
    ],
)
def test_a_weak_password_is_refused_with_the_reason(password: str, reason: str) -> None:
    assert reason in (weakness(password, "ana.perez@example.com") or "")


def test_ten_characters_will_do() -> None:
    assert weakness("correct ho", "ana@example.com") is None


async def test_the_right_password_is_recognised_and_only_that(passwords: Passwords) -> None:
    kept = await passwords.hash("correct horse")
    assert "correct horse" not in kept
    assert kept.startswith("$argon2id$v=19$m=47104,t=1,p=1$")  # OWASP's first choice
    assert await passwords.verify("correct horse", kept)
    assert not await passwords.verify("Correct horse", kept)
    assert not await passwords.verify("correct horse", None)


async def test_an_accent_may_be_typed_in_one_character_or_two(passwords: Passwords) -> None:
    assert await passwords.verify("cafe\u0301 au lait", await passwords.hash("caf\u00e9 au lait"))


async def test_a_stranger_costs_as_much_work_as_a_user(passwords: Passwords) -> None:
    """Measured by the threads' work, not by the clock: without a hash one of nobody's is checked."""
    await passwords.verify("warm up first", None)
    kept = await passwords.hash("correct horse")
    assert passwords.nobodys is not None
    assert passwords.nobodys.split("$")[1:4] == kept.split("$")[1:4]


async def test_more_checks_than_can_be_done_in_time_are_refused() -> None:
    passwords = Passwords(most_waiting=2)
    flood = [passwords.hash("correct horse") for _ in range(5)]
    results = await asyncio.gather(*flood, return_exceptions=True)
    assert sum(isinstance(result, TooBusy) for result in results) == 3
    assert await passwords.hash("correct horse")
    passwords.close()


def test_secrets_are_long_random_and_recognisable() -> None:
    assert len({new_session() for _ in range(100)}) == 100
    assert len(new_session()) == 64
    assert not is_token(new_session())
    assert new_token().startswith("cti_")
    assert hash_of("a") != hash_of("b")
    assert len(hash_of("\ud800")) == 64


def test_no_secret_shows_where_values_are_printed() -> None:
    someone = Identity(user_id="1", email="a@b", name="A", role=Role.REP, rep=None)
    assert "hidden" not in repr(LoggedIn(session="hidden", identity=someone, expires_ms=1))
    assert "hidden" not in repr(Token(secret="hidden", id="1", email="a@b", label="", expires_ms=1))
