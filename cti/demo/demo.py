"""``cti demo``: embedded Redis and SQLite, the Twilio emulator, the service with one worker, sample data; one parent.

Uses nothing but its own directory: neither ``.env`` nor any setting of the environment reaches it. Guarantees that
everything it starts ends with it, and that later starts skip what is done.
"""

from __future__ import annotations

import contextlib
import os
import socket
from collections.abc import Iterator, Mapping
from pathlib import Path

from cti import logs, service
from cti.commands.failure import Failure
from cti.demo.account import VARIABLE, command, emulator_settings
from cti.demo.sample import Sample, read_sample
from cti.demo.secrets import DemoSecrets, read_or_make
from cti.settings import Settings, variable_of
from cti.telephony.emulator.settings import EmulatorSettings
from cti.workers import Child, bind

EMULATOR_PORT = 8100


def demo(*, host: str, port: int, data_dir: Path) -> None:
    """Runs until Ctrl-C."""
    logs.configure("console")
    data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    sample = read_sample()
    made = read_or_make(data_dir, sample.emails)
    with _free_socket(host, EMULATOR_PORT) as listening:
        emulator_port: int = listening.getsockname()[1]
        public_url = f"http://127.0.0.1:{port}"
        settings = _settings(made, data_dir=data_dir, public_url=public_url, emulator_port=emulator_port)
        emulator = emulator_settings(
            made,
            service=public_url,
            numbers=sample.numbers,
            host=host,
            port=emulator_port,
            allow_remote=host != "127.0.0.1",
        )
        try:
            service.run(
                service.Service(
                    settings=settings,
                    host=host,
                    port=port,
                    workers=1,
                    beside=(_emulator(emulator, listening, settings),),
                    prepare=lambda ready: _prepare(ready, sample, made),
                    announce=lambda: print(_words(settings, made, sample), flush=True),
                )
            )
        except OSError as error:
            raise Failure(f"cannot listen on {host}:{port}: {error.strerror or error}; try --port") from None


def _prepare(settings: Settings, sample: Sample, made: DemoSecrets) -> None:
    from cti.demo.seed import prepare  # while the children import what they need

    prepare(settings, sample, made.passwords)


def _settings(made: DemoSecrets, *, data_dir: Path, public_url: str, emulator_port: int) -> Settings:
    return Settings(
        _env_file=None,
        data_dir=data_dir,
        database_url=f"sqlite:///{data_dir.resolve()}/cti.sqlite3",
        redis_url=None,
        default_region=None,
        crm="sql",
        crm_deadline_s=0.8,
        log_format="console",
        public_url=public_url,
        secret_key=made.secret_key,
        twilio_account_sid=made.account_sid,
        twilio_auth_tokens=(made.auth_token,),
        twilio_api_key=made.api_key,
        twilio_api_secret=made.api_secret,
        twilio_twiml_app_sid=made.twiml_app_sid,
        twilio_api_base_url=f"http://127.0.0.1:{emulator_port}",
        allowed_origins=(),
        metrics_token=None,
    )


@contextlib.contextmanager
def _free_socket(host: str, port: int) -> Iterator[socket.socket]:
    """A listening address at that port, or at any free one where it is taken."""
    try:
        bound = bind(host, port)
    except OSError:
        bound = bind(host, 0)
    with contextlib.closing(bound):
        yield bound


def _emulator(emulator: EmulatorSettings, listening: socket.socket, settings: Settings) -> Child:
    ours = {variable_of(type(settings), name) for name in type(settings).model_fields}
    environment: Mapping[str, str] = {name: value for name, value in os.environ.items() if name not in ours}
    return Child(
        name="emulator",
        command=command(listening.fileno()),
        environment={**environment, VARIABLE: emulator.model_dump_json()},
        inherits=(listening.fileno(),),
    )


def _words(settings: Settings, made: DemoSecrets, sample: Sample) -> str:
    width = max(map(len, made.passwords))
    logins = "\n".join(
        f"    {person.email:<{width}}  {made.passwords[person.email]}  {person.what}" for person in sample.people
    )
    return f"""
  rep desktop   {settings.public_url}/
  admin         {settings.public_url}/admin
  telephone     {settings.twilio_api_base_url}/emulator/

  log-ins (e-mail, password, who):
{logins}

  to try: log in as Bo on the rep desktop, press "Start shift" and go Available. Open the telephone in another
  window, choose Jan Kowalski, an opportunity of Bo's who calls the support line, and press Call: his record stands on
  Bo's screen before it rings. Accept, talk, hang up, file the call; then look at its time line on the admin page.
  Who has waited a minute may press 1 and hang up: once Bo is Available again and accepts, the telephone rings.

  Ctrl-C ends everything. The data stays in {settings.data_dir}.
"""
