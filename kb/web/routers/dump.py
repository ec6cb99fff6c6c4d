"""`/dump`: everything in the view, as a stream."""

from __future__ import annotations

import io
import queue
import threading
from collections.abc import Callable, Iterator
from functools import partial
from typing import IO, Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import StreamingResponse

from kb.dumps import export
from kb.store.base import View
from kb.web.dependencies import SettingsOf, ViewOf
from kb.web.negotiation import NotAcceptableError, choose
from kb.web.openapi import documented
from kb.web.routers.entities import VARY

router = APIRouter(tags=["Dump"])

Pieces = queue.Queue[bytes | Exception | None]

#: Name, media type and ending; the first is what is sent where nothing is asked for.
FORMATS = (
    ("trig", "application/trig", ".trig"),
    ("nquads", "application/n-quads", ".nq"),
    ("turtle", "text/turtle", ".ttl"),
    ("jsonld", "application/ld+json", ".jsonld"),
)


Format = Annotated[
    str,
    Query(
        description="the form of the dump, in place of the Accept header",
        examples=["trig"],
        json_schema_extra={"enum": ["", *(name for name, *_ in FORMATS)]},
    ),
]


def _documented() -> dict[str, Any]:
    found = documented(None, [media for _, media, _ in FORMATS], [406])
    return {**found, "openapi_extra": {}}  # `format` has names of its own here


@router.get("/dump", summary="Everything", **_documented())
def get_dump(request: Request, view: ViewOf, settings: SettingsOf, format: Format = "") -> Response:
    """By ?format= or Accept: trig, nquads, turtle (without the graphs) or jsonld."""
    asked = request.headers.get("accept", "")
    chosen = format.lower() or choose(asked, [media for _, media, _ in FORMATS])
    for name, media, ending in FORMATS:
        if chosen in (name, media) or (chosen is None and "text/html" in asked):
            headers = {**VARY, "Content-Disposition": f'attachment; filename="stancekb{ending}"'}
            return StreamingResponse(
                stream(partial(_write, view, name, settings.public)), media_type=media, headers=headers
            )
    names = ", ".join(name for name, *_ in FORMATS)
    raise NotAcceptableError(f"format {format or asked!r} is none of a dump; use ?format= with one of: {names}")


def stream(write: Callable[[IO[bytes]], None]) -> Iterator[bytes]:
    """What `write` writes, piece by piece, never more than a few pieces in memory.

    The store's iterators may not change threads, so the writing has one of its own.
    """
    pieces: Pieces = queue.Queue(maxsize=8)
    gone = threading.Event()
    worker = threading.Thread(target=_produce, args=(write, pieces, gone), daemon=True)
    worker.start()
    try:
        while (piece := pieces.get()) is not None:
            if isinstance(piece, Exception):
                raise piece
            yield piece
    finally:
        gone.set()


def _produce(write: Callable[[IO[bytes]], None], pieces: Pieces, gone: threading.Event) -> None:
    out = io.BufferedWriter(_Pieces(pieces, gone), buffer_size=65_536)
    last: Exception | None = None
    try:
        write(out)
        out.flush()
    except Exception as error:
        last = error
    while not gone.is_set():
        try:
            pieces.put(last, timeout=1)
            return
        except queue.Full:
            continue


class _Pieces(io.RawIOBase):
    """A file whose every write goes to the queue; fails when the reader has gone."""

    def __init__(self, pieces: Pieces, gone: threading.Event) -> None:
        super().__init__()
        self._pieces = pieces
        self._gone = gone

    def writable(self) -> bool:
        return True

    def write(self, data: object, /) -> int:
        piece = bytes(memoryview(data))  # type: ignore[arg-type]
        while not self._gone.is_set():
            try:
                self._pieces.put(piece, timeout=1)
                return len(piece)
            except queue.Full:
                continue
        raise BrokenPipeError("the reader of the dump has gone")


def _write(view: View, name: str, public: bool, out: IO[bytes]) -> None:
    for piece in export(view, name, public):
        out.write(piece)
