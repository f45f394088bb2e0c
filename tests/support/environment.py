"""A complete environment of the service, none of it real."""

from __future__ import annotations

import os
from collections.abc import Mapping

from cti.settings import Settings, variable_of

COMPLETE: Mapping[str, str] = {
    "CTI_PUBLIC_URL": "https://calls.example.com",
    "CTI_SECRET_KEY": "not-a-secret-" * 4,
    "TWILIO_ACCOUNT_SID": "AC" + "0" * 32,
    "TWILIO_AUTH_TOKEN": "not-a-real-token",
    "TWILIO_API_KEY": "SK" + "0" * 32,
    "TWILIO_API_SECRET": "not-a-real-secret-" * 3,
    "TWILIO_TWIML_APP_SID": "AP" + "0" * 32,
}
VARIABLES = frozenset(variable_of(Settings, field) for field in Settings.model_fields)


def bare_environment() -> dict[str, str]:
    """This process's environment without any setting of ours."""
    return {name: value for name, value in os.environ.items() if name not in VARIABLES}


def an_environment(**changes: str) -> dict[str, str]:
    """A complete environment for a child process; ``changes`` by variable."""
    return bare_environment() | COMPLETE | changes
