"""The knowledge base: extractions into the store, whole articles at a time, and what it holds in numbers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import pyoxigraph as ox

from kb.iris import Minter
from kb.model import Extraction
from kb.rdf import extraction_quads
from kb.runs import run_of
from kb.settings import Settings
from kb.store.base import Store, View
from kb.triples import Settled

_BATCH = 8  # articles a transaction


@dataclass(frozen=True, slots=True)
class Added:
    """One article that is durably in the store. `changed` is False where it was there already, byte for byte."""

    article: str
    iri: str
    stances: int
    entities: int
    changed: bool


class Knowledge:
    """Writes extractions into a store. Entities and runs are shared and only grow; an article owns its graphs."""

    def __init__(self, store: Store, settings: Settings) -> None:
        self.store = store
        self.settings = settings
        self.minter = Minter(settings.base_iri)
        self.run = run_of(settings)
        self._shared: set[ox.Quad] = set()
        self._settled = Settled(store.quads(self.minter.entities_graph))

    def add(self, extractions: Iterable[Extraction]) -> Iterator[Added]:
        """Store extractions; each is yielded once it is durable.

        A batch is one transaction, so that a process killed at any moment leaves whole articles only.

        Raises:
            StoreError: the batch at hand was not stored; those yielded before it are.
        """
        batch: list[Extraction] = []
        for extraction in extractions:
            batch.append(extraction)
            if len(batch) >= _BATCH:
                yield from self._write(batch)
                batch = []
        if batch:
            yield from self._write(batch)

    def _write(self, batch: list[Extraction]) -> list[Added]:
        owned: dict[str, list[ox.Quad]] = {}
        shared: list[ox.Quad] = []
        added: list[Added] = []
        for extraction in batch:
            iri = self.minter.article(extraction.article.id)
            graphs = extraction_quads(extraction, self.minter, self.run, self.settings)
            mine = {
                self.minter.article_graph(extraction.article.id),
                self.minter.restricted_graph(extraction.article.id),
            }
            changed = False
            for graph, quads in graphs.items():
                if graph not in mine:
                    if graph == self.minter.entities_graph:
                        quads = self._settled.settle(quads)
                    new = [quad for quad in quads if quad not in self._shared]
                    shared.extend(new)
                    self._shared.update(new)
            for graph in sorted(mine):
                quads = graphs.get(graph, [])
                held = set(self.store.quads(graph))
                if len(held) != len(quads) or held != set(quads):
                    owned[graph] = quads
                    changed = True
            added.append(Added(extraction.article.id, iri, len(extraction.stances), len(extraction.entities), changed))
        # Shared facts first: should the process end between the two calls, a label without an article does no harm.
        if shared:
            self.store.load(shared)
        if owned:
            self.store.replace_graphs(owned)
        return added


_COUNTS = """
PREFIX st: <https://w3id.org/stancekb/ns#>
PREFIX schema: <http://schema.org/>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
SELECT ?what (COUNT(DISTINCT ?thing) AS ?n) WHERE {
  { ?thing st:textSha256 ?sha . BIND("articles" AS ?what) }
  UNION { ?mention st:refersTo ?thing . BIND("entities" AS ?what) }
  UNION { ?mention st:refersTo ?thing . ?thing skos:exactMatch ?item . BIND("entities linked to Wikidata" AS ?what) }
  UNION { ?thing a st:Proposition . BIND("propositions" AS ?what) }
  UNION { ?thing a st:Stance . BIND("stances" AS ?what) }
  UNION { ?thing a st:Stance ; st:polarity st:Support . BIND("stances: support" AS ?what) }
  UNION { ?thing a st:Stance ; st:polarity st:Oppose . BIND("stances: oppose" AS ?what) }
  UNION { ?thing a st:Stance ; st:polarity st:Neutral . BIND("stances: neutral" AS ?what) }
  UNION { ?s st:originPublisher ?thing . BIND("original outlets" AS ?what) }
} GROUP BY ?what ORDER BY ?what
"""


def stats(view: View) -> dict[str, int]:
    """How much of what the store holds: articles, entities, stances by polarity, outlets."""
    answer = view.query(_COUNTS)
    assert isinstance(answer, ox.QuerySolutions)
    return {row["what"].value: int(row["n"].value) for row in answer if row["what"] is not None}
