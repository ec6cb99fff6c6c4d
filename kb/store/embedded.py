"""The embedded store: Oxigraph in a folder, or in memory.

One process writes at a time. Readers (`read_only=True`) see the store as it was when they opened it, in a private copy
that costs milliseconds, so that writing can go on beside them.
"""

from __future__ import annotations

import contextlib
import logging
import os
import threading
import weakref
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

import pyoxigraph as ox

from kb.errors import StoreError, StoreLocked, UsageError
from kb.store import copies
from kb.store.base import Answer, Term
from kb.store.changes import ANY, Journal
from kb.store.sparql import bind, graph_node, names_dataset, replace_text

_PATIENCE = 3.0  # seconds to wait for another process that holds the store only to copy it

# Stores that this process has open for writing, by folder: a second one in the same process copies from the first.
_writing: weakref.WeakValueDictionary[Path, EmbeddedStore] = weakref.WeakValueDictionary()


class EmbeddedStore:
    """A store in a folder. `name` is the folder as given, `folder` where the files it reads really are (None: memory),
    `views` where private copies of it go (None: the system's temporary folder).

    Safe to use from several threads. After a power cut, as opposed to a killed process, the last calls before it may
    be missing, whole; `close` and `snapshot` write all to the disk.
    """

    folder: Path | None
    views: Path | None
    #: the default graph already holds all triples of the named graphs, each once (see `kb.store.publishing`)
    merged = False
    #: where the journal was when a private copy was made
    position = ""

    def __init__(self, path: str | Path, read_only: bool = False, patience: float = _PATIENCE) -> None:
        """Open the store at `path`; for writing it is made if it is not there.

        Args:
            patience: seconds to wait where another process holds the store.

        Raises:
            StoreLocked: another process holds it for writing.
            StoreError: it cannot be opened: missing (read_only), no store, damaged, not permitted.
        """
        self.name = str(path)
        self.read_only = read_only
        self._copy: copies.Copy | None = None
        self._lock = threading.Lock()
        self._path = Path(path).resolve()
        self.views = self._path / copies.VIEWS
        self._journal = Journal(self.views)
        self._shared: copies.Shared | None = None
        _check_folder(self.name, self._path, read_only)
        if read_only:
            self._open_copy(patience)
        else:
            self._db: ox.Store | None = _open(self.name, self._path, patience)
            self._shared = copies.Shared(self.views)
            self.folder = self._path
            _writing[self._path] = self
            copies.sweep(self.views)

    @classmethod
    def in_memory(cls) -> EmbeddedStore:
        """An empty store that is gone when it is closed."""
        return cls._around(ox.Store(), "memory", None)

    @classmethod
    def open_snapshot(cls, folder: str | Path, merged: bool = False) -> EmbeddedStore:
        """Open, for reading and where it lies, a folder that nobody writes to (see `snapshot`); any number may.

        Args:
            merged: the default graph holds all triples of the named graphs.

        Raises:
            StoreError: the folder is missing or holds no store.
        """
        path = Path(folder).resolve()
        _check_folder(str(folder), path, read_only=True)
        with _explained(str(folder)):
            db = ox.Store.read_only(str(path))
        store = cls._around(db, str(folder), path, read_only=True)
        store.merged = merged
        return store

    @classmethod
    def _around(cls, db: ox.Store, name: str, folder: Path | None, read_only: bool = False) -> EmbeddedStore:
        store = cls.__new__(cls)
        store.name, store.folder, store.read_only = name, folder, read_only
        store._db, store._copy, store._lock = db, None, threading.Lock()
        store._path, store.views = folder or Path(), None
        store._journal, store._shared = Journal(Path()), None
        return store

    def _open_copy(self, patience: float) -> None:
        """Copy what is there now and open the copy."""
        home = self.views or self._path
        if not os.access(self._path, os.W_OK):  # then nobody of this account writes to it either
            with _explained(self.name):
                self._db = ox.Store.read_only(str(self._path))
            self.folder = self._path
            return
        copy = copies.Copy(home)
        self.position = self._journal.position()
        try:
            writer = _writing.get(self._path)
            if writer is not None and writer._db is not None:
                writer._backup(copy.folder)
            else:
                # Not by the engine's read-only mode: its backup leaves out what a killed writer had not flushed.
                db = _open(self.name, self._path, patience)
                with _explained(self.name):
                    db.backup(str(copy.folder))
                del db
            with _explained(self.name):
                self._db = ox.Store.read_only(str(copy.folder))
        except BaseException:
            copy.close()
            raise
        self.folder, self._copy = copy.folder, copy
        copies.sweep(home)

    @property
    def db(self) -> ox.Store:
        """The engine's own store.

        Raises:
            StoreError: this store was closed.
        """
        if self._db is None:
            raise StoreError(f"store {self.name!r} is closed; open it again")
        return self._db

    def query(self, sparql: str, bindings: Mapping[str, Term] | None = None) -> Answer:
        """See `kb.store.base.View.query`. A query with FROM reads the graphs it names, all others their union."""
        return run_query(self.db, self.name, sparql, bindings, union=not self.merged)

    def quads(self, graph: str | None = None) -> Iterator[ox.Quad]:
        """See `kb.store.base.View.quads`."""
        if graph is None and self.merged:
            return (quad for name in self.graphs() for quad in self.quads(name))
        return self.db.quads_for_pattern(None, None, None, None if graph is None else graph_node(graph))

    def graphs(self) -> list[str]:
        """See `kb.store.base.View.graphs`."""
        named = (g for g in self.db.named_graphs() if isinstance(g, ox.NamedNode))
        return sorted(g.value for g in named if any(True for _ in self.db.quads_for_pattern(None, None, None, g)))

    def replace_graphs(self, graphs: Mapping[str, Iterable[ox.Quad]]) -> None:
        """See `kb.store.base.Writer.replace_graphs`."""
        if graphs:
            given = {iri: list(quads) for iri, quads in graphs.items()}
            if self._adds_only(given):
                self.load(quad for quads in given.values() for quad in quads)
                return
            try:
                text = replace_text(given)
            except UsageError as error:
                raise StoreError(f"nothing was changed: {error}") from error
            self._check_writable()
            with self._lock, _explained(self.name):
                self._note(graphs)
                self.db.update(text)
                self._share()

    def _adds_only(self, graphs: Mapping[str, list[ox.Quad]]) -> bool:
        """Whether the graphs are new here and given rightly: adding is one transaction too, and a third of the work."""
        for iri, quads in graphs.items():
            named = graph_node(iri)
            if any(quad.graph_name != named for quad in quads):
                return False  # said by `replace_text`
            if any(True for _ in self.db.quads_for_pattern(None, None, None, named)):
                return False
        return True

    def load(self, quads: Iterable[ox.Quad]) -> int:
        """See `kb.store.base.Writer.load`. All quads are held in memory until they are in."""
        given = list(quads)
        self._check_writable()
        with self._lock, _explained(self.name):
            self._note(getattr(quad.graph_name, "value", "") for quad in given)
            self.db.extend(given)
            self._share()
        return len(given)

    def update(self, text: str, base_iri: str | None = None) -> None:
        """Run a SPARQL 1.1 update, in one transaction.

        Args:
            base_iri: what relative IRIs are resolved with.

        Raises:
            UsageError: it does not parse.
            StoreError: nothing was changed.
        """
        self._check_writable()
        with self._lock:
            self._note([ANY])
            try:
                self.db.update(text, base_iri=base_iri)
            except SyntaxError as error:
                raise UsageError(f"the update does not parse: {error.msg}; correct it there") from None
            except (OSError, RuntimeError, ValueError) as error:
                raise StoreError(f"store {self.name!r} did not take the update: {error}; nothing was changed") from None
            self._share()

    def snapshot(self, folder: str | Path) -> Path:
        """Copy the store as it is now into a new folder, which can be opened like any store. Returns the folder.

        Raises:
            StoreError: the folder exists, cannot be written, or this store is in memory.
        """
        target = Path(folder).resolve()
        if self.folder is None:
            raise StoreError("a store in memory has no snapshot; write a dump with `kb export`")
        if target.exists():
            raise StoreError(f"{str(folder)!r} exists; name a new folder for the snapshot")
        target.parent.mkdir(parents=True, exist_ok=True)
        self._backup(target)
        return target

    def _backup(self, target: Path) -> None:
        with self._lock, _explained(self.name):
            if not self.read_only:
                self.db.flush()
            elif self._copy is None:  # may have a log that was never flushed, which backup would leave out
                whole = ox.Store(str(target))
                whole.bulk_extend(self.db)
                whole.flush()
                return
            self.db.backup(str(target))

    def _note(self, graphs: Iterable[str]) -> None:
        if self.folder is not None:
            self._journal.note(graphs)

    def _share(self) -> None:
        """Let those who serve the store see it as it is now, if there are any and it is time."""
        if self._shared is None or not self._shared.wanted() or self._shared.at_rest(self._share_later):
            return
        try:
            self.db.flush()
            self._shared.put(lambda folder: self.db.backup(str(folder)), self._journal.position())
        except (OSError, RuntimeError) as error:  # what was written is written all the same
            logging.getLogger(__name__).warning("store %r is not shared with who serves it: %s", self.name, error)

    def _share_later(self) -> None:
        with self._lock:
            if self._db is not None:
                self._share()

    def _check_writable(self) -> None:
        if self.read_only:
            raise StoreError(f"store {self.name!r} is open for reading only; open it without read_only")

    def close(self) -> None:
        """Write everything to the disk and let go of the folder; twice is allowed."""
        db, self._db = self._db, None
        if db is not None and not self.read_only and self.folder is not None:
            with contextlib.suppress(OSError, RuntimeError):
                db.flush()
            if _writing.get(self._path) is self:
                del _writing[self._path]
        if self._shared is not None:
            self._shared.close()
        del db
        if self._copy is not None:
            self._copy.close()

    def __enter__(self) -> EmbeddedStore:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()


