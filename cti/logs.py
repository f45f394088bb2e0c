"""Structured logs without personal data: no telephone number, no e-mail address, no name, no secret ever leaves here.

Every line of ours and of the libraries goes through ``without_personal_data``, tracebacks included. What is refused is
replaced, never dropped silently, so that a line that tried is still seen. Ids of calls, reps and offers are welcome.
"""

from __future__ import annotations

import logging
import re
import sys
from collections.abc import Mapping, MutableMapping, Sequence
from typing import Literal, TextIO

import structlog

NUMBER = re.compile(r"(?:\+|%2B)\d[\d\s().-]{4,}\d|(?<![\w.])\(?\d(?:[\s().-]{0,2}\d){6,}(?!\w)", re.IGNORECASE)
"""Plus and six digits or more, or seven digits or more that stand alone, with the usual separators between them."""
EMAIL = re.compile(r"[\w.+%-]+(?:@|%40)[\w-]+(?:\.[\w-]+)+", re.IGNORECASE)
SECRET_KEYS = frozenset(
    {
        *("name", "caller", "contact", "contacts", "email", "phone", "phones", "number", "from", "from_", "to"),
        *("body", "form", "notes", "digits", "password", "token", "secret", "authorization", "cookie"),
    }
)
MEASURES = ("_ms", "_s", "_us", "_ns", "_bytes", "_id", "pid")
"""Endings of keys whose whole numbers may be long."""
_DENIED = "ASGI callable returned without completing handshake."
"""uvicorn's words, as an error, for every WebSocket that was answered with 403: any stranger could fill the log."""
_LONGEST_PLAIN_NUMBER = 999_999

Event = MutableMapping[str, object]


def configure(log_format: Literal["console", "json"], *, stream: TextIO = sys.stderr) -> None:
    """Sends every log of this process, the libraries' too, to ``stream`` in one format."""
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.stdlib.PositionalArgumentsFormatter(),
        structlog.processors.format_exc_info,
        without_personal_data,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(stream)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, _renderer(log_format, stream)],
        )
    )
    logging.basicConfig(handlers=[handler], level=logging.INFO, force=True)
    for talkative in ("httpx", "httpcore", "twilio", "sqlalchemy", "alembic", "websockets", "uvicorn"):
        logging.getLogger(talkative).setLevel(logging.WARNING)
    logging.getLogger("uvicorn.error").addFilter(lambda record: record.msg != _DENIED)


def _renderer(log_format: Literal["console", "json"], stream: TextIO) -> structlog.typing.Processor:
    if log_format == "json":
        return structlog.processors.JSONRenderer()
    plain = structlog.dev.plain_traceback
    return structlog.dev.ConsoleRenderer(colors=stream.isatty(), exception_formatter=plain)


def without_personal_data(_logger: object, _method: str, event: Event) -> Event:
    """A structlog processor: hides the values of personal keys, and whatever in a text looks personal."""
    for key, value in event.items():
        if not key.startswith("_"):
            event[key] = _clean(key, value)
    return event


def _clean(key: str, value: object) -> object:
    if key.lower() in SECRET_KEYS:
        return "[hidden]"
    if isinstance(value, bool | float | None):
        return value
    if isinstance(value, int):
        return value if abs(value) <= _LONGEST_PLAIN_NUMBER or key.endswith(MEASURES) else "[number]"
    if isinstance(value, Mapping):
        return {str(inner): _clean(str(inner), part) for inner, part in value.items()}
    if isinstance(value, Sequence | set | frozenset) and not isinstance(value, str | bytes):
        return [_clean(key, part) for part in value]
    return clean_text(value if isinstance(value, str) else str(value))


def clean_text(text: str) -> str:
    """The text with ``[number]`` and ``[email]`` in place of what looks like one."""
    return NUMBER.sub("[number]", EMAIL.sub("[email]", text))
