"""The WebSocket protocol of every server here: uvicorn's, mended in one place."""

from __future__ import annotations

from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.exceptions import InvalidState


class WebSocketProtocol(WebSocketsSansIOProtocol):
    """A browser may be closing it in the very moment in which the server ends."""

    def shutdown(self) -> None:
        """Says goodbye, unless it was said. An exception here would break off the server's end: the other sockets would
        stay open, and the application would not be told."""
        try:
            super().shutdown()
        except InvalidState:
            self.transport.close()
