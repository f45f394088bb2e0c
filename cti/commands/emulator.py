"""``cti emulator``: the Twilio emulator alone, with an account of its own that stays the same from start to start."""

from __future__ import annotations

import typer
from pydantic import ValidationError

from cti.commands.failure import Failure
from cti.demo.sample_people import sample_callers
from cti.demo.secrets import DemoSecrets, read_or_make
from cti.settings import StoreSettings, load
from cti.telephony.emulator.server import run
from cti.telephony.emulator.settings import EmulatorSettings, NumberSetup, SampleCaller
from webhooks.urls import Urls

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


def emulator_settings(
    made: DemoSecrets, *, service: str, numbers: dict[str, str], host: str, port: int, allow_remote: bool
) -> EmulatorSettings:
    """An emulator whose numbers and TwiML App lead to the service at that base URL."""
    urls = Urls(public_url=service)
    return EmulatorSettings(
        host=host,
        port=port,
        allow_remote=allow_remote,
        public_url=f"http://127.0.0.1:{port}",
        account_sid=made.account_sid,
        auth_token=made.auth_token,
        api_key=made.api_key,
        api_secret=made.api_secret,
        twiml_app_sid=made.twiml_app_sid,
        app_voice_url=urls.rep(),
        app_status_callback=urls.status(),
        numbers=tuple(
            NumberSetup(
                number=number,
                label=label,
                voice_url=urls.voice(),
                fallback_url=urls.fallback(),
                status_callback=urls.status(),
            )
            for number, label in numbers.items()
        ),
        sample_callers=tuple(SampleCaller(label=one.label, number=one.number) for one in sample_callers()),
        allowed_origin=f"{service},{service.replace('127.0.0.1', 'localhost')}",
    )


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
