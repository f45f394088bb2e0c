"""Why a rep did not get a call that is over: what is on record, and no more."""

from __future__ import annotations

from dataclasses import replace

import pytest

from routing.config import Rep
from routing.model import Decision, Demand, QueueId, RepId, RepStatus, SkillName, Strategy
from routing.why_not import Then, why_not_then

DEMAND = Demand(queue=QueueId("support"), needs=((SkillName("support"), 3),), prefers=((SkillName("spanish"), 2),))
ANA = Rep(id=RepId("ana"), name="Ana Perez", skills={SkillName("support"): 4})


def a_decision(chosen: str | None = "bo", *, how: str = "only_one", free: int = 1, **fields: object) -> Decision:
    decided = Decision(
        demand=DEMAND.id,
        queue=DEMAND.queue,
        chosen=RepId(chosen) if chosen else None,
        how=how,
        fit=8 if chosen else None,
        free=free,
        served=DEMAND.served,
        needs=DEMAND.needs,
        prefers=DEMAND.prefers,
    )
    return replace(decided, **fields)  # type: ignore[arg-type]  # replace checks names


@pytest.mark.parametrize(
    ("rep", "decision", "then", "reason", "text"),
    [
        (ANA, a_decision("ana"), Then(), "chosen", "Ana Perez was offered the call."),
        (
            *(replace(ANA, skills={SkillName("support"): 2}), a_decision(), Then()),
            *("lacks", "Ana Perez lacked support at 3 or more (had 2)."),
        ),
        (
            *(replace(ANA, queues=frozenset({QueueId("sales")})), a_decision(), Then()),
            *("queue", "Ana Perez did not serve support."),
        ),
        (
            *(ANA, a_decision(team="north"), Then()),
            *("team", "Ana Perez was not of the team north, which went first."),
        ),
        (ANA, a_decision(declined=1), Then(refused="declined"), "declined", "Ana Perez had declined this call."),
        (ANA, a_decision(declined=1), Then(refused="missed"), "declined", "Ana Perez had missed this call."),
        (ANA, a_decision(), Then(doing=RepStatus.ON_CALL), "on_call", "Ana Perez was on a call."),
        (ANA, a_decision(), Then(doing=RepStatus.WRAP_UP), "wrap_up", "Ana Perez had after-call work."),
        (
            *(ANA, a_decision(None, how="in_line", prefer="waiting", preferred=RepId("bo")), Then()),
            *("held", "The call was kept for its preferred rep, and Ana Perez is another."),
        ),
        (
            *(replace(ANA, skills={}), a_decision(prefer="away", preferred=RepId("ana")), Then()),
            *("away", "Ana Perez, whom the call would rather have had, was away or not responding."),
        ),
        (
            *(ANA, a_decision(how="best_fit", free=2, second=RepId("ana")), Then()),
            *("ranked_lower", "Ana Perez came second, with fit 1; bo went first by best fit."),
        ),
        (
            *(ANA, a_decision(None, how="in_line", free=0), Then()),
            *("not_free", "Ana Perez qualified and was not free; whether away, offline or busy is not on record."),
        ),
        (
            *(ANA, a_decision(how="best_fit", free=2, second=RepId("cy")), Then()),
            *("not_free", "Ana Perez qualified and was not free; whether away, offline or busy is not on record."),
        ),
        (
            *(replace(ANA, skills={SkillName("support"): 10, SkillName("spanish"): 9}),),
            *(a_decision(how="best_fit", free=3, second=RepId("cy")), Then(), "not_free"),
            "Ana Perez qualified and was not free; whether away, offline or busy is not on record.",
        ),
        (
            *(ANA, a_decision(how="best_fit", free=3, second=RepId("cy")), Then(), "unrecorded"),
            "Ana Perez qualified with fit 1, and was not free or came behind bo (fit 8) by best fit: who was free is "
            "not on record.",
        ),
        (
            *(ANA, a_decision(served=""), Then(), "unrecorded"),
            "What the call asked for was not recorded by the release of that time.",
        ),
    ],
)
def test_what_is_on_record_is_said_and_no_more(
    rep: Rep, decision: Decision, then: Then, reason: str, text: str
) -> None:
    found = why_not_then(rep, decision, then)
    assert (found.reason, found.text) == (reason, text)


def test_a_higher_fit_says_nothing_where_the_strategy_does_not_look_at_it() -> None:
    able = replace(ANA, skills={SkillName("support"): 10, SkillName("spanish"): 9})
    decision = a_decision(how="longest_idle", strategy=Strategy.LONGEST_IDLE, free=3, second=RepId("cy"))
    assert why_not_then(able, decision, Then()).reason == "unrecorded"
