"""What people's pages and programs send, checked where it enters. Members that are not known are left alone."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, StringConstraints

LONGEST_NOTES = 10_000

Reason = Annotated[str, StringConstraints(max_length=64)]
Notes = Annotated[str, StringConstraints(max_length=LONGEST_NOTES)]
Secret = Annotated[str, StringConstraints(min_length=1, max_length=1_000)]


class Body(BaseModel):
    """Frozen; what was sent is never repeated in an error."""

    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)


class LogIn(Body):
    """``POST /session``."""

    email: Annotated[str, StringConstraints(min_length=1, max_length=254)]
    password: Secret


class WantedStatus(Body):
    """``PUT /me/status``."""

    status: Literal["available", "away", "offline"]
    reason: Reason | None = None


class NewPassword(Body):
    """``PUT /me/password``."""

    current: Secret
    new: Secret


class Acceptance(Body):
    """``POST /offers/{id}/accept``."""

    client_id: Annotated[str, StringConstraints(min_length=1, max_length=64)] | None = None


class Refusal(Body):
    """``POST /offers/{id}/decline``."""

    reason: Reason | None = None


class DraftBody(Body):
    """``PUT /calls/{id}/draft``."""

    disposition: Annotated[str, StringConstraints(max_length=64)] | None = None
    notes: Notes = ""


class WrapUpBody(Body):
    """``POST /calls/{id}/wrap-up``."""

    disposition: Annotated[str, StringConstraints(max_length=64)]
    notes: Notes = ""


class ChosenContact(Body):
    """``POST /calls/{id}/contact``."""

    contact_id: Annotated[str, StringConstraints(min_length=1, max_length=200)]
