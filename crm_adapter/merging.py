"""What a contact becomes when a draft is written over what is stored. Pure."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from crm_adapter.draft import COLUMNS, ContactDraft
from crm_adapter.phone import PhoneNumber, tail_of
from crm_adapter.text import fold, name_key

_PLAIN = ("email", "tier", "owner", "language", "timezone", "stage", "lead_source", "campaign", "notes", "external_id")
"""Columns that hold a draft's value as it is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    """A contact as its row holds it."""

    row: Mapping[str, Any]
    """The columns of ``contacts``."""
    company: str | None
    phones: tuple[Mapping[str, Any], ...]
    """Its rows of ``contact_phones``, by position."""


def new_row(draft: ContactDraft, *, id_: str, company_id: str | None, now_ms: int) -> dict[str, Any]:
    """The columns of a contact that is added."""
    return {
        "id": id_,
        "name": draft.name,
        "company_id": company_id,
        **{column: getattr(draft, column) for column in _PLAIN},
        "tags": list(draft.tags),
        "fields": dict(draft.fields),
        "phones": [shown(number) for number in draft.phones],
        "name_key": name_key(draft.name),
        "line_key": line_key(draft),
        "search_text": _search_text(draft.name, draft.company),
        "created_ms": now_ms,
        "changed_ms": now_ms,
    }


def merged(
    stored: Stored, draft: ContactDraft, *, company_id: str | None, columns: Collection[str], now_ms: int
) -> dict[str, Any]:
    """The row with the draft's values in the named columns of the contacts file; a custom column replaces that field
    alone, and an empty value clears it. ``changed_ms`` moves only when something else did."""
    company = draft.company if "company" in columns else stored.company
    row = {
        **stored.row,
        "name": draft.name,
        "company_id": company_id if "company" in columns else stored.row["company_id"],
        **{column: getattr(draft, column) for column in _PLAIN if column in columns},
        "fields": _merged_fields(stored.row["fields"], draft, columns),
        "phones": [shown(number) for number in draft.phones],
        "name_key": name_key(draft.name),
        "line_key": line_key(draft),
        "search_text": _search_text(draft.name, company),
    }
    if "tags" in columns:
        row["tags"] = list(draft.tags)
    return row if row == stored.row else {**row, "changed_ms": now_ms}


def phone_rows(contact_id: str, draft: ContactDraft) -> list[dict[str, Any]]:
    """The contact's rows of ``contact_phones``."""
    return [
        {
            "contact_id": contact_id,
            "position": position,
            "e164": number.e164,
            "tail": tail_of(number.e164),
            "extension": number.extension,
            "assumed": number.assumed,
        }
        for position, number in enumerate(draft.phones)
    ]


def line_key(draft: ContactDraft) -> str:
    """Tells contacts without an external id apart: the first number and the name."""
    return f"{draft.phones[0].e164} {name_key(draft.name)}"


def shown(number: PhoneNumber) -> str:
    """A number as people read it: ``+14155552671 ext. 12``."""
    return f"{number.e164} ext. {number.extension}" if number.extension else number.e164


def _merged_fields(fields: Mapping[str, str], draft: ContactDraft, columns: Collection[str]) -> dict[str, str]:
    kept = {name: text for name, text in fields.items() if name not in columns}
    return {**kept, **{name: text for name, text in draft.fields.items() if name not in COLUMNS}}


def _search_text(name: str, company: str | None) -> str:
    return fold(f"{name} {company or ''}")
