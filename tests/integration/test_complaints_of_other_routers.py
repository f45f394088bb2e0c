"""What users of other call routers complain of, each turned into a promise. Sources are public: project and number.

Held where their subject is tested, and not repeated here:

| complaint | test |
| --- | --- |
| two inquiries, or two callers, are given one rep at once (Rocket.Chat#22206, Rocket.Chat PR#35722, PR#21839) | \
`test_matcher_redis.test_claims_at_the_same_instant_never_share_a_rep`, `test_matcher_storm` |
| an offer counts twice: accepted in two tabs, accepted and declined (asterisk#313) | \
`test_races.test_two_accepts_at_once_one_wins`, `test_decline_and_accept_at_once_one_wins` |
| a caller who hung up is still listed hours later (freeswitch#1973) | \
`test_path.test_a_caller_who_hangs_up_while_waiting_leaves_nothing_behind`, `test_reconciler`, \
`test_matcher_redis.test_nothing_is_left_of_a_call_that_is_over` |
| a call stays stuck under load (freeswitch#2458) | \
`test_storm.test_a_storm_of_calls_loses_nobody_and_asks_nobody_twice` |
| the rep is reserved when the caller hangs up (freeswitch#2540) | \
`test_races.test_accept_and_hang_up_at_the_same_instant_leave_nobody_behind` |
| a worker dies between claim and dial (ideas of the same list) | \
`test_kills.test_a_worker_killed_between_claim_and_pop_loses_nobody`, \
`test_an_offer_outlives_every_worker_that_knew_of_it` |
| the status was changed while a call went on (flex-project-template#153) | \
`test_matcher_offers.test_away_after_this_call` |
| everybody is offline and the caller is in limbo (chatwoot#5672) | \
`test_short_staffed.test_when_everybody_has_gone_offline_the_last_step_is_taken`, \
`test_a_plan_without_steps_waits_for_whoever_comes` |
| a returning customer's owner is not asked, or is waited for while away (chatwoot#4158, #9587) | \
`test_callers.test_the_free_owner_gets_the_prospect_who_calls_the_support_line`, \
`test_an_owner_who_is_away_is_not_waited_for` |
| a lost leg costs the place in line (MS Teams docs 9902) | \
`test_races.test_a_browser_leg_that_does_not_come_back_sends_the_caller_to_the_old_place_in_line` |
| callbacks of the line come twice and in any order | \
`test_webhooks_house.test_a_whole_story_said_again_in_any_order_changes_nothing`, `test_webhooks_repeats` |
| callers are lost when the program restarts | `test_flush.test_a_hundred_callers_are_back_in_line_in_their_order`, \
`test_outages`, `test_kills` |
| many callers at once lock each other out (wazo-platform/asterisk PR#157, #158, #188, asterisk#1946) | \
`test_matcher_storm.test_a_storm_of_calls_ends_with_everybody_idle` |
| the queue hangs on a database connection that died (freeswitch#889) | \
`test_record_database.test_connections_that_the_server_ended_are_replaced`, `test_outages` |
| skills, levels and priority are missing (ASTERISK-17366, Restcomm-Connect#1115, erxes#2540, jambonz#357) | \
`test_matcher_choice`, `test_matcher_strategies` |

Transfers come in a later release, and with them OpenACD#69, PR#77 and asterisk#607.
"""

from __future__ import annotations

import asyncio
import re
from collections import Counter
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from redis.asyncio import Redis

from cti.calls.events import DeadlinePassed, OfferAccepted
from cti.embedded import EmbeddedServer
from cti.record.memory import CallerMemory
from routing.config import Rep
from routing.demands import DemandTable
from routing.model import (
    CallId,
    Match,
    Outcome,
    RepId,
    RepStatus,
    SkillName,
    Strategy,
)
from routing.redis_matcher import RedisMatcher
from tests.support.callers import (
    becomes,
    call_id,
    call_of,
    go_home,
    offer_of,
    status_of,
    talking,
    time_passes,
)
from tests.support.eventually import eventually
from tests.support.history import nobody_is_left
from tests.support.house import Running, a_house
from tests.support.matchers import START_MS, STEADY, VERSION, RedisFloor, a_demand, an_ask

EASY = a_demand()
HARD = a_demand(needs={"help": 3})
SALES = a_demand("sales", needs={"sell": 1})
ROUNDS = 20


@pytest_asyncio.fixture
async def floor(redis: Redis) -> RedisFloor:
    floor = RedisFloor(redis)
    await floor.open()
    return floor


