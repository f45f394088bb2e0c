"""``cti emulator``: the Twilio emulator alone, with an account of its own that stays the same from start to start."""

from __future__ import annotations

import typer
from pydantic import ValidationError

from cti.commands.failure import Failure
from cti.demo.account import emulator_settings
from cti.demo.secrets import read_or_make
from cti.settings import StoreSettings, load
from cti.telephony.emulator.server import run
from cti.telephony.emulator.settings import EmulatorSettings

NUMBERS = {"+15550100": "Support line", "+15550101": "Sales line", "+15550102": "Billing line"}
FOLDER = "emulator"


def emulator(*, host: str, port: int, allow_remote: bool, service: str) -> None:
    """Serves until Ctrl-C; prints what a service's ``.env`` needs to use it."""
    folder = load(StoreSettings).data_dir / FOLDER
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    made = read_or_make(folder, ())
    try:
        settings = emulator_settings(
            made, service=service, numbers=NUMBERS, host=host, port=port, allow_remote=allow_remote
        )
    except ValidationError as error:
        raise Failure(error.errors()[0]["msg"].removeprefix("Value error, ")) from None
    _print(settings)
    run(settings)


def _print(settings: EmulatorSettings) -> None:
    typer.echo(f"telephone: {settings.public_url}/emulator/")
    typer.echo("in the service's .env:")
    for name, value in (
        ("TWILIO_API_BASE_URL", settings.public_url),
        ("TWILIO_ACCOUNT_SID", settings.account_sid),
        ("TWILIO_AUTH_TOKEN", settings.auth_token),
        ("TWILIO_API_KEY", settings.api_key),
        ("TWILIO_API_SECRET", settings.api_secret),
        ("TWILIO_TWIML_APP_SID", settings.twiml_app_sid),
    ):
        typer.echo(f"  {name}={value}")
