"""One query over one store."""

from __future__ import annotations

import json
from collections.abc import Callable

import pyoxigraph as ox
import pytest

from kb.endpoint.evaluation import Bounds, NotAcceptable, Question, Rules, TooLarge, evaluate
from kb.errors import UsageError

ALL = "SELECT ?s WHERE { ?s ?p ?o }"
# what would look like the end of a row, if quotation marks were not escaped
TRICKY = ox.Literal('x"}},{"y\r\n\t</result><result>\n')


@pytest.fixture
def db() -> ox.Store:
    store = ox.Store()
    for n in range(4):
        graph = ox.NamedNode(f"https://kb.test/g{n % 2}")
        store.add(ox.Quad(ox.NamedNode(f"https://kb.test/s{n}"), ox.NamedNode("https://kb.test/p"), TRICKY, graph))
    return store


def rows(answer: tuple[str, bytes]) -> int:
    return len(json.loads(answer[1])["results"]["bindings"])


def test_union_is_a_choice(db: ox.Store) -> None:
    assert rows(evaluate(db, Question(ALL), Rules())) == 0
    assert rows(evaluate(db, Question(ALL), Rules(), union=True)) == 4


def test_graphs_of_the_protocol_replace_those_of_the_query(db: ox.Store) -> None:
    query = "SELECT ?s FROM <https://kb.test/g0> FROM <https://kb.test/g1> WHERE { ?s ?p ?o }"
    assert rows(evaluate(db, Question(query), Rules())) == 4
    assert rows(evaluate(db, Question(query, default_graphs=("https://kb.test/g1",)), Rules())) == 2
    assert rows(evaluate(db, Question(query, named_graphs=("https://kb.test/g1",)), Rules())) == 0


def test_relative_iris_are_resolved_with_the_base(db: ox.Store) -> None:
    media, body = evaluate(db, Question("SELECT (<x> AS ?x) {}", base="https://kb.test/sparql"), Rules())
    assert b"https://kb.test/x" in body
    assert media == "application/sparql-results+json"


@pytest.mark.parametrize(
    "media",
    ["application/sparql-results+json", "application/sparql-results+xml", "text/tab-separated-values", "text/csv"],
)
def test_rows_are_counted_in_every_form(db: ox.Store, media: str) -> None:
    query = Question("SELECT ?s ?o { GRAPH ?g { ?s ?p ?o } }", results=media)
    assert evaluate(db, query, Rules(bounds=Bounds(rows=10)))[0] == media
    with pytest.raises(TooLarge, match="more than 2 rows"):
        evaluate(db, query, Rules(bounds=Bounds(rows=2)))


@pytest.mark.parametrize(
    "question",
    [
        lambda: Question(ALL, results="text/csv"),
        lambda: Question("CONSTRUCT { ?s ?p ?o } WHERE { GRAPH ?g { ?s ?p ?o } }"),
        lambda: Question("DESCRIBE <https://kb.test/s0> FROM <https://kb.test/g0>", graph="application/n-triples"),
    ],
)
def test_answers_have_a_greatest_length(db: ox.Store, question: Callable[[], Question]) -> None:
    with pytest.raises(TooLarge, match="longer than 20 bytes"):
        evaluate(db, question(), Rules(bounds=Bounds(size=20)), union=True)


def test_what_the_client_takes_depends_on_the_form(db: ox.Store) -> None:
    graph_only, table_only = ("", "text/turtle"), ("text/csv", "")
    assert evaluate(db, Question("CONSTRUCT WHERE { ?s ?p ?o }", *graph_only), Rules())[0] == "text/turtle"
    assert evaluate(db, Question(ALL, *table_only), Rules())[0] == "text/csv"
    with pytest.raises(NotAcceptable, match=r"sparql-results\+json"):
        evaluate(db, Question(ALL, *graph_only), Rules())
    with pytest.raises(NotAcceptable, match="turtle"):
        evaluate(db, Question("DESCRIBE <https://kb.test/s0>", *table_only), Rules())


@pytest.mark.parametrize(
    ("question", "message"),
    [
        (Question("SELECT * {"), "does not parse"),
        (Question("nonsense"), "does not parse"),
        (Question("CLEAR ALL"), "update"),
        (Question(ALL, default_graphs=("x",)), "default-graph-uri"),
        (Question(ALL, named_graphs=("",)), "named-graph-uri"),
    ],
)
def test_what_cannot_be_run_says_why(db: ox.Store, question: Question, message: str) -> None:
    with pytest.raises(UsageError, match=message):
        evaluate(db, question, Rules())
