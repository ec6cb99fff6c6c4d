"""Conditional requests: an ETag on what was read from a version of the base, 304 to who has that already.

An answer depends on the version of the view, the address and the form that Accept asks for; the tag is made of these
before any work is done, so a 304 costs none. Who answers something that depends on more (the time, chance) or that is
no longer true the next moment says `Cache-Control: no-store` and gets no tag.
"""

from __future__ import annotations

import hashlib
import re
from email.utils import formatdate
from functools import lru_cache

from starlette.types import ASGIApp, Message, Receive, Scope, Send

import kb
from kb.web.versions import Served, served

NO_STORE = {"Cache-Control": "no-store"}
#: Kept, but asked about each time: a new version of the base is seen at once, and asking costs next to nothing.
_PUBLIC = (b"cache-control", b"public, no-cache")
_PRIVATE = (b"cache-control", b"private, no-cache")
_OF_304 = frozenset({b"cache-control", b"etag", b"last-modified", b"link", b"vary"})
_TAG = re.compile(r'(?:W/)?("[^"]*")')


def etag(version: str, *parts: str) -> str:
    """A strong tag of a form of something as it is in a version of the base, with its quotation marks.

    Args:
        version: of the content; changes when the content does.
        parts: all else the answer depends on, such as the address and the Accept header.

    >>> etag("7", "/entities", "text/html") == etag("7", "/entities", "text/csv")
    False
    """
    text = "\x1f".join((kb.__version__, version, *parts))
    return f'"{hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=12).hexdigest()}"'


def matches(if_none_match: str, tag: str) -> bool:
    """Whether the header names the tag, weak or strong (RFC 9110, 13.1.2). "*" is left to who has the answer.

    >>> matches('W/"a", "b"', '"a"'), matches('"ab"', '"a"')
    (True, False)
    """
    return tag in _TAG.findall(if_none_match)


class Caching:
    """ASGI middleware around what reads `app.state.view`."""

    def __init__(self, app: ASGIApp, public: bool) -> None:
        """Args: public: whether caches that serve several people may keep answers."""
        self.app = app
        self._control = _PUBLIC if public else _PRIVATE

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope.get("method") != "GET":
            await self.app(scope, receive, send)
            return
        content = served(scope["app"].state)
        asked = accept = ""
        for name, value in scope["headers"]:
            if name == b"if-none-match":
                asked = f"{asked},{value.decode('latin-1')}"
            elif name == b"accept":
                accept = f"{accept},{value.decode('latin-1')}"
        any_will_do = asked.strip(" ,") == "*"
        tag = ""
        if content.version:
            address = scope.get("raw_path") or scope["path"].encode()
            tag = etag(
                content.version, f"{address.decode('latin-1')}?{scope['query_string'].decode('latin-1')}", accept
            )
            if asked and matches(asked, tag):
                await send({"type": "http.response.start", "status": 304, "headers": self._headers(content, tag)})
                await send({"type": "http.response.body", "body": b""})
                return

        dropped = False

        async def send_with_tag(message: Message) -> None:
            nonlocal dropped
            if message["type"] == "http.response.start":
                dropped = any_will_do and message["status"] == 200
                message = self._stamped(message, content, tag, dropped)
            elif dropped:
                message = {**message, "body": b""}
            await send(message)

        await self.app(scope, receive, send_with_tag)

    def _stamped(self, message: Message, content: Served, tag: str, dropped: bool) -> Message:
        """The start of an answer with what caches need; `dropped` makes a 304 of it."""
        headers, status = list(message.get("headers", ())), message["status"]
        names = {name for name, _ in headers}
        if status >= 400:
            headers += [] if b"cache-control" in names else [(b"cache-control", b"no-store")]
        elif b"cache-control" not in names:
            known = tag if status == 200 and b"etag" not in names else ""
            headers += [pair for pair in self._headers(content, known) if pair[0] not in names]
        if dropped:
            status, headers = 304, [pair for pair in headers if pair[0] in _OF_304]
        return {**message, "status": status, "headers": headers}

    def _headers(self, content: Served, tag: str) -> list[tuple[bytes, bytes]]:
        if not tag:
            return [self._control]
        return [self._control, (b"etag", tag.encode()), (b"vary", b"Accept"), *_last_modified(content.made)]


@lru_cache(maxsize=4)
def _last_modified(made: float | None) -> list[tuple[bytes, bytes]]:
    return [] if made is None else [(b"last-modified", formatdate(made, usegmt=True).encode())]
