"""What a text asks for, and what about it is refused."""

from __future__ import annotations

import pyoxigraph as ox
import pytest

from kb.endpoint.analysis import Limits, check, check_loads, form_of, with_using
from kb.errors import UsageError

GRAPH = "https://kb.test/g"


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("SELECT * {}", "SELECT"),
        ("select*{}", "SELECT"),
        ("# SELECT\nask {}", "ASK"),
        ("PREFIX select: <https://kb.test/ASK> CONSTRUCT WHERE {}", "CONSTRUCT"),
        ("BASE <https://kb.test/> DESCRIBE <x>", "DESCRIBE"),
        ("PREFIX a: <https://kb.test/> CLEAR ALL", "CLEAR"),
        ("", ""),
        ("nonsense", ""),
    ],
)
def test_form(text: str, form: str) -> None:
    assert form_of(text) == form


def test_updates_are_no_queries() -> None:
    with pytest.raises(UsageError, match="DROP"):
        check("PREFIX a: <https://kb.test/> DROP GRAPH a:x")
    assert check("SELECT ?insert { ?insert ?p 'DROP' }") == "SELECT"


def test_service_is_asked_only_by_name() -> None:
    allowed = Limits(services=frozenset({"https://a.test/sparql"}))
    assert check("SELECT * { SERVICE SILENT <https://a.test/sparql> {} }", allowed) == "SELECT"
    for query in (
        "SELECT * { SERVICE <https://b.test/sparql> {} }",
        "SELECT * { SERVICE ?where {} }",
        "PREFIX a: <https://a.test/> SELECT * { SERVICE a:sparql {} }",
        "SELECT * { SERVICE <https://a.test/sparql> {} SERVICE <https://b.test/> {} }",
    ):
        with pytest.raises(UsageError, match=r"https://a\.test/sparql"):
            check(query, allowed)
    with pytest.raises(UsageError, match="no other server"):
        check("SELECT * { SERVICE <https://a.test/sparql> {} }")


@pytest.mark.parametrize("pair", ["{}", "()", "[]"])
def test_nesting_has_a_limit(pair: str) -> None:
    def nested(levels: int) -> str:
        return "SELECT * { ?s ?p " + pair[0] * levels + pair[1] * levels + " }"

    assert check(nested(9), Limits(nesting=10)) == "SELECT"
    with pytest.raises(UsageError, match="11 levels deep"):
        check(nested(10), Limits(nesting=10))


def test_patterns_have_a_limit_and_values_do_not_count() -> None:
    values = "SELECT * { VALUES ?s { " + " ".join(f"<https://kb.test/{n}.x>" for n in range(50)) + " } }"
    assert check(values, Limits(patterns=5)) == "SELECT"
    with pytest.raises(UsageError, match="VALUES"):
        check("SELECT * { " + "?s ?p ?o . " * 6 + "}", Limits(patterns=5))


@pytest.mark.parametrize(
    "update",
    [
        "INSERT { ?s ?p ?o } WHERE { ?s ?p ?o }",
        "DELETE { ?s ?p ?o } INSERT { ?o ?p ?s } WHERE { ?s ?p ?o { SELECT ?s WHERE { ?s ?p ?o } } }",
        "CLEAR ALL ; INSERT { ?s ?p ?o } WHERE { ?s ?p ?o }",
    ],
)
def test_graphs_of_the_protocol_become_using(update: str) -> None:
    text = with_using(update, [GRAPH], [GRAPH])
    assert text.count(f"USING <{GRAPH}>") == 1
    assert text.count(f"USING NAMED <{GRAPH}>") == 1
    ox.Store().update(text)


def test_updates_without_graphs_to_read_stay_as_they_are() -> None:
    for update in ("INSERT DATA { <a:a> <a:a> <a:a> }", "DELETE WHERE { ?s ?p ?o }", "CLEAR ALL"):
        assert with_using(update, [GRAPH], []) == update
    assert with_using("INSERT { ?s ?p ?o } WHERE {}", [], []) == "INSERT { ?s ?p ?o } WHERE {}"


@pytest.mark.parametrize(
    "update",
    [
        f"WITH <{GRAPH}> DELETE {{ ?s ?p ?o }} WHERE {{ ?s ?p ?o }}",
        f"DELETE {{ ?s ?p ?o }} USING <{GRAPH}> WHERE {{ ?s ?p ?o }}",
    ],
)
def test_graphs_named_twice_are_refused(update: str) -> None:
    with pytest.raises(UsageError, match="using-graph-uri"):
        with_using(update, [GRAPH], [])


@pytest.mark.parametrize(
    "update",
    [
        "LOAD <https://a.test/>",
        "load silent <https://a.test/> into graph <a:a>",
        "INSERT DATA {};LOADSILENT <https://a.test/>",
        "PREFIX x: <https://a.test/> LOADx:y",
        r"\u004COAD <https://a.test/>",
    ],
)
def test_nothing_is_fetched_by_an_update(update: str) -> None:
    with pytest.raises(UsageError, match="LOAD"):
        check_loads(update)
    check_loads("INSERT DATA { <a:a> <a:b> 'a load of <b>' }")
