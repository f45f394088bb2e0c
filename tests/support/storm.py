"""Callers and reps who do what a seed says, all at once: for storms on the whole service."""

from __future__ import annotations

import asyncio
import json
import random
from collections import Counter
from collections.abc import Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from typing import Any

from cti.calls.events import HangUpAsked, OfferAccepted, OfferDeclined
from cti.calls.model import Call, CallState
from cti.calls.step import Verdict
from cti.record.cancelling import is_cancelled
from routing.model import CallId, OfferId, RepId, RepStatus
from tests.support.callers import call_id
from tests.support.emulator import EmulatedDevice
from tests.support.house import Running

DOES = {"accept": 74, "decline": 10, "miss": 7, "vanish": 4, "never connect": 2, "reload": 3}
"""What a rep makes of an offer, by weight."""
WATCH_S = 0.1
TALKS = {CallState.CONNECTING, CallState.TALKING}
OVER = {CallState.WRAP_UP, CallState.ENDED}


async def rest(seconds: float) -> None:
    """A pause; also the end of a task whose cancellation was lost in redis-py, see ``cti/record/cancelling.py``."""
    if is_cancelled():
        raise asyncio.CancelledError
    await asyncio.sleep(seconds)


@dataclass(slots=True)
class Storm:
    """What one storm is made of, and what was done in it."""

    running: Running
    dice: random.Random
    does: Mapping[str, int] = field(default_factory=lambda: DOES)
    done: Counter[str] = field(default_factory=Counter)
    patient: list[str] = field(default_factory=list)
    """Callers (by sid) who stay until somebody has talked to them."""
    callers: list[str] = field(default_factory=list)
    over: asyncio.Event = field(default_factory=asyncio.Event)

    calls: dict[CallId, Call] = field(default_factory=dict)
    """Every call as it was seen last, by one watcher for all."""

    def state(self, call: CallId) -> CallState | None:
        """What the service makes of a call."""
        return self.calls[call].state if call in self.calls else None

    async def watch(self) -> None:
        """Looks at all calls together, again and again, until cancelled."""
        house = self.running.house
        while True:
            open_ones = [call_id(sid) for sid in self.callers if self.state(call_id(sid)) is not CallState.ENDED]
            for held in await house.calls.load_many(open_ones):
                self.calls[held.call.id] = held.call
            await rest(WATCH_S)


@dataclass(slots=True)
class Caller:
    """Somebody who dials, waits, talks and hangs up; some hang up before."""

    storm: Storm
    number: str
    after_s: float
    patience_s: float | None
    talk_s: float

    async def run(self) -> None:
        """From the dialling to the end of the leg."""
        await rest(self.after_s)
        sid = await self.storm.running.call_in(self.number)
        self.storm.callers.append(sid)
        if self.patience_s is None:
            self.storm.patient.append(sid)
        talked = await self._talked_within(sid)
        await rest(self.talk_s if talked else 0)
        self.storm.done["caller hangs up" if talked else "caller gives up"] += 1
        await self.storm.running.emulator.hang_up(sid)

    async def _talked_within(self, sid: str) -> bool:
        clock = asyncio.get_running_loop().time
        until = None if self.patience_s is None else clock() + self.patience_s
        while until is None or clock() < until:
            if self.storm.state(call_id(sid)) in {CallState.TALKING, *OVER}:
                return True
            await rest(WATCH_S)
        return False