@pytest_asyncio.fixture
async def other(valkey: EmbeddedServer, floor: RedisFloor) -> AsyncIterator[RedisMatcher]:
    """Another worker's matcher, on a connection of its own."""
    async with Redis.from_url(valkey.url, decode_responses=True) as client:
        yield RedisMatcher(client)


def test_the_table_names_tests_that_are_there() -> None:
    assert __doc__ is not None
    sources = {path.stem: path.read_text() for path in Path(__file__).parents[1].glob("*/test_*.py")}
    named = re.findall(r"`(?:(test_\w+)\.)?(test_\w+)`", __doc__)
    for file, test in named:
        where = sources[file] if file else "".join(sources.values())
        assert test in sources or f"def {test}(" in where, f"{file}.{test}"
    assert len(named) > 20


# ── nobody is given away twice ────────────────────────────────────────────────────────────────────────────────────────


async def test_two_workers_who_route_the_same_caller_at_once_ask_one_rep(
    floor: RedisFloor, other: RedisMatcher
) -> None:
    """chatwoot PR#12793: two runs that overlap both assign the same conversation."""
    for n in range(4):
        await floor.staff(f"r{n}")
    for n in range(ROUNDS):
        one, two = await asyncio.gather(
            *(matcher.claim(an_ask(f"c{n}"), version=VERSION) for matcher in (floor.matcher, other))
        )
        assert isinstance(one, Match)
        assert isinstance(two, Match)
        assert one.offer == two.offer
        busy = [rep.rep for rep in await other.reps() if rep.status is RepStatus.RESERVED]
        assert busy == [one.rep]
        await floor.matcher.leave(one.call)


async def test_a_caller_who_leaves_as_a_rep_becomes_free_takes_no_rep_along(
    floor: RedisFloor, other: RedisMatcher
) -> None:
    """freeswitch#1973: the race of a caller's end with the assignment leaves agents taken."""
    await floor.staff("ana")
    for n in range(ROUNDS):
        await floor.matcher.set_status(RepId("ana"), RepStatus.AWAY)
        await floor.wait(an_ask(f"c{n}"))
        steps = [other.leave(CallId(f"c{n}")), floor.matcher.set_status(RepId("ana"), RepStatus.AVAILABLE)]
        await asyncio.gather(*(steps if n % 2 else reversed(steps)))
        assert await floor.status("ana") is RepStatus.AVAILABLE
        assert await other.reservation(CallId(f"c{n}")) is None


async def test_a_rep_freed_between_no_match_and_the_line_gets_the_caller_all_the_same(
    floor: RedisFloor, other: RedisMatcher
) -> None:
    """chatwoot#10583, #10376, #10685, #13050: who found nobody is not looked at when an agent is free."""
    await floor.staff("ana")
    for n in range(ROUNDS):
        talk = await floor.talk(an_ask(f"a{n}"))
        steps = [other.claim(an_ask(f"b{n}"), version=VERSION), floor.matcher.finish(talk.offer, wrap_up=False)]
        await asyncio.gather(*(steps if n % 2 else reversed(steps)))
        state = await floor.state("ana")
        assert (state.status, state.call) == (RepStatus.RESERVED, f"b{n}")
        await floor.matcher.leave(CallId(f"b{n}"))


async def test_a_rep_whose_reserver_died_is_free_for_others_within_two_seconds(floor: RedisFloor) -> None:
    """freeswitch#2540: agents stay reserved for ever."""
    await floor.staff("ana")
    await floor.staff("bo")
    lost = await floor.matcher.claim(an_ask("c1"), version=VERSION)  # and nobody confirms
    assert isinstance(lost, Match)
    assert lost.rep == "ana"
    await floor.run_ms(2000)
    assert not await floor.matcher.accept(lost.offer)
    found = await floor.matcher.reservation(CallId("c1"))
    assert found is not None
    assert found.match.offer != lost.offer


# ── nobody is forgotten ───────────────────────────────────────────────────────────────────────────────────────────────


async def test_a_rep_who_missed_call_after_call_is_not_logged_out_and_is_back_with_one_click(floor: RedisFloor) -> None:
    """kazoo PR#6609: an agent is logged out for ever after some misses."""
    await floor.staff("ana")
    for n in range(5):
        match = await floor.claim(an_ask(f"c{n}"))
        await floor.matcher.settle(match.offer, Outcome.EXPIRED)
        state = await floor.state("ana")
        assert (state.status, state.reason, state.connected) == (RepStatus.NOT_RESPONDING, "missed", True)
        await floor.matcher.leave(match.call)
        await floor.matcher.set_status(RepId("ana"), RepStatus.AVAILABLE)
    assert (await floor.claim(an_ask("last"))).rep == "ana"


