"""Which of several contacts behind one number comes first."""

from __future__ import annotations

import random
from dataclasses import replace

from crm_adapter.model import Contact, Deal, Interaction, Quality, Ticket
from crm_adapter.ranking import Candidate, ranked


def a_candidate(name: str, *, changed_ms: int = 0, shared_line: bool = False, **values: object) -> Candidate:
    contact = replace(Contact(id=name, name=name), **values)
    return Candidate(contact=contact, changed_ms=changed_ms, shared_line=shared_line)


def a_call(day: int) -> tuple[Interaction, ...]:
    return (Interaction(at=f"2026-11-{day:02d}T10:00:00.000Z", channel="call", summary=""),)


def order(*candidates: Candidate) -> list[str]:
    """The names in order, which must not depend on the order of the candidates."""
    first = [one.name for one in ranked(candidates)]
    for seed in range(5):
        shuffled = random.Random(seed).sample(candidates, len(candidates))
        assert [one.name for one in ranked(shuffled)] == first
    return first


def test_the_same_number_comes_before_a_national_one_and_a_suggestion_last():
    assert order(
        a_candidate("c", quality=Quality.SUGGESTION, tickets=(Ticket(id="t", subject="t"),)),
        a_candidate("b", quality=Quality.NATIONAL, changed_ms=9),
        a_candidate("a"),
    ) == ["a", "b", "c"]


def test_ones_own_line_comes_before_an_extension():
    assert order(a_candidate("ext", shared_line=True, changed_ms=9), a_candidate("own")) == ["own", "ext"]


def test_somebody_with_an_open_ticket_or_deal_comes_first():
    deal, ticket = Deal(id="d", name="d"), Ticket(id="t", subject="t")
    names = order(a_candidate("c", changed_ms=9), a_candidate("a", deals=(deal,)), a_candidate("b", tickets=(ticket,)))
    assert names == ["a", "b", "c"]


def test_then_whoever_was_spoken_with_last():
    email = (Interaction(at="2026-11-22T10:00:00.000Z", channel="email", summary=""),)
    assert order(
        a_candidate("mailed", interactions=email, changed_ms=9),
        a_candidate("early", interactions=a_call(1)),
        a_candidate("late", interactions=a_call(9)),
    ) == ["late", "early", "mailed"]


def test_then_whoever_was_changed_last_then_the_lower_id():
    assert order(a_candidate("b"), a_candidate("a"), a_candidate("c", changed_ms=1)) == ["c", "a", "b"]


def test_a_contact_with_two_matching_numbers_appears_once_by_the_better():
    (only,) = ranked([a_candidate("a", quality=Quality.SUGGESTION), a_candidate("a"), None])
    assert only.quality is Quality.EXACT
