"""The exchange: takes calls in, moves them, ends them. Every change of state happens at once, without waiting; a
leg's driver is only told to look again.

Guarantees: a leg is in at most one queue or conference; a leg that is over is in neither, is driven no more, and has
told its end to each status callback exactly once.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime

from cti.telephony.emulator.call_out import DialRate
from cti.telephony.emulator.conference import LeftBecause
from cti.telephony.emulator.conference_room import ConferenceRoom
from cti.telephony.emulator.dial_room import DialRoom
from cti.telephony.emulator.directory import Directory
from cti.telephony.emulator.ear import Input, Pressed, Spoken
from cti.telephony.emulator.fields import dial_action_fields, status_fields, voice_fields
from cti.telephony.emulator.handsets import Handsets
from cti.telephony.emulator.instructions import CallOut, Fetch, Instructions
from cti.telephony.emulator.leg import Leg, answer, end, vacant
from cti.telephony.emulator.leg_book import LegBook, Watcher
from cti.telephony.emulator.leg_driver import LegDriver
from cti.telephony.emulator.leg_steps import LegSteps
from cti.telephony.emulator.outside import Outside
from cti.telephony.emulator.player import Player
from cti.telephony.emulator.queue_room import QueueRoom
from cti.telephony.emulator.recording_room import RecordingRoom
from cti.telephony.emulator.settings import EmulatorSettings, new_sid
from cti.telephony.emulator.tasks import Tasks
from cti.telephony.emulator.twiml_model import Fault, InputKind, Target
from cti.telephony.emulator.web_client import WebClient
from cti.telephony.model import CallSid, LegStatus


def utc_now() -> datetime:
    """The wall clock."""
    return datetime.now(UTC)


class Exchange:
    """Everything that the emulated account has on the line."""

    def __init__(
        self,
        settings: EmulatorSettings,
        web: WebClient,
        tasks: Tasks,
        own_url: Callable[[], str],
        now: Callable[[], datetime] = utc_now,
    ) -> None:
        self.account_sid = settings.account_sid
        self.now = now
        self.web = web
        self.tasks = tasks
        self.legs = LegBook()
        self.directory = Directory(settings, now)
        self.queues = QueueRoom(legs=self.legs, web=web, now=now, account_sid=self.account_sid)
        self.conferences = ConferenceRoom(
            legs=self.legs, web=web, now=now, account_sid=self.account_sid, nudge=self._nudge
        )
        self.player = Player(legs=self.legs, web=web, now=now, speed=settings.speed)
        self.outside = Outside()
        self.handsets = Handsets()
        self.dial_rate = DialRate(settings.calls_per_second)
        self.steps = LegSteps(legs=self.legs, web=web, now=now, account_sid=self.account_sid)
        self.dials = DialRoom(
            legs=self.legs,
            steps=self.steps,
            web=web,
            now=now,
            account_sid=self.account_sid,
            directory=self.directory,
        )
        self.recordings = RecordingRoom(
            legs=self.legs, web=web, now=now, account_sid=self.account_sid, speed=settings.speed, own_url=own_url
        )
        self._drivers: dict[CallSid, LegDriver] = {}

    def place_call(self, from_: str, to: str, watcher: Watcher | None = None) -> Leg | None:
        """Somebody dials one of the account's numbers; null when it has no such number."""
        number = self.directory.number(to)
        if number is None:
            return None
        leg = Leg(
            sid=CallSid(new_sid("CA")),
            from_=from_,
            to=to,
            created_at=self.now(),
            setup=number.voice,
            number_sid=number.sid,
        )
        return self._begin(leg, _first(leg), watcher)

    def call_out(self, leg: Leg, order: CallOut) -> Leg:
        """The account calls an outside number; the leg waits until its turn to be dialled has come."""
        wait_s = self.dial_rate.turn_after_s(self.now().timestamp() * self.player.speed)
        return self._begin(replace(leg, queue_ms=round(wait_s * 1000)), order, None)

    def connect_device(self, identity: str, app_sid: str, params: Mapping[str, str], watcher: Watcher) -> Leg | None:
        """A browser connects through a TwiML App; null when there is no such application."""
        if app_sid != self.directory.application.sid:
            return None
        leg = Leg(
            sid=CallSid(new_sid("CA")),
            from_=f"client:{identity}",
            to="",
            created_at=self.now(),
            setup=self.directory.application.voice,
            application_sid=app_sid,
            params=dict(params),
        )
        return self._begin(leg, _first(leg), watcher)

    def answer(self, sid: CallSid) -> None:
        """A verb that answers has been reached; or the person who was called answers."""
        leg = self.legs.live(sid)
        if leg is None or leg.status is not LegStatus.RINGING:
            return
        answered = self.legs.put(answer(leg, self.now()))
        self.steps.tell(answered, "answered")
        if answered.parent_sid:
            self.dials.bridge(answered)

    def pick_up(self, sid: CallSid) -> None:
        """The person whose telephone rings takes the call; harmless when it rings no longer."""
        leg = self.legs.live(sid)
        if leg is not None and leg.is_called_now:
            self.answer(sid)
            self._nudge(sid)

    def hang_up(self, sid: CallSid, reason: str, *, unanswered: LegStatus = LegStatus.CANCELED) -> None:
        """The leg is over; harmless when it was already."""
        leg = self.legs.live(sid)
        if leg is None:
            return
        over = end(leg, self.now(), reason=reason, unanswered=unanswered)
        self._vacate(leg, over, "participant_hung_up")
        driver = self._drivers.pop(sid, None)
        if driver is not None:
            driver.stop()
        for target in self._callbacks(over):
            self.web.tell(sid, target, status_fields(over, self.now(), self.account_sid))
        self.steps.tell(over, "completed")

    def put_down(self, sid: CallSid, reason: str) -> bool:
        """The person with the leg hangs up, or does not take a call that rings: to the caller, the line is busy.
        False when there is nobody yet: the number was not dialled."""
        leg = self.legs.live(sid)
        if leg is not None and leg.status is LegStatus.QUEUED:
            return False
        declines = leg is not None and leg.is_called_now
        self.hang_up(sid, reason, unanswered=LegStatus.BUSY if declines else LegStatus.CANCELED)
        return True

    def hang_up_number(self, number: str) -> int:
        """Whoever is called at that outside number hangs up; how many legs that ended."""
        called = [leg for leg in self.legs.newest_first() if leg.direction != "inbound" and leg.to == number]
        return sum(self.put_down(leg.sid, "the other side hung up") for leg in called if not leg.over)

    def end_recording(self, sid: CallSid, digits: str) -> tuple[Target, dict[str, str]] | None:
        """The leg's recording is over: where to tell that, with which fields beside the standard ones; null when
        nothing was said. ``digits`` is the key that ended it."""
        leg = self.legs.live(sid)
        if leg is None:
            return None
        told = self.recordings.finish(leg, digits)
        self.legs.put(replace(leg, recording=""))
        return told

    def redirect(self, sid: CallSid, instructions: Instructions) -> Leg | None:
        """The leg does something else from now on; null when it is not in progress."""
        leg = self.legs.live(sid)
        driver = self._drivers.get(sid)
        if leg is None or driver is None or leg.status is not LegStatus.IN_PROGRESS:
            return None
        self._vacate(leg, vacant(leg), "participant_updated_via_api")
        driver.go(instructions)
        return self.legs.get(sid)

    def set_urls(self, sid: CallSid, *, fallback: Target | None, status_callback: Target | None) -> None:
        """A REST update named further URLs."""
        leg = self.legs.live(sid)
        if leg is None:
            return
        if fallback is not None:
            leg = replace(leg, setup=replace(leg.setup, fallback=fallback))
        if status_callback is not None:
            leg = replace(leg, extra_callbacks=(*leg.extra_callbacks, status_callback))
        self.legs.put(leg)

    def press(self, sid: CallSid, digits: str, *, keep: bool = False) -> None:
        """The person with the leg presses keys; lost when nothing listens, unless they wait until asked."""
        for key in digits:
            self._hear(sid, Pressed(key=key), keep=keep)

    def speak(self, sid: CallSid, text: str, *, confidence: float = 0.9, keep: bool = False) -> None:
        """The person with the leg says something; lost when nothing listens, unless they wait until asked."""
        self._hear(sid, Spoken(text=text, confidence=confidence), keep=keep)

    def note_listening(self, sid: CallSid, kinds: tuple[InputKind, ...]) -> None:
        """A verb of the leg's document listens to these, or to nothing any more."""
        leg = self.legs.live(sid)
        if leg is not None:
            self.legs.put(replace(leg, listening=kinds))

    def note_input(self, sid: CallSid, heard: Input) -> None:
        """A verb of the leg's document has taken a key or words."""
        self.player.own(sid, heard.key if isinstance(heard, Pressed) else heard.text)

    def note_fault(self, sid: CallSid, fault: Fault) -> None:
        """A document failed: kept with the leg, as Twilio's debugger would."""
        leg = self.legs.live(sid)
        if leg is not None:
            self.legs.put(replace(leg, errors=(*leg.errors[-19:], fault.code)))
            self.player.notice(sid, f"Error {fault.code}: {fault.message}")

    def _hear(self, sid: CallSid, heard: Input, *, keep: bool) -> None:
        driver = self._drivers.get(sid)
        if driver is not None:
            driver.ear.put(heard, keep=keep)

    def _begin(self, leg: Leg, first: Instructions | None, watcher: Watcher | None) -> Leg:
        if watcher is not None:
            self.legs.watch(leg.sid, watcher)
        self.legs.put(leg)
        driver = LegDriver(leg.sid, self)
        self._drivers[leg.sid] = driver
        self.tasks.start(driver.run(first), f"leg {leg.sid}")
        return leg

    def _vacate(self, leg: Leg, told: Leg, because: LeftBecause) -> None:
        """Out of queue, conference, call and recording; ``told`` is what the leg is from now on, and as the callbacks
        show it."""
        if leg.queue:
            self.queues.tell_action(told, leg.queue, "hangup" if told.over else "redirected")
            self.queues.leave(told, leg.queue)
        if leg.conference:
            action = self.conferences.take_action(leg.sid)
            self.conferences.leave(told, leg.conference, because)
            if told.over and action is not None:
                self.web.tell(leg.sid, action, dial_action_fields(told, "answered", self.account_sid))
        self.legs.put(told)
        if leg.recording:
            self._vacate_recording(leg, told)
        if leg.dialled:
            self._vacate_dial(leg, told)

    def _vacate_recording(self, leg: Leg, told: Leg) -> None:
        ended = self.recordings.finish(leg, "hangup")
        if told.over and ended is not None:
            action, fields = ended
            self.web.tell(leg.sid, action, {**voice_fields(told, self.account_sid), **fields})

    def _vacate_dial(self, leg: Leg, told: Leg) -> None:
        self.hang_up(leg.dialled, "the other side hung up")
        if told.over:
            self.dials.tell_action(told, leg.dialled)
        else:
            self.dials.part(leg.sid)

    def _callbacks(self, leg: Leg) -> tuple[Target, ...]:
        first = (leg.setup.status_callback,) if leg.setup.status_callback else ()
        return (*first, *leg.extra_callbacks)

    def _nudge(self, sid: CallSid) -> None:
        driver = self._drivers.get(sid)
        if driver is not None:
            driver.nudged.set()


def _first(leg: Leg) -> Instructions | None:
    return Fetch(target=leg.setup.voice) if leg.setup.voice else None
