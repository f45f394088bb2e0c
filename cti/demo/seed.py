"""What the demo fills its database with, once: configuration, contacts, people."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from routing.config_file import load_config

CONFIG = Path(__file__).with_name("sample_config.yaml")
ADMIN = "admin@example.com"


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody who may log in."""

    email: str
    name: str
    rep: str | None
    """The rep's id; null for the admin."""
    what: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """The sample configuration and the people in it."""

    text: str
    people: tuple[Person, ...]
    numbers: Mapping[str, str]

    @property
    def emails(self) -> tuple[str, ...]:
        """Everybody's address."""
        return tuple(person.email for person in self.people)


def sample() -> Sample:
    """Read from ``sample_config.yaml``."""
    text = CONFIG.read_text(encoding="utf-8")
    config = load_config(text, CONFIG.name)
    admin = Person(email=ADMIN, name="Admin", rep=None, what="admin")
    reps = [
        Person(email=rep.email, name=rep.name, rep=rep.id, what=f"{rep.name}: {', '.join(sorted(rep.skills))}")
        for rep in config.reps.values()
        if rep.email
    ]
    return Sample(
        text=text,
        people=(*reps, admin),
        numbers={number.number: number.name for number in config.numbers},
    )
