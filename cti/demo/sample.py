"""The sample configuration, and the people and numbers in it. Reads no more than it must: every start of the demo waits
for it. The configuration itself is checked when it is applied.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import yaml

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
    """The configuration's text and what the demo takes from it."""

    text: str
    people: tuple[Person, ...]
    numbers: Mapping[str, str]
    """Number → what it is called."""

    @property
    def emails(self) -> tuple[str, ...]:
        """Everybody's address."""
        return tuple(person.email for person in self.people)


def read_sample() -> Sample:
    """From ``sample_config.yaml``."""
    text = CONFIG.read_text(encoding="utf-8")
    written = yaml.safe_load(text)
    reps = [
        Person(email=rep["email"], name=rep["name"], rep=rep["id"], what=f"{rep['name']}: {', '.join(rep['skills'])}")
        for rep in written["reps"]
    ]
    return Sample(
        text=text,
        people=(*reps, Person(email=ADMIN, name="Admin", rep=None, what="admin")),
        numbers={number["number"]: number["name"] for number in written["numbers"]},
    )
