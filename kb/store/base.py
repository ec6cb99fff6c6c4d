"""One small interface to the store, reading and writing apart.

Terms and quads are pyoxigraph's, as everything below `kb.rdf` speaks them. Queries see the union of all named graphs
as their default graph. Web code is handed a `View` and therefore cannot write.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Protocol, runtime_checkable

import pyoxigraph as ox

Term = ox.NamedNode | ox.Literal
Answer = ox.QuerySolutions | ox.QueryTriples | ox.QueryBoolean


@runtime_checkable
class View(Protocol):
    """The reading side."""

    def query(self, sparql: str, bindings: Mapping[str, Term] | None = None) -> Answer:
        """Run a SPARQL 1.1 query over the union of all graphs; `bindings` gives values to projected variables.

        Raises:
            UsageError: the query does not parse (the message says where).
            StoreError: the store could not answer.
        """

    def quads(self, graph: str | None = None) -> Iterator[ox.Quad]:
        """All quads, or those of the graph with IRI `graph`, in no particular order."""

    def graphs(self) -> list[str]:
        """The IRIs of all named graphs that hold at least one triple, sorted."""

    def close(self) -> None:
        """Release files and connections; closing twice is allowed."""


@runtime_checkable
class Writer(Protocol):
    """The writing side. Each call is atomic and durable when it returns: after kill -9 it happened or it did not."""

    def replace_graphs(self, graphs: Mapping[str, Iterable[ox.Quad]]) -> None:
        """Replace the named graphs wholly, all in one transaction; an empty iterable removes the graph.

        Raises:
            StoreError: nothing was changed.
        """

    def load(self, quads: Iterable[ox.Quad]) -> int:
        """Add quads to what is there, in one transaction; returns how many were given."""


class Store(View, Writer, Protocol):
    """Both sides, and the settings-independent name of the place ("./kb-data" or the server's URL)."""

    name: str