@dataclass(slots=True)
class Rep:
    """A rep with a desk (reads the stream) and a browser device, who does what the dice say."""

    storm: Storm
    id: RepId
    dice: random.Random
    told: list[dict[str, Any]] = field(default_factory=list)
    """Everything the desk was told, in order."""
    cursor: str = "0-0"
    is_here: bool = True

    async def run(self) -> None:
        """Until the storm is over."""
        async with AsyncExitStack() as pages, asyncio.TaskGroup() as group:
            device = await self._page(pages)
            beat = group.create_task(self._keep_socket())
            group.create_task(self._live(device, pages))
            await self.storm.over.wait()
            beat.cancel()

    async def _page(self, pages: AsyncExitStack) -> EmulatedDevice:
        emulator = self.storm.running.emulator
        return await pages.enter_async_context(emulator.device(emulator.token(self.id)))

    async def _keep_socket(self) -> None:
        while True:
            if self.is_here:
                await self._touch()
            await rest(2.0)

    async def _touch(self) -> None:
        house = self.storm.running.house
        await house.conductor.take_up(await house.matcher.touch_socket(self.id, f"tab-{self.id}"))

    async def _sit_down(self) -> None:
        house = self.storm.running.house
        self.is_here = True
        await self._touch()
        await house.conductor.take_up(await house.matcher.set_status(self.id, RepStatus.AVAILABLE))

    async def _live(self, device: EmulatedDevice, pages: AsyncExitStack) -> None:
        await self._sit_down()
        while not self.storm.over.is_set():
            for event in await self.read():
                if event["type"] == "screen_pop":
                    device = await self._answer(event, device, pages)
                if event["type"] == "rep_status" and event["status"] in {"not_responding", "offline"}:
                    await rest(0.2)
                    await self._sit_down()

    async def read(self) -> list[dict[str, Any]]:
        """What the stream holds beyond what was read; waits a little for it."""
        house = self.storm.running.house
        rows = await house.redis.xrange(house.calls.key(f"events:{self.id}"), min=f"({self.cursor}")
        if not rows:
            await rest(WATCH_S)
            return []
        news = [json.loads(fields["e"]) for _, fields in rows]
        self.told.extend(news)
        self.cursor = str(rows[-1][0])
        return news

    async def _answer(
        self, pop: dict[str, dict[str, str]], device: EmulatedDevice, pages: AsyncExitStack
    ) -> EmulatedDevice:
        """What becomes of one offer; the device that the rep has afterwards."""
        offer, call = OfferId(pop["offer"]["id"]), CallId(pop["call"]["id"])
        what = self.dice.choices(list(self.storm.does), weights=list(self.storm.does.values()))[0]
        await rest(self.dice.uniform(0.0, 0.3))
        tell = self.storm.running.house.conductor.tell
        if what == "decline":
            await tell(call, OfferDeclined(offer=offer, rep=self.id))
        if what == "vanish":
            await self._vanish()
        if what in {"decline", "vanish", "miss"}:
            self.storm.done[f"rep: {what}"] += 1
            return device
        told = await tell(call, OfferAccepted(offer=offer, rep=self.id, client_id="tab"))
        if told.verdict is not Verdict.DONE:
            self.storm.done["rep: too late"] += 1
            return device
        self.storm.done[f"rep: {what}"] += 1
        if what == "never connect":
            return device
        return await self._talk(call, offer, device, pages, reloads=what == "reload")

    async def _vanish(self) -> None:
        self.is_here = False
        await self.storm.running.house.matcher.drop_socket(self.id, f"tab-{self.id}")
        await rest(self.dice.uniform(0.5, 7.0))
        await self._sit_down()

    async def _talk(
        self, call: CallId, offer: OfferId, device: EmulatedDevice, pages: AsyncExitStack, *, reloads: bool
    ) -> EmulatedDevice:
        leg = await device.connect({"offer_id": offer})
        if reloads and await self._comes_to(call, CallState.TALKING, *OVER) is CallState.TALKING:
            await device.drop()
            device = await self._page(pages)
            leg = await device.connect({"offer_id": offer})
        if self.dice.random() < 0.3:
            await self._comes_to(call, CallState.TALKING, *OVER, CallState.WAITING)
            await rest(self.dice.uniform(0.2, 0.8))
            if self.storm.state(call) is CallState.TALKING:
                self.storm.done["rep: end"] += 1
                await self.storm.running.house.conductor.tell(call, HangUpAsked(rep=self.id))
        await self._has_left(call, offer, device, leg)
        return device

    async def _has_left(self, call: CallId, offer: OfferId, device: EmulatedDevice, leg: str) -> None:
        """Waits until the rep's leg, or the call's part with this rep, is over."""
        while not any(said["type"] == "disconnected" and said["call_sid"] == leg for said in device.messages):
            seen = self.storm.calls.get(call)  # null: so fast that the watch has not seen the call yet
            if seen is not None and not _is_with(seen, offer):
                return
            await rest(WATCH_S)

    async def _comes_to(self, call: CallId, *states: CallState) -> CallState | None:
        """Waits for one of the states, or for the call to have gone."""
        while True:
            state = self.storm.state(call)
            if state in states:
                return state
            await rest(WATCH_S)


def _is_with(call: Call, offer: OfferId) -> bool:
    """The rep of this offer has a part in the call as it was seen last."""
    return call.state in {*TALKS, CallState.OFFERED} and call.offer is not None and call.offer.id == offer
