"""How the service and its workers talk: a frame is a JSON object and bytes, with their lengths before them."""

from __future__ import annotations

import asyncio
import socket
import struct
from typing import Any

import orjson

_LENGTHS = struct.Struct("<II")


def pack(head: dict[str, Any], body: bytes = b"") -> bytes:
    """A frame as bytes."""
    text = orjson.dumps(head)
    return _LENGTHS.pack(len(text), len(body)) + text + body


def receive(sock: socket.socket) -> tuple[dict[str, Any], bytes] | None:
    """The next frame; None where the other side has gone."""
    lengths = _read(sock, _LENGTHS.size)
    if lengths is None:
        return None
    head_length, body_length = _LENGTHS.unpack(lengths)
    rest = _read(sock, head_length + body_length)
    return None if rest is None else (orjson.loads(rest[:head_length]), rest[head_length:])


async def receive_async(reader: asyncio.StreamReader) -> tuple[dict[str, Any], bytes]:
    """As `receive`.

    Raises:
        asyncio.IncompleteReadError: the other side has gone.
    """
    head_length, body_length = _LENGTHS.unpack(await reader.readexactly(_LENGTHS.size))
    rest = await reader.readexactly(head_length + body_length)
    return orjson.loads(rest[:head_length]), rest[head_length:]


def _read(sock: socket.socket, size: int) -> bytes | None:
    parts = []
    while size:
        part = sock.recv(min(size, 1 << 20))
        if not part:
            return None
        parts.append(part)
        size -= len(part)
    return b"".join(parts)
