"""Answers on their way to clients that may not read them: bounded by client and in all, and not for ever."""

from __future__ import annotations

import asyncio
from collections import Counter

from fastapi import Response
from starlette.types import Receive, Scope, Send

from kb.web.problems import ProblemError

_SMALL = 1_000_000  # bytes of answers that are not worth counting
_PIECE = 256 * 1024  # bytes handed over at once
_PATIENCE = 60.0  # seconds in which a client must have taken a piece


class Unsent:
    """How many bytes of large answers wait to be read.

    Args:
        each: bytes for one client.
        whole: bytes for all.
    """

    def __init__(self, each: int, whole: int) -> None:
        self._each, self._whole = each, whole
        self._held: Counter[str] = Counter()

    def take(self, client: str, size: int) -> None:
        """Count an answer of that many bytes.

        Raises:
            ProblemError: the client, or all together, have too much waiting.
        """
        if self._held[client] + size > self._each or self._held.total() + size > self._whole:
            raise ProblemError(
                503, "Too much of other answers has not been read yet.", "Read them first.", {"Retry-After": "10"}
            )
        self._held[client] += size

    def give(self, client: str, size: int) -> None:
        """The answer was sent, or its client has gone."""
        self._held[client] -= size
        if self._held[client] <= 0:
            del self._held[client]


class Pieces(Response):
    """A large answer, sent piece by piece; who does not take a piece in time loses the connection."""

    def __init__(self, body: bytes, media_type: str, headers: dict[str, str], unsent: Unsent, client: str) -> None:
        super().__init__(body, media_type=media_type, headers=headers)
        self._unsent, self._client = unsent, client
        unsent.take(client, len(body))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send it."""
        try:
            await send({"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers})
            for start in range(0, len(self.body), _PIECE):
                piece = bytes(self.body[start : start + _PIECE])
                more = start + _PIECE < len(self.body)
                await asyncio.wait_for(
                    send({"type": "http.response.body", "body": piece, "more_body": more}), _PATIENCE
                )
        finally:
            self._unsent.give(self._client, len(self.body))


def is_large(body: bytes) -> bool:
    """Whether an answer counts."""
    return len(body) > _SMALL
