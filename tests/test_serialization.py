"""What the writers write, read back by the parsers of two libraries."""

import json
import random

import pyoxigraph as ox
import pytest
import rdflib
from rdflib.compare import isomorphic

from kb import resources
from kb.iris import PREFIXES
from kb.serialization import FORMATS
from kb.store.embedded import EmbeddedStore

WORKED = resources.folder("ontology") / "examples" / "worked_example.trig"
READERS = {
    "turtle": ("turtle", ox.RdfFormat.TURTLE),
    "trig": ("trig", ox.RdfFormat.TRIG),
    "nquads": ("nquads", ox.RdfFormat.N_QUADS),
    "jsonld": ("json-ld", ox.RdfFormat.JSON_LD),
}
AWKWARD = [
    ox.Literal('quotes " \\ and\nlines\ttabs \r returns'),
    ox.Literal("“typographic” – – NBSP\u00a0, emoji 🗞, \u2028 separators"),
    ox.Literal("Fähre", language="de"),
    ox.Literal(""),
    *(
        ox.Literal(value, datatype=ox.NamedNode(PREFIXES["xsd"] + kind))
        for value, kind in [
            ("0.9", "decimal"),
            ("1", "decimal"),
            ("-1", "decimal"),
            ("-0.25", "decimal"),
            ("12", "integer"),
            ("true", "boolean"),
            ("2016-03", "gYearMonth"),
            ("2016-03-28", "date"),
        ]
    ),
    ox.NamedNode("https://kb.test/id/entity/plain-key"),
    ox.NamedNode("https://kb.test/id/entity/caf%C3%A9"),
    ox.NamedNode("https://kb.test/id/entity/deeper/key"),
    ox.NamedNode("https://kb.test/id/entity/ends-in-"),
    ox.NamedNode("http://www.wikidata.org/entity/Q1"),
    ox.NamedNode("https://example.org/é"),
]


def store_of(quads: list[ox.Quad]) -> EmbeddedStore:
    store = EmbeddedStore.in_memory()
    store.load(quads)
    return store


def awkward_quads() -> list[ox.Quad]:
    graph = ox.NamedNode("https://kb.test/graph/entities")
    subject = ox.NamedNode("https://kb.test/id/entity/x")
    quads = [ox.Quad(subject, ox.NamedNode(PREFIXES["rdfs"] + "seeAlso"), value, graph) for value in AWKWARD]
    kind = ox.NamedNode(PREFIXES["rdf"] + "type")
    return [*quads, ox.Quad(subject, kind, ox.NamedNode(PREFIXES["schema"] + "Thing"), graph)]


def write(store: EmbeddedStore, format: str) -> str:
    return "".join(FORMATS[format](store, store.graphs()))


@pytest.fixture(scope="module")
def worked() -> list[ox.Quad]:
    return list(ox.parse(path=str(WORKED)))


@pytest.mark.parametrize("format", FORMATS)
@pytest.mark.parametrize("content", ["worked", "awkward"])
def test_oxigraph_reads_the_same_back(format: str, content: str, worked: list[ox.Quad]) -> None:
    store = store_of(worked if content == "worked" else awkward_quads())
    read = set(ox.parse(write(store, format), format=READERS[format][1]))
    expected = set(store.quads())
    if format == "turtle":
        assert {quad.triple for quad in read} == {quad.triple for quad in expected}
    else:
        assert read == expected


@pytest.mark.parametrize("format", FORMATS)
def test_rdflib_reads_the_same_back(format: str, worked: list[ox.Quad]) -> None:
    store = store_of(worked)
    dataset = rdflib.Dataset()
    dataset.parse(data=write(store, format), format=READERS[format][0])
    union = rdflib.Graph()
    for subject, predicate, value, _ in dataset.quads():
        union.add((subject, predicate, value))
    expected = rdflib.Graph().parse(data=write(store, "turtle"), format="turtle")
    assert len(union) == len({quad.triple for quad in worked})
    assert isomorphic(union, expected)
    if format != "turtle":
        assert {str(graph.identifier) for graph in dataset.graphs() if len(graph)} == set(store.graphs())


@pytest.mark.parametrize("format", FORMATS)
def test_same_content_gives_same_bytes_in_whatever_order_it_came(format: str, worked: list[ox.Quad]) -> None:
    shuffled = list(worked)
    random.Random(7).shuffle(shuffled)
    assert write(store_of(worked), format) == write(store_of(shuffled), format)


@pytest.mark.parametrize("format", FORMATS)
def test_empty_base_is_a_valid_file(format: str) -> None:
    assert list(ox.parse(write(store_of([]), format), format=READERS[format][1])) == []


def test_turtle_is_written_for_people(worked: list[ox.Quad]) -> None:
    text = write(store_of(worked), "turtle")
    assert "\nstance:s1 a st:Stance ;\n" in text
    assert "st:holder entity:aldona-reyk ;" in text
    assert "st:confidence 0.94 ;" in text
    assert "st:viaUnnamed false ;" in text


def test_no_prefixes_of_ours_without_one_base(worked: list[ox.Quad]) -> None:
    moved = [ox.Quad(q.subject, q.predicate, q.object, ox.NamedNode("urn:g")) for q in worked[:5]]
    assert "@prefix entity:" not in write(store_of(moved), "trig")


def test_jsonld_uses_the_published_context(worked: list[ox.Quad]) -> None:
    document = json.loads(write(store_of(worked), "jsonld"))
    published = json.loads((resources.folder("ontology") / "context.jsonld").read_text(encoding="utf-8"))
    assert document["@context"] == published["@context"]
    nodes = {node["@id"]: node for graph in document["@graph"] for node in graph["@graph"]}
    stance = nodes["https://w3id.org/stancekb/id/stance/s1"]
    assert stance["@type"] == "st:Stance"
    assert stance["holder"] == "https://w3id.org/stancekb/id/entity/aldona-reyk"
    assert stance["polarity"] == "st:Oppose"
    assert stance["confidence"] == "0.94"
