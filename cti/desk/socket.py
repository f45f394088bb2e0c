"""``/ws/desk``: a rep's events. ``hello``, then what was missed or a snapshot, then everything as it happens.

Each socket reads its rep's stream behind its own cursor, so that nothing is queued here for a slow browser: one that
does not take an event for 5 s is closed with 4408 and comes back by cursor. What a browser sends is thrown away.
"""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Sequence
from dataclasses import replace

import structlog
from fastapi import APIRouter, WebSocket
from redis.exceptions import RedisError
from starlette.websockets import WebSocketDisconnect

from cti.accounts.roles import Right
from cti.accounts.visitors import Stay
from cti.desk.cursors import Cursor, read_cursor
from cti.desk.guard import Cookie, Guard
from cti.desk.problems import Problem, problem_of
from cti.desk.sockets import DeskSockets, LiveSocket
from cti.desk.views import hello_event, told_event
from cti.record.errors import RecordUnavailable
from routing.errors import NotReady
from routing.model import RepId

LOGGED_OUT = 4401
TOO_SLOW = 4408
AGAIN = 1013
"""Redis is away: try again later (the code that IANA registers for it)."""
SEND_S = 5.0
CLOSE_S = 5.0

log = structlog.get_logger()


class _TooSlow(Exception):
    """The browser does not take what it is sent."""


def add_socket(router: APIRouter, guard: Guard, sockets: DeskSockets) -> None:
    """The WebSocket route."""

    @router.websocket("/ws/desk")
    async def desk_socket(browser: WebSocket, after: str | None = None) -> None:
        shown = guard.shown(browser)
        if (shown is None or isinstance(shown, Cookie)) and not guard.is_own_page(browser):
            await _deny(browser, Problem(403, "The request does not come from a page of this service."))
            return
        try:
            async with guard.stay(shown) as stay:
                await _admit(browser, stay, read_cursor(after), sockets)
        except (RecordUnavailable, NotReady, RedisError) as error:
            log.warning("desk_not_read", because=type(error).__name__)
            await _deny(browser, problem_of(error) or Problem(503))


async def _admit(browser: WebSocket, stay: Stay | None, after: Cursor | None, sockets: DeskSockets) -> None:
    if stay is None:
        await browser.accept()
        await _close(browser, LOGGED_OUT)
        return
    if not stay.identity.may(Right.TAKE_CALLS) or stay.identity.rep is None:
        await _deny(browser, Problem(403, "Your role does not allow this."))
        return
    async with sockets.joined(RepId(stay.identity.rep)) as socket:
        desk, snapshot = await sockets.desk.snapshot(socket.rep, after=after)
        sockets.seen(desk.rep)
        await browser.accept()
        opening = [hello_event(desk.now_ms), *([] if desk.continues else [snapshot])]
        cursor = after if after is not None and desk.continues else desk.cursor
        code = await _first(_read(browser), _write(browser, socket, opening, cursor, sockets), _watch(stay))
    if code is not None:
        await _close(browser, code)


async def _deny(browser: WebSocket, problem: Problem) -> None:
    """Instead of the handshake."""
    await browser.send_denial_response(problem.response())


async def _close(browser: WebSocket, code: int) -> None:
    """A browser that takes nothing is cut off without the code."""
    try:
        async with asyncio.timeout(CLOSE_S):
            await browser.close(code)
    except (TimeoutError, WebSocketDisconnect, RuntimeError):
        log.info("socket_cut_off", code=code)


async def _first(*works: Coroutine[None, None, int | None]) -> int | None:
    """What the first of them to end says; the others are cancelled."""
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(work) for work in works]
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        for task in tasks:
            task.cancel()
    return next(iter(done)).result()


async def _read(browser: WebSocket) -> None:
    """Ends when the browser has gone."""
    while (await browser.receive())["type"] != "websocket.disconnect":
        continue


async def _watch(stay: Stay) -> int:
    """Ends when whoever was let in is not welcome any more."""
    await stay.revoked.wait()
    return LOGGED_OUT


async def _write(
    browser: WebSocket, socket: LiveSocket, opening: Sequence[str], cursor: Cursor, sockets: DeskSockets
) -> int | None:
    """Ends when the browser is too slow, or gone, or there is nothing to read from."""
    try:
        for text in opening:
            await _send(browser, text)
        while True:
            socket.wake.clear()
            if socket.start_over:
                socket.start_over = False
                cursor = await _snapshot(browser, socket, sockets)
            cursor = await _catch_up(browser, socket, cursor, sockets)
            await socket.wake.wait()
    except _TooSlow:
        return TOO_SLOW
    except (NotReady, RedisError) as error:
        log.warning("desk_not_read", because=type(error).__name__)
        return AGAIN
    except WebSocketDisconnect:
        return None


async def _snapshot(browser: WebSocket, socket: LiveSocket, sockets: DeskSockets) -> Cursor:
    desk, snapshot = await sockets.desk.snapshot(socket.rep, after=None)
    sockets.seen(desk.rep)
    await _send(browser, snapshot)
    return desk.cursor


async def _catch_up(browser: WebSocket, socket: LiveSocket, cursor: Cursor, sockets: DeskSockets) -> Cursor:
    """Everything behind the cursor, in order."""
    while told := await sockets.desk.feed.after(socket.rep, cursor.id):
        for each in told:
            event, text = told_event(each, cursor.epoch)
            sockets.heard(socket.rep, event)
            await _send(browser, text)
        cursor = replace(cursor, id=told[-1].id)
    return cursor


async def _send(browser: WebSocket, text: str) -> None:
    try:
        async with asyncio.timeout(SEND_S):
            await browser.send_text(text)
    except TimeoutError:
        raise _TooSlow from None
