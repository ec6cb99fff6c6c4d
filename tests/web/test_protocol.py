"""What is done to a query before it runs."""

from __future__ import annotations

import pyoxigraph as ox
import pytest

from kb.errors import UsageError
from kb.web.protocol import Question, check, form_of, with_dataset

GRAPH = "https://kb.test/g"


@pytest.mark.parametrize(
    ("query", "form"),
    [
        ("SELECT * {}", "SELECT"),
        ("# SELECT\nask {}", "ASK"),
        ("PREFIX select: <https://kb.test/ASK> CONSTRUCT WHERE {}", "CONSTRUCT"),
        ("BASE <https://kb.test/> DESCRIBE <x>", "DESCRIBE"),
        ("CLEAR ALL", ""),
        ("", ""),
    ],
)
def test_form_of(query: str, form: str) -> None:
    assert form_of(query) == form


@pytest.mark.parametrize(
    "query",
    [
        "SELECT * WHERE { ?s ?p ?o }",
        "SELECT * { ?s ?p ?o }",
        "SELECT (EXISTS { ?s ?p ?o } AS ?x) { }",
        "SELECT * FROM <https://kb.test/other> FROM NAMED <https://kb.test/more> { ?s ?p ?o }",
        "PREFIX k: <https://kb.test/> SELECT * FROM k:other FROM NAMED k:more WHERE { ?s ?p ?o } LIMIT 1",
        "ASK { ?s ?p '}' }",
        "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }",
        "CONSTRUCT { ?s ?p ?o } { ?s ?p ?o { ?s ?q ?r } }",
        "CONSTRUCT WHERE { ?s ?p ?o }",
        "DESCRIBE <https://kb.test/x>",
        "DESCRIBE ?s WHERE { ?s ?p ?o }",
        "DESCRIBE ?s { ?s ?p ?o } ORDER BY ?s",
        "DESCRIBE <https://kb.test/x> # FROM",
    ],
)
def test_dataset_of_the_protocol_takes_the_place_of_the_querys_own(query: str) -> None:
    text = with_dataset(Question(query, (GRAPH,), (GRAPH,)))
    assert text.count(GRAPH) == 2
    assert "kb.test/other" not in text
    assert "k:other" not in text
    ox.Store().query(text)  # still parses


def test_without_graphs_the_query_is_left_alone() -> None:
    query = "SELECT * FROM <https://kb.test/other> { ?s ?p ?o }"
    assert with_dataset(Question(query)) == query


@pytest.mark.parametrize("graph", ["", "x", "a b", "https://kb.test/>", "https://kb.test/{}"])
def test_graph_that_is_no_iri_is_refused(graph: str) -> None:
    with pytest.raises(UsageError, match="default-graph-uri"):
        with_dataset(Question("ASK {}", (graph,)))


def test_check_names_what_it_refuses() -> None:
    with pytest.raises(UsageError, match="SERVICE"):
        check("SELECT * { SERVICE <https://kb.test/> {} }")
    with pytest.raises(UsageError, match="DROP"):
        check("PREFIX a: <https://kb.test/> DROP GRAPH a:x")
    check("SELECT ?insert { ?insert ?p 'DROP' }")
