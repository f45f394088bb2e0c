"""Which rep a call gets, which call a rep gets, and what is said about it."""

from __future__ import annotations

from dataclasses import replace

from routing.fit_parts import equal_in, fit_parts
from routing.model import CallId, Match, Outcome, QueueId, RepId, RepStatus, Staffing, Standing
from tests.support.matchers import START_MS, VERSION, Floor, a_demand, a_profile, an_ask

SUPPORT = a_demand()
EXPERT = a_demand(needs={"help": 3})
SALES = a_demand("sales", needs={"sell": 1})


async def test_the_fittest_ready_rep_wins(floor: Floor) -> None:
    await floor.staff("ana", {SUPPORT: 2})
    await floor.staff("bo", {SUPPORT: 5})
    match = await floor.claim(an_ask("c1"))
    assert (match.rep, match.decision.how, match.decision.fit) == ("bo", "best_fit", 5)


async def test_the_longest_idle_rep_wins_a_tie_of_fit(floor: Floor) -> None:
    await floor.staff("zoe")
    await floor.staff("ana")
    match = await floor.claim(an_ask("c1"))
    assert (match.rep, match.decision.how, match.decision.idle_ms) == ("zoe", "longest_idle", 1)


async def test_the_lower_id_wins_the_last_tie(floor: Floor) -> None:
    for rep in ("zoe", "ana"):
        await floor.staff(rep)
        await floor.matcher.set_status(RepId(rep), RepStatus.AWAY)
    for rep in ("zoe", "ana"):
        await floor.matcher.set_status(RepId(rep), RepStatus.AVAILABLE)
    match = await floor.claim(an_ask("c1"))
    assert (match.rep, match.decision.how) == ("ana", "lowest_id")


async def test_a_decision_counts_who_was_considered_and_why_others_fell_out(floor: Floor) -> None:
    await floor.staff("ana", {SUPPORT: 1, EXPERT: 1})
    await floor.staff("bo", {SUPPORT: 1})
    await floor.staff("cy", {SUPPORT: 1, EXPERT: 0})
    await floor.staff("di", {EXPERT: 1, SUPPORT: 1})
    await floor.matcher.set_status(RepId("di"), RepStatus.AWAY)
    await floor.talk(an_ask("c1", EXPERT))
    match = await floor.claim(an_ask("c2", EXPERT))
    decision = match.decision
    assert (decision.chosen, decision.how, decision.queue) == ("cy", "only_one", "support")
    assert (decision.on_duty, decision.qualified, decision.free, decision.away) == (3, 2, 1, 1)
    assert dict(decision.lacking) == {"help>=3": 1}


POLITE = a_demand(needs={"help": 1}, prefers={"polish": 3, "spanish": 2})


async def test_a_decision_carries_what_the_call_asked_and_the_levels_that_the_fit_is_made_of(floor: Floor) -> None:
    asked = replace(POLITE, also=(QueueId("sales"),), team="north")
    await floor.staff("ana", {asked: 13})
    await floor.matcher.set_profile(
        a_profile("ana", {asked: 13}, levels={"help": 4, "spanish": 5, "sell": 2}), version=VERSION
    )
    decision = (await floor.claim(an_ask("c1", asked))).decision
    assert (decision.needs, decision.prefers) == (asked.needs, asked.prefers)
    assert (decision.queues, decision.team) == (("support", "sales"), "north")
    assert dict(decision.levels) == {"help": 4, "spanish": 5}
    assert sum(part.points for part in fit_parts(decision)) == decision.fit


async def test_levels_that_change_and_leave_the_fit_alone_are_those_of_the_next_decision(floor: Floor) -> None:
    await floor.staff("ana", {POLITE: 13})
    for levels in ({"help": 4, "spanish": 5}, {"help": 2, "polish": 4}):
        await floor.matcher.set_profile(a_profile("ana", {POLITE: 13}, levels=levels), version=VERSION)
    assert dict((await floor.claim(an_ask("c1", POLITE))).decision.levels) == {"help": 2, "polish": 4}


async def test_a_call_in_line_says_what_it_asked_also_after_it_was_matched(floor: Floor) -> None:
    waits = await floor.wait(an_ask("c1", POLITE))
    assert (waits.prefers, dict(waits.levels), waits.second) == (POLITE.prefers, {}, None)
    [match] = await floor.staff("ana", {POLITE: 1})
    assert (match.decision.needs, match.decision.prefers) == (POLITE.needs, POLITE.prefers)


async def test_a_decision_names_the_next_best_and_in_what_the_two_were_equal(floor: Floor) -> None:
    await floor.staff("zoe", {SUPPORT: 2})
    await floor.staff("ana", {SUPPORT: 2})
    await floor.staff("bo", {SUPPORT: 1})
    first, then, alone = [(await floor.talk(an_ask(call))).decision for call in ("c1", "c2", "c3")]
    assert (first.chosen, first.second, equal_in(first)) == ("zoe", "ana", ("best_fit",))
    assert (then.chosen, then.second, equal_in(then)) == ("ana", "bo", ())
    assert (alone.chosen, alone.second, equal_in(alone)) == ("bo", None, ())


