"""What the matcher's scripts are asked and answer: JSON to values, refusals to typed errors. Pure.

Never repairs an answer: an unknown code is a broken promise and raises.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import orjson

from routing.errors import NotReady, RoutingError, StaleVersion
from routing.expected_wait import Departure, LineFlow
from routing.model import (
    Ask,
    CallId,
    Consideration,
    Decision,
    DemandId,
    Match,
    OfferId,
    Profile,
    QueueId,
    RepId,
    RepState,
    RepStatus,
    SkillName,
    Standing,
    Strategy,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """One script's answer."""

    matches: tuple[Match, ...]
    """Made by this step, in the order in which they were made."""
    decisions: Mapping[CallId, Decision]
    """Of the calls that this step put in line."""
    result: Any
    """What the script's header says under *Returns*."""


def reply_of(answer: object) -> Reply:
    """The answer of ``floor.reply``. Raises NotReady or StaleVersion for ``floor.refuse``."""
    if not isinstance(answer, list) or not answer:
        raise RoutingError(f"a script answered {answer!r}")
    code = text_of(answer[0])
    if code == "NOT_READY":
        raise NotReady("the floor is being rebuilt")
    if code == "STALE_VERSION":
        raise StaleVersion("the floor has another version of the demand table")
    if code != "OK":
        raise RoutingError(f"a script answered {code!r}")
    body = json.loads(answer[1])
    return Reply(
        matches=tuple(map(match_of, body.get("matches") or ())),
        decisions={CallId(call): decision_of(each) for call, each in (body.get("decisions") or {}).items()},
        result=body.get("result"),
    )


def text_of(value: object) -> str:
    """Redis hands out bytes or text, by the client's setting."""
    return value.decode() if isinstance(value, bytes) else str(value)


def ask_json(ask: Ask) -> str:
    """An ask as ``matcher.claim`` decodes it; absent values are left out."""
    fields: dict[str, object] = {
        "call": ask.call,
        "demand": ask.demand.id,
        "queue": ask.demand.queue,
        "served": ask.demand.served,
        "strategy": ask.demand.strategy.value,
        "needs": list(ask.demand.wanted),
        "prefers": [f"{skill}*{weight}" for skill, weight in ask.demand.prefers],
        "priority": ask.priority,
        "counted_from": ask.counted_from_ms,
    }
    if ask.arrived_ms is not None:
        fields["arrived"] = ask.arrived_ms
    if ask.prefer is not None:
        fields |= {"prefer": ask.prefer.rep, "prefer_until": ask.prefer.until_ms, "waived": ask.prefer.waived}
    if ask.max_size is not None:
        fields["max_size"] = ask.max_size
    if ask.off_line:
        fields["off_line"] = True
    return json.dumps(fields)


def profile_json(profile: Profile, source: str) -> bytes:
    """A profile as ``reps.read_profile`` decodes it, with the digest of what it is made of."""
    fields = {
        "source": source,
        "fits": profile.fits,
        "ranked": profile.ranked,
        "tallies": tuple(profile.tallies),
        "flexibility": profile.flexibility,
        "levels": profile.levels,
    }
    return orjson.dumps(fields)


def match_of(fields: Mapping[str, Any]) -> Match:
    """A match as the scripts encode it."""
    return Match(
        call=CallId(fields["call"]),
        rep=RepId(fields["rep"]),
        offer=OfferId(fields["offer"]),
        decision=decision_of(fields["decision"]),
    )


def decision_of(fields: Mapping[str, Any]) -> Decision:
    """A decision as the scripts encode it."""
    chosen = fields.get("chosen")
    return Decision(
        demand=DemandId(fields["demand"]),
        queue=QueueId(fields["queue"]),
        chosen=RepId(chosen) if chosen is not None else None,
        how=fields["how"],
        version=fields.get("version", 0),
        strategy=Strategy(fields.get("strategy", Strategy.BEST_FIT)),
        fit=fields.get("fit"),
        idle_ms=fields.get("idle_ms"),
        rank=fields.get("rank"),
        on_duty=fields["on_duty"],
        qualified=fields["qualified"],
        free=fields["free"],
        away=fields["away"],
        declined=fields["declined"],
        lacking=fields.get("lacking") or {},
        prefer=fields.get("prefer"),
        served=fields.get("served") or "",
        needs=_skills(fields.get("needs")),
        prefers=_skills(fields.get("prefers")),
        team=fields.get("team"),
        levels=fields.get("levels") or {},
        second=fields.get("second"),
        preferred=fields.get("preferred"),
    )


def _skills(pairs: Any) -> tuple[tuple[SkillName, int], ...]:
    """Pairs of skill and number; an empty table of Lua's is an object."""
    return tuple((SkillName(skill), number) for skill, number in pairs or ())


def consideration_of(fields: Mapping[str, Any]) -> Consideration:
    """A consideration as the scripts encode it."""
    rep = fields.get("rep")
    return Consideration(decision=decision_of(fields["decision"]), rep=_standing_of(rep) if rep else None)


def _standing_of(fields: Mapping[str, Any]) -> Standing:
    return Standing(
        status=RepStatus(fields["status"]),
        reason=fields["reason"] or None,
        connected=fields["connected"],
        fit=fields.get("fit"),
        barred=fields["barred"],
        held=fields["held"],
        rank=fields.get("rank"),
    )


def rep_state_of(rep: RepId, fields: Mapping[str, str]) -> RepState:
    """A ``rep:`` hash, as text."""
    return RepState(
        rep=rep,
        status=RepStatus(fields["status"]),
        since_ms=int(fields["since"]),
        connected=fields["connected"] == "1",
        reason=fields["reason"] or None,
        next_status=RepStatus(fields["next_status"]) if fields["next_status"] else None,
        idle_since_ms=int(fields["idle_since"]) if fields["idle_since"] else None,
        offer=OfferId(fields["offer"]) if fields["offer"] else None,
        call=CallId(fields["call"]) if fields["call"] else None,
    )


def line_flow_of(text: str) -> LineFlow:
    """What ``matcher/flow.lua`` gives, as JSON."""
    found = json.loads(text)
    return LineFlow(
        now_ms=found["now"],
        stood_ms=found["stood"],
        place=found["place"],
        priority=found["priority"],
        head_start_ms=found["head_start"],
        on_duty=found["on_duty"],
        taken=tuple(_departure_of(one) for one in found["taken"] or ()),
    )


def _departure_of(text: str) -> Departure:
    stood_ms, at_ms, priority, head_start_ms = map(int, text.split(":"))
    return Departure(stood_ms=stood_ms, at_ms=at_ms, priority=priority, head_start_ms=head_start_ms)
