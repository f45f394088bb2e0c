"""The line against a strict stand-in of Twilio's REST API: every command in time, every outcome a value."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator

import pytest

from cti.telephony.errors import LineUnavailable
from cti.telephony.model import (
    CallSid,
    ConferenceName,
    Dialled,
    Done,
    Leg,
    LegStatus,
    LiveConference,
    NotInProgress,
    Refused,
)
from cti.telephony.ports import Line
from cti.telephony.twilio_http import Limits
from cti.telephony.twilio_line import TwilioLine
from tests.support.twilio_stand_in import ACCOUNT, OWN_NUMBER, TOKEN, Fault, StandIn, a_stand_in

SID = CallSid("CA" + "1" * 32)
REP = CallSid("CA" + "2" * 32)
NAME = ConferenceName("conference-c" + "1" * 32)
URL = "https://cti.example.com/webhooks/twilio/join?call=c1&attempt=1"
OUTSIDE = "+48600700800"
STATUS = "https://cti.example.com/webhooks/twilio/status"
QUICK = Limits(connect_timeout_s=0.3, read_timeout_s=0.3, read_within_s=0.5)


@pytest.fixture
async def world() -> AsyncIterator[StandIn]:
    async with a_stand_in() as world:
        yield world


@pytest.fixture
async def line(world: StandIn) -> AsyncIterator[TwilioLine]:
    line = TwilioLine(ACCOUNT, TOKEN, world.base_url, QUICK)
    await line.open()
    yield line
    await line.close()


def test_it_is_a_line() -> None:
    _: Line = TwilioLine(ACCOUNT, TOKEN)


async def test_a_leg_in_progress_is_moved_by_one_update(world: StandIn, line: TwilioLine) -> None:
    world.add_call(SID, "in-progress")
    assert await line.move_call(SID, URL, within_s=2) == Done()
    assert world.posted() == [(f"Calls/{SID}.json", {"Url": URL, "Method": "POST"})]


@pytest.mark.parametrize("status", ["queued", "ringing", "completed", "busy", "no-answer"])
async def test_a_leg_not_in_progress_is_read_and_its_status_told(status: str, world: StandIn, line: TwilioLine) -> None:
    world.add_call(SID, status)
    assert await line.move_call(SID, URL, within_s=2) == NotInProgress(status=LegStatus(status))


async def test_a_leg_that_twilio_does_not_know_has_no_status(line: TwilioLine) -> None:
    assert await line.move_call(SID, URL, within_s=2) == NotInProgress(status=None)
    assert await line.end_call(SID, within_s=2) == NotInProgress(status=None)


async def test_too_many_requests_are_repeated_within_the_time(world: StandIn, line: TwilioLine) -> None:
    world.add_call(SID, "in-progress")
    world.faults.extend(["429", "429", "429"])
    assert await line.move_call(SID, URL, within_s=3) == Done()
    assert len(world.posted()) == 4


async def test_too_many_requests_for_too_long_are_a_refusal_that_was_not_carried_out(
    world: StandIn, line: TwilioLine
) -> None:
    world.add_call(SID, "in-progress")
    world.faults.extend(["429"] * 50)
    refused = await line.move_call(SID, URL, within_s=0.5)
    assert isinstance(refused, Refused)
    if not refused.sent:  # unless the bound fell into an attempt: then nobody knows
        assert refused == Refused(code=20429, reason="HTTP 429, error 20429", sent=False)
    assert len(world.faults) < 49  # it was repeated


UNSURE: list[Fault] = ["500", "500 done", "reset", "reset done", "hang done", "garbage done"]


@pytest.mark.parametrize("fault", UNSURE)
async def test_a_move_whose_answer_was_lost_is_not_repeated(fault: Fault, world: StandIn, line: TwilioLine) -> None:
    world.add_call(SID, "in-progress")
    world.faults.append(fault)
    result = await line.move_call(SID, URL, within_s=2)
    assert isinstance(result, Refused)
    assert result.sent
    assert len(world.posted()) == 1


@pytest.mark.parametrize("fault", UNSURE)
async def test_hanging_up_is_repeated_until_it_is_known(fault: Fault, world: StandIn, line: TwilioLine) -> None:
    world.add_call(SID, "in-progress")
    world.faults.append(fault)
    result = await line.end_call(SID, within_s=3)
    assert result in (Done(), NotInProgress(status=LegStatus.COMPLETED))
    assert world.calls[SID]["status"] == "completed"


async def test_hanging_up_twice_is_harmless(world: StandIn, line: TwilioLine) -> None:
    world.add_call(SID, "ringing")
    assert await line.end_call(SID, within_s=2) == Done()
    assert await line.end_call(SID, within_s=2) == NotInProgress(status=LegStatus.COMPLETED)


async def test_a_server_that_is_not_there_was_never_sent_anything() -> None:
    line = TwilioLine(ACCOUNT, TOKEN, "http://127.0.0.1:9", QUICK)
    await line.open()
    result = await line.move_call(SID, URL, within_s=0.4)
    assert isinstance(result, Refused)
    assert (result.code, result.sent) == (0, False)
    with pytest.raises(LineUnavailable):
        await line.leg(SID)
    await line.close()


async def test_a_refusal_says_the_code_and_repeats_nothing_personal(world: StandIn, line: TwilioLine) -> None:
    world.add_call(SID, "in-progress")
    assert await line.move_call(SID, "not a url +48600100200", within_s=2) == Refused(
        code=21205, reason="HTTP 400, error 21205", sent=False
    )


async def test_a_refused_command_whose_leg_cannot_be_read_is_not_called_gone(world: StandIn, line: TwilioLine) -> None:
    world.add_call(SID, "completed")
    await line.move_call(SID, URL, within_s=2)
    world.faults.extend(["500"] * 20)
    with pytest.raises(LineUnavailable):
        await line.leg(SID)


async def test_a_leg_is_shown_as_twilio_sees_it(world: StandIn, line: TwilioLine) -> None:
    world.add_call(SID, "in-progress", from_="client:ana")
    assert await line.leg(SID) == Leg(
        sid=SID,
        status=LegStatus.IN_PROGRESS,
        from_="client:ana",
        to="+15550100",
        direction="inbound",
        started_ms=1_790_071_200_000,
    )
    assert await line.leg(REP) is None


@pytest.mark.parametrize("fault", ["429", "500", "reset"])
async def test_reads_are_repeated(fault: Fault, world: StandIn, line: TwilioLine) -> None:
    world.add_call(SID, "ringing")
    world.faults.append(fault)
    leg = await line.leg(SID)
    assert leg is not None
    assert leg.status is LegStatus.RINGING


async def test_reads_that_never_succeed_say_so_in_time(world: StandIn, line: TwilioLine) -> None:
    world.faults.extend(["500"] * 50)
    began = time.monotonic()
    with pytest.raises(LineUnavailable, match="HTTP 500"):
        await line.participants(NAME)
    with pytest.raises(LineUnavailable):
        [leg async for leg in line.live_legs()]
    with pytest.raises(LineUnavailable):
        [one async for one in line.live_conferences("conference-")]
    assert time.monotonic() - began < 3


async def test_live_legs_are_read_page_by_page_and_only_what_lives(world: StandIn, line: TwilioLine) -> None:
    world.page_size = 7
    statuses = ("queued", "ringing", "in-progress", "completed", "no-answer")
    for number in range(100):
        world.add_call(f"CA{number:032x}", statuses[number % 5])
    legs = [leg async for leg in line.live_legs()]
    assert len({leg.sid for leg in legs}) == len(legs) == 60
    assert {leg.status for leg in legs} == {LegStatus.QUEUED, LegStatus.RINGING, LegStatus.IN_PROGRESS}
    assert len(world.requests) == 9


async def dialled(line: TwilioLine, to: str = OUTSIDE, within_s: float = 2) -> Dialled | Refused:
    return await line.dial(to, OWN_NUMBER, url=URL, fallback_url=URL, status_url=STATUS, ring_s=25, within_s=within_s)


async def test_a_number_is_called_by_one_request_and_every_step_is_asked_for(world: StandIn, line: TwilioLine) -> None:
    made = await dialled(line)
    assert isinstance(made, Dialled)
    assert world.calls[made.sid]["to"] == OUTSIDE
    expected = {
        "To": OUTSIDE,
        "From": OWN_NUMBER,
        "Url": URL,
        "Method": "POST",
        "FallbackUrl": URL,
        "FallbackMethod": "POST",
        "StatusCallback": STATUS,
        "StatusCallbackEvent": "initiated ringing answered completed",
        "Timeout": "25",
    }
    assert world.posted() == [("Calls.json", expected)]


@pytest.mark.parametrize("fault", UNSURE)
async def test_a_number_is_never_called_again_after_a_lost_answer(
    fault: Fault, world: StandIn, line: TwilioLine
) -> None:
    world.faults.append(fault)
    result = await dialled(line)
    assert isinstance(result, Refused)
    assert result.sent
    assert len(world.posted()) == 1
    assert [leg.sid for leg in await line.legs_to(OUTSIDE)] == list(world.calls)
    assert len(world.calls) == int(fault.endswith("done"))


async def test_a_number_is_called_once_twilio_is_not_too_busy(world: StandIn, line: TwilioLine) -> None:
    world.faults.extend(["429", "429"])
    assert isinstance(await dialled(line), Dialled)
    assert len(world.calls) == 1


async def test_a_number_that_cannot_be_called_is_a_refusal_that_repeats_nothing_personal(line: TwilioLine) -> None:
    assert await dialled(line, "12") == Refused(code=21211, reason="HTTP 400, error 21211", sent=False)


async def test_a_number_is_not_called_where_nobody_could_be_reached() -> None:
    line = TwilioLine(ACCOUNT, TOKEN, "http://127.0.0.1:9", QUICK)
    result = await dialled(line, within_s=0.4)
    assert isinstance(result, Refused)
    assert (result.code, result.sent) == (0, False)
    with pytest.raises(LineUnavailable):
        await line.legs_to(OUTSIDE)
    await line.close()


async def test_legs_to_a_number_are_those_that_live(world: StandIn, line: TwilioLine) -> None:
    for number, status in enumerate(["queued", "ringing", "in-progress", "completed", "busy"]):
        world.add_call(f"CA{number:032x}", status, OWN_NUMBER, OUTSIDE)
    world.add_call(REP, "in-progress")
    legs = await line.legs_to(OUTSIDE)
    assert [leg.status for leg in legs] == [LegStatus.QUEUED, LegStatus.RINGING, LegStatus.IN_PROGRESS]
    assert {(leg.to, leg.from_, leg.direction) for leg in legs} == {(OUTSIDE, OWN_NUMBER, "outbound-api")}
    assert [leg.started_ms is None for leg in legs] == [True, False, False]
    assert await line.legs_to("+48600700900") == ()


async def test_a_leg_that_is_answered_while_legs_are_read_is_one_leg(world: StandIn, line: TwilioLine) -> None:
    world.add_call(SID, "ringing", OWN_NUMBER, OUTSIDE)
    world.answered_when_listed = True
    assert [(leg.sid, leg.status) for leg in await line.legs_to(OUTSIDE)] == [(SID, LegStatus.IN_PROGRESS)]


async def test_participants_are_those_of_the_live_conference_by_that_name(world: StandIn, line: TwilioLine) -> None:
    world.add_conference(NAME, "CA" + "9" * 32, status="completed")
    world.add_conference("another", "CA" + "8" * 32)
    assert await line.participants(NAME) == frozenset()
    world.add_conference(NAME, SID, REP)
    assert await line.participants(NAME) == {SID, REP}


async def test_a_conference_where_one_leg_waits_alone_counts(world: StandIn, line: TwilioLine) -> None:
    world.add_conference(NAME, REP, status="init")
    assert await line.participants(NAME) == {REP}
    assert await line.end_conference(NAME, within_s=2) == Done()
    assert await line.participants(NAME) == frozenset()


async def test_a_conference_is_ended_by_name(world: StandIn, line: TwilioLine) -> None:
    sid = world.add_conference(NAME, SID, REP)
    assert await line.end_conference(NAME, within_s=2) == Done()
    assert world.conferences[sid].status == "completed"
    assert await line.end_conference(NAME, within_s=2) == NotInProgress(status=None)


@pytest.mark.parametrize("fault", UNSURE)
async def test_ending_a_conference_is_repeated(fault: Fault, world: StandIn, line: TwilioLine) -> None:
    sid = world.add_conference(NAME, SID, REP)
    world.faults.append(fault)
    assert await line.end_conference(NAME, within_s=3) in (Done(), NotInProgress(status=None))
    assert world.conferences[sid].status == "completed"


async def test_words_are_announced_to_one_participant(world: StandIn, line: TwilioLine) -> None:
    sid = world.add_conference(NAME, SID)
    assert await line.announce(NAME, SID, URL, within_s=2) == Done()
    assert world.posted() == [
        (f"Conferences/{sid}/Participants/{SID}.json", {"AnnounceUrl": URL, "AnnounceMethod": "POST"})
    ]


async def test_words_for_somebody_who_is_not_there_are_not_in_progress(world: StandIn, line: TwilioLine) -> None:
    world.add_call(SID, "completed")
    assert await line.announce(NAME, SID, URL, within_s=2) == NotInProgress(status=LegStatus.COMPLETED)
    world.add_conference(NAME, REP)
    assert await line.announce(NAME, SID, URL, within_s=2) == NotInProgress(status=LegStatus.COMPLETED)


async def test_a_conference_that_ends_while_it_is_read_has_nobody_in_it(world: StandIn, line: TwilioLine) -> None:
    world.add_conference(NAME, SID)
    world.ends_when_listed = True
    assert await line.participants(NAME) == frozenset()
    assert [one async for one in line.live_conferences("conference-")] == []


async def test_live_conferences_come_with_their_legs(world: StandIn, line: TwilioLine) -> None:
    world.page_size = 3
    expected = set()
    for number in range(25):
        leg = CallSid(f"CA{number:032x}")
        status = "init" if number % 5 == 0 else "in-progress"
        sid = world.add_conference(f"conference-{number}", leg, status=status)
        expected.add(LiveConference(sid=sid, name=ConferenceName(f"conference-{number}"), legs=frozenset({leg})))
    world.add_conference("conference-over", status="completed")
    world.add_conference("another application's", SID)
    assert {one async for one in line.live_conferences("conference-")} == expected


async def test_wrong_credentials_are_a_refusal(world: StandIn) -> None:
    line = TwilioLine(ACCOUNT, "wrong", world.base_url, QUICK)
    assert await line.move_call(SID, URL, within_s=2) == Refused(code=20003, reason="HTTP 401, error 20003", sent=False)
    with pytest.raises(LineUnavailable, match="20003"):
        await line.leg(SID)
    await line.close()


async def test_it_can_be_closed_twice_and_used_again(world: StandIn, line: TwilioLine) -> None:
    world.add_call(SID, "in-progress")
    await line.close()
    await line.close()
    assert await line.move_call(SID, URL, within_s=2) == Done()
