"""Writing over HTTP: off unless a token is set; what was written is served before the request is answered."""

from __future__ import annotations

import asyncio
import hmac
import logging
import time
from collections.abc import Callable, Sequence
from contextlib import nullcontext
from typing import Any, TypeVar

import pyoxigraph as ox
from fastapi import Request

from kb.endpoint.analysis import check_loads, check_services, form_of, with_using
from kb.errors import StoreError, StoreLocked, UsageError
from kb.settings import Settings
from kb.store.base import View
from kb.store.embedded import EmbeddedStore
from kb.web.problems import ProblemError
from kb.web.snapshots import Snapshots

_T = TypeVar("_T")
_PATIENCE = 10.0  # seconds for which an answer waits until what was written is served
_FORMS = ("SELECT", "ASK", "CONSTRUCT", "DESCRIBE", "")


class Writing:
    """Writes to the store for those who have the token.

    Args:
        source: the store; only a folder, or an open embedded store, is written to.
    """

    def __init__(self, source: str | View, snapshots: Snapshots, settings: Settings) -> None:
        self._source, self._snapshots = source, snapshots
        self._token = settings.write_token
        self._services = frozenset(settings.services.split())
        self._turn = asyncio.Lock()

    def authorise(self, request: Request) -> None:
        """Let only those pass who may write.

        Raises:
            ProblemError: writing is off, or the token is not the right one.
        """
        if not self._token:
            raise ProblemError(
                403, "This service only reads; it takes no updates.", "Send a query; add articles with `kb add`."
            )
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        if scheme.lower() != "bearer" or not hmac.compare_digest(token.strip().encode(), self._token.encode()):
            raise ProblemError(
                401,
                "The token to write with is missing or wrong.",
                "Send it as Authorization: Bearer TOKEN.",
                {"WWW-Authenticate": "Bearer"},
            )

    async def update(self, text: str, using: Sequence[str], using_named: Sequence[str], base: str) -> None:
        """Run a SPARQL 1.1 update.

        Raises:
            UsageError: it does not parse or may not be run.
            ProblemError: somebody else is writing.
            StoreError: nothing was changed.
        """
        if form_of(text) in _FORMS and text.strip():
            raise UsageError(f"{form_of(text) or text[:40]!r}: this is no update; send queries as query=")
        check_services(text, self._services)
        check_loads(text)
        graphs = [_iri(iri, "using-graph-uri") for iri in using]
        named = [_iri(iri, "using-named-graph-uri") for iri in using_named]
        text = with_using(text, graphs, named)
        await self.run(lambda store: store.update(text, base))

    async def run(self, work: Callable[[EmbeddedStore], _T]) -> _T:
        """Do something with the store open for writing; it is served when this returns.

        Raises:
            ProblemError: somebody else is writing, or the store is no folder.
            StoreError: the store cannot be written.
        """

        def open_and_work() -> _T:
            with self._open() as store:
                return work(store)

        async with self._turn:
            try:
                done = await asyncio.to_thread(open_and_work)
            except StoreLocked:
                raise ProblemError(
                    503, "Another process is writing to the store.", "Try again in a while.", {"Retry-After": "10"}
                ) from None
            await self._serve()
        return done

    async def _serve(self) -> None:
        """See to it that what was written is served; it was written even where that takes longer."""
        end = time.monotonic() + _PATIENCE
        while time.monotonic() < end:
            try:
                await self._snapshots.refresh()
                return
            except StoreLocked:  # somebody holds the store to copy it
                await asyncio.sleep(0.1)
            except StoreError as error:
                logging.getLogger(__name__).error("written, and not yet served: %s", error)
                return

    def _open(self) -> Any:
        if isinstance(self._source, str):
            return EmbeddedStore(self._source)
        if isinstance(self._source, EmbeddedStore):
            return nullcontext(self._source)
        raise ProblemError(403, "The store behind this service is another server.", "Write to that server.")


def _iri(text: str, parameter: str) -> str:
    try:
        return ox.NamedNode(text).value
    except ValueError as error:
        raise UsageError(f"{parameter}: {text!r} is no absolute IRI ({error}); give one of a named graph") from None