async def test_a_desk_that_registers_again_while_it_is_asked_keeps_its_offer_and_can_answer(floor: RedisFloor) -> None:
    """OpenACD#6: an agent who re-registers in the middle of ringing fails the ring and hangs."""
    await floor.staff("ana")
    match = await floor.claim(an_ask("c1"))
    await floor.matcher.drop_socket(match.rep, STEADY)
    await floor.matcher.touch_socket(match.rep, "new tab")
    await floor.run_ms(6000)
    assert await floor.matcher.accept(match.offer)


async def test_the_best_rep_being_unreachable_halts_nobody(floor: RedisFloor) -> None:
    """freeswitch#1216, PR#1221: one unavailable agent at the top stops the whole distribution."""
    await floor.staff("ana", {EASY: 9})
    await floor.staff("bo", {EASY: 1})
    await floor.matcher.drop_socket(RepId("ana"), STEADY)
    assert (await floor.claim(an_ask("c1"))).rep == "bo"
    await floor.matcher.touch_socket(RepId("ana"), STEADY)
    best = await floor.claim(an_ask("c2"))
    assert best.rep == "ana"
    await floor.matcher.leave(CallId("c1"))
    [match] = await floor.matcher.settle(best.offer, Outcome.EXPIRED)
    assert (match.call, match.rep) == ("c2", "bo")


async def test_why_a_rep_is_away_is_still_known_after_a_restart(floor: RedisFloor, other: RedisMatcher) -> None:
    """asterisk#66: the reason of a pause is lost when the program starts anew."""
    await floor.staff("ana")
    await floor.matcher.set_status(RepId("ana"), RepStatus.AWAY, reason="lunch")
    state = await other.rep(RepId("ana"))
    assert state is not None
    assert (state.status, state.reason) == (RepStatus.AWAY, "lunch")


# ── the order of the line ─────────────────────────────────────────────────────────────────────────────────────────────


async def test_a_caller_whom_nobody_free_can_serve_holds_up_nobody(floor: RedisFloor) -> None:
    """asterisk#1561: a queue of higher weight whose caller cannot use the agent still blocks the lower one."""
    await floor.wait(an_ask("heavy", HARD, priority=1000, at=START_MS))
    await floor.wait(an_ask("light", EASY, priority=0, at=START_MS + 1))
    [match] = await floor.staff("ana", {EASY: 1})
    assert match.call == "light"
    await floor.staff("bo", {EASY: 1})
    assert (await floor.claim(an_ask("lighter", EASY, at=START_MS + 2))).rep == "bo"
    assert await floor.matcher.position(CallId("heavy")) == (1, 1)


async def test_the_caller_who_waited_the_longest_stops_no_offers_to_others(floor: RedisFloor) -> None:
    """asterisk#1691, PR#1693: forcing the longest waiting caller can stop every offer."""
    await floor.staff("expert", {HARD: 1, EASY: 1})
    talk = await floor.talk(an_ask("c0", HARD))
    for n in range(50):
        await floor.wait(an_ask(f"hard{n:02}", HARD, at=START_MS + n))
    await floor.wait(an_ask("easy", EASY, at=START_MS + 1000))
    [match] = await floor.staff("ana", {EASY: 1})
    assert match.call == "easy"
    [match] = await floor.matcher.finish(talk.offer, wrap_up=False)
    assert match.call == "hard00"


async def test_whoever_comes_later_never_overtakes_in_whatever_line(floor: RedisFloor) -> None:
    """fusionpbx PR#6743: scores by time let callers who joined later go ahead."""
    for n in range(6):
        await floor.pass_ms(1000)
        await floor.wait(an_ask(f"c{n}", SALES if n % 2 else EASY, at=floor.now))
    served = []
    [match] = await floor.staff("ana", {EASY: 1, SALES: 1})
    while match.call != "c5":
        served.append(match.call)
        await floor.matcher.accept(match.offer)
        await floor.pass_ms(7000)
        [match] = await floor.matcher.finish(match.offer, wrap_up=False)
    assert served == [f"c{n}" for n in range(5)]


async def test_a_caller_moved_to_another_line_and_back_has_the_old_place(floor: RedisFloor) -> None:
    """MS Teams docs 9902: whoever leaves the queue and re-enters is at the end."""
    for n in range(3):
        await floor.wait(an_ask(f"c{n}", at=START_MS + n))
    await floor.wait(an_ask("c0", SALES, at=START_MS))
    assert await floor.matcher.position(CallId("c0")) == (1, 1)
    await floor.wait(an_ask("c0", at=START_MS))
    assert await floor.matcher.position(CallId("c0")) == (1, 3)


