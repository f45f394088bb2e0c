"""A bar with the time left, for what takes long."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn


def run_steps(name: str, steps: Iterable[float], *, silent: bool) -> bool:
    """Runs through the steps, which say how much is done, 0 to 1; a terminal shows a bar. False: ended by Ctrl-C."""
    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeRemainingColumn())
    console = Console(stderr=True)
    with Progress(*columns, console=console, disable=silent or not console.is_terminal, transient=True) as bar:
        task = bar.add_task(name, total=1.0)
        with suppress(KeyboardInterrupt):
            for done in steps:
                bar.update(task, completed=done)
            return True
    return False
