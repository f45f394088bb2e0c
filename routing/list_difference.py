"""What differs in lists of callers, the owner's numbers and the away reasons, in words. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from routing.config import AwayReason
from routing.difference_words import Say, listed, said

_TOLD = 5
"""Numbers that are named; a list may have thousands."""


def lists(old: Mapping[str, frozenset[str]], new: Mapping[str, frozenset[str]]) -> Iterator[str]:
    """By name."""
    yield from (f"list {name} is gone" for name in old if name not in new)
    for name, numbers in new.items():
        if name not in old:
            count = "1 number" if len(numbers) == 1 else f"{len(numbers)} numbers"
            yield f"list {name} is new, with {count}{': ' if numbers else ''}{_some(numbers)}"
            continue
        if came := numbers - old[name]:
            yield f"list {name} has {_some(came)} too"
        if went := old[name] - numbers:
            yield f"list {name} no longer has {_some(went)}"


def _some(numbers: Collection[str]) -> str:
    shown = ", ".join(sorted(numbers)[:_TOLD])
    return f"{shown} and {len(numbers) - _TOLD} more" if len(numbers) > _TOLD else shown


def away_reasons(old: tuple[AwayReason, ...] | None, new: tuple[AwayReason, ...] | None) -> Iterator[str]:
    """Null: whatever a rep writes."""
    if new is None:
        yield f"reps write any reason for being away, instead of choosing among {_labels(old or ())}"
    elif old is None:
        yield f"reps choose among {_labels(new)} for being away, instead of writing any reason"
    else:
        yield from _reasons(old, new)


def _labels(reasons: tuple[AwayReason, ...]) -> str:
    return listed([one.label for one in reasons])


def _reasons(old: tuple[AwayReason, ...], new: tuple[AwayReason, ...]) -> Iterator[str]:
    was, now = {one.id: one.label for one in old}, {one.id: one.label for one in new}
    yield from (f"away reason {id_} is gone" for id_ in was if id_ not in now)
    for id_, label in now.items():
        if id_ not in was:
            yield f"away reason {id_} is new: {label}"
        elif was[id_] != label:
            yield f"away reason {id_}: is called {label} instead of {was[id_]}"
    if [id_ for id_ in was if id_ in now] != [id_ for id_ in now if id_ in was]:
        yield f"away reasons: the order is now {listed([said(id_) for id_ in now])}"


def _language(old: str | None, new: str | None) -> Iterator[str]:
    if new is None:
        yield f"speaks no language of its own to callers any more (was {old})"
    else:
        instead = "" if old is None else f" instead of {old}"
        yield f"speaks {new}{instead} to callers whose language is not known"


def _greeting(old: Mapping[str, str], new: Mapping[str, str]) -> Iterator[str]:
    for language, text in new.items():
        if old.get(language) != text:
            instead = f"“{old[language]}”" if language in old else "the usual words"
            yield f"greets with “{text}” instead of {instead} in {language}"
    for language, text in old.items():
        if language not in new:
            yield f"greets as usual in {language}, no longer with “{text}”"


NUMBER: Mapping[str, Say] = {"language": _language, "greeting": _greeting}
