"""A contact on its way in: every value checked before anything is written. Pure.

One gate for the import and for the API, so that a contact which the one accepts the other accepts too. Reasons name
the column and never repeat the value.
"""

from __future__ import annotations

import re
import zoneinfo
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache

from crm_adapter.phone import NotANumber, PhoneNumber, Withheld, read_number

STAGES = ("lead", "mql", "sql", "opportunity", "customer")
COLUMNS = (
    "name", "phone", "company", "email", "tier", "owner", "language", "timezone", "stage", "lead_source", "campaign",
    "tags", "notes", "external_id",
)  # fmt: skip
"""The columns with a meaning, as the contacts file names them; any other becomes a custom field."""

MAX_PHONES = 10
MAX_TAGS = 50
MAX_FIELDS = 100
MAX_FIELD_NAME = 64
_LONGEST = {"name": 200, "company": 200, "email": 254, "tier": 64, "owner": 64, "language": 35, "timezone": 64,
            "stage": 16, "lead_source": 200, "campaign": 200, "notes": 10_000, "external_id": 200}  # fmt: skip
_LONGEST_TAG = 64
_LONGEST_FIELD = 2_000

_EMAIL = re.compile(r"[^@\s]{1,64}@[^@\s.]+(\.[^@\s.]+)+")
_LANGUAGE = re.compile(
    r"[a-z]{2,3}(-[a-z]{3}){0,3}(-[a-z]{4})?(-([a-z]{2}|\d{3}))?"
    r"(-([a-z\d]{5,8}|\d[a-z\d]{3}))*(-[a-wyz\d](-[a-z\d]{2,8})+)*(-x(-[a-z\d]{1,8})+)?",
    re.IGNORECASE,
)
"""A well-formed BCP 47 tag with a language of two or three letters (longer ones are reserved)."""
_UNPRINTABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactDraft:
    """A contact that may be written: every value is clean, in its canonical form and short enough."""

    name: str
    phones: tuple[PhoneNumber, ...]
    company: str | None = None
    email: str | None = None
    tier: str | None = None
    owner: str | None = None
    language: str | None = None
    timezone: str | None = None
    stage: str | None = None
    lead_source: str | None = None
    campaign: str | None = None
    tags: tuple[str, ...] = ()
    notes: str | None = None
    external_id: str | None = None
    fields: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Refused:
    """What is wrong with a draft, everything at once."""

    reasons: tuple[str, ...]


def read_draft(values: Mapping[str, str], *, region: str | None) -> ContactDraft | Refused:
    """Checks one contact given as text by column; several phones and tags are separated by ``;``. ``region`` is used
    for numbers without a country code."""
    cells = {column: text.strip() for column, text in values.items()}
    phones, phone_problems = _phones(cells.get("phone", ""), region)
    tags = _tags(cells.get("tags", ""))
    fields = {column: text for column, text in cells.items() if column not in COLUMNS and text}
    problems = (*_text_problems(cells), *phone_problems, *_list_problems(tags, fields))
    if problems:
        return Refused(problems)
    single = {column: cells.get(column) or None for column in _LONGEST if column not in {"name", "stage", "language"}}
    return ContactDraft(
        name=" ".join(cells["name"].split()),
        phones=phones,
        stage=cells.get("stage", "").lower() or None,
        language=_canonical_language(cells.get("language", "")),
        tags=tags,
        fields=fields,
        **single,
    )


def _text_problems(cells: Mapping[str, str]) -> Iterator[str]:
    if not cells.get("name"):
        yield "name: empty"
    if _UNPRINTABLE.search("\n".join(cells.values())):
        for column in (column for column, text in cells.items() if _UNPRINTABLE.search(text)):
            yield f"{column}: contains an unprintable character"
    for column, limit in _LONGEST.items():
        if len(cells.get(column, "")) > limit:
            yield f"{column}: longer than {limit} characters"
    for column, (is_right, wanted) in _CHECKS.items():
        if cells.get(column) and not is_right(cells[column]):
            yield f"{column}: {wanted}"


def _phones(text: str, region: str | None) -> tuple[tuple[PhoneNumber, ...], tuple[str, ...]]:
    parts = [part.strip() for part in _split_phones(text)]
    if not parts:
        return (), ("phone: empty",)
    if len(parts) > MAX_PHONES:
        return (), (f"phone: more than {MAX_PHONES} numbers",)
    phones: dict[tuple[str, str | None], PhoneNumber] = {}
    problems = []
    for position, part in enumerate(parts, start=1):
        which = f"phone: number {position}" if len(parts) > 1 else "phone"
        match read_number(part, region=region):
            case PhoneNumber() as number:
                phones.setdefault((number.e164, number.extension), number)
            case Withheld():
                problems.append(f"{which}: stands for a withheld number")
            case NotANumber(reason=reason):
                problems.append(f"{which}: {reason}")
    return tuple(phones.values()), tuple(problems)


def _split_phones(text: str) -> Iterator[str]:
    """At ``;``, except where it begins an extension (``+1-415-555-2671;ext=5``)."""
    return (part for part in re.split(r";(?!\s*ext\s*=)", text) if part.strip())


def _tags(text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(tag for part in text.split(";") if (tag := part.strip())))


def _list_problems(tags: tuple[str, ...], fields: Mapping[str, str]) -> Iterator[str]:
    if len(tags) > MAX_TAGS:
        yield f"tags: more than {MAX_TAGS}"
    if any(len(tag) > _LONGEST_TAG for tag in tags):
        yield f"tags: one is longer than {_LONGEST_TAG} characters"
    if len(fields) > MAX_FIELDS:
        yield f"more than {MAX_FIELDS} custom fields"
    for column, text in fields.items():
        if len(column) > MAX_FIELD_NAME or _UNPRINTABLE.search(column):
            yield f"a custom field's name is longer than {MAX_FIELD_NAME} characters or unprintable"
        if len(text) > _LONGEST_FIELD:
            yield f"{column[:MAX_FIELD_NAME]}: longer than {_LONGEST_FIELD} characters"


def _canonical_language(tag: str) -> str | None:
    """``ES-mx`` as ``es-MX``, ``zh-hant`` as ``zh-Hant``."""
    if not tag:
        return None
    language, *rest = tag.replace("_", "-").lower().split("-")
    cased, in_extension = [language], False
    for part in rest:
        in_extension = in_extension or len(part) == 1
        known_case = {2: part.upper(), 4: part.title()}.get(len(part), part)
        cased.append(part if in_extension else known_case)
    return "-".join(cased)


@cache
def _timezones() -> frozenset[str]:
    return frozenset(zoneinfo.available_timezones())


_CHECKS: Mapping[str, tuple[Callable[[str], object], str]] = {
    "email": (_EMAIL.fullmatch, "not an e-mail address"),
    "language": (lambda text: _LANGUAGE.fullmatch(text.replace("_", "-")), "not a BCP 47 language tag such as es-MX"),
    "timezone": (lambda text: text in _timezones(), "not a time zone such as Europe/Warsaw"),
    "stage": (lambda text: text.lower() in STAGES, "not one of " + ", ".join(STAGES)),
}
