"""The emulator as a process of its own beside a service: on a socket inherited from the parent.

Its settings come as JSON in ``CTI_EMULATOR``; it writes a byte on ``--ready-fd`` when it serves.
"""

from __future__ import annotations

import os
import socket

from cti import logs
from cti.demo.account import VARIABLE
from cti.telephony.emulator.server import create_emulator
from cti.telephony.emulator.settings import EmulatorSettings
from cti.worker import TellingServer, options, server_config
from cti.workers import wait_for_go


def main() -> None:
    given = options().parse_args()
    wait_for_go(given.go_fd)
    logs.configure("console")
    settings = EmulatorSettings.model_validate_json(os.environ.pop(VARIABLE))
    server = TellingServer(server_config(create_emulator(settings)), given.ready_fd)
    server.run(sockets=[socket.socket(fileno=given.fd)])


if __name__ == "__main__":
    main()
