"""The floor of the path benchmark: the least that any call router must do for a webhook, on a bare FastAPI route.

It parses the same form, checks the same signature with Twilio's own validator's algorithm, does one indexed look-up
among the same contacts and one script call in the same Redis, and answers a document of the same size. Keeps nothing.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI, Request, Response
from redis.asyncio import Redis
from sqlalchemy import Connection, select

from crm_adapter.phone import tail_of
from crm_adapter.sql_tables import contact_phones, contacts
from cti.record.database import Database
from cti.settings import Settings
from webhooks.signature import SignatureCheck

_SCRIPT = "return redis.call('HINCRBY', KEYS[1], 'calls', 1)"
_DOCUMENT = (
    '<?xml version="1.0" encoding="UTF-8"?><Response><Enqueue action="http://127.0.0.1/webhooks/twilio/queue-action"'
    ' method="POST" waitUrl="http://127.0.0.1/webhooks/twilio/wait?call=c0&amp;arrived=0&amp;version=1"'
    ' waitUrlMethod="POST">support</Enqueue></Response>'
)


def create_floor_app(settings: Settings) -> FastAPI:
    """One route, ``POST /webhooks/twilio/voice``, and a ``/readyz``."""
    redis = Redis.from_url(settings.redis_url or "", decode_responses=True, max_connections=100)
    database = Database(settings.database_url)
    check = SignatureCheck([settings.twilio_auth_token.get_secret_value()], settings.public_url)
    script = redis.register_script(_SCRIPT)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        yield
        await redis.aclose()
        await database.close()

    app = FastAPI(lifespan=lifespan, openapi_url=None)

    @app.get("/readyz")
    async def readyz() -> dict[str, str]:
        return {"status": "ready"}

    @app.post("/webhooks/twilio/voice")
    async def voice(request: Request) -> Response:
        form = await request.form()
        fields = [(name, str(value)) for name, value in form.multi_items()]
        signature = request.headers.get("x-twilio-signature")
        if not check.accepts(request.url.path.encode(), b"", fields, signature):
            return Response(status_code=403)
        tail = tail_of(str(form["From"]))

        def look_up(connection: Connection) -> object:
            joined = contact_phones.join(contacts, contacts.c.id == contact_phones.c.contact_id)
            query = select(contacts.c.id, contacts.c.name).select_from(joined).where(contact_phones.c.tail == tail)
            return connection.execute(query.limit(5)).all()

        await database.read(look_up)
        await script(keys=["{main}:bench"])
        return Response(_DOCUMENT, media_type="text/xml")

    return app
