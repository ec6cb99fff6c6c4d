"""Snapshots that are served: without restricted graphs, and with all triples once in the default graph.

The engine can take the union of all graphs as default graph, but then a triple that is in two graphs comes twice. So
the default graph of a snapshot holds every triple itself. A copy of the store is kept up to date beside it, graph by
changed graph, and a snapshot is a copy of that copy, made by links in milliseconds.

`python -m kb.store.publishing STORE HOME PUBLIC` does it in a process of its own and prints the summary.
"""

from __future__ import annotations

import contextlib
import io
import json
import os
import re
import secrets
import shutil
import signal
import sys
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO, cast

import pyoxigraph as ox

from kb.errors import KbError, StoreError, StoreLocked
from kb.store import copies
from kb.store.base import View
from kb.store.changes import Journal
from kb.store.embedded import EmbeddedStore
from kb.store.public import is_restricted

#: The named graph in which a snapshot has the triples that are in no named graph of the store.
DEFAULT = "urn:x-stancekb:default-graph"
_STATE = "state.json"
_BLANK = re.compile(rb"^_:|> _:[^ ]+ \.$")  # as subject, as object
_NICE = 10


@dataclass(frozen=True, slots=True)
class Summary:
    """A snapshot: its number, its folder, the journal's position in it, and how much is in it.

    `quads` counts a triple once for each named graph, `triples` once. `partitions` are the triples of each property and
    the members of each class, by IRI.
    """

    number: int
    folder: str
    position: str
    quads: int
    triples: int
    graphs: int
    classes: dict[str, int]
    properties: dict[str, int]
    seconds: float


def publish(source: str | View, home: Path, public: bool) -> Summary:
    """Make a snapshot of a store as it is now, or give the last one where nothing has changed.

    Args:
        source: folder of a store, or any view; of a view all is copied each time.
        home: folder for snapshots and what is kept between them; one process works in it at a time.
        public: restricted graphs are left out.

    Raises:
        StoreLocked: somebody writes to the store and has not yet made a copy for us; try again in a second.
        StoreError: the store cannot be read or the snapshot not be written.
    """
    began = time.monotonic()
    home.mkdir(parents=True, exist_ok=True)
    last = _last(home)
    try:
        if isinstance(source, str):
            journal = Journal(Path(source).resolve() / copies.VIEWS)
            with _opened(source, journal) as (store, position):
                changed = journal.since(last.position) if last else None
                if last and changed is not None and not changed:
                    return last
                (home / _STATE).unlink(missing_ok=True)  # until the next one is whole, nothing is known of what is kept
                if changed is None:
                    _begin(home, store, public)
                else:
                    _follow(home, store, changed, public)
        else:
            position = ""
            _begin(home, source, public)
        summary = _snapshot(home, last.number + 1 if last else 1, position, began)
    except (OSError, RuntimeError, ValueError) as error:
        raise StoreError(f"no snapshot could be made in {home}: {error}; check the disk and who owns it") from error
    _write(home / _STATE, summary)
    return summary


class _opened:  # noqa: N801 - used like a function
    """The store as it is now, or as its writer last copied it, and the journal's position then."""

    def __init__(self, name: str, journal: Journal) -> None:
        self._name, self._journal = name, journal

    def __enter__(self) -> tuple[EmbeddedStore, str]:
        if not self._journal.position():
            with contextlib.suppress(OSError):
                self._journal.note([])  # from now on changes are told
        try:
            self._store = EmbeddedStore(self._name, read_only=True, patience=0)
        except StoreLocked:
            shared = copies.latest(Path(self._name).resolve() / copies.VIEWS)
            if shared is None:
                raise
            try:
                self._store = EmbeddedStore.open_snapshot(shared[0])
            except StoreError as error:  # the writer has just removed it
                raise StoreLocked(f"store {self._name!r} is being written; try again") from error
            return self._store, shared[1]
        return self._store, self._store.position

    def __exit__(self, *error: object) -> None:
        self._store.close()


def _begin(home: Path, view: View, public: bool) -> None:
    """Copy everything."""
    folder = home / "served"
    shutil.rmtree(folder, ignore_errors=True)
    if isinstance(view, EmbeddedStore) and view.folder is not None:
        # Nobody writes to what is copied; the engine never changes a table file once it is written.
        shutil.copytree(view.folder, folder, copy_function=_link, ignore=shutil.ignore_patterns("LOCK", copies.VIEWS))
        served = ox.Store(str(folder))
        if public:
            for graph in list(served.named_graphs()):
                if is_restricted(getattr(graph, "value", "")):
                    served.remove_graph(graph)
        own = [quad.triple for quad in served.quads_for_pattern(None, None, None, ox.DefaultGraph())]
        served.extend(ox.Quad(t.subject, t.predicate, t.object, ox.NamedNode(DEFAULT)) for t in own)
    else:
        served = ox.Store(str(folder))
        served.bulk_extend(quad for quad in view.quads() if not (public and _is_restricted(quad)))
    # The engine writes and reads triples faster than they could be handed over one by one.
    triples = home / "union.nt"
    with triples.open("wb") as file:
        named = _WithoutBlankNodes(file)
        for graph in served.named_graphs():
            served.dump(cast("IO[bytes]", named), format=ox.RdfFormat.N_TRIPLES, from_graph=graph)
    served.bulk_load(path=str(triples), format=ox.RdfFormat.N_TRIPLES)
    triples.unlink()
    if named.left_out:  # reading them from a file would make other nodes of them
        blank = served.query("SELECT ?s ?p ?o { GRAPH ?g { ?s ?p ?o FILTER(isBlank(?s) || isBlank(?o)) } }")
        assert isinstance(blank, ox.QuerySolutions)
        served.extend([ox.Quad(row["s"], row["p"], row["o"]) for row in blank])
    served.flush()


