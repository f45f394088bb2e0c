"""CallError
├── Contention      a call changed under us again and again (retryable)
├── FloorAway       Redis cannot be reached, or answered too late (retryable)
└── UnreadableCall  a stored call is not one: of another release, or damaged
"""

from __future__ import annotations


class CallError(Exception):
    """Something about a call's life broke its promise."""

    retryable = False


class Contention(CallError):
    """The same call was saved by others so often that we gave up; asking again is safe."""

    retryable = True


class FloorAway(CallError):
    """Redis cannot be reached or did not answer in time."""

    retryable = True


class UnreadableCall(CallError):
    """What is stored under a call's id is not a call that this release can read."""
