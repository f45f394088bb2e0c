"""Callers and reps as a test meets them: somebody dials, a rep accepts by hand, everything is as before afterwards."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

from cti.calls.events import CallbackCancelled, DeadlineKind, OfferAccepted
from cti.calls.model import Call
from cti.calls.redis_store import Saved
from cti.calls.step import Step
from routing.model import CallId, OfferId, RepId, RepStatus
from tests.support.emulator import EmulatedDevice
from tests.support.eventually import eventually
from tests.support.house import Running


def call_id(sid: str) -> CallId:
    """The call of that caller's leg."""
    return CallId("c" + sid[2:])


async def call_of(running: Running, sid: str) -> Call:
    """That caller's call as it is now."""
    held = await running.house.calls.load(call_id(sid))
    assert held is not None
    return held.call


async def offer_of(running: Running, sid: str, *, within_s: float = 5.0) -> tuple[OfferId, RepId]:
    """Waits for the call to be offered: the offer and to whom."""
    await running.comes_to(sid, "offered", within_s=within_s)
    offer = (await call_of(running, sid)).offer
    assert offer is not None
    return offer.id, offer.rep


async def accept(running: Running, sid: str) -> tuple[OfferId, RepId]:
    """Whoever is asked accepts."""
    offer, rep = await offer_of(running, sid)
    await running.house.conductor.tell(call_id(sid), OfferAccepted(offer=offer, rep=rep, client_id="tab"))
    return offer, rep


@asynccontextmanager
async def talking(running: Running, sid: str) -> AsyncIterator[tuple[EmulatedDevice, OfferId, RepId]]:
    """Whoever is asked accepts and talks; leaving the block closes the page."""
    offer, rep = await accept(running, sid)
    async with running.emulator.device(running.emulator.token(rep)) as device:
        await device.accepted(await device.connect({"offer_id": offer}))
        await running.comes_to(sid, "talking")
        yield device, offer, rep


async def time_passes(running: Running, sid: str, kind: DeadlineKind) -> int:
    """That deadline of the call is due now, however far away it was: so many ms after the call's state began."""

    async def brought_forward() -> int | None:
        house = running.house
        held = await house.calls.load(call_id(sid))
        assert held is not None
        due_ms = held.call.deadlines[kind]
        now = replace(held.call, deadlines={**held.call.deadlines, kind: house.clock.now_ms()})
        saved = await house.calls.save(held, Step(call=now), version=house.rules.version, staff=house.rules.staff())
        return due_ms - held.call.since_ms if isinstance(saved, Saved) else None

    return await eventually(brought_forward)


async def status_of(running: Running, rep: str) -> RepStatus:
    """What the rep is doing."""
    state = await running.house.matcher.rep(RepId(rep))
    assert state is not None
    return state.status


async def becomes(running: Running, rep: str, status: RepStatus, *, within_s: float = 5.0) -> None:
    """Waits until the rep is doing that."""

    async def so() -> bool:
        return await status_of(running, rep) is status

    await eventually(so, within_s)


async def events_of(running: Running, rep: str, kind: str = "") -> list[dict[str, Any]]:
    """What the rep's desk was told so far, in order; of one kind, or everything."""
    rows = await running.house.redis.xrange(running.house.calls.key(f"events:{rep}"))
    events = [json.loads(fields["e"]) for _, fields in rows]
    return [event for event in events if kind in ("", event["type"])]


async def told_to(running: Running, rep: str) -> list[str]:
    """The rep's events in order, a word or two each."""
    return [_in_short(event) for event in await events_of(running, rep)]


def _in_short(event: dict[str, Any]) -> str:
    match event["type"]:
        case "rep_status":
            return f"rep {event['status']}"
        case "call_state":
            return f"call {event['state']}"
        case "offer_ended":
            return f"offer {event['outcome']}"
        case other:
            return str(other)


async def go_home(running: Running) -> None:
    """Everybody hangs up, every rep leaves; nobody may be left reserved, ringing or waiting."""
    await running.emulator.faults()
    for leg in await running.emulator.calls():
        if leg["status"] in {"ringing", "in-progress", "queued"}:
            await running.emulator.hang_up(leg["sid"])
    await eventually(lambda: _nobody_on_the_line(running), 10.0)
    house = running.house
    for state in await house.matcher.reps():
        if state.status is RepStatus.WRAP_UP and state.call is not None:
            await house.matcher.free(state.rep, state.call)
        await house.matcher.set_status(state.rep, RepStatus.OFFLINE)
        await house.matcher.drop_socket(state.rep, f"tab-{state.rep}")
    for state in await house.matcher.reps():
        assert state.offer is None, f"{state.rep} is left with an offer"
        assert state.status is RepStatus.OFFLINE, f"{state.rep} is left {state.status}"


async def _nobody_on_the_line(running: Running) -> bool:
    for call_id_ in await running.house.calls.open_ids():
        await running.house.conductor.tell(call_id_, CallbackCancelled(by="test"))
        held = await running.house.calls.load(call_id_)
        if held is not None and held.call.state not in {"wrap_up", "ended"}:
            return False
    return True