async def test_without_a_ready_rep_the_call_stands_in_line_and_the_decision_says_so(floor: Floor) -> None:
    decision = await floor.wait(an_ask("c1"))
    assert (decision.how, decision.chosen, decision.on_duty) == ("in_line", None, 0)


async def test_a_rep_who_becomes_available_takes_a_waiting_call_at_once(floor: Floor) -> None:
    await floor.wait(an_ask("c1"))
    [match] = await floor.staff("ana")
    assert (match.call, match.rep, match.decision.how, match.decision.free) == ("c1", "ana", "freed", 1)


async def test_priority_comes_before_arrival_and_arrival_before_the_call_id(floor: Floor) -> None:
    await floor.wait(an_ask("c4", at=START_MS))
    await floor.wait(an_ask("c3", at=START_MS + 10))
    await floor.wait(an_ask("c2", at=START_MS + 10))
    await floor.wait(an_ask("c1", at=START_MS + 20, priority=10))
    taken = []
    [match] = await floor.staff("ana")
    while True:
        taken.append(match.call)
        await floor.matcher.accept(match.offer)
        matches = await floor.matcher.finish(match.offer, wrap_up=False)
        if not matches:
            break
        [match] = matches
    assert taken == ["c1", "c4", "c2", "c3"]


async def test_a_call_nobody_free_can_serve_never_holds_up_another(floor: Floor) -> None:
    await floor.wait(an_ask("c1", SALES, priority=100))
    await floor.wait(an_ask("c2", SUPPORT))
    [match] = await floor.staff("ana", {SUPPORT: 1})
    assert match.call == "c2"


async def test_a_freed_rep_compares_the_heads_of_all_lines_they_serve(floor: Floor) -> None:
    await floor.wait(an_ask("c1", SUPPORT, at=START_MS + 5))
    await floor.wait(an_ask("c2", SALES, at=START_MS + 3))
    await floor.wait(an_ask("c3", EXPERT, at=START_MS + 4))
    [match] = await floor.staff("ana", {SUPPORT: 1, SALES: 0, EXPERT: 9})
    assert match.call == "c2"


async def test_asking_again_moves_the_call_and_keeps_its_place(floor: Floor) -> None:
    await floor.wait(an_ask("c1", EXPERT, at=START_MS))
    await floor.wait(an_ask("c2", SUPPORT, at=START_MS + 1))
    await floor.wait(an_ask("c1", SUPPORT, at=START_MS))
    [match] = await floor.staff("ana", {SUPPORT: 1})
    assert match.call == "c1"


async def test_asking_again_while_reserved_keeps_the_rep_and_takes_the_new_demand_back_to_the_line(
    floor: Floor,
) -> None:
    await floor.staff("ana", {EXPERT: 1})
    match = await floor.claim(an_ask("c1", EXPERT))
    assert await floor.claim(an_ask("c1", SUPPORT)) == match
    await floor.matcher.settle(match.offer, Outcome.DECLINED)
    [other] = await floor.staff("bo", {SUPPORT: 1})
    assert (other.call, other.rep) == ("c1", "bo")


async def test_a_call_that_left_the_line_is_nobodys(floor: Floor) -> None:
    await floor.wait(an_ask("c1"))
    await floor.matcher.leave(CallId("c1"))
    assert await floor.staff("ana") == ()


async def test_leaving_while_reserved_frees_the_rep_with_idle_time_kept(floor: Floor) -> None:
    await floor.staff("ana")
    idle = (await floor.state("ana")).idle_since_ms
    await floor.claim(an_ask("c1"))
    await floor.pass_ms(500)
    await floor.matcher.leave(CallId("c1"))
    state = await floor.state("ana")
    assert (state.status, state.idle_since_ms, state.offer) == (RepStatus.AVAILABLE, idle, None)


async def test_a_new_profile_ranks_a_ready_rep_anew_and_may_bring_a_call(floor: Floor) -> None:
    await floor.staff("ana", {SUPPORT: 1})
    await floor.staff("bo", {SUPPORT: 2})
    await floor.matcher.set_profile(a_profile("ana", {SUPPORT: 3}), version=VERSION)
    assert (await floor.claim(an_ask("c1"))).rep == "ana"
    await floor.wait(an_ask("c2", SALES))
    [match] = await floor.matcher.set_profile(a_profile("bo", {SALES: 0}), version=VERSION)
    assert (match.call, match.rep) == ("c2", "bo")


async def test_a_profile_without_the_demand_takes_the_rep_out_of_it(floor: Floor) -> None:
    await floor.staff("ana", {SUPPORT: 1})
    await floor.matcher.set_profile(a_profile("ana", {SALES: 1}), version=VERSION)
    decision = await floor.wait(an_ask("c1", SUPPORT))
    assert (decision.on_duty, decision.free) == (0, 0)


