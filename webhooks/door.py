"""What happens to every request at Twilio's door: read, verified, answered once, never a 500.

A repeat gets the stored answer; one that arrives while the first is in work waits for it. When we cannot answer (Redis
away, the floor being rebuilt, a bug) a caller hears a holding message and is tried again, and a callback gets 503.
Logs no number, no name, nothing that a sender wrote.
"""

from __future__ import annotations

import asyncio
import traceback
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import structlog
from starlette.requests import Request
from starlette.responses import Response

from cti.telephony.model import Intention
from cti.telephony.twiml import render
from routing.prompts import Prompts
from webhooks.answers import Answers
from webhooks.errors import BadRequest, LedgerUnavailable
from webhooks.ports import Answered, Ledger
from webhooks.request import TwilioRequest, read_request
from webhooks.signature import SignatureCheck
from webhooks.urls import Urls

ANSWER_WITHIN_S = 8.0
"""Twilio gives up after 15 s; what takes longer than this is broken."""
KEEP_S = 3_600
KEEP_TURN_S = 60
"""Wait documents are many, and Twilio repeats a request within 15 s."""

Work = Callable[[TwilioRequest], Awaitable[str]]
"""Answers a verified request with a text. May raise BadRequest."""
Answer = Callable[[TwilioRequest], Awaitable[Intention]]
Tell = Callable[[TwilioRequest], Awaitable[None]]
KeyOf = Callable[[TwilioRequest], str | None]
"""Names a request that carries no idempotency token; null: it is idempotent by the call's state."""

log = structlog.get_logger("webhooks")


def no_key(_: TwilioRequest) -> str | None:
    """Idempotent by the call's state."""
    return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Door:
    """What every route shares."""

    signature: SignatureCheck
    ledger: Ledger
    urls: Urls
    prompts: Callable[[], Prompts]
    """Of the configuration that is active now."""
    answer_within_s: float = ANSWER_WITHIN_S

    @property
    def answers(self) -> Answers:
        """With the words of now; with the default ones when those cannot be had."""
        try:
            return Answers(urls=self.urls, prompts=self.prompts())
        except Exception as error:  # no words are worth a dropped call
            log.error("webhook.no_words", error=type(error).__name__)
            return Answers(urls=self.urls, prompts=Prompts())

    async def document(
        self, request: Request, answer: Answer, *, key_of: KeyOf = no_key, keep_s: int = KEEP_S, retry: KeyOf = no_key
    ) -> Response:
        """Answers with TwiML. ``retry`` names the URL to try again where it is not the request's own."""

        async def work(asked: TwilioRequest) -> str:
            return render(await answer(asked))

        try:
            asked = await read_request(request, self.signature)
        except BadRequest as refusal:
            return _refused(request, refusal)
        try:
            return xml(await self._once(asked, work, key_of(asked), keep_s))
        except BadRequest as refusal:
            return _refused(request, refusal)
        except Exception as error:  # whatever it is, the caller stays on the line
            _failed(request, error)
            return xml(render(self.answers.try_again(retry(asked) or self.urls.same(asked.path))))

    async def callback(self, request: Request, tell: Tell, *, key_of: KeyOf = no_key) -> Response:
        """Takes notice. Twilio does not act on the answer."""

        async def work(asked: TwilioRequest) -> str:
            await tell(asked)
            return ""

        try:
            asked = await read_request(request, self.signature)
            await self._once(asked, work, key_of(asked), KEEP_S)
        except BadRequest as refusal:
            return _refused(request, refusal)
        except Exception as error:  # Twilio notes the failure; the reconciler finds out what we missed
            _failed(request, error)
            return Response(status_code=503)
        return Response(status_code=204)

    async def static(self, request: Request, answer: Callable[[TwilioRequest], Intention]) -> Response:
        """Answers with TwiML that needs nothing but the request."""
        try:
            asked = await read_request(request, self.signature)
            return xml(render(answer(asked)))
        except BadRequest as refusal:
            return _refused(request, refusal)

    async def _once(self, asked: TwilioRequest, work: Work, key: str | None, keep_s: int) -> str:
        if asked.token is not None:
            key = f"{asked.token[:100]}:{asked.fields.get('CallSid', '')[:34]}:{asked.path[:200]}"
        async with asyncio.timeout(self.answer_within_s):
            if key is None:
                return await work(asked)
            entry = await self.ledger.begin(key)
            if isinstance(entry, Answered):
                return entry.text
            return await self._answer_and_note(asked, work, key, keep_s)

    async def _answer_and_note(self, asked: TwilioRequest, work: Work, key: str, keep_s: int) -> str:
        try:
            text = await work(asked)
        except BaseException:
            await self._quietly(self.ledger.abandon(key))
            raise
        await self._quietly(self.ledger.finish(key, text, keep_s=keep_s))
        return text

    async def _quietly(self, noting: Awaitable[None]) -> None:
        """The answer is worth more than the note of it: without the note a repeat is worked out again."""
        try:
            await noting
        except LedgerUnavailable as error:
            log.warning("webhook.not_noted", error=str(error))


def xml(text: str) -> Response:
    """A document as Twilio wants it."""
    return Response(text, media_type="text/xml")


def _refused(request: Request, refusal: BadRequest) -> Response:
    log.warning("webhook.refused", route=_route(request), status=refusal.status, why=str(refusal))
    return Response(str(refusal), status_code=refusal.status, media_type="text/plain")


def _failed(request: Request, error: Exception) -> None:
    frames = traceback.extract_tb(error.__traceback__)
    where = " < ".join(f"{frame.filename.rpartition('/')[2]}:{frame.lineno}" for frame in reversed(frames[-4:]))
    log.error("webhook.failed", route=_route(request), error=type(error).__name__, where=where)


def _route(request: Request) -> str:
    return str(request.scope["path"])
