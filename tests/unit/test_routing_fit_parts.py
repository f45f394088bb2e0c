"""The parts of a fit add up to it, and a tie is told with what broke it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cti.calls.explain import sentences
from routing.config import Rep
from routing.demands import fit_of
from routing.fit_parts import equal_in, fit_parts
from routing.model import Decision, Demand, QueueId, RepId, SkillName, Strategy

SKILLS = st.sampled_from([SkillName(name) for name in ("polish", "sales", "spanish", "support")])
LEVELS = st.dictionaries(SKILLS, st.integers(1, 10))


def a_decision(rep: Rep, demand: Demand) -> Decision:
    return Decision(
        demand=demand.id,
        queue=demand.queue,
        chosen=rep.id,
        how="best_fit",
        fit=fit_of(rep, demand),
        served=demand.served,
        needs=demand.needs,
        prefers=demand.prefers,
        levels=rep.skills,
    )


def a_rep(**skills: int) -> Rep:
    return Rep(id=RepId("ana"), name="Ana", skills={SkillName(name): level for name, level in skills.items()})


DEMAND = Demand(queue=QueueId("support"), needs=((SkillName("support"), 3),), prefers=((SkillName("spanish"), 2),))


@given(skills=LEVELS, needs=LEVELS, prefers=LEVELS)
def test_the_parts_add_up_to_the_fit_that_the_definition_gives(
    skills: dict[SkillName, int], needs: dict[SkillName, int], prefers: dict[SkillName, int]
) -> None:
    demand = Demand(queue=QueueId("q"), needs=tuple(needs.items()), prefers=tuple(prefers.items()))
    decision = a_decision(Rep(id=RepId("x"), name="X", skills=skills), demand)
    parts = fit_parts(decision)
    if decision.fit is None:
        assert parts == ()
    else:
        assert sum(part.points for part in parts) == decision.fit
        assert len(parts) == len(needs) + len(prefers)


def test_the_sentence_of_a_choice_has_the_sum() -> None:
    said = sentences(a_decision(a_rep(support=4, spanish=5), DEMAND))[-1]
    assert "Fit 11: spanish 2 × 5 + support 4 − 3." in said


@pytest.mark.parametrize(
    ("strategy", "how", "equal", "said"),
    [
        (Strategy.BEST_FIT, "best_fit", (), "was chosen: the highest fit."),
        (Strategy.BEST_FIT, "longest_idle", ("best_fit",), "no better than bo by best fit, but free the longest."),
        (
            Strategy.LEAST_FLEXIBLE,
            "longest_idle",
            ("least_flexible", "best_fit"),
            "no better than bo by least flexible and best fit, but free the longest.",
        ),
        (
            *(Strategy.LEAST_OCCUPIED, "lowest_id", ("least_occupied", "longest_idle")),
            "no better than bo, but equal in everything, the lower id.",
        ),
    ],
)
def test_a_tie_is_told_with_what_broke_it(strategy: Strategy, how: str, equal: tuple[str, ...], said: str) -> None:
    decision = replace(a_decision(a_rep(support=4), DEMAND), strategy=strategy, how=how, second=RepId("bo"))
    assert equal_in(decision) == equal
    assert said in sentences(decision)[-1]