def run_query(db: ox.Store, name: str, query: str, bindings: Mapping[str, Term] | None, union: bool = True) -> Answer:
    """Run a query on the engine's store; see `kb.store.base.View.query`.

    Args:
        name: what to call the store in an error.
        union: the default graph is the union of all graphs.
    """
    text = bind(query, bindings)
    try:
        # The engine's union default graph would override the query's own FROM.
        return db.query(text, use_default_graph_as_union=union and not names_dataset(text))
    except SyntaxError as error:
        if bindings:
            run_query(db, name, query, None, union)  # tells the place in the text as it was given
        raise UsageError(f"the query does not parse: {error.msg}; correct it there") from None
    except (OSError, RuntimeError, ValueError) as error:
        raise StoreError(f"store {name!r} could not answer: {error}; check the query and the store") from error


def _open(name: str, path: Path, patience: float) -> ox.Store:
    """Open for writing, waiting a moment for a reader that is copying."""
    opened: list[ox.Store] = []

    def attempt() -> None:
        with _explained(name):
            path.mkdir(parents=True, exist_ok=True)
            opened.append(ox.Store(str(path)))

    if path in _writing and _writing[path]._db is not None:
        raise StoreLocked(f"store {name!r} is already open for writing in this process; use that one, or close it")
    copies.retry(attempt, patience, StoreLocked)
    for old in path.glob("LOG.old.*"):  # the engine leaves one at each opening
        with contextlib.suppress(OSError):
            old.unlink()
    return opened[0]


