"""The public view never shows a restricted graph, whatever the query."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pyoxigraph as ox
import pytest

from kb.store import EmbeddedStore, Store, View
from kb.store.public import PublicView, is_restricted

BASE = "https://news.example.org/kb/"
PUBLIC = BASE + "graph/article/a"
SECRET = BASE + "graph/restricted/a"
TEXT = ox.NamedNode("https://w3id.org/stancekb/ns#text")


def quad(value: str, graph: str) -> ox.Quad:
    return ox.Quad(ox.NamedNode(BASE + "id/article/a"), TEXT, ox.Literal(value), ox.NamedNode(graph))


@pytest.fixture
def view(store: Store) -> Iterator[PublicView]:
    store.load([quad("seen", PUBLIC), quad("hidden", SECRET)])
    made = PublicView(store)
    yield made
    made.close()


def test_is_a_view(view: PublicView) -> None:
    assert isinstance(view, View)


@pytest.mark.parametrize(
    "query",
    [
        "SELECT ?o { ?s ?p ?o }",
        f"SELECT ?o FROM <{SECRET}> FROM <{PUBLIC}> {{ ?s ?p ?o }}",
        f"SELECT ?o FROM NAMED <{SECRET}> FROM NAMED <{PUBLIC}> {{ GRAPH ?g {{ ?s ?p ?o }} }}",
        "SELECT ?o { GRAPH ?g { ?s ?p ?o } }",
        f"SELECT ?o {{ {{ GRAPH <{SECRET}> {{ ?s ?p ?o }} }} UNION {{ GRAPH <{PUBLIC}> {{ ?s ?p ?o }} }} }}",
        "SELECT ?o { { SELECT ?o { GRAPH ?g { ?s ?p ?o } } } }",
    ],
)
def test_no_query_reaches_a_restricted_graph(view: PublicView, query: str) -> None:
    assert [row[0].value for row in view.query(query)] == ["seen"]  # type: ignore[union-attr]


def test_bindings_work_and_reach_nothing_either(view: PublicView) -> None:
    ask = "ASK { GRAPH ?g { ?s ?p ?o } }"
    assert bool(view.query(ask, {"g": ox.NamedNode(PUBLIC)}))
    assert not bool(view.query(ask, {"g": ox.NamedNode(SECRET)}))


def test_quads_and_graphs_leave_them_out(view: PublicView) -> None:
    assert view.graphs() == [PUBLIC]
    assert list(view.quads()) == [quad("seen", PUBLIC)]
    assert list(view.quads(SECRET)) == []


def test_the_store_itself_keeps_them(store: Store, view: PublicView) -> None:
    assert store.graphs() == [PUBLIC, SECRET]


def test_refresh_shows_what_was_written_since(store: Store, view: PublicView) -> None:
    store.load([quad("new", PUBLIC), quad("new and hidden", SECRET)])
    assert len(list(view.quads())) == 1
    old = view.folder
    view.refresh()
    assert {q.object.value for q in view.quads()} == {"seen", "new"}  # type: ignore[union-attr]
    assert not old.exists()


def test_other_processes_can_open_its_folder(view: PublicView) -> None:
    with EmbeddedStore.open_snapshot(view.folder) as one, EmbeddedStore.open_snapshot(view.folder) as two:
        assert one.graphs() == two.graphs() == [PUBLIC]


def test_closing_removes_the_copy(view: PublicView) -> None:
    view.close()
    assert not view.folder.exists()
    view.close()


def test_a_view_of_a_reader_and_of_a_killed_writers_log(tmp_path: Path) -> None:
    with EmbeddedStore(tmp_path / "kb") as store:
        store.load([quad("seen", PUBLIC), quad("hidden", SECRET)])
    reader = EmbeddedStore(tmp_path / "kb", read_only=True)
    public = PublicView(reader)
    reader.close()
    assert public.graphs() == [PUBLIC]
    assert list(public.quads()) == [quad("seen", PUBLIC)]
    public.close()


@pytest.mark.parametrize(
    ("graph", "expected"),
    [
        (SECRET, True),
        ("http://localhost:8000/graph/restricted/x", True),
        ("https://w3id.org/stancekb/graph/restricted/a/b", True),
        ("https://example.org/kb#graph/restricted/a", True),
        (PUBLIC, False),
        (BASE + "graph/article/restricted", False),
        (BASE + "graph/article/paragraph/restricted-trade", False),
    ],
)
def test_restricted_graphs_are_known_under_any_base(graph: str, expected: bool) -> None:
    assert is_restricted(graph) is expected
