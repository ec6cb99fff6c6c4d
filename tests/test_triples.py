"""Literals in the form the store gives back; one graph a triple; one name a thing."""

import pyoxigraph as ox
import pytest

from kb.iris import PREFIXES
from kb.triples import Settled, Triples, boolean, dates, decimal, integer, plain, term, worded

GRAPH = ox.NamedNode("https://kb.test/graph/entities")
THING = ox.NamedNode("https://kb.test/id/entity/co-inc")


@pytest.mark.parametrize(
    ("value", "text"),
    [(0.9, "0.9"), (1, "1"), (0, "0"), (-1, "-1"), (0.86254, "0.8625"), (0.99999, "1"), (-0.00001, "0"), (10, "10")],
)
def test_decimals_have_four_places_at_most_and_no_idle_zeros(value: float, text: str) -> None:
    assert decimal(value).value == text


@pytest.mark.parametrize(
    ("iso", "kind", "first"),
    [
        ("2016", "gYear", "2016-01-01"),
        ("2016-03", "gYearMonth", "2016-03-01"),
        ("2016-02-29", "date", "2016-02-29"),
        ("2016-02-29T10:00:00Z", "date", "2016-02-29"),
    ],
)
def test_dates_keep_their_precision(iso: str, kind: str, first: str) -> None:
    known = dates(iso)
    assert known is not None
    stated, day = known
    assert (stated.value, stated.datatype) == (iso[:10], term(f"xsd:{kind}"))
    assert (day.value, day.datatype) == (first, term("xsd:date"))


@pytest.mark.parametrize("text", ["", "soon", "2016-13", "2015-02-29", "2016-00", "0000", "16-03-28", "2016-3-1"])
def test_what_is_no_date_is_none(text: str) -> None:
    assert dates(text) is None


def test_store_gives_literals_back_as_they_were() -> None:
    literals = [decimal(0.9), decimal(1), decimal(-1), integer(0), boolean(True), plain("x"), worded("x", "en-GB")]
    literals += [literal for iso in ("2016", "2016-03", "2016-03-28") for literal in dates(iso) or ()]
    store = ox.Store()
    store.extend(ox.Quad(THING, term("rdfs:seeAlso"), literal, GRAPH) for literal in literals)
    assert {str(quad.object) for quad in store} == {str(literal) for literal in literals}


def test_lone_surrogates_are_replaced_one_for_one() -> None:
    assert plain("a\ud83db").value == "a\ufffdb"


def test_what_is_no_language_tag_becomes_und() -> None:
    assert worded("x", "english_language").language == "und"


def test_values_are_prefixed_names_iris_or_literals() -> None:
    triples = Triples()
    triples.add(GRAPH.value, THING.value, "rdfs:seeAlso", "st:Stance", "https://kb.test/x", plain("st:Stance"))
    values = [quad.object for quad in triples.quads()[GRAPH.value]]
    assert values == [ox.NamedNode(PREFIXES["st"] + "Stance"), ox.NamedNode("https://kb.test/x"), plain("st:Stance")]


def test_a_triple_stays_in_the_graph_it_was_first_written_to() -> None:
    triples = Triples()
    triples.add("https://kb.test/1", THING.value, "rdf:type", "schema:Thing")
    triples.add("https://kb.test/2", THING.value, "rdf:type", "schema:Thing", "schema:Place")
    quads = triples.quads()
    assert [len(quads[f"https://kb.test/{n}"]) for n in (1, 2)] == [1, 1]
    assert triples.holds(THING.value, "rdf:type", "schema:Place")
    assert not triples.holds(THING.value, "rdf:type", "schema:Event")


def named(name: str, *classes: str) -> list[ox.Quad]:
    return [
        ox.Quad(THING, term("rdfs:label"), worded(name, "en"), GRAPH),
        *(ox.Quad(THING, term("rdf:type"), term(kind), GRAPH) for kind in classes),
    ]


def test_second_name_becomes_another_name_and_second_class_is_left_out() -> None:
    settled = Settled()
    assert settled.settle(named("Co Inc", "schema:Organization")) == named("Co Inc", "schema:Organization")
    other = ox.Quad(THING, term("skos:altLabel"), worded("Co Inc.", "en"), GRAPH)
    assert settled.settle(named("Co Inc.", "schema:Thing")) == [other]


def test_classes_given_together_stay_together() -> None:
    quads = named("Northerners", "schema:Thing", "st:Group")
    settled = Settled()
    assert settled.settle(quads) == quads
    assert settled.settle(quads) == quads


def test_what_the_store_holds_counts_as_first() -> None:
    settled = Settled(named("Co Inc", "schema:Organization"))
    again = settled.settle(named("Co Inc.", "schema:Organization", "schema:Thing"))
    assert [quad.predicate for quad in again] == [term("skos:altLabel"), term("rdf:type")]
