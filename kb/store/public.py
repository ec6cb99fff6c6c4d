"""The public side of a store: everything but the restricted graphs (reader comments, full texts).

Listing the public graphs with each query is correct but slow: with 1,000 article graphs a join of two patterns took
2,965 ms instead of 7 ms. So the view reads a copy from which the restricted graphs are gone: no FROM, no GRAPH ?g and
no slip in a query can reach what is not there.
"""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path

import pyoxigraph as ox

from kb.store import copies
from kb.store.base import Answer, Term, View
from kb.store.embedded import EmbeddedStore

# Whatever the base IRI is: a base given wrongly must not open the graphs.
_RESTRICTED = re.compile(r"(?:^|[/#])graph/restricted(?:/|$)")


def is_restricted(graph: str) -> bool:
    """Whether the graph of that IRI is kept from the public."""
    return _RESTRICTED.search(graph) is not None


class PublicView:
    """A `View` of another one without its restricted graphs, as it was when this was made or last refreshed.

    `folder` is where the copy lies: other processes may open it with `EmbeddedStore.open_snapshot` as long as this
    view is open and not refreshed.
    """

    folder: Path

    def __init__(self, view: View) -> None:
        """Copy the public part of `view`: by links in milliseconds from an embedded store, else quad by quad.

        Raises:
            StoreError: the view cannot be read or the copy not be written.
        """
        self._view = view
        self._copy: copies.Copy | None = None
        self.refresh()

    def refresh(self) -> None:
        """See the view as it is now; queries that run meanwhile end on the old copy."""
        old = self._copy
        embedded = self._view if isinstance(self._view, EmbeddedStore) and self._view.folder else None
        copy = copies.Copy(embedded.views if embedded and embedded.views else Path(tempfile.gettempdir()))
        try:
            if embedded:
                embedded.snapshot(copy.folder)
                public = ox.Store(str(copy.folder))
                for graph in list(public.named_graphs()):
                    if isinstance(graph, ox.NamedNode) and is_restricted(graph.value):
                        public.remove_graph(graph)
            else:
                public = ox.Store(str(copy.folder))
                public.bulk_extend(quad for quad in self._view.quads() if _is_public(quad))
            public.flush()
            del public
            self._store = EmbeddedStore.open_snapshot(copy.folder)
        except BaseException:
            copy.close()
            raise
        self._copy, self.folder = copy, copy.folder
        if old is not None:
            old.close()

    def query(self, sparql: str, bindings: Mapping[str, Term] | None = None) -> Answer:
        """See `kb.store.base.View.query`."""
        return self._store.query(sparql, bindings)

    def quads(self, graph: str | None = None) -> Iterator[ox.Quad]:
        """See `kb.store.base.View.quads`."""
        return self._store.quads(graph)

    def graphs(self) -> list[str]:
        """See `kb.store.base.View.graphs`."""
        return self._store.graphs()

    def close(self) -> None:
        """Remove the copy; the view it was made of stays open."""
        self._store.close()
        if self._copy is not None:
            self._copy.close()
            self._copy = None


def _is_public(quad: ox.Quad) -> bool:
    return not (isinstance(quad.graph_name, ox.NamedNode) and is_restricted(quad.graph_name.value))