class _WithoutBlankNodes(io.RawIOBase):
    """N-Triples on the way to a file: lines with blank nodes are left out."""

    def __init__(self, file: IO[bytes]) -> None:
        super().__init__()
        self._file = file
        self._rest = b""
        self.left_out = False

    def writable(self) -> bool:
        return True

    def write(self, data: object, /) -> int:
        piece = bytes(data)  # type: ignore[call-overload]
        whole, newline, self._rest = (self._rest + piece).rpartition(b"\n")
        if b"_:" in whole:
            lines = whole.split(b"\n")
            kept = [line for line in lines if not _BLANK.search(line)]
            self.left_out = self.left_out or len(kept) < len(lines)
            whole, newline = b"\n".join(kept), newline if kept else b""
        self._file.write(whole + newline)
        return len(piece)


def _link(source: str, target: str) -> None:
    if source.endswith(".sst"):
        with contextlib.suppress(OSError):
            os.link(source, target)
            return
    shutil.copyfile(source, target)


def _follow(home: Path, store: EmbeddedStore, changed: set[str], public: bool) -> None:
    """Bring the graphs up to date that have changed."""
    served = ox.Store(str(home / "served"))
    everywhere = ox.DefaultGraph()
    for name in changed:
        if public and is_restricted(name):
            continue
        theirs = ox.NamedNode(name) if name else everywhere
        ours = ox.NamedNode(name or DEFAULT)
        now = {quad.triple for quad in store.db.quads_for_pattern(None, None, None, theirs)}
        before = {quad.triple for quad in served.quads_for_pattern(None, None, None, ours)}
        new, gone = now - before, before - now
        for graph in (ours, everywhere):
            served.extend(ox.Quad(t.subject, t.predicate, t.object, graph) for t in new)
        for t in gone:
            served.remove(ox.Quad(t.subject, t.predicate, t.object, ours))
            if not any(q.graph_name != everywhere for q in served.quads_for_pattern(t.subject, t.predicate, t.object)):
                served.remove(ox.Quad(t.subject, t.predicate, t.object, everywhere))
        if not now:
            served.remove_graph(ours)
    served.flush()


def _snapshot(home: Path, number: int, position: str, began: float) -> Summary:
    served = ox.Store(str(home / "served"))
    # Never a name that was there before: somebody may still read that one, and remember it by its name.
    folder = home / f"snapshot-{number}-{secrets.token_hex(4)}"
    served.backup(str(folder))
    del served
    db = ox.Store.read_only(str(folder))
    classes = _counts(db, "SELECT ?k (COUNT(*) AS ?n) { ?s a ?k } GROUP BY ?k")
    properties = _counts(db, "SELECT ?k (COUNT(*) AS ?n) { ?s ?k ?o } GROUP BY ?k")
    triples = sum(properties.values())
    graphs = sum(1 for _ in db.named_graphs())
    seconds = round(time.monotonic() - began, 3)
    return Summary(number, str(folder), position, len(db) - triples, triples, graphs, classes, properties, seconds)


def _counts(db: ox.Store, query: str) -> dict[str, int]:
    found = db.query(query)
    assert isinstance(found, ox.QuerySolutions)
    rows = sorted((-int(row["n"].value), row["k"].value) for row in found)
    return {key: -number for number, key in rows}


def _last(home: Path) -> Summary | None:
    """The last snapshot of this home; None where there is none or a run was stopped in the middle."""
    try:
        last = Summary(**json.loads((home / _STATE).read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return None
    return last if Path(last.folder).is_dir() else None


def _write(path: Path, summary: Summary) -> None:
    part = path.with_suffix(".part")
    part.write_text(json.dumps(asdict(summary)), encoding="utf-8")
    part.replace(path)


def _is_restricted(quad: ox.Quad) -> bool:
    return is_restricted(getattr(quad.graph_name, "value", ""))


def main() -> None:
    """See the module."""
    with contextlib.suppress(OSError):
        os.nice(_NICE)  # who asks goes first
    for number in (signal.SIGINT, signal.SIGTERM):  # for the service, which waits for this to end
        signal.signal(number, signal.SIG_IGN)
    store, home, public = sys.argv[1:]
    try:
        print(json.dumps(asdict(publish(store, Path(home), public == "1"))))
    except StoreLocked as error:
        print(json.dumps({"locked": str(error)}))
    except KbError as error:
        print(json.dumps({"error": str(error)}))


if __name__ == "__main__":
    main()
