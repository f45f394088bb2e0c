"""What differs between two versions of a configuration, in plain English for whoever is about to activate one. Pure.

Guarantees that nothing that differs is left out, fields included that nobody wrote a sentence for, and that two
configurations that do the same give no sentence: comments, layout and the spelling of a condition are no difference.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import fields
from datetime import date
from itertools import groupby
from typing import Any

from routing.config import Config, Queue, Rep, ServiceLevel
from routing.difference_words import NOTHING, Say, by_key, changes, label, listed, plain, said
from routing.duration import format_duration
from routing.hours import Days, Hours, Span
from routing.list_difference import NUMBER, away_reasons, lists
from routing.model import QueueId, SkillName
from routing.plan import CallbackTerms
from routing.prompts import Prompts, Words
from routing.rule_difference import rule_differences

_DERIVED = frozenset({"version", "asked"})
"""Fields of a ``Config`` that say nothing of their own."""
_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def differences(before: Config, after: Config) -> tuple[str, ...]:
    """``rule gold customers reach their own rep: waits 30s instead of 15s for the owner``, … in the order of the file.

    Empty exactly where the two mean the same.
    """
    found: list[str] = []
    for name in [field.name for field in fields(Config) if field.name not in _DERIVED]:
        old, new = getattr(before, name), getattr(after, name)
        if old == new:
            continue
        own = tuple(_SECTIONS[name](old, new)) if name in _SECTIONS else ()
        found.extend(own or plain("", label(name), old, new, name))
    return tuple(found)


def _skills(old: frozenset[SkillName], new: frozenset[SkillName]) -> Iterator[str]:
    yield from (f"skill {skill} is gone" for skill in sorted(old - new))
    yield from (f"skill {skill} is new" for skill in sorted(new - old))


def _keyed(
    kind: str,
    old: Mapping[Any, Any],
    new: Mapping[Any, Any],
    say: Mapping[str, Say],
    whole: Callable[[Any], str] = said,
) -> Iterator[str]:
    """Things by id: gone, new, changed."""
    yield from (f"{kind} {key} is gone" for key in old if key not in new)
    for key, one in new.items():
        if key not in old:
            yield f"{kind} {key} is new: {whole(one)}".removesuffix(": ")
        elif old[key] != one:
            yield from changes(f"{kind} {key}", old[key], one, say)


def _listed_by_key(kind: str, fields_say: Mapping[str, Say] = NOTHING) -> Say:
    """A list of things: gone, new, changed, and their order; nothing is said where keys are there twice."""

    def say(old: tuple[Any, ...], new: tuple[Any, ...]) -> Iterator[str]:
        was, now = by_key(old), by_key(new)
        if len(was) < len(old) or len(now) < len(new):
            return
        yield from _keyed(kind, was, now, fields_say, lambda one: "" if kind == "test" else said(one))
        if [key for key in was if key in now] != [key for key in now if key in was]:
            yield f"{kind}s: the order is now {listed([said(key) for key in now])}"

    return say


# Reps and queues


def _reps(old: Mapping[Any, Rep], new: Mapping[Any, Rep]) -> Iterator[str]:
    return _keyed("rep", old, new, REP, _whole_rep)


def _whole_rep(rep: Rep) -> str:
    skills = listed([f"{skill} {level}" for skill, level in rep.skills.items()])
    serves = "every queue" if rep.queues is None else listed(sorted(rep.queues))
    name = rep.name if rep.email is None else f"{rep.name}, {rep.email}"
    team = "" if rep.team is None else f"; of the team {rep.team}"
    reads = "" if rep.language is None else f"; reads {rep.language}"
    return f"called {name}; skills: {skills}; serves {serves}{team}{reads}"


def _rep_skills(old: Mapping[SkillName, int], new: Mapping[SkillName, int]) -> Iterator[str]:
    for skill, level in new.items():
        if skill not in old:
            yield f"has {skill} now, at {level}"
        elif old[skill] != level:
            yield f"has {skill} at {level} instead of {old[skill]}"
    yield from (f"no longer has {skill} (was {level})" for skill, level in old.items() if skill not in new)


def _rep_queues(old: frozenset[QueueId] | None, new: frozenset[QueueId] | None) -> Iterator[str]:
    if old is None or new is None:
        now, was = ("every queue" if some is None else listed(sorted(some)) for some in (new, old))
        yield f"serves {now} instead of {was}"
        return
    yield from (f"serves {queue} too" for queue in sorted(new - old))
    yield from (f"no longer serves {queue}" for queue in sorted(old - new))


def _called(old: str, new: str) -> Iterator[str]:
    yield f"is called {said(new)} instead of {said(old)}"


def _time(sentence: str) -> Say:
    """``{now}`` and ``{was}`` are lengths of time."""
    return lambda old, new: [sentence.format(now=format_duration(new), was=format_duration(old))]


def _hear(what: str) -> Say:
    return lambda old, new: [f"callers hear now {what}" if new else f"callers no longer hear {what}"]


ANNOUNCE: Mapping[str, Say] = {
    "every_ms": _time("callers hear every {now} instead of {was} how it stands"),
    "place": _hear("their place in line"),
    "wait": _hear("how long they will probably wait"),
}


def _team(old: str | None, new: str | None) -> Iterator[str]:
    if new is None:
        yield f"is of no team any more (was of {old})"
    else:
        yield f"is of the team {new} {'now' if old is None else f'instead of {old}'}"


def _max_size(old: int | None, new: int | None) -> Iterator[str]:
    now, was = "any number of" if new is None else f"at most {new}", "any number" if old is None else old
    yield f"{now} callers may wait instead of {was}"


def _service_level(old: ServiceLevel, new: ServiceLevel) -> Iterator[str]:
    yield from _bare(changes("", old, new, SERVICE_LEVEL))


def _callback(old: CallbackTerms, new: CallbackTerms) -> Iterator[str]:
    yield from _bare(changes("", old, new, CALLBACK))


def _bare(sentences: Iterable[str]) -> Iterator[str]:
    yield from (sentence.removeprefix(": ") for sentence in sentences)


def _on_hang_up(old: int | None, new: int | None) -> Iterator[str]:
    if new is None:
        yield f"who hangs up is no longer called back (was after {format_duration(old or 0)} of waiting)"
    else:
        instead = "" if old is None else f" instead of {format_duration(old)}"
        yield f"who hangs up after {format_duration(new)}{instead} of waiting is called back too"


REP: Mapping[str, Say] = {
    "name": _called,
    "email": lambda old, new: [f"has the e-mail address {said(new)} instead of {said(old)}"],
    "device": lambda old, new: [f"answers with {said(new)} instead of {said(old)}"],
    "skills": _rep_skills,
    "queues": _rep_queues,
    "team": _team,
}
SERVICE_LEVEL: Mapping[str, Say] = {
    "answered_within_ms": _time("callers are to be answered within {now} instead of {was}"),
    "target": lambda old, new: [f"{100 * new:g}% of callers instead of {100 * old:g}% are to be answered in time"],
}
CALLBACK: Mapping[str, Say] = {
    "tries": lambda old, new: [
        f"who is called back and does not answer is called {new} {'time' if new == 1 else 'times'} instead of {old}"
    ],
    "spacing_ms": _time("calls back that nobody answers are {now} apart instead of {was}"),
    "keep_ms": _time("the place of who is to be called back is kept for {now} instead of {was}"),
    "ring_ms": _time("who is called back has {now} to answer instead of {was}"),
    "on_hang_up_ms": _on_hang_up,
}
QUEUE: Mapping[str, Say] = {
    "max_size": _max_size,
    "callback": _callback,
    "service_level": _service_level,
    "name": _called,
    "strategy": lambda old, new: [f"asks first by {said(new)} instead of {said(old)}"],
    "max_wait_ms": _time("callers wait at most {now} instead of {was}"),
    "offer_timeout_ms": _time("each rep is asked for {now} instead of {was}"),
    "wrap_up_ms": _time("after-call work lasts at most {now} instead of {was}"),
    "announce": lambda old, new: [one.removeprefix(": ") for one in changes("", old, new, ANNOUNCE)],
}


def _queues(old: Mapping[Any, Queue], new: Mapping[Any, Queue]) -> Iterator[str]:
    return _keyed("queue", old, new, QUEUE)


# Hours


def _hours(old: Mapping[str, Hours], new: Mapping[str, Hours]) -> Iterator[str]:
    return _keyed("hours", old, new, HOURS, _whole_hours)


def _whole_hours(hours: Hours) -> str:
    closed = f", closed on {listed([said(days) for days in hours.closed])}" if hours.closed else ""
    week = ", ".join(_week_spans(hours.week, range(len(hours.week))))
    return f"{said(hours.zone)}, {week}{closed}{''.join(f', {one}' for one in _exceptions({}, hours.exceptions))}"


def _open(spans: Iterable[Span]) -> str:
    return " and ".join(said(span) for span in spans) or "closed"


def _week_spans(week: tuple[tuple[Span, ...], ...], days: Iterable[int]) -> Iterator[str]:
    for spans, some in groupby(days, key=lambda day: week[day]):
        yield f"{_day_names(list(some))} {_open(spans)}"


def _day_names(days: list[int]) -> str:
    first, last = _WEEKDAYS[days[0] % 7], _WEEKDAYS[days[-1] % 7]
    return first if first == last else f"{first}-{last}"


def _week(old: tuple[tuple[Span, ...], ...], new: tuple[tuple[Span, ...], ...]) -> Iterator[str]:
    """Neighbouring days of one change in one sentence."""
    differing = [day for day, (was, now) in enumerate(zip(old, new, strict=False)) if was != now]
    runs = groupby(enumerate(differing), key=lambda one: (one[1] - one[0], old[one[1]], new[one[1]]))
    for (_, was, now), run in runs:
        yield f"{_day_names([day for _, day in run])}: {_open(now)} instead of {_open(was)}"


def _closed(old: tuple[Days, ...], new: tuple[Days, ...]) -> Iterator[str]:
    yield from (f"closed on {said(days)} too" for days in new if days not in old)
    yield from (f"no longer closed on {said(days)}" for days in old if days not in new)


def _exceptions(old: Mapping[date, tuple[Span, ...]], new: Mapping[date, tuple[Span, ...]]) -> Iterator[str]:
    for day in sorted(old.keys() | new.keys()):
        if old.get(day) != new.get(day):
            now, was = (_open(some[day]) if day in some else "as usual" for some in (new, old))
            yield f"on {said(day)}: {now} instead of {was}"


HOURS: Mapping[str, Say] = {
    "zone": lambda old, new: [f"the time zone is {said(new)} instead of {said(old)}"],
    "week": _week,
    "closed": _closed,
    "exceptions": _exceptions,
}


# Words


def _prompts(old: Prompts, new: Prompts) -> Iterator[str]:
    if old.language != new.language:
        yield f"callers are spoken to in {new.language} instead of {old.language}, where theirs is not known"
    yield from (f"prompts in {language} are gone" for language in old.words if language not in new.words)
    for language, words in new.words.items():
        if language not in old.words:
            yield f"prompts in {language} are new"
        else:
            yield from _words(f"prompt in {language}", old.words[language], words)


def _words(subject: str, old: Words, new: Words) -> Iterator[str]:
    for name in [field.name for field in fields(new)]:
        was, now = getattr(old, name), getattr(new, name)
        if was != now:
            yield f"{subject}, {label(name)}: “{said(now)}” instead of “{said(was)}”"


_SECTIONS: Mapping[str, Say] = {
    "skills": _skills,
    "reps": _reps,
    "queues": _queues,
    "hours": _hours,
    "lists": lists,
    "numbers": _listed_by_key("number", NUMBER),
    "dispositions": _listed_by_key("disposition"),
    "away_reasons": away_reasons,
    "prompts": _prompts,
    "rules": rule_differences,
    "tests": _listed_by_key("test"),
}
