"""Dumps keep restricted data back, load again to the same base, and refuse what is broken without a trace."""

import gzip
from pathlib import Path

import pyoxigraph as ox
import pytest

from kb import resources
from kb.dumps import export, load_dump
from kb.errors import InputError, UnknownName
from kb.serialization import FORMATS
from kb.store.embedded import EmbeddedStore
from kb.store.public import is_restricted

WORKED = resources.folder("ontology") / "examples" / "worked_example.trig"
SUFFIX = {"turtle": "ttl", "trig": "trig", "nquads": "nq", "jsonld": "jsonld"}


@pytest.fixture
def store() -> EmbeddedStore:
    store = EmbeddedStore.in_memory()
    load_dump(WORKED, store)
    return store


def dump(store: EmbeddedStore, format: str, public: bool = True) -> bytes:
    return b"".join(export(store, format, public))


@pytest.mark.parametrize("format", FORMATS)
def test_restricted_data_stays_out_of_public_dumps(store: EmbeddedStore, format: str) -> None:
    text = dump(store, format).decode()
    for private in ("coward", "reader comment", "RestrictedData", "walked the Sorvan valley"):
        assert private not in text.partition('"@graph"')[2] if format == "jsonld" else private not in text
        assert private in dump(store, format, public=False).decode()


@pytest.mark.parametrize("packed", [False, True])
@pytest.mark.parametrize("format", ["trig", "nquads", "jsonld"])
def test_dump_loads_back_to_the_same_base(store: EmbeddedStore, format: str, packed: bool, tmp_path: Path) -> None:
    path = tmp_path / f"base.{SUFFIX[format]}{'.gz' if packed else ''}"
    content = dump(store, format, public=False)
    path.write_bytes(gzip.compress(content) if packed else content)
    copy = EmbeddedStore.in_memory()
    assert load_dump(path, copy) == len(set(store.quads()))
    assert set(copy.quads()) == set(store.quads())
    load_dump(path, copy)
    assert set(copy.quads()) == set(store.quads())


def test_turtle_loads_its_triples_into_one_graph(store: EmbeddedStore, tmp_path: Path) -> None:
    path = tmp_path / "base.ttl"
    path.write_bytes(dump(store, "turtle"))
    copy = EmbeddedStore.in_memory()
    load_dump(path, copy)
    assert len(copy.graphs()) == 1
    assert not is_restricted(copy.graphs()[0])
    assert {q.triple for q in copy.quads()} == {
        q.triple for q in store.quads() if not is_restricted(q.graph_name.value)
    }


def test_turtle_with_restricted_data_loads_into_a_restricted_graph(store: EmbeddedStore, tmp_path: Path) -> None:
    path = tmp_path / "all.ttl"
    path.write_bytes(dump(store, "turtle", public=False))
    copy = EmbeddedStore.in_memory()
    load_dump(path, copy)
    assert [is_restricted(graph) for graph in copy.graphs()] == [True]
    assert b"coward" not in dump(copy, "turtle")


def test_blank_nodes_get_the_same_iris_at_each_load(tmp_path: Path) -> None:
    path = tmp_path / "blank.ttl"
    path.write_text("<http://a.example/x> <http://a.example/p> [ <http://a.example/q> 1 ] .", encoding="utf-8")
    store = EmbeddedStore.in_memory()
    assert load_dump(path, store) == load_dump(path, store) == 2
    quads = list(store.quads())
    assert len(quads) == 2
    assert all(isinstance(q.subject, ox.NamedNode) for q in quads)


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("a.txt", b"", "no dump by its name"),
        ("a.nq", b"<http://a> <b", "line 1 does not parse"),
        ("a.trig", b"\xff\xfe", "does not parse"),
        ("a.jsonld", b'{"@context": 5}', "does not parse"),
        ("a.nq.gz", b"not gzip", "cannot be unpacked"),
        (
            "a.nq.gz",
            gzip.compress(b"<http://a.example/> <http://a.example/> <http://a.example/> .\n" * 99)[:-9],
            "unpacked",
        ),
        ("a.ttl", b"<urn:a:b> <urn:a:b> <<( <urn:a:b> <urn:a:b> <urn:a:b> )>> .", "RDF 1.2"),
    ],
)
def test_broken_dump_is_named_and_nothing_is_loaded(tmp_path: Path, name: str, content: bytes, reason: str) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    store = EmbeddedStore.in_memory()
    with pytest.raises(InputError, match=reason) as caught:
        load_dump(path, store)
    assert str(path) in str(caught.value)
    assert list(store.quads()) == []


@pytest.mark.parametrize("name", ["missing.trig", "folder.trig"])
def test_missing_file_or_folder_is_an_input_error(tmp_path: Path, name: str) -> None:
    (tmp_path / "folder.trig").mkdir()
    with pytest.raises(InputError, match="cannot be read"):
        load_dump(tmp_path / name, EmbeddedStore.in_memory())


def test_unknown_format_is_refused_at_once(store: EmbeddedStore) -> None:
    with pytest.raises(UnknownName, match="'rdfxml' is unknown; use one of turtle, trig, nquads, jsonld"):
        export(store, "rdfxml")
