"""Lua scripts as files: reads them, resolves their includes, runs them by digest.

A line ``--@include matcher/offers`` is replaced by the text of ``includes/matcher/offers.lua``, looked for in each of
the given directories in turn; a file that was already included once is not included again. Commands are
``{directory}/{name}.lua``; each begins with a header (purpose, guarantee, KEYS, ARGV, returns).

Never builds a key and never interprets an answer. Guarantees that a server which has forgotten a script (restart,
failover) is sent it again within the same call.

What other scripts may include
------------------------------
Every function takes the context ``f`` of ``floor.open`` first: {p = prefix, now = ms, real = ms (for stream ids),
epoch, version, matches = {}, decisions = {}}. New matches are appended to ``f.matches`` as {call, rep, offer,
decision}; ``f.decisions[call]`` is the decision of a call that was put in line. Nothing rolls back, so ask
``floor.stale`` and ``matcher.check_offer`` before the first write.

=================== ==============================================================================================
include             gives
=================== ==============================================================================================
``floor``           ``floor.open(KEYS[1])`` → f, or nil: answer ``floor.refuse('NOT_READY')``
                    ``floor.stale(f, version)`` → true: answer ``floor.refuse('STALE_VERSION')``
                    ``floor.reply(f, result)`` → {'OK', JSON {matches, decisions, result}}
``events``          ``events.push(f, rep, json)``: into ``events:{rep}``, and wakes its readers
``matcher/claims``  ``matcher.claim(f, ask)`` → the match (new or standing), or nil: in line. ``ask`` is the decoded
                    JSON of ``routing.replies.ask_json``
                    ``matcher.leave(f, call)`` · ``matcher.wake(f, call)``
``matcher/offers``  ``matcher.check_offer(f, token)`` → nil, or {rep, call, status, confirmed, made} (a live token)
                    ``matcher.pending(f, call)`` → the standing reservation as a match, or nil
                    ``matcher.confirm(f, token)`` · ``accept(f, token)`` · ``settle(f, token, outcome)`` ·
                    ``finish(f, token, wrap_up)`` · ``free(f, rep, call)`` → true when it took effect
                    ``matcher.release_unconfirmed(f, call)``
``matcher/sockets`` ``sockets.touch(f, rep, socket)`` → false: ``matcher.connect(f, rep)`` must follow
``matcher/presence`` ``matcher.connect(f, rep)`` · ``drop(f, rep, socket)`` · ``check_presence(f, rep)`` → true:
                    the rep's offer must move on
``matcher/status``  ``matcher.set_status(f, rep, status, reason)`` · ``matcher.put_on_call(f, rep, call, token)``
``matcher/profile`` ``matcher.set_profile(f, rep, asked)``
=================== ==============================================================================================
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, cast

from redis.asyncio import Redis
from redis.asyncio.cluster import RedisCluster
from redis.exceptions import NoScriptError

MATCHER_SCRIPTS: Final = Path(__file__).with_name("scripts")
"""The matcher's commands and includes; put it behind your own directory in ``read_script``."""
INCLUDE: Final = "--@include "

Argument = str | bytes | int
Client = Redis | RedisCluster


@dataclass(frozen=True, slots=True, kw_only=True)
class Script:
    """One command, its includes resolved."""

    name: str
    text: str
    sha: str


def read_script(name: str, *directories: Path) -> Script:
    """The command ``name`` from the first directory that has it. Raises FileNotFoundError for it or an include."""
    text = "\n".join(_resolved(_find(f"{name}.lua", directories), directories, set()))
    return Script(name=name, text=text, sha=hashlib.sha1(text.encode(), usedforsecurity=False).hexdigest())


def _find(relative: str, directories: Sequence[Path]) -> Path:
    for directory in directories:
        if (path := directory / relative).is_file():
            return path
    raise FileNotFoundError(f"{relative} is in none of {', '.join(map(str, directories))}")


def _resolved(path: Path, directories: Sequence[Path], seen: set[str]) -> list[str]:
    lines: list[str] = []
    for line in path.read_text(encoding="utf-8").splitlines():
        if not line.startswith(INCLUDE):
            lines.append(line)
            continue
        name = line.removeprefix(INCLUDE).strip()
        if name not in seen:
            seen.add(name)
            lines.extend(_resolved(_find(f"includes/{name}.lua", directories), directories, seen))
    return lines


class ScriptRunner:
    """Runs the commands of some directories on one client. Each text is read once, when first used."""

    def __init__(self, client: Client, *directories: Path) -> None:
        self._client = client
        self._directories = directories
        self._scripts: dict[str, Script] = {}

    async def run(self, name: str, keys: Sequence[str], arguments: Sequence[Argument]) -> object:
        """One atomic step; the server's raw answer."""
        script = self._script(name)
        try:
            return await self._client.evalsha(script.sha, len(keys), *keys, *arguments)
        except NoScriptError:
            return await self._client.eval(script.text, len(keys), *keys, *arguments)

    async def run_each(self, name: str, keys: Sequence[str], many: Iterable[Sequence[Argument]]) -> tuple[object, ...]:
        """The same command for each row of arguments in one round trip; every row is an atomic step of its own."""
        rows = tuple(many)
        script = self._script(name)
        pipe = self._client.pipeline(transaction=False)
        for row in rows:
            pipe.execute_command("EVALSHA", script.sha, len(keys), *keys, *row)
        answers = cast("list[object]", await pipe.execute(raise_on_error=False))
        return tuple([await self._mended(name, keys, row, answer) for row, answer in zip(rows, answers, strict=True)])

    async def _mended(self, name: str, keys: Sequence[str], row: Sequence[Argument], answer: object) -> object:
        if isinstance(answer, NoScriptError):
            return await self.run(name, keys, row)
        if isinstance(answer, Exception):
            raise answer
        return answer

    def _script(self, name: str) -> Script:
        if name not in self._scripts:
            self._scripts[name] = read_script(name, *self._directories)
        return self._scripts[name]
