"""A loop that cannot go on says so in the log, and not in every round."""

from __future__ import annotations

import structlog

log = structlog.get_logger()


class Waits:
    """Says why a loop cannot go on: once for each reason and once when it can again, not in every round."""

    def __init__(self, event: str) -> None:
        self._event = event
        self.reason: str | None = None
        """Null while all is well."""

    def because(self, reason: str) -> None:
        """This round came to nothing. ``reason``: one line without personal data."""
        if reason != self.reason:
            log.warning(self._event, reason=reason)
        self.reason = reason

    def over(self) -> None:
        """This round did what it should."""
        if self.reason is not None:
            log.info(self._event, reason=None, goes_on=True)
        self.reason = None
