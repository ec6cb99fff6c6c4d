"""Articles go into the store whole, once, and only their own graphs change."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path

import pyoxigraph as ox
import pytest

from kb.errors import StoreError
from kb.iris import Minter
from kb.knowledge import Knowledge, stats
from kb.model import Article, Block, BlockKind, Extraction, Span
from kb.settings import Settings
from kb.store.embedded import EmbeddedStore
from tests.reading import pipeline

SETTINGS = Settings()
MINTER = Minter(SETTINGS.base_iri)
TUNNEL = "Mara Holt opposes the tunnel. Norway supports the bridge."


def extraction(id: str, text: str) -> Extraction:
    given = Article(id, text, date="2024-05-02", blocks=(Block(Span(0, len(text)), BlockKind.BODY),))
    (found,) = pipeline().extract([given])
    return found


def add(store: EmbeddedStore, *extractions: Extraction) -> list[bool]:
    """Adds in a new session, as the command does; whether each was new or changed."""
    return [added.changed for added in Knowledge(store, SETTINGS).add(extractions)]


@pytest.fixture
def store(tmp_path: Path) -> EmbeddedStore:
    return EmbeddedStore(tmp_path / "store")


def test_what_is_added_is_counted_and_found(store: EmbeddedStore) -> None:
    (added,) = Knowledge(store, SETTINGS).add([extraction("tunnel", TUNNEL)])
    assert (added.article, added.iri, added.stances, added.changed) == ("tunnel", MINTER.article("tunnel"), 2, True)
    found = stats(store)
    assert (found["articles"], found["stances"], found["propositions"]) == (1, 2, 2)
    assert (found["stances: support"], found["stances: oppose"]) == (1, 1)
    assert (found["entities"], found["entities linked to Wikidata"]) == (2, 1)


def test_an_empty_store_has_no_counts(store: EmbeddedStore) -> None:
    assert sum(stats(store).values()) == 0


def test_adding_twice_changes_nothing(store: EmbeddedStore) -> None:
    add(store, extraction("tunnel", TUNNEL))
    before = set(store.quads())
    assert add(store, extraction("tunnel", TUNNEL)) == [False]
    assert set(store.quads()) == before


def test_a_new_version_replaces_its_own_graphs_only(store: EmbeddedStore) -> None:
    add(store, extraction("tunnel", TUNNEL), extraction("ferry", "Jonas Reed criticised the ferry."))
    other = set(store.quads(MINTER.article_graph("ferry")))
    assert add(store, extraction("tunnel", "Norway rejected the bridge.")) == [True]
    assert set(store.quads(MINTER.article_graph("ferry"))) == other
    alone = EmbeddedStore.in_memory()
    add(alone, extraction("tunnel", "Norway rejected the bridge."))
    graph = MINTER.article_graph("tunnel")
    assert set(store.quads(graph)) == set(alone.quads(graph))


def test_the_order_of_adding_makes_no_difference(store: EmbeddedStore) -> None:
    given = [extraction("tunnel", TUNNEL), extraction("ferry", "Norway criticised the ferry.")]
    add(store, *given)
    other = EmbeddedStore.in_memory()
    add(other, *reversed(given))
    assert set(store.quads()) == set(other.quads())


def test_each_triple_is_in_one_graph_and_no_node_is_blank(store: EmbeddedStore) -> None:
    add(store, extraction("tunnel", TUNNEL), extraction("copy", TUNNEL))
    quads = list(store.quads())
    assert len({(q.subject, q.predicate, q.object) for q in quads}) == len(quads)
    assert not any(isinstance(node, ox.BlankNode) for q in quads for node in (q.subject, q.object, q.graph_name))


def test_each_article_is_durable_once_it_is_reported(tmp_path: Path) -> None:
    store = EmbeddedStore(tmp_path / "store")
    text = extraction("a", TUNNEL)
    many = (replace(text, article=replace(text.article, id=f"a{n}")) for n in range(20))
    reported = [next(added).article for added in [Knowledge(store, SETTINGS).add(many)]]
    store.close()
    again = EmbeddedStore(tmp_path / "store", read_only=True)
    assert reported == ["a0"]
    assert MINTER.article_graph("a0") in again.graphs()
    assert MINTER.article_graph("a19") not in again.graphs()


class _Full(EmbeddedStore):
    """A real store whose disk is full from the second batch on."""

    batches = 0

    def replace_graphs(self, graphs: Mapping[str, Iterable[ox.Quad]]) -> None:
        self.batches += 1
        if self.batches > 1:
            raise StoreError("the disk is full")
        super().replace_graphs(graphs)


def test_a_batch_that_fails_leaves_those_before_it(tmp_path: Path) -> None:
    store = _Full(tmp_path / "store")
    text = extraction("a", TUNNEL)
    many = [replace(text, article=replace(text.article, id=f"a{n:02}")) for n in range(20)]
    reported: list[str] = []
    with pytest.raises(StoreError, match="full"):
        reported.extend(added.article for added in Knowledge(store, SETTINGS).add(many))
    held = {g for g in store.graphs() if "/graph/article/" in g}
    assert 0 < len(held) < len(many)
    assert {MINTER.article_graph(article) for article in reported} <= held
