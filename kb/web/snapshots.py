"""What is served: a snapshot of the store, and the next one once something was written."""

from __future__ import annotations

import asyncio
import contextlib
import getpass
import json
import logging
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pyoxigraph as ox

from kb.errors import StoreError, StoreLocked
from kb.store import copies
from kb.store.base import Answer, Term, View
from kb.store.changes import Journal
from kb.store.embedded import EmbeddedStore
from kb.store.publishing import Summary, publish

_LOOK = 1.0  # seconds between looks at the store
_WANT = 20.0  # seconds between two signs to a writer
_REST = 3.0  # times as long as a snapshot took to make, nothing is made
_KEEP = 60.0  # seconds
_PATIENCE = 120  # seconds in which a writer has to make a copy for the first snapshot
_REMOTE = 300.0  # seconds between two snapshots of a store that does not say when it changes


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The store at one moment; it never changes.

    Attributes:
        version: a short text that no other snapshot has.
        folder: where worker processes open it.
        view: the same for this process.
        summary: how much is in it.
        made: when.
    """

    version: str
    folder: str
    view: EmbeddedStore
    summary: Summary
    made: datetime


class Snapshots:
    """Makes snapshots and says which is the current one. It is a `View` of the current one itself.

    Args:
        source: folder of a store, or a view that all is copied from.
        public: restricted graphs are left out.
        keep: seconds for which a snapshot stays when there is a newer one: somebody may be reading it.
    """

    def __init__(self, source: str | View, public: bool = True, keep: float = _KEEP) -> None:
        self._source, self._public = source, public
        folder = Path(source).resolve() if isinstance(source, str) else None
        self._views = folder / copies.VIEWS if folder else None
        home = self._views or Path(tempfile.gettempdir()) / f"stancekb-views-{getpass.getuser()}"
        self._copy = copies.Copy(home)
        copies.sweep(home)
        self._keep = max(keep, _KEEP)
        self._home = self._copy.folder
        self._current: Snapshot | None = None
        self._old: list[tuple[float, Snapshot]] = []
        self._turn = asyncio.Lock()
        self._seen: object = None
        self._next = 0.0
        self._wanted = 0.0
        self.listeners: list[Callable[[], None]] = []

    @property
    def current(self) -> Snapshot:
        """The newest snapshot.

        Raises:
            StoreError: none was made yet.
        """
        if self._current is None:
            raise StoreError("the first snapshot is being made; ask again in a few seconds")
        return self._current

    #: what other modules ask of a store: nobody writes to it, and its default graph is the union
    read_only = merged = True

    @property
    def folder(self) -> Path:
        """The current snapshot's."""
        return Path(self.current.folder)

    @property
    def version(self) -> str:
        """The current snapshot's."""
        return self.current.version

    @property
    def made(self) -> datetime:
        """When the current snapshot was made."""
        return self.current.made

    async def refresh(self) -> Snapshot:
        """Make a snapshot now, if anything has changed; who waits for it sees all that was written before.

        Raises:
            StoreError: it cannot be made; the current one stays.
        """
        async with self._turn:
            began = time.monotonic()
            self._sign()
            seen = await asyncio.to_thread(self._look)
            summary = await asyncio.to_thread(self._publish)
            self._seen = seen
            if self._current is None or summary.folder != self._current.folder:
                view = EmbeddedStore.open_snapshot(summary.folder, merged=True)
                old = self._current
                now = datetime.now(UTC)
                self._current = Snapshot(
                    Path(summary.folder).name.removeprefix("snapshot-"), summary.folder, view, summary, now
                )
                if old is not None:
                    self._old.append((time.monotonic(), old))
                for listener in self.listeners:
                    await asyncio.to_thread(listener)
            self._next = time.monotonic() + _REST * (time.monotonic() - began)
            self._sweep()
            return self._current

    async def start(self) -> None:
        """Make the first snapshot, waiting for a writer where there is one.

        Raises:
            StoreError: it cannot be made.
        """
        end = time.monotonic() + _PATIENCE
        while self._current is None:
            try:
                await self.refresh()
            except StoreLocked:
                if time.monotonic() > end:
                    raise
                await asyncio.sleep(_LOOK / 4)

    async def follow(self) -> None:
        """Make the next snapshot whenever the store has changed, until cancelled."""
        while True:
            await asyncio.sleep(_LOOK)
            self._sweep()
            if time.monotonic() < self._next:
                continue
            try:
                self._sign()
                if await asyncio.to_thread(self._look) != self._seen:
                    await self.refresh()
            except StoreLocked:  # its writer has made no copy yet
                continue
            except Exception as error:  # whatever it was, the next snapshot may be made
                logging.getLogger(__name__).error("the old snapshot stays: %r", error)
                self._next = time.monotonic() + 10 * _LOOK

    def query(self, sparql: str, bindings: Mapping[str, Term] | None = None) -> Answer:
        """See `kb.store.base.View.query`."""
        return self.current.view.query(sparql, bindings)

    def quads(self, graph: str | None = None) -> Iterator[ox.Quad]:
        """See `kb.store.base.View.quads`."""
        return self.current.view.quads(graph)

    def graphs(self) -> list[str]:
        """See `kb.store.base.View.graphs`."""
        return self.current.view.graphs()

    def close(self) -> None:
        """Remove all snapshots."""
        self._current = None
        self._old.clear()
        self._copy.close()

    def _publish(self) -> Summary:
        if not isinstance(self._source, str):
            return publish(self._source, self._home, self._public)
        # In a process of its own: the work would hold up every answer of this one.
        command = [sys.executable, "-m", "kb.store.publishing", self._source, str(self._home), str(int(self._public))]
        try:
            done = subprocess.run(command, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL)
        except OSError as error:
            raise StoreError(f"no process for a snapshot could be started: {error}") from error
        try:
            found = json.loads(done.stdout)
        except ValueError:
            raise StoreError(f"no snapshot could be made: {done.stderr[-500:] or done.returncode}") from None
        if "locked" in found:
            raise StoreLocked(found["locked"])
        if "error" in found:
            raise StoreError(found["error"])
        return Summary(**found)

    def _look(self) -> object:
        """Something that differs from what it was when the store was written to meanwhile."""
        if self._views is None:
            return int(time.monotonic() / _REMOTE)
        shared = copies.latest(self._views)
        # Each open of a folder for reading touches its files, so only what writers say counts.
        return Journal(self._views).position(), shared and shared[1]

    def _sign(self) -> None:
        if self._views is not None and time.monotonic() - self._wanted > _WANT:
            with contextlib.suppress(OSError):
                copies.want(self._views)
            self._wanted = time.monotonic()

    def _sweep(self) -> None:
        now = time.monotonic()
        gone = [old for since, old in self._old if now - since > self._keep]
        self._old = [(since, old) for since, old in self._old if now - since <= self._keep]
        for old in gone:
            if self._current is not None and old.folder == self._current.folder:
                continue
            shutil.rmtree(old.folder, ignore_errors=True)