async def test_the_same_floor_and_the_same_call_give_the_same_match(floor: Floor) -> None:
    for rep in ("cy", "ana", "bo"):
        await floor.staff(rep, {SUPPORT: 1, EXPERT: len(rep)})
    chosen = []
    for _ in range(2):
        match = await floor.claim(an_ask("c1", EXPERT))
        chosen.append((match.rep, match.decision))
        assert isinstance(match, Match)
        await floor.matcher.settle(match.offer, Outcome.CALLER_LEFT)
    assert chosen[0] == chosen[1]


async def test_a_call_that_nobody_on_duty_meets_is_due_to_be_told_and_one_that_a_busy_rep_meets_is_not(
    floor: Floor,
) -> None:
    await floor.staff("ana", {SUPPORT: 1})
    await floor.talk(an_ask("c1", SUPPORT))
    await floor.wait(an_ask("c2", SUPPORT))
    await floor.wait(an_ask("c3", EXPERT))
    assert await floor.due() == ("unmet:c3",)
    assert await floor.matcher.staffing(CallId("c2")) == Staffing(unmet=False, gone=False)
    assert await floor.matcher.staffing(CallId("c3")) == Staffing(unmet=True, gone=False)
    assert await floor.matcher.staffing(CallId("c1")) is None


async def test_when_the_last_who_could_leaves_duty_their_line_is_due_to_be_told(floor: Floor) -> None:
    await floor.staff("ana", {SUPPORT: 1})
    match = await floor.talk(an_ask("c1", SUPPORT))
    await floor.wait(an_ask("c2", SUPPORT))
    await floor.matcher.set_status(RepId("ana"), RepStatus.AWAY)
    await floor.matcher.finish(match.offer, wrap_up=False)
    assert await floor.due() == (f"empty:{SUPPORT.id}",)
    assert await floor.matcher.staffing(CallId("c2")) == Staffing(unmet=True, gone=False)
    await floor.matcher.set_status(RepId("ana"), RepStatus.OFFLINE)
    assert await floor.matcher.staffing(CallId("c2")) == Staffing(unmet=True, gone=True)


async def test_a_preferred_rep_for_whom_needs_are_waived_can_take_the_call(floor: Floor) -> None:
    await floor.staff("bo", {SALES: 1})
    await floor.talk(an_ask("c1", SALES))
    await floor.wait(an_ask("c2", SUPPORT, prefer="bo", wait_ms=1000, waived=True))
    await floor.pass_ms(1000)
    await floor.matcher.wake(CallId("c2"))
    staffing = await floor.matcher.staffing(CallId("c2"))
    assert staffing is not None
    assert not staffing.unmet


async def test_whoever_only_the_owner_could_take_is_due_to_be_told_when_the_owner_leaves_duty(floor: Floor) -> None:
    await floor.staff("bo", {SALES: 1})
    match = await floor.talk(an_ask("c1", SALES))
    await floor.wait(an_ask("c2", SUPPORT, prefer="bo", wait_ms=1000, waived=True))
    await floor.pass_ms(1000)
    await floor.matcher.wake(CallId("c2"))
    assert await floor.due() == ()
    await floor.matcher.set_status(RepId("bo"), RepStatus.AWAY)
    await floor.matcher.finish(match.offer, wrap_up=False)
    assert await floor.due() == ("unmet:c2",)


async def test_what_would_happen_is_what_then_happens_and_asking_changes_nothing(floor: Floor) -> None:
    await floor.staff("ana", {SUPPORT: 2})
    await floor.staff("bo", {SUPPORT: 5})
    first = await floor.matcher.consider(an_ask("c1"), about=RepId("ana"))
    assert first == await floor.matcher.consider(an_ask("c1"), about=RepId("ana"))
    assert first.rep == Standing(
        status=RepStatus.AVAILABLE, reason=None, connected=True, fit=2, barred=False, held=False, rank=1
    )
    match = await floor.claim(an_ask("c1"))
    assert (match.rep, match.decision) == ("bo", first.decision)


async def test_it_is_said_of_a_rep_why_not(floor: Floor) -> None:
    await floor.staff("ana", {SUPPORT: 2})
    await floor.staff("bo", {SALES: 5})
    match = await floor.claim(an_ask("c1"))
    await floor.matcher.settle(match.offer, Outcome.DECLINED)
    declined = (await floor.matcher.consider(an_ask("c1"), about=RepId("ana"))).rep
    other = (await floor.matcher.consider(an_ask("c1"), about=RepId("bo"))).rep
    assert declined is not None
    assert other is not None
    assert (declined.barred, declined.rank, other.fit, other.rank) == (True, 0, None, None)
    assert (await floor.matcher.consider(an_ask("c1"), about=RepId("gus"))).rep is None
    assert (await floor.matcher.consider(an_ask("c9", prefer="ana", wait_ms=9000))).decision.prefer == "taken"
