"""Needs and preferences that come from the call: ``needs: {language: caller.language}`` becomes the skill
``language-pl`` for a Polish caller. Pure.

What is not known, or of which there is no such skill, asks for nothing: a caller is never lost to a gap in the data.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import product

from routing.model import SkillName
from routing.plan import Levels


@dataclass(frozen=True, slots=True, order=True)
class SkillOf:
    """One skill of a family, chosen by a fact."""

    family: str
    """``language``: of the skills ``language-…``."""
    fact: str
    """``caller.language``."""


Asked = tuple[tuple[SkillName | SkillOf, int], ...]
"""(skill, level or weight), as the file has it."""
Choose = Callable[[SkillOf], SkillName | None]


def resolved(asked: Asked, choose: Choose) -> Levels:
    """Skills alone, sorted; one that is asked for twice counts at the higher level."""
    levels: dict[SkillName, int] = {}
    for what, level in asked:
        skill = choose(what) if isinstance(what, SkillOf) else what
        if skill is not None:
            levels[skill] = max(level, levels.get(skill, 0))
    return tuple(sorted(levels.items()))


def members(family: str, skills: Iterable[SkillName]) -> tuple[SkillName, ...]:
    """The skills of that family, by name."""
    return tuple(sorted(skill for skill in skills if skill.startswith(f"{family}-")))


def member_for(family: str, value: str | None, skills: frozenset[SkillName]) -> SkillName | None:
    """The skill for a fact's value: ``pl-PL`` → ``language-pl-pl``, else ``language-pl``; null: none, or not known."""
    parts = (value or "").strip().lower().split("-")
    for length in range(len(parts), 0, -1):
        skill = SkillName(f"{family}-{'-'.join(parts[:length])}")
        if skill in skills:
            return skill
    return None


def choices(wanted: Iterable[SkillOf], skills: frozenset[SkillName]) -> Iterator[Choose]:
    """Every way in which these can come out, none of them known first."""
    each = sorted(set(wanted))
    for picked in product(*((None, *members(one.family, skills)) for one in each)):
        chosen: Mapping[SkillOf, SkillName | None] = dict(zip(each, picked, strict=True))
        yield chosen.get
