"""The heads of requests, bounded in size and time: the server itself would take them however long they are."""

from __future__ import annotations

import asyncio
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

_LONGEST = 64 * 1024  # bytes of a request's first line and headers
_PATIENCE = 20.0  # seconds in which they must have come
_TOO_LONG = (
    b"HTTP/1.1 431 Request Header Fields Too Large\r\nconnection: close\r\n"
    b"content-type: application/problem+json\r\n\r\n"
    b'{"status":431,"title":"Request Header Fields Too Large","detail":"The address and headers are longer than 65536'
    b' bytes.","next":"Send a long query as the body of a POST."}'
)


class BoundedHeads(HttpToolsProtocol):
    """uvicorn's protocol, which cuts off who sends a head without an end."""

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self._in_head, self._size = True, 0
        self._timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: Any) -> None:
        """See `asyncio.Protocol`."""
        super().connection_made(transport)
        self._wait()

    def connection_lost(self, exc: Exception | None) -> None:
        """See `asyncio.Protocol`."""
        self._stop()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """See `asyncio.Protocol`."""
        if self._in_head:
            if self._timer is None:
                self._wait()
            self._size += len(data)
            # a body may come with the head in one piece; a piece is no longer than the system's buffer
            if self._size > _LONGEST + (len(data) if self._size == len(data) else 0):
                self.transport.write(_TOO_LONG)
                self.transport.close()
                return
        super().data_received(data)

    def on_headers_complete(self) -> None:
        """See httptools."""
        self._in_head, self._size = False, 0
        self._stop()
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        """See httptools."""
        self._in_head, self._size = True, 0
        super().on_message_complete()

    def _wait(self) -> None:
        self._timer = asyncio.get_running_loop().call_later(_PATIENCE, self.transport.close)

    def _stop(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