# ── fair shares, after-call work ──────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("strategy", [Strategy.ROUND_ROBIN, Strategy.LONGEST_IDLE])
async def test_equal_reps_get_equal_shares(floor: RedisFloor, strategy: Strategy) -> None:
    """chatwoot#11034, asterisk#1736: some get all the calls, for each is counted twice."""
    demand = a_demand(strategy=strategy)
    for rep in ("ana", "bo", "cy"):
        await floor.staff(rep, {demand: 1})
    shares: Counter[str] = Counter()
    for n in range(30):
        await floor.pass_ms(1000)
        shares[(await floor.serve(an_ask(f"c{n}", demand), 1 + n % 4 * 1000)).rep] += 1
    assert shares == {"ana": 10, "bo": 10, "cy": 10}


async def test_after_call_work_for_one_queue_keeps_the_calls_of_all_others_away(floor: RedisFloor) -> None:
    """asterisk#1006: wrap-up is not honoured by the member's other queues."""
    await floor.staff("ana", {EASY: 1, SALES: 1})
    talk = await floor.talk(an_ask("c1", EASY))
    await floor.matcher.finish(talk.offer, wrap_up=True)
    await floor.wait(an_ask("c2", SALES))
    await floor.run_ms(5000)
    assert await floor.status("ana") is RepStatus.WRAP_UP
    [match] = await floor.matcher.free(RepId("ana"), CallId("c1"))
    assert match.call == "c2"


async def test_a_new_configuration_keeps_after_call_work_and_idle_time(floor: RedisFloor) -> None:
    """asterisk#1255: a reload resets the last call, and with it wrap-up and whose turn it is."""
    await floor.matcher.renew_profiles(_table(VERSION, level=2), version=VERSION)
    for rep in ("ana", "bo"):
        await floor.staff(rep)
    talk = await floor.talk(an_ask("c1"))
    await floor.matcher.finish(talk.offer, wrap_up=True)
    before = {each.rep: (each.status, each.idle_since_ms) for each in await floor.matcher.reps()}
    assert before[RepId("ana")][0] is RepStatus.WRAP_UP
    await floor.pass_ms(5000)
    await _reload(floor, _table(2, level=5))
    after = {each.rep: (each.status, each.idle_since_ms) for each in await floor.matcher.reps()}
    assert after == before


async def test_a_new_configuration_loses_no_caller_and_no_place(floor: RedisFloor) -> None:
    """Test ideas of the same list: a reload in the middle of the queue."""
    await floor.matcher.renew_profiles(_table(VERSION, level=2), version=VERSION)
    for n in range(5):
        await floor.wait(an_ask(f"c{n}", at=START_MS + n))
    await _reload(floor, _table(2, level=5))
    places = [await floor.matcher.position(CallId(f"c{n}")) for n in range(5)]
    assert places == [(n + 1, 5) for n in range(5)]
    await floor.matcher.touch_socket(RepId("bo"), STEADY)
    [match] = await floor.matcher.set_status(RepId("bo"), RepStatus.AVAILABLE)
    assert match.call == "c0"


def _table(version: int, *, level: int) -> DemandTable:
    skills = {SkillName("help"): level}
    reps = {RepId(name): Rep(id=RepId(name), name=name, skills=skills) for name in ("ana", "bo")}
    return DemandTable(version=version, demands={EASY.id: EASY}, reps=reps, written=frozenset({EASY.id}))


async def _reload(floor: RedisFloor, table: DemandTable) -> None:
    await floor.matcher.set_version(table.version, tuple(table.demands.values()))
    await floor.matcher.renew_profiles(table, version=table.version)


# ── on the whole service ──────────────────────────────────────────────────────────────────────────────────────────────

LAST_SPOKEN = """
skills: [support]
reps:
  - {id: ana, name: Ana Perez, skills: {support: 4}}
  - {id: bo, name: Bo Lind, skills: {support: 2}}
queues:
  - {id: support, offer_timeout: 20s, wrap_up: 0s}
rules:
  - name: everyone
    route:
      queue: support
      needs: {support: 1}
      prefer_rep: {who: last, wait: 30s}
      steps:
        - {after: 5m, priority: 5}
        - {after: 10m, then: hang_up}
"""
HOUSE = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def service(valkey: EmbeddedServer, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Running]:
    path = tmp_path_factory.mktemp("house")
    async with a_house(valkey=valkey, tmp_path=path, config=LAST_SPOKEN) as running:
        yield running


