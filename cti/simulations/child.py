"""The process in which one simulation runs: ``python -m cti.simulations.child``. Serves nobody, touches no Redis.

Its first line of standard input is the order. The word ``stop`` behind it ends the simulation early, with what is
known; the end of standard input ends the process at once: it never outlives the worker that holds the other end. Writes
lines to standard output, a word and JSON:

``progress``  {progress, known, seconds_left}, some times a second
``result``    how many replications are over, and what ``cti simulate --json`` prints of so many; now and then, and at
              the end
``end``       {state, detail}: the last line
"""

from __future__ import annotations

import asyncio
import json
import os
import resource
import sys
import threading
import time
import traceback
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import BinaryIO

import orjson

from cti.record.errors import RecordError
from cti.simulations.document import document
from cti.simulations.model import Limits, Period, State, Task
from cti.simulations.reading import first_line, read_task
from routing.errors import ConfigError
from routing.simulate.runs import Runs
from routing.simulate.scenario import RecordedCall

NICENESS = 10
"""Calls come first."""
TELL_EVERY_S = 0.25
RESULT_EVERY_S = 2.0
RESULT_SHARE = 20
"""That of many reps takes seconds to make: it is told only so many times that long after the one before."""
LARGEST_PART = 256 * 1024
"""Bytes of a result that is told before the end."""
LARGEST_RESULT = 8 * 1024 * 1024
STOP = b"stop"
LAST_WORDS_MB = 64
STDIN = 0
CHUNK = 1 << 16
MIB = 1 << 20
BALLAST = 2 * MIB
"""Thrown out when memory runs short."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """The first line."""

    task: Task
    limits: Limits
    database_url: str

    def line(self) -> bytes:
        """As it is sent."""
        return orjson.dumps(asdict(self)) + b"\n"

    @staticmethod
    def read(line: bytes) -> Order:
        """The opposite of ``line``."""
        found = orjson.loads(line)
        return Order(
            task=Task.read(found["task"]),
            limits=Limits(**found["limits"]),
            database_url=found["database_url"],
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class End:
    """How it ended."""

    state: State
    detail: str | None = None


class Run:
    """One simulation, and what is told of it."""

    def __init__(self, order: Order, out: BinaryIO, stopped: Callable[[], bool]) -> None:
        self._order = order
        self._out = out
        self._stopped = stopped
        self._began = time.monotonic()
        self._told_at = self._result_at = self._began
        self._told_known = 0
        self._runs: Runs | None = None
        self._ballast = bytes(BALLAST)

    def all(self) -> End:
        """To its end, whatever that is; the result is told before it."""
        try:
            end = self._play()
        except ConfigError as error:
            return End(state=State.FAILED, detail=first_line(error, with_lines=self._order.task.period is None))
        except RecordError:
            return End(state=State.FAILED, detail="The database cannot be reached: start it again later.")
        except MemoryError:
            self._ballast = b""  # first of all: what comes now needs some
            _make_room()
            most = f"{self._order.limits.memory_mb:,} MiB"
            end = End(state=State.FAILED, detail=f"It needed more than {most} of memory: make the duration shorter.")
        return self._conclude(end)

    def _play(self) -> End:
        task, limits = self._order.task, self._order.limits
        inputs = read_task(task, self._calls)
        runs = Runs(configs=inputs.configs, scenario=inputs.scenario, seed=task.seed, replications=task.replications)
        self._runs = runs
        for done in runs.steps():
            if self._stopped():
                return End(state=State.CANCELLED)
            if time.monotonic() - self._began > limits.seconds:
                return End(state=State.FAILED, detail=too_long(limits))
            self._tell(runs, done)
        return End(state=State.DONE)

    def _calls(self, period: Period) -> tuple[RecordedCall, ...]:
        from cti.simulations.recorded import recorded_calls  # a second of imports, seldom needed

        return asyncio.run(recorded_calls(self._order.database_url, period))

    def _tell(self, runs: Runs, done: float) -> None:
        now = time.monotonic()
        if now - self._told_at < TELL_EVERY_S:
            return
        self._told_at = now
        left = (now - self._began) * (1.0 - done) / done if done else None
        self._write("progress", {"progress": done, "seconds_left": left})
        if runs.complete > self._told_known and now >= self._result_at:
            self._write_result(runs, most=LARGEST_PART)
            took = time.monotonic() - now
            self._result_at = now + max(RESULT_EVERY_S, RESULT_SHARE * took)

    def _conclude(self, end: End) -> End:
        runs = self._runs
        if runs is None or not runs.complete or self._write_result(runs, most=LARGEST_RESULT):
            return end
        most = f"{LARGEST_RESULT // MIB} MiB"
        return End(state=State.FAILED, detail=f"Its result is larger than {most}: the configuration has too many reps.")

    def _write_result(self, runs: Runs, *, most: int) -> bool:
        """False: it is larger, and not told."""
        text = json.dumps(document(runs)).encode()
        if len(text) > most:
            return False
        self._told_known = runs.complete
        self._out.write(b"result %d %s\n" % (runs.complete, text))
        self._out.flush()
        return True

    def _write(self, word: str, what: object) -> None:
        self._out.write(b"%s %s\n" % (word.encode(), orjson.dumps(what)))
        self._out.flush()

    def tell_end(self, end: End) -> None:
        """The last line."""
        self._write("end", end)


def too_long(limits: Limits) -> str:
    """What is said of one that took longer than it may."""
    return f"It took longer than {limits.seconds:g} s: ask for fewer replications, or make the duration shorter."


def _bound_memory(most_mb: int) -> None:
    """Beyond what the process has now. On Linux alone: elsewhere the kernel does not count address space."""
    if sys.platform == "linux":
        pages = int(Path("/proc/self/statm").read_text().split()[0])
        most = pages * resource.getpagesize() + most_mb * MIB
        resource.setrlimit(resource.RLIMIT_AS, (most, most + LAST_WORDS_MB * MIB))


def _make_room() -> None:
    """To say that there was too little, and what is known."""
    if sys.platform == "linux":
        _, most = resource.getrlimit(resource.RLIMIT_AS)
        resource.setrlimit(resource.RLIMIT_AS, (most, most))


def _first_line() -> tuple[bytes, bytes]:
    """Of standard input, and what came behind it."""
    read = b""
    while b"\n" not in read:
        part = os.read(STDIN, CHUNK)
        if not part:
            raise SystemExit(0)
        read += part
    line, _, more = read.partition(b"\n")
    return line, more


def _obey(read: bytes, stop: threading.Event) -> None:
    """Ends the process with the worker. Not by ``sys.stdin``, whose lock a thread would hold at the end."""
    while read or (read := os.read(STDIN, CHUNK)):
        if STOP in read:
            stop.set()
        read = b""
    os._exit(1)


def main() -> None:
    line, more = _first_line()
    order, stop = Order.read(line), threading.Event()
    threading.Thread(target=_obey, args=(more, stop), daemon=True).start()
    os.nice(NICENESS)
    _bound_memory(order.limits.memory_mb)
    run = Run(order, sys.stdout.buffer, stop.is_set)
    try:
        run.tell_end(run.all())
    except Exception as error:  # a defect of ours; its words might hold what callers said
        where = "".join(traceback.format_tb(error.__traceback__))
        sys.exit(f"a simulation broke off: {type(error).__name__}\n{where}")


if __name__ == "__main__":
    main()
