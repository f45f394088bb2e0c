"""The emulator as a process of its own beside a service: on a socket inherited from the parent.

Its settings come as JSON in ``CTI_EMULATOR``; it writes a byte on ``--ready-fd`` when it serves.
"""

from __future__ import annotations

import argparse
import os
import socket
import sys

from cti import logs
from cti.telephony.emulator.server import create_emulator
from cti.telephony.emulator.settings import EmulatorSettings
from cti.worker import TellingServer, server_config

VARIABLE = "CTI_EMULATOR"


def command(listening: int) -> list[str]:
    """Its command line."""
    return [sys.executable, "-m", "cti.demo.line", "--fd", str(listening)]


def main() -> None:
    options = argparse.ArgumentParser()
    options.add_argument("--fd", type=int, required=True)
    options.add_argument("--ready-fd", type=int, required=True)
    given = options.parse_args()
    logs.configure("console")
    settings = EmulatorSettings.model_validate_json(os.environ.pop(VARIABLE))
    server = TellingServer(server_config(create_emulator(settings)), given.ready_fd)
    server.run(sockets=[socket.socket(fileno=given.fd)])


if __name__ == "__main__":
    main()
