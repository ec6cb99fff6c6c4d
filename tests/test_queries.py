"""Questions are found, their headers read, their parameters checked and bound."""

from __future__ import annotations

import datetime
from pathlib import Path

import pyoxigraph as ox
import pytest

from kb import queries, resources
from kb.errors import ResourceError, UnknownName, UsageError
from kb.store import EmbeddedStore
from kb.store.sparql import variables

HEADER = "#+ title: T\n#+ question: Q?\n#+ topic: t\n"
ID = "https://w3id.org/stancekb/id/"


@pytest.fixture(scope="module")
def base() -> EmbeddedStore:
    store = EmbeddedStore.in_memory()
    data = Path(__file__).parent / "queries" / "harbour.trig"
    store.load(ox.parse(path=str(data), format=ox.RdfFormat.TRIG))
    return store


@pytest.mark.parametrize("query", queries.list_queries(), ids=lambda query: query.name)
def test_every_file_parses_has_a_header_and_uses_its_parameters(query: queries.Query) -> None:
    assert query.question.endswith("?")
    assert query.title
    assert query.topic in (
        "articles",
        "entities",
        "holders",
        "outlets",
        "propositions",
        "quality",
        "sources",
        "targets",
    )
    answer = EmbeddedStore.in_memory().query(query.text)
    assert isinstance(answer, ox.QuerySolutions)
    assert {parameter.name for parameter in query.parameters} <= variables(query.text)


def test_list_queries_is_in_order_of_name() -> None:
    names = [query.name for query in queries.list_queries()]
    assert names == sorted(names)
    assert len(names) == len(list(resources.folder("queries").glob("*.rq"))) >= 20


def test_get_by_name() -> None:
    assert queries.get("receipt").parameters == (
        queries.Parameter("stance", "stance", "IRI of the stance", required=True),
    )


def test_get_of_an_unknown_name_lists_names_like_it() -> None:
    with pytest.raises(UnknownName, match=r"query 'who-oposes' does not exist; there are who-opposes"):
        queries.get("who-oposes")


def test_parse_reads_the_header() -> None:
    text = (
        HEADER
        + "#+ parameter: least number, default 0.5 - how sure\n#+ parameter: who entity, optional - who - or not\n"
    )
    query = queries.parse(text + "SELECT ?s { ?s ?least ?who }", "mine")
    assert (query.name, query.title, query.question, query.topic) == ("mine", "T", "Q?", "t")
    assert query.parameters == (
        queries.Parameter("least", "number", "how sure", default="0.5"),
        queries.Parameter("who", "entity", "who - or not"),
    )


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("SELECT ?s { ?s ?p ?o }", "no line '#\\+ title"),
        (HEADER + "#+ nonsense\n", "'#\\+ nonsense' is not"),
        (HEADER + "#+ parameter: x\n", "parameter 'x' is not"),
        (HEADER + "#+ parameter: x colour, required - c\n", "its types: entity"),
    ],
)
def test_parse_of_a_broken_header_names_the_line(text: str, message: str) -> None:
    with pytest.raises(ResourceError, match=message):
        queries.parse(text, "mine")


def test_run_gives_typed_rows(base: EmbeddedStore) -> None:
    rows = queries.run(base, "receipt", {"stance": ID + "s1"})
    assert rows.columns[:3] == ("step", "voice_name", "mode")
    first = next(iter(rows))
    assert (first["step"], first["inferred"], first["cue"]) == (0, False, "said")
    assert rows.terms[0][1] == ox.Literal("Mara Lind")
    assert len(rows) == 2


@pytest.mark.parametrize(
    "value",
    [
        "Mara Lind",
        "mara lind",
        "Mayor Lind",
        "Q990000001",
        "wd:Q990000001",
        ID + "mara",
        "http://www.wikidata.org/entity/Q990000001",
        " Mara Lind ",
    ],
)
def test_an_entity_is_given_by_name_item_or_iri(base: EmbeddedStore, value: str) -> None:
    assert len(queries.run(base, "dossier", {"holder": value})) == 3


