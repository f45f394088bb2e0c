"""A state that a page is designed for, as a short play on the stand-in service."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from playwright.async_api import Page

from tests.support import desk_samples
from tests.support.desk_samples import Shape
from tests.support.desk_stub import DeskStub

Play = Callable[[DeskStub, Page], Awaitable[None]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """One state: what the service says, what happens then, and the words that show it is reached."""

    name: str
    shows: str
    """Text that is visible in this state and in no earlier one."""
    path: str = "/"
    me: Callable[[], Shape] | None = None
    play: Play | None = None
    before: Callable[[DeskStub], None] | None = None
    signed_in: bool = True
    microphone: bool = False
    """It needs a browser that has one."""


def an_admin() -> Shape:
    """Who is logged in at the console."""
    return desk_samples.me("offline", name="Ada Admin", email="ada@example.com", role="admin", rep=None)
