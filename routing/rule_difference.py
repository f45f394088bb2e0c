"""What differs between the rules of two configurations, in words. Pure.

Rules are told apart by name; one whose name alone differs was renamed. A rule moved if the others cannot have moved
around it with fewer moves.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from routing.ask_difference import ask, block
from routing.conditions import Condition
from routing.config import Closing, PreferRep, Route, RouteStep, Rule
from routing.difference_words import Say, changes, said
from routing.duration import format_duration
from routing.model import QueueId
from routing.resolving import Asked

_COMPARED = re.compile(r" now$| instead of [^\s”]+$")
"""What compares with nothing, in a sentence about something new; never the end of a quoted text."""


def rule_differences(before: Sequence[Rule], after: Sequence[Rule]) -> Iterator[str]:
    """One sentence or more for each rule that is new, gone, renamed, moved or changed."""
    old, new = {rule.name: rule for rule in before}, {rule.name: rule for rule in after}
    renamed = dict(_renamed(old, new))
    yield from (f"rule {name} is gone" for name in old if name not in new and name not in renamed)
    for name, rule in new.items():
        if name in old:
            yield from _changed(old[name], rule)
        elif name not in renamed.values():
            yield f"rule {name} is new, in place {list(new).index(name) + 1}: {_whole(rule)}"
    yield from (f"rule {name} is now called {to}" for name, to in renamed.items())
    yield from _moved([renamed.get(name, name) for name in old], list(new))


def _renamed(old: Mapping[str, Rule], new: Mapping[str, Rule]) -> Iterator[tuple[str, str]]:
    """Old name → new name, of rules that are the same otherwise."""
    free = [(replace(rule, name=""), name) for name, rule in new.items() if name not in old]
    for name in [name for name in old if name not in new]:
        nameless = replace(old[name], name="")
        match = next((one for one in free if one[0] == nameless), None)
        if match is not None:
            free.remove(match)
            yield name, match[1]


def _moved(old: Sequence[str], new: Sequence[str]) -> Iterator[str]:
    """The fewest rules whose moves make the one order from the other; places count from 1."""
    was = {name: place for place, name in enumerate(old)}
    places = [was[name] for name in new if name in was]
    stayed = _longest_rise(places)
    for place, name in enumerate(new):
        if name in was and was[name] not in stayed:
            direction = "up" if place < was[name] else "down"
            yield f"rule {name} moved {direction}, to place {place + 1} from {was[name] + 1}"


def _longest_rise(numbers: Sequence[int]) -> frozenset[int]:
    """The longest run of numbers that grows, gaps allowed."""
    tails: list[int] = []
    before: dict[int, int | None] = {}
    for number in numbers:
        at = bisect_left(tails, number)
        before[number] = tails[at - 1] if at else None
        tails[at:] = [number] if at == len(tails) else [number, *tails[at + 1 :]]
    found: set[int] = set()
    one = tails[-1] if tails else None
    while one is not None:
        found.add(one)
        one = before[one]
    return frozenset(found)


def _changed(before: Rule, after: Rule) -> Iterator[str]:
    """A rule may lead nowhere, and do something else instead: what is not there on one side is told whole."""
    subject = f"rule {after.name}"
    if before.when != after.when:
        yield f"{subject}: holds {_when(after.when)} instead of {_when(before.when)}"
    told = replace(before, when=after.when)
    if isinstance(before.route, Route) and isinstance(after.route, Route):
        yield from changes(subject, before.route, after.route, ROUTE)
        told = replace(told, route=after.route)
    yield from changes(subject, told, after, RULE)


def _when(condition: Condition | None) -> str:
    return "for every call" if condition is None else f"when {said(condition)}"


def _whole(rule: Rule) -> str:
    """A new rule: where it leads, and all that is not as usual."""
    facts = [f"holds {_when(rule.when)}"]
    if isinstance(rule.route, Route):
        facts += _whole_route(rule.route)
    return "; ".join([*facts, *_unusual(Rule(name=rule.name, when=rule.when, route=rule.route), rule, RULE)])


def _whole_route(route: Route) -> Iterator[str]:
    yield f"goes to queue {route.queue}"
    yield from _unusual(Route(queue=route.queue), route, ROUTE)


def _route(old: Route | None, new: Route | None) -> Iterator[str]:
    """Of a rule that did not route before, or does not now."""
    if new is None and old is not None:
        yield f"no longer goes to queue {old.queue}"
    elif new is not None:
        first, *more = _whole_route(new)
        yield "; ".join([f"{first} now", *more])


def _unusual(usual: object, value: object, say: Mapping[str, Say]) -> Iterator[str]:
    for sentence in changes("", usual, value, say):
        yield _COMPARED.sub("", sentence.removeprefix(": "))


# One field of a route or a step


def _queue(old: QueueId, new: QueueId) -> Iterator[str]:
    yield f"goes to queue {new} instead of {old}"


def _priority(old: int | None, new: int | None) -> Iterator[str]:
    if new is None:
        yield f"no longer changes the priority (to {old})"
    else:
        yield f"has priority {new}{'' if old is None else f' instead of {old}'}"


def _head_start(old: int, new: int) -> Iterator[str]:
    yield f"counts {format_duration(new)} as waited already instead of {format_duration(old)}"


def _who(who: str) -> str:
    return {"owner": "the owner", "last": "the last rep"}.get(who, who)


def _prefer_rep(old: PreferRep | None, new: PreferRep | None) -> Iterator[str]:
    if old is not None and new is not None:
        yield from _preference(old, new)
    elif old is not None:
        yield f"no longer asks {_who(old.who)} first"
    elif new is not None:
        waits = f"waits {format_duration(new.wait_ms)} for them" if new.wait_ms else "does not wait for them"
        team = f", then {format_duration(new.team_wait_ms)} for their team alone" if new.team_wait_ms else ""
        qualify = "" if new.must_qualify else ", qualified or not,"
        yield f"asks {_who(new.who)} first{qualify} and {waits}{team}"


def _preference(old: PreferRep, new: PreferRep) -> Iterator[str]:
    who = _who(new.who)
    if old.who != new.who:
        yield f"asks {who} first instead of {_who(old.who)}"
    if old.wait_ms != new.wait_ms:
        yield f"waits {format_duration(new.wait_ms)} instead of {format_duration(old.wait_ms)} for {who}"
    if old.must_qualify != new.must_qualify:
        yield f"{who} {'must qualify now' if new.must_qualify else 'need not qualify any more'}"
    if old.team_wait_ms != new.team_wait_ms:
        yield _team_wait(who, old.team_wait_ms, new.team_wait_ms)
    told = {"who": new.who, "wait_ms": new.wait_ms, "must_qualify": new.must_qualify, "team_wait_ms": new.team_wait_ms}
    known = replace(old, **told)  # type: ignore[arg-type]  # fields of one class
    yield from (sentence.removeprefix(": ") for sentence in changes("", known, new))


def _team_wait(who: str, old: int, new: int) -> str:
    if not new:
        return f"no longer waits for {who}'s team ({format_duration(old)})"
    return f"waits {format_duration(new)} instead of {format_duration(old)} for {who}'s team alone, after that"


def _needs(old: Asked | None, new: Asked | None) -> Iterator[str]:
    yield from _asked(old, new, "needs", "{what} at {level} or more")


def _prefers(old: Asked | None, new: Asked | None) -> Iterator[str]:
    yield from _asked(old, new, "prefers", "{what} with weight {level}")


def _asked(old: Asked | None, new: Asked | None, verb: str, form: str) -> Iterator[str]:
    """Null, of a step: what the route says stays."""
    if old is None or new is None:
        yield _replaced(new if old is None else old, verb, form, is_new=old is None)
        return
    before, after = dict(old), dict(new)
    for what, level in after.items():
        if what not in before:
            yield f"{verb} {form.format(what=said(what), level=level)} now"
        elif before[what] != level:
            yield f"{verb} {form.format(what=said(what), level=level)} instead of {before[what]}"
    yield from (f"no longer {verb} {said(what)}" for what in before if what not in after)


def _replaced(asked: Asked | None, verb: str, form: str, *, is_new: bool) -> str:
    all_of = ", ".join(form.format(what=said(what), level=level) for what, level in asked or ()) or "no skill"
    what = "preferences" if verb == "prefers" else verb
    return f"{verb} {all_of}" if is_new else f"no longer changes the {what} (to {all_of})"


def _then(old: str | None, new: str | None) -> Iterator[str]:
    if new is None:
        yield f"no longer {_ending(old or '')}"
    else:
        yield f"{_ending(new)}{'' if old is None else f', where it {_past(old)}'}"


def _past(then: str) -> str:
    kind, _, rest = then.partition(":")
    moved = {"queue": f"moved to queue {rest}", "dial": f"connected the caller to {rest}"}
    ended = {"hang_up": "hung up", "voicemail": "took a message", "callback": "promised a call back"}
    return (moved | ended).get(kind, f"did {then}")


def _ending(then: str) -> str:
    kind, _, rest = then.partition(":")
    moves = {"queue": f"moves to queue {rest}", "dial": f"connects the caller to {rest}"}
    ends = {"hang_up": "hangs up", "voicemail": "takes a message", "callback": "promises a call back"}
    return (moves | ends).get(kind, f"does {then}")


def _offer_callback(old: bool | None, new: bool | None) -> Iterator[str]:
    if new is None:
        yield "no longer changes whether a call back is offered"
    else:
        yield "offers a call back now" if new else "offers no call back any more"


def _closing(old: Closing | None, new: Closing | None) -> Iterator[str]:
    if new is None and old is not None:
        yield f"the wait goes on when hours {old.hours} end"
    elif old is None and new is not None:
        yield f"{_ending(new.then)} when hours {new.hours} end"
    elif old is not None and new is not None:
        yield from _other_closing(old, new)


def _other_closing(old: Closing, new: Closing) -> Iterator[str]:
    if old.hours != new.hours:
        yield f"looks at hours {new.hours} instead of {old.hours} for the end of the wait"
    if old.then != new.then:
        yield f"{_ending(new.then)} when hours {new.hours} end, where it {_past(old.then)}"
    known = replace(old, hours=new.hours, then=new.then)
    yield from (sentence.removeprefix(": ") for sentence in changes("", known, new))


def _skip_if(old: str | None, new: str | None) -> Iterator[str]:
    nobody = {"nobody_on_duty": "nobody on duty", "nobody_free": "nobody free"}
    was, now = nobody.get(old or "", old), nobody.get(new or "", new)
    if new is None:
        yield f"is no longer passed over when {was} could take the call"
    else:
        instead = "" if old is None else f", instead of {was}"
        yield f"is passed over when {now} could take the call{instead}"


def _queues(old: Sequence[QueueId] | None, new: Sequence[QueueId] | None) -> Iterator[str]:
    if new is None or old is None:
        names = ", ".join(new or old or ()) or "none"
        yield f"lets reps of {names} take the call" if new is not None else f"no longer changes the queues (to {names})"
    else:
        now, was = (", ".join(some) or "no other queue" for some in (new, old))
        yield f"lets reps of {now} take the call, instead of {was}"


def _steps(old: Sequence[RouteStep], new: Sequence[RouteStep]) -> Iterator[str]:
    before, after = {step.after_ms: step for step in old}, {step.after_ms: step for step in new}
    moved = dict(_moments(before, after))
    for ms, step in before.items():
        if ms in after:
            yield from changes(f"after {format_duration(ms)}", step, after[ms], STEP)
        elif ms in moved:
            yield f"the step after {format_duration(ms)} comes after {format_duration(moved[ms])} now"
        else:
            yield f"the step after {format_duration(ms)} is gone"
    for ms, step in after.items():
        if ms not in before and ms not in moved.values():
            parts = ", ".join(_unusual(RouteStep(after_ms=ms), step, STEP))
            yield f"a new step after {format_duration(ms)}: {parts or 'changes nothing'}"


def _moments(before: Mapping[int, RouteStep], after: Mapping[int, RouteStep]) -> Iterator[tuple[int, int]]:
    """Steps that come at another moment and are the same otherwise."""
    free = [step for ms, step in after.items() if ms not in before]
    for ms, step in before.items():
        match = next((one for one in free if replace(one, after_ms=ms) == step), None)
        if ms not in after and match is not None:
            free.remove(match)
            yield ms, match.after_ms


STEP: Mapping[str, Say] = {
    "needs": _needs,
    "prefers": _prefers,
    "priority": _priority,
    "offer_callback": _offer_callback,
    "then": _then,
    "queues": _queues,
    "skip_if": _skip_if,
}
ROUTE: Mapping[str, Say] = {
    "queue": _queue,
    "priority": _priority,
    "head_start_ms": _head_start,
    "prefer_rep": _prefer_rep,
    "needs": _needs,
    "prefers": _prefers,
    "steps": _steps,
    "closing": _closing,
}
RULE: Mapping[str, Say] = {"ask": ask, "block": block, "route": _route}