@pytest.mark.parametrize(
    ("name", "params", "error", "message"),
    [
        ("dossier", {}, UsageError, "needs 'holder' \\(whose stances\\); give it"),
        ("dossier", {"holder": " "}, UsageError, "needs 'holder'"),
        ("dossier", {"who": "x"}, UsageError, "no parameter 'who'; it has holder, min_confidence"),
        ("statistics", {"who": "x"}, UsageError, "it has none"),
        ("dossier", {"holder": "Mara Lindt"}, UnknownName, "nothing in the base is called 'Mara Lindt' .*Mara Lind"),
        ("dossier", {"holder": "Zzyzx"}, UnknownName, "look for it with `kb lookup`"),
        ("dossier", {"holder": "Q42"}, UnknownName, "called 'Q42'"),
        ("dossier", {"holder": "https://example.org/nobody"}, UnknownName, "no entity 'https://example.org/nobody'"),
        ("dossier", {"holder": "http://a b"}, UsageError, "is no IRI"),
        ("dossier", {"holder": "The harbour tunnel should be built"}, UnknownName, "\\(entity\\)"),
        ("positions", {"proposition": "Port Authority"}, UnknownName, "\\(proposition\\)"),
        ("receipt", {"stance": "s1"}, UsageError, "'s1' is not a stance"),
        ("receipt", {"stance": ID + "s99"}, UnknownName, "no stance"),
        ("stances-on", {"target": "Tom Okoro", "since": "May"}, UsageError, "since: 'May' is not a date"),
        ("stances-on", {"target": "Tom Okoro", "polarity_is": "hates"}, UsageError, "none of support, oppose"),
        ("who-opposes", {"target": "Tom Okoro", "min_confidence": "1; DROP ALL"}, UsageError, "is not a number"),
        ("office-holders", {"office": "mayor"}, UsageError, "no Wikidata item such as Q159"),
    ],
)
def test_wrong_parameters_are_refused(
    base: EmbeddedStore, name: str, params: dict[str, str], error: type[Exception], message: str
) -> None:
    with pytest.raises(error, match=message):
        queries.run(base, name, params)


def test_a_name_of_two_things_is_refused_and_both_are_listed() -> None:
    store = EmbeddedStore.in_memory()
    label = ox.NamedNode("http://www.w3.org/2000/01/rdf-schema#label")
    for one in ("ford1", "ford2"):
        store.load([ox.Quad(ox.NamedNode(ID + one), label, ox.Literal("Robert Ford", language="en"))])
    with pytest.raises(UsageError, match=f"means several things: {ID}ford1, {ID}ford2; give one"):
        queries.find_thing(store, "Robert Ford")


def test_an_item_of_wikidata_with_the_same_name_is_not_another_thing() -> None:
    store = EmbeddedStore.in_memory()
    label = ox.NamedNode("http://www.w3.org/2000/01/rdf-schema#label")
    match = ox.NamedNode("http://www.w3.org/2004/02/skos/core#exactMatch")
    own, item = ox.NamedNode(ID + "ford1"), ox.NamedNode("http://www.wikidata.org/entity/Q990000007")
    for node in (own, item):  # facts of Wikidata bring the item's own label
        store.load([ox.Quad(node, label, ox.Literal("Robert Ford", language="en"))])
    store.load([ox.Quad(own, match, item)])
    assert queries.find_thing(store, "Robert Ford") == own


@pytest.mark.parametrize("value", ['x" } #', "\\u0022 } DROP ALL", "') || (1=1", "?s ?p ?o }"])
def test_a_value_is_bound_and_never_pasted(base: EmbeddedStore, value: str) -> None:
    assert len(queries.run(base, "entity-lookup", {"name": value})) == 0
    with pytest.raises(UnknownName):
        queries.run(base, "dossier", {"holder": value})


def test_a_question_of_ones_own(base: EmbeddedStore) -> None:
    text = HEADER + "#+ parameter: name text, required - n\nSELECT ?s { ?s ?p ?o FILTER(STR(?o) = ?name) }"
    assert [row["s"] for row in queries.run(base, queries.parse(text, "mine"), {"name": "Tom Okoro"})] == [ID + "tom"]


def test_only_a_select_gives_rows(base: EmbeddedStore) -> None:
    with pytest.raises(UsageError, match="only a SELECT gives rows"):
        queries.table(base.query("ASK {}"))


def test_python_values() -> None:
    xsd = "http://www.w3.org/2001/XMLSchema#"
    given = {"integer": "3", "decimal": "0.5", "date": "2016-06-30", "boolean": "true", "gYear": "2015", "string": "a"}
    found = [queries.python_value(ox.Literal(v, datatype=ox.NamedNode(xsd + k))) for k, v in given.items()]
    assert found == [3, 0.5, datetime.date(2016, 6, 30), True, "2015", "a"]
    assert queries.python_value(ox.NamedNode("https://a.b/c")) == "https://a.b/c"
    assert queries.python_value(None) is None
    assert queries.python_value(ox.Literal("not a date", datatype=ox.NamedNode(xsd + "date"))) == "not a date"
