"""All queues, and what is told when a leg leaves one. Every change happens at once, without waiting."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from cti.telephony.emulator import line_queue
from cti.telephony.emulator.fields import queue_action_fields, queue_wait_fields
from cti.telephony.emulator.leg import Leg
from cti.telephony.emulator.leg_book import LegBook
from cti.telephony.emulator.line_queue import LineQueue, Member, QueueResult
from cti.telephony.emulator.settings import new_sid
from cti.telephony.emulator.twiml_model import Enqueue, Target
from cti.telephony.emulator.web_client import WebClient


class QueueRoom:
    """Queues by name. A queue is made by its first ``<Enqueue>`` and kept when empty."""

    def __init__(self, *, legs: LegBook, web: WebClient, now: Callable[[], datetime], account_sid: str) -> None:
        self._legs = legs
        self._web = web
        self._now = now
        self._account_sid = account_sid
        self._queues: dict[str, LineQueue] = {}

    def all(self) -> list[LineQueue]:
        """Every queue, oldest first."""
        return list(self._queues.values())

    def by_sid(self, sid: str) -> LineQueue | None:
        """The queue with that sid."""
        return next((queue for queue in self._queues.values() if queue.sid == sid), None)

    def resize(self, sid: str, max_size: int) -> LineQueue | None:
        """Another limit; those in line stay."""
        queue = self.by_sid(sid)
        if queue is None:
            return None
        self._queues[queue.name] = replace(queue, max_size=max_size)
        return self._queues[queue.name]

    def enter(self, leg: Leg, verb: Enqueue) -> bool:
        """The leg stands in line; False when the queue is full."""
        queue = self._queues.get(verb.name) or self._open(verb)
        if queue.full:
            return False
        self._queues[verb.name] = line_queue.enter(
            queue, Member(call_sid=leg.sid, enqueued_at=self._now(), action=verb.action)
        )
        self._legs.put(replace(leg, queue=verb.name))
        return True

    def leave(self, leg: Leg, name: str) -> None:
        """The leg is out of that queue."""
        self._queues[name] = line_queue.depart(self._queues[name], leg.sid, self._now())
        if leg.queue:
            self._legs.put(replace(leg, queue=""))

    def wait_fields(self, leg: Leg) -> dict[str, str]:
        """What the leg's wait document is asked with."""
        return queue_wait_fields(leg, self._queues[leg.queue], self._now(), self._account_sid)

    def action_fields(self, leg: Leg, name: str, result: QueueResult) -> dict[str, str]:
        """What the action is asked with; to be made while the leg is still in line."""
        return queue_action_fields(leg, self._queues[name], self._now(), result, self._account_sid)

    def tell_action(self, leg: Leg, name: str, result: QueueResult) -> None:
        """Requests the action in the background: Twilio does not carry out its answer."""
        action = self._action(leg, name)
        if action is not None:
            self._web.tell(leg.sid, action, self.action_fields(leg, name, result))

    def _action(self, leg: Leg, name: str) -> Target | None:
        member = line_queue.member_of(self._queues[name], leg.sid)
        return member.action if member else None

    def _open(self, verb: Enqueue) -> LineQueue:
        queue = LineQueue(
            sid=new_sid("QU"),
            name=verb.name,
            created_at=self._now(),
            max_size=verb.max_size or line_queue.DEFAULT_MAX_SIZE,
        )
        self._queues[verb.name] = queue
        return queue
