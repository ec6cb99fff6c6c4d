"""Snapshots that are served."""

from __future__ import annotations

import time
from pathlib import Path

import pyoxigraph as ox
import pytest

from kb.errors import StoreLocked
from kb.store import EmbeddedStore, copies
from kb.store.publishing import DEFAULT, Summary, publish

A, B, SECRET = "https://kb.test/graph/a", "https://kb.test/graph/b", "https://kb.test/graph/restricted/c"
ALL = "SELECT ?s ?o { ?s ?p ?o } ORDER BY ?s ?o"


def quad(s: str, o: str, graph: str) -> ox.Quad:
    return ox.Quad(
        ox.NamedNode(f"https://kb.test/{s}"), ox.NamedNode("https://kb.test/p"), ox.Literal(o), ox.NamedNode(graph)
    )


def seen(summary: Summary, query: str = ALL) -> list[tuple[str, ...]]:
    """What a query of the snapshot gives."""
    with EmbeddedStore.open_snapshot(summary.folder, merged=True) as snapshot:
        found = snapshot.query(query)
        assert isinstance(found, ox.QuerySolutions)
        return [tuple(term.value.rpartition("/")[2] for term in row) for row in found]


@pytest.fixture
def store(tmp_path: Path) -> Path:
    path = tmp_path / "kb"
    with EmbeddedStore(path) as written:
        written.load([quad("x", "1", A), quad("x", "1", B), quad("y", "2", B), quad("z", "3", SECRET)])
    return path


def test_a_triple_in_two_graphs_is_one_triple_of_the_union(store: Path, tmp_path: Path) -> None:
    summary = publish(str(store), tmp_path / "home", public=True)
    assert seen(summary) == [("x", "1"), ("y", "2")]
    assert seen(summary, "SELECT ?g { GRAPH ?g { ?s ?p '1' } } ORDER BY ?g") == [("a",), ("b",)]
    assert (summary.quads, summary.triples, summary.graphs) == (3, 2, 2)
    assert summary.properties == {"https://kb.test/p": 2}


def test_restricted_graphs_are_there_only_in_private(store: Path, tmp_path: Path) -> None:
    public = publish(str(store), tmp_path / "public", public=True)
    private = publish(str(store), tmp_path / "private", public=False)
    assert ("z", "3") not in seen(public)
    assert ("z", "3") in seen(private)
    assert seen(public, f"ASK {{ GRAPH <{SECRET}> {{ ?s ?p ?o }} }}".replace("ASK", "SELECT ?s")) == []
    with EmbeddedStore(store) as written:
        written.load([quad("v", "9", SECRET)])
    assert seen(publish(str(store), tmp_path / "public", public=True)) == [("x", "1"), ("y", "2")]


def test_nothing_new_is_no_new_snapshot(store: Path, tmp_path: Path) -> None:
    first = publish(str(store), tmp_path / "home", public=True)
    assert publish(str(store), tmp_path / "home", public=True) == first


def test_changes_are_followed_graph_by_graph(store: Path, tmp_path: Path) -> None:
    """Every kind of change, against a snapshot made anew."""
    home = tmp_path / "home"
    publish(str(store), home, public=True)
    for change in (
        {A: [quad("x", "1", A), quad("new", "4", A)]},
        {B: []},  # the triple that A has too stays
        {A: []},
        {A: [quad("w", "5", A)], B: [quad("w", "5", B), quad("x", "1", B)]},
        {B: [quad("x", "6", B)]},
    ):
        with EmbeddedStore(store) as written:
            written.replace_graphs(change)
        followed = publish(str(store), home, public=True)
        anew = publish(str(store), tmp_path / f"anew-{followed.number}", public=True)
        for query in (ALL, "SELECT ?s ?o ?g { GRAPH ?g { ?s ?p ?o } } ORDER BY ?g ?s ?o"):
            assert seen(followed, query) == seen(anew, query)
        assert (followed.quads, followed.triples, followed.graphs) == (anew.quads, anew.triples, anew.graphs)


def test_an_update_is_followed_whatever_it_changes(store: Path, tmp_path: Path) -> None:
    home = tmp_path / "home"
    publish(str(store), home, public=True)
    with EmbeddedStore(store) as written:
        written.update(f"DELETE WHERE {{ GRAPH <{B}> {{ ?s ?p ?o }} }} ; INSERT DATA {{ <a:a> <a:b> 'own' }}")
    after = publish(str(store), home, public=True)
    assert seen(after) == [("a:a", "own"), ("x", "1")]
    assert seen(after, f"SELECT ?o {{ GRAPH <{DEFAULT}> {{ ?s ?p ?o }} }}") == [("own",)]


def test_blank_nodes_are_the_same_in_the_union(store: Path, tmp_path: Path) -> None:
    with EmbeddedStore(store) as written:
        written.update(f"INSERT DATA {{ GRAPH <{A}> {{ <a:a> <a:b> _:x . _:x <a:c> '> _:y .' }} }}")
    query = f"SELECT ?o {{ GRAPH <{A}> {{ <a:a> <a:b> ?x }} ?x <a:c> ?o }}"
    assert seen(publish(str(store), tmp_path / "home", public=True), query) == [("> _:y .",)]


def test_a_snapshot_has_a_name_of_its_own_even_where_a_run_was_stopped(store: Path, tmp_path: Path) -> None:
    home = tmp_path / "home"
    first = publish(str(store), home, public=True)
    (home / "state.json").unlink()  # as where it was killed in the middle
    with EmbeddedStore(store) as written:
        written.load([quad("new", "4", A)])
    second = publish(str(store), home, public=True)
    assert second.folder != first.folder
    assert ("new", "4") not in seen(first)
    assert ("new", "4") in seen(second)


def test_any_view_can_be_published(tmp_path: Path) -> None:
    with EmbeddedStore.in_memory() as memory:
        memory.load([quad("x", "1", A), quad("x", "1", B), quad("z", "3", SECRET)])
        assert seen(publish(memory, tmp_path / "home", public=True)) == [("x", "1")]


def test_a_writer_shares_what_it_has_written_with_who_wants_it(store: Path, tmp_path: Path) -> None:
    """The writer is another process, which holds the store."""
    import subprocess
    import sys

    script = f"""
import sys, time
import pyoxigraph as ox
from kb.store import EmbeddedStore
with EmbeddedStore({str(store)!r}) as store:
    for number in range(1000):
        print("open", flush=True)
        sys.stdin.readline()
        node = ox.NamedNode(f"https://kb.test/n{{number}}")
        store.load([ox.Quad(node, ox.NamedNode("https://kb.test/p"), ox.Literal("new"), ox.NamedNode({A!r}))])
"""
    home = tmp_path / "home"
    command = [sys.executable, "-c", script]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as writer:
        assert writer.stdin is not None
        assert writer.stdout is not None
        writer.stdout.readline()
        with pytest.raises(StoreLocked):  # it has not written anything since
            publish(str(store), home, public=True)
        copies.want(store / copies.VIEWS)
        for _ in range(2):
            writer.stdin.write("\n")
            writer.stdin.flush()
            writer.stdout.readline()
            time.sleep(1.1)  # a writer shares once a second
        shared = publish(str(store), home, public=True)
        assert ("n0", "new") in seen(shared)
        writer.kill()
    after = publish(str(store), home, public=True)
    assert ("n1", "new") in seen(after)
