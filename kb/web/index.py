"""The names that requests search in: built anew for each version of the content, and put in place of the old ones."""

from __future__ import annotations

import threading
from pathlib import Path

from kb.store.base import View
from kb.web import tables
from kb.web.building import Builder
from kb.web.gathering import Kind
from kb.web.links import Links
from kb.web.tables import Tables

LARGE = 50_000_000  # bytes; of a smaller store the names are read before another process has started


class Index:
    """The tables of the newest version that was read. Requests take them as they are and never wait for a new one."""

    def __init__(self, view: View, links: Links, large: int = LARGE) -> None:
        """Args: large: bytes of a store from which on its names are read in a process of their own."""
        self._view, self._links, self._large = view, links, large
        self._tables: Tables | None = None
        self._lock = threading.Lock()
        self._builder = Builder()

    def refresh(self) -> None:
        """Read all names anew, unless the view says that nothing has changed; who searches meanwhile sees the old ones.

        Raises:
            StoreError: the store could not answer; the old names stay.
        """
        with self._lock:
            # Asked before reading: what changes while names are read has another version, and is read the next time.
            version = getattr(self._view, "version", "")
            if self._tables is None or not version or version != self._tables.version:
                folder = self._folder()
                if folder is not None and _size(folder) >= self._large:
                    self._tables = self._builder.build(
                        folder, self._links, version, getattr(self._view, "merged", False)
                    )
                else:
                    self._tables = tables.build(self._view, self._links, version)

    def _folder(self) -> Path | None:
        """Where the view's store lies, if another process may open it there: nobody writes to it."""
        folder: Path | None = getattr(self._view, "folder", None)
        return folder if getattr(self._view, "read_only", True) else None

    def close(self) -> None:
        """End a building that is going on: whoever waits for it gets a StoreError."""
        self._builder.close()

    @property
    def tables(self) -> Tables:
        """What was read last. Who asks it several things takes it once, so that the answers fit.

        Raises:
            StoreError: nothing was read so far, and the store could not answer.
        """
        if self._tables is None:
            self.refresh()
        assert self._tables is not None
        return self._tables

    @property
    def version(self) -> str:
        """The version of the content whose names these are; "" where the view has none."""
        return self._tables.version if self._tables else ""

    def __len__(self) -> int:
        return len(self.tables[Kind.ENTITY])

    def resolve(self, text: str) -> str | None:
        """The IRI of the entity with that key, QID or IRI; None where there is none.

        Raises:
            StoreError: see `tables`.
        """
        tables = self.tables
        number = tables.find(Kind.ENTITY, text)
        return None if number is None else tables[Kind.ENTITY].iri(number)


def _size(folder: Path) -> int:
    """Bytes of the files in a folder; files that go while we look count nothing."""
    try:
        return sum(entry.stat().st_size for entry in folder.iterdir() if entry.is_file())
    except OSError:
        return 0
