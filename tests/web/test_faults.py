"""Faults of queries, as the real engine finds them."""

from __future__ import annotations

import pyoxigraph as ox
import pytest

from kb.web.faults import Fault, fault, padded

ST = "PREFIX st: <https://w3id.org/stancekb/ns#>\n"


def found(query: str) -> Fault:
    with pytest.raises(SyntaxError) as error:
        ox.Store().query(padded(query))
    fault_ = fault(query, f"the query does not parse: {error.value.msg}; correct it there")
    assert fault_ is not None
    return fault_


@pytest.mark.parametrize(
    ("query", "line", "column", "width"),
    [
        ("SELEC * {}", 1, 1, 5),
        ("SELECT ?s WHER { ?s ?p ?o }", 1, 11, 4),
        ("SELECT * {\n  OPTINAL { ?s ?p ?o }\n}", 2, 3, 7),
        ("SELECT * {\r\n ?s ?p ?o ?x }", 2, 11, 2),
        ("SELECT * {\n\t?s ?p 'ä😀' }}", 2, 13, 1),
        ("SELECT * { ?s ?p ?o }\nLIMIT ten", 2, 7, 3),
        ("SELECT * { ?s ?p ?o FILTER(?o > ) }", 1, 33, 1),
        ("PREFIX a: SELECT * {}", 1, 11, 6),
        ("SELECT * { ?s ?p 'no end\n }", 1, 18, 1),
        ('SELECT * { ?s ?p "no end }', 1, 18, 1),
        ("SELECT * { FILTER(NOSUCH(?x)) }", 1, 19, 6),
    ],
)
def test_the_place_of_a_fault(query: str, line: int, column: int, width: int) -> None:
    fault_ = found(query)
    assert (fault_.line, fault_.column, fault_.width) == (line, column, width)
    assert fault_.text == query.split("\n")[line - 1].rstrip("\r")
    assert len(fault_.caret) == column - 1 + width
    assert fault_.caret.strip() == "^" * width


@pytest.mark.parametrize("query", ["SELECT ?a WHERE { ?s ?p ?o", "SELECT", "SELECT * { ?s ?p ?o } ORDER", "", " \n "])
def test_a_query_that_ends_too_early(query: str) -> None:
    assert "ends before it is complete" in found(query).reason


def test_what_seems_to_be_missing_is_said() -> None:
    assert "}" in found("SELECT ?a WHERE { ?s ?p ?o").reason
    assert "}" not in found("SELECT").reason


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("SELECT ?x (COUNT(?s) AS ?n) { ?s ?p ?x }", "unbound"),
        ("SELECT * { ?s ?p ?o } GROUP BY ?s", "GROUP BY"),
    ],
)
def test_a_fault_without_a_place_is_said_in_words(query: str, words: str) -> None:
    fault_ = found(query)
    assert fault_.line == 0
    assert words in fault_.reason


def test_a_prefix_that_is_not_declared() -> None:
    fault_ = found(ST + "SELECT * {\n  ?s a st:Stance ; rdfs:label ?l }")
    assert (fault_.line, fault_.column, fault_.width) == (3, 20, len("rdfs:label"))
    assert fault_.reason == "The prefix rdfs: is not declared."
    assert fault_.declarations == "PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>\n"


def test_prefixes_that_we_do_not_know_are_not_made_up() -> None:
    fault_ = found("SELECT * { ?s foo:x ?o ; skos:prefLabel ?l ; skos:altLabel _:b }")
    assert fault_.reason == "The prefixes foo:, skos: are not declared."
    assert fault_.declarations == "PREFIX skos: <http://www.w3.org/2004/02/skos/core#>\n"


def test_the_mended_query_is_read() -> None:
    query = "SELECT * { ?s a st:Stance ; rdfs:label 'foo:bar' } # schema:x"
    ox.Store().query(found(query).declarations + query)


def test_columns_for_scripts_count_utf_16() -> None:
    fault_ = found("SELECT * { ?s ?p '😀' NOSUCH }")
    assert fault_.column == 22
    assert (fault_.editor_column, fault_.editor_end) == (22, 28)


def test_what_is_no_fault_of_the_parser() -> None:
    assert fault("ASK {}", "SERVICE: it asks no other server") is None
