"""How a value is written in YAML where nobody has written it before: in one line, quoted where it has to be. Pure.

Guarantees that what is written means the same in YAML 1.1, in YAML 1.2 and, with ``quoted``, in JSON.
"""

from __future__ import annotations

import json
import re
from decimal import Decimal

from routing.yaml_source import Plain, is_text, plain_of
from routing.yaml_tree import MAX_DEPTH, MAX_KEY

_BARE = re.compile(r"[^\W_][^#:]*")
"""Words of this form need no quotes, unless YAML takes them for something else."""
_BRACKETS = re.compile(r"[,\[\]{}]")
_SPAN_OF_TIME = re.compile(r"([0-9]+(\.[0-9]+)?[hms])+")
"""Of what begins with a digit only this is bare: dates, numbers and codes are easier to read in quotes."""
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
_OTHERS = frozenset({"y", "n", "yes", "no", "on", "off", "true", "false", "null"})
"""What some reader or other takes for a truth."""


class Unwritable(Exception):
    """A value that YAML, or this file's reader, has no words for. The message says which and why."""


def refuse_unwritable(value: Plain, *, path: str = "", depth: int = 0) -> None:
    """Raises Unwritable; what passes can be written and read back as it is."""
    if depth > MAX_DEPTH:
        raise Unwritable(f"{path}: nested more than {MAX_DEPTH} deep")
    if isinstance(value, dict):
        for key, child in value.items():
            if not key or len(key) > MAX_KEY:
                raise Unwritable(f"{path or 'a key'}: a key has 1 to {MAX_KEY} characters")
            _refuse_text(key, path)
            refuse_unwritable(child, path=f"{path}.{key}" if path else key, depth=depth + 1)
    elif isinstance(value, list):
        for index, child in enumerate(value):
            refuse_unwritable(child, path=f"{path}[{index}]", depth=depth + 1)
    elif isinstance(value, str):
        _refuse_text(value, path)
    elif value is not None and not isinstance(value, bool):
        _refuse_number(value, path)


def _refuse_text(text: str, path: str) -> None:
    if _CONTROL.search(text):
        raise Unwritable(f"{path or 'a key'}: holds a control character")


def _refuse_number(number: float, path: str) -> None:
    if plain_of(_digits(number)) != number:
        raise Unwritable(f"{path}: is no number that can be written plainly")


def in_line(value: Plain, *, flow: bool, quoted: bool = False) -> str:
    """The value in one line. ``flow``: it stands within brackets; ``quoted``: as JSON, because its neighbours are."""
    if isinstance(value, dict):
        inner = ", ".join(
            f"{key_of(key, quoted=quoted)}: {in_line(child, flow=True, quoted=quoted)}" for key, child in value.items()
        )
        return f"{{{inner}}}"
    if isinstance(value, list):
        return f"[{', '.join(in_line(child, flow=True, quoted=quoted) for child in value)}]"
    if isinstance(value, str):
        return _text(value, flow=flow, quoted=quoted)
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    return _digits(value)


def key_of(key: str, *, quoted: bool = False) -> str:
    """A key of a mapping."""
    return _text(key, flow=True, quoted=quoted)


def like(value: str, style: str, *, flow: bool) -> str:
    """A text in the quotes that the text before it had, where they can hold it."""
    if style == "'" and not re.search(r"[\n\t\x85\u2028\u2029\ufeff]", value):
        return "'" + value.replace("'", "''") + "'"
    return _text(value, flow=flow, quoted=style == '"')


def in_block(value: str, style: str, indent: str) -> list[str] | None:
    """A text in lines below its ``|`` or ``>``; null where it could not be read back like that."""
    lines = value.removesuffix("\n").split("\n")
    if any(not line or line[0].isspace() or not line.isprintable() for line in lines):
        return None
    header = "|" if len(lines) > 1 else style
    return [f"{header}{'' if value.endswith(chr(10)) else '-'}", *(f"{indent}{line}" for line in lines)]


def _text(text: str, *, flow: bool, quoted: bool) -> str:
    if not quoted and _is_bare(text) and not (flow and _BRACKETS.search(text)):
        return text
    written = json.dumps(text, ensure_ascii=False)
    return re.sub(r"[\x7f-\xa0\u2028\u2029\ufeff\ufffe\uffff]", lambda odd: f"\\u{ord(odd.group()):04x}", written)


def _is_bare(text: str) -> bool:
    if not _BARE.fullmatch(text) or not text.isprintable() or text.endswith(" ") or text.lower() in _OTHERS:
        return False
    return _SPAN_OF_TIME.fullmatch(text) is not None if text[0].isdigit() else is_text(text)


def _digits(number: float) -> str:
    return str(number) if isinstance(number, int) else f"{Decimal(repr(number)):f}"
