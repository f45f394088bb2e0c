"""What one installation of the demo made up for itself: ids, keys and passwords, in a file only its owner reads."""

from __future__ import annotations

import json
import os
import secrets
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path

from cti.telephony.emulator.settings import new_auth_token, new_sid

FILE = "demo-secrets.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoSecrets:
    """Random, made once per data directory."""

    secret_key: str = field(default_factory=lambda: secrets.token_urlsafe(48))
    account_sid: str = field(default_factory=lambda: new_sid("AC"))
    auth_token: str = field(default_factory=new_auth_token)
    api_key: str = field(default_factory=lambda: new_sid("SK"))
    api_secret: str = field(default_factory=lambda: secrets.token_urlsafe(24))
    twiml_app_sid: str = field(default_factory=lambda: new_sid("AP"))
    passwords: Mapping[str, str] = field(default_factory=dict)
    """E-mail address → password, as printed at each start."""

    def with_logins(self, emails: tuple[str, ...]) -> DemoSecrets:
        """The same with a password for each address; those that have one keep it."""
        return replace(
            self, passwords={email: self.passwords.get(email) or secrets.token_urlsafe(9) for email in emails}
        )


def read_or_make(data_dir: Path, emails: tuple[str, ...]) -> DemoSecrets:
    """The installation's own, made and stored at the first start."""
    path = data_dir / FILE
    kept = DemoSecrets(**json.loads(path.read_text())) if path.exists() else DemoSecrets()
    complete = kept.with_logins(emails)
    if complete != kept or not path.exists():
        _write(path, complete)
    return complete


def is_demo_directory(data_dir: Path) -> bool:
    """True for a directory where a demo has run."""
    return (data_dir / FILE).exists()


def _write(path: Path, made: DemoSecrets) -> None:
    beside = path.with_suffix(".new")
    with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        json.dump(asdict(made), file, indent=1)
    beside.replace(path)
