"""The emulated account of a demo or a developer: its settings, and the process that serves it."""

from __future__ import annotations

import sys
from collections.abc import Mapping

from cti.demo.sample_people import sample_callers
from cti.demo.secrets import DemoSecrets
from cti.telephony.emulator.settings import EmulatorSettings, NumberSetup, SampleCaller
from webhooks.urls import Urls

VARIABLE = "CTI_EMULATOR"
"""Where the process finds its settings, as JSON."""


def command(listening: int) -> list[str]:
    """The command line of the emulator on an inherited socket (``cti/demo/line.py``)."""
    return [sys.executable, "-m", "cti.demo.line", "--fd", str(listening)]


def emulator_settings(
    made: DemoSecrets, *, service: str, numbers: Mapping[str, str], host: str, port: int, allow_remote: bool
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