def _check_folder(name: str, path: Path, read_only: bool) -> None:
    """Refuse what is no store before the engine writes files into it."""
    if path.exists() and not path.is_dir():
        raise StoreError(f"store {name!r} is a file, not a folder; name a folder, or load the file with `kb load`")
    present = path.is_dir() and any(path.iterdir())
    if read_only and not present:
        raise StoreError(f"there is no store at {name!r}; make one with `kb add`, or give its folder with --store")
    if present and not (path / "CURRENT").exists() and not (path / "LOCK").exists():
        raise StoreError(f"folder {name!r} holds other files and no store; name an empty or a new folder")


@contextlib.contextmanager
def _explained(name: str) -> Iterator[None]:
    """Turn the engine's errors into ours."""
    try:
        yield
    except (OSError, RuntimeError, SyntaxError) as error:
        message = str(error)
        if "lock" in message.lower() and ("unavailable" in message or "lock hold" in message):
            raise StoreLocked(
                f"store {name!r} is held for writing by another process; wait until it is done, or ask a running"
                " `kb serve` over HTTP"
            ) from None
        if isinstance(error, PermissionError) or "Permission denied" in message:
            raise StoreError(f"store {name!r} may not be opened: {message}; check who owns the folder") from None
        raise StoreError(
            f"store {name!r} failed: {message}; restore the folder from a snapshot or load a dump into a new one"
        ) from None