@pytest_asyncio.fixture(loop_scope="module")
async def running(service: Running) -> AsyncIterator[Running]:
    yield service
    await go_home(service)


@HOUSE
async def test_two_reps_who_accept_at_once_one_talks_and_the_other_is_told(running: Running) -> None:
    """asterisk#176: two agents answer one call, and both are on it."""
    for rep in ("ana", "bo"):
        await running.sits_down(rep)
    sid = await running.call_in()
    first = await offer_of(running, sid)
    await time_passes(running, sid, "offer")
    await becomes(running, "ana", RepStatus.NOT_RESPONDING)
    second = await offer_of(running, sid)
    assert (first[1], second[1]) == ("ana", "bo")
    tell = running.house.conductor.tell
    told = await asyncio.gather(
        *(tell(call_id(sid), OfferAccepted(offer=offer, rep=rep)) for offer, rep in (first, second))
    )
    assert [each.verdict for each in told] == ["too_late", "done"]
    assert await status_of(running, "ana") is RepStatus.NOT_RESPONDING
    assert await status_of(running, "bo") is RepStatus.ON_CALL


@HOUSE
async def test_a_rep_who_answers_as_the_offer_runs_out_talks_or_has_missed_it_and_never_both(running: Running) -> None:
    """asterisk#313: a ring that is answered as it times out leaves two channels, and an agent in between."""
    for n in range(6):
        await running.sits_down("ana")
        sid = await running.call_in(f"+1555124000{n}")
        offer, rep = await offer_of(running, sid)
        tell = running.house.conductor.tell
        await time_passes(running, sid, "offer")
        steps = [
            tell(call_id(sid), OfferAccepted(offer=offer, rep=rep)),
            tell(call_id(sid), DeadlinePassed(kind="offer")),
        ]
        told = await asyncio.gather(*(steps if n % 2 else reversed(steps)))
        accepted = told[0 if n % 2 else 1].verdict
        assert accepted in {"done", "too_late"}
        expected = (RepStatus.ON_CALL, "connecting") if accepted == "done" else (RepStatus.NOT_RESPONDING, "waiting")
        await becomes(running, "ana", expected[0])
        await running.comes_to(sid, expected[1])
        await running.emulator.hang_up(sid)
        await nobody_is_left(running)


@HOUSE
async def test_a_step_that_comes_as_the_caller_hangs_up_brings_nobody_back(running: Running) -> None:
    """Test ideas of the same list: the relaxation timer against the hang-up."""
    await running.sits_down("ana")
    async with talking(running, await running.call_in("+15551250000")):
        for n in range(4):
            sid = await running.call_in(f"+1555125000{n + 1}")
            await running.comes_to(sid, "waiting")
            await time_passes(running, sid, "step")
            await running.emulator.hang_up(sid)
            await running.comes_to(sid, "ended")
            told = await running.house.conductor.tell(call_id(sid), DeadlinePassed(kind="step"))
            assert told.verdict == "ignored"
            assert await running.house.matcher.staffing(call_id(sid)) is None


@HOUSE
async def test_a_returning_customer_reaches_who_spoke_with_them_last_but_nobody_who_is_offline(
    running: Running,
) -> None:
    """chatwoot#4158, #9587, whatomate PR#394: the owner gets returning customers, but not if offline."""
    await running.sits_down("bo")
    sid = await running.call_in("+15551260000")
    async with talking(running, sid):
        await running.emulator.hang_up(sid)
        await running.comes_to(sid, "ended")
    await becomes(running, "bo", RepStatus.AVAILABLE)
    await eventually(lambda: _last_spoke_with(running, "+15551260000", "bo"))
    await running.sits_down("ana")
    again = await running.call_in("+15551260000")
    assert (await offer_of(running, again))[1] == "bo", "though ana fits better"
    await running.emulator.hang_up(again)
    await becomes(running, "bo", RepStatus.AVAILABLE)
    await running.house.matcher.set_status(RepId("bo"), RepStatus.OFFLINE)
    sid = await running.call_in("+15551260000")
    assert (await offer_of(running, sid))[1] == "ana"
    offer = (await call_of(running, sid)).offer
    assert offer is not None
    assert offer.decision.prefer == "offline"


async def _last_spoke_with(running: Running, number: str, rep: str) -> bool:
    """The record has it: it is a moment behind."""
    return await CallerMemory(running.house.database).last_rep(number) == rep
