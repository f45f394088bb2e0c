"""Whether the running task was asked to end.

On Python 3.11 ``asyncio.wait_for``, which redis-py uses for each write, loses a cancellation that comes in the moment
its work is done (seen: one in eight while reconnecting). A loop around Redis therefore asks here each time round.
"""

from __future__ import annotations

import asyncio


def is_cancelled() -> bool:
    """True once the running task was cancelled, even where the exception was lost on the way."""
    task = asyncio.current_task()
    return task is not None and task.cancelling() > 0
