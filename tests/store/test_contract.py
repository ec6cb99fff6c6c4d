"""What every store does, whichever it is: the suite runs over a folder, memory and a SPARQL server."""

from __future__ import annotations

import pyoxigraph as ox
import pytest

from kb.errors import StoreError, UsageError
from kb.store import Store, View, Writer

G1, G2, G3 = (f"https://example.org/graph/{n}" for n in "123")
P = ox.NamedNode("https://example.org/p")
Q = ox.NamedNode("https://example.org/q")
NASTY = [
    'a" b',
    "a' b",
    "back\\slash",
    "\\u0022 . } #",
    "\\\\u0022",
    "\\U00000022",
    '"} ; DROP ALL ; #',
    '"""',
    "line\nbreak\r\ttab",
    "narrow\u202fno\u00a0break",
    "“Ёлка” 東京 🗞",
    "",
    "\x01\x7f",
]


def node(name: str) -> ox.NamedNode:
    return ox.NamedNode(f"https://example.org/{name}")


def quad(subject: str, value: str, graph: str = G1, predicate: ox.NamedNode = P) -> ox.Quad:
    return ox.Quad(node(subject), predicate, ox.Literal(value), ox.NamedNode(graph))


def rows(store: View, query: str, **bindings: ox.NamedNode | ox.Literal) -> list[tuple[str | None, ...]]:
    answer = store.query(query, bindings or None)
    assert isinstance(answer, ox.QuerySolutions)
    names = range(len(answer.variables))
    return sorted(tuple(None if row[i] is None else row[i].value for i in names) for row in answer)


def fill(store: Store) -> None:
    store.replace_graphs({G1: [quad("a", "1"), quad("b", "2")], G2: [quad("a", "3", G2)]})


def test_is_a_view_and_a_writer_with_a_name(store: Store) -> None:
    assert isinstance(store, View)
    assert isinstance(store, Writer)
    assert store.name


def test_an_empty_store_answers(store: Store) -> None:
    assert store.graphs() == []
    assert list(store.quads()) == []
    assert rows(store, "SELECT ?s { ?s ?p ?o }") == []


def test_default_graph_is_the_union_of_all_graphs(store: Store) -> None:
    fill(store)
    assert rows(store, "SELECT ?s ?o { ?s ?p ?o }") == [
        ("https://example.org/a", "1"),
        ("https://example.org/a", "3"),
        ("https://example.org/b", "2"),
    ]
    join = "SELECT ?x ?y { ?s ?p ?x, ?y FILTER(?x < ?y) }"
    assert rows(store, join) == [("1", "3")]


def test_graph_clause_names_the_graph(store: Store) -> None:
    fill(store)
    assert rows(store, 'SELECT ?g { GRAPH ?g { ?s ?p "3" } }') == [(G2,)]


def test_from_reads_only_the_graph_it_names(store: Store) -> None:
    fill(store)
    assert rows(store, f"SELECT ?o FROM <{G2}> {{ ?s ?p ?o }}") == [("3",)]
    assert rows(store, f"SELECT ?o from named <{G2}> {{ GRAPH ?g {{ ?s ?p ?o }} }}") == [("3",)]
    assert rows(store, f"SELECT ?o FROM NAMED <{G2}> {{ ?s ?p ?o }}") == []


def test_ask_construct_and_describe(store: Store) -> None:
    fill(store)
    assert bool(store.query('ASK { ?s ?p "3" }'))
    assert not bool(store.query('ASK { ?s ?p "4" }'))
    made = store.query("CONSTRUCT { ?o_ ?p ?s } WHERE { ?s ?p ?o BIND(?s AS ?o_) }")
    assert isinstance(made, ox.QueryTriples)
    assert {str(t) for t in made} == {f"<{node(n).value}> <{P.value}> <{node(n).value}>" for n in "ab"}
    described = store.query(f"DESCRIBE <{node('b').value}>")
    assert [t.object.value for t in described] == ["2"]  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("SELECT ?o { ?s ?p ?o }", [("1",), ("3",)]),
        ("SELECT ?s ?o { ?s ?p ?o }", [("https://example.org/a", "1"), ("https://example.org/a", "3")]),
        ("SELECT ?o { ?z ?p ?o FILTER(?z = $s) }", [("1",), ("3",)]),
        ("SELECT (COUNT(*) AS ?n) { ?s ?p ?o }", [("2",)]),
        ("SELECT ?n { { SELECT (COUNT(?o) AS ?n) { ?s ?p ?o } } }", [("2",)]),
        ("SELECT ?o { { ?s ?p ?o } UNION { GRAPH ?g { ?s ?p ?o } } }", [("1",), ("1",), ("3",), ("3",)]),
        ("SELECT ?o { ?z ?p ?o FILTER NOT EXISTS { ?s ?p ?o } }", [("2",)]),
        ("SELECT ?o { ?z ?p ?o OPTIONAL { ?s ?p ?hit FILTER(?hit = ?o) } FILTER(!BOUND(?hit)) }", [("2",)]),
        ("SELECT ?o { ?z ?p ?o MINUS { ?s ?p ?o } }", [("2",)]),
        ("SELECT ?x { VALUES (?x ?s) { (7 <https://example.org/a>) (8 <https://example.org/b>) } }", [("7",)]),
        ("SELECT ?o { ?s ?p ?o } # the end { ?s", [("1",), ("3",)]),
        ('SELECT ?o { ?s ?p ?o FILTER(?o != "{ ?s }") }', [("1",), ("3",)]),
    ],
)
def test_a_binding_reaches_every_place_of_a_select(store: Store, query: str, expected: list[tuple[str, ...]]) -> None:
    fill(store)
    assert rows(store, query, s=node("a")) == expected


def test_bindings_in_ask_construct_and_describe(store: Store) -> None:
    fill(store)
    assert not bool(store.query('ASK { ?s ?p "2" }', {"s": node("a")}))
    assert bool(store.query('ASK { ?s ?p "2" }', {"s": node("b")}))
    for query in (
        "CONSTRUCT WHERE { ?s ?p ?o }",
        "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }",
        "DESCRIBE ?s",
        "DESCRIBE ?s { ?s ?p ?o }",
    ):
        answer = store.query(query, {"s": node("b")})
        assert [str(t) for t in answer] == [f'<{node("b").value}> <{P.value}> "2"'], query  # type: ignore[union-attr]


def test_several_bindings_at_once(store: Store) -> None:
    fill(store)
    assert rows(store, "SELECT ?g { GRAPH ?g { ?s ?p ?o } }", s=node("a"), o=ox.Literal("3")) == [(G2,)]


def test_typed_and_tagged_values_are_bound_as_they_are(store: Store) -> None:
    date = ox.Literal("2016-06-30", datatype=ox.NamedNode("http://www.w3.org/2001/XMLSchema#date"))
    label = ox.Literal("Москва", language="ru")
    store.load([ox.Quad(node("a"), P, date, ox.NamedNode(G1)), ox.Quad(node("a"), Q, label, ox.NamedNode(G1))])
    assert len(rows(store, "SELECT ?s { ?s ?p ?v }", v=date)) == 1
    assert len(rows(store, "SELECT ?s { ?s ?p ?v }", v=label)) == 1
    assert rows(store, "SELECT ?s { ?s ?p ?v }", v=ox.Literal("Москва")) == []


@pytest.mark.parametrize("value", NASTY)
def test_a_bound_text_is_a_text_and_never_sparql(store: Store, value: str) -> None:
    fill(store)
    store.load([quad("nasty", value)])
    assert rows(store, "SELECT ?s { ?s ?p ?v }", v=ox.Literal(value)) == [("https://example.org/nasty",)]
    assert len(store.graphs()) == 2


def test_a_binding_without_its_variable_is_refused(store: Store) -> None:
    with pytest.raises(UsageError, match=r"\?holder is not in the query; its variables: \?s"):
        store.query("SELECT ?s { ?s a ?s }", {"holder": node("a")})


def test_a_query_that_does_not_parse_is_a_usage_error(store: Store) -> None:
    with pytest.raises(UsageError, match="query"):
        store.query("SELECT ?s {")
    with pytest.raises(UsageError, match="query"):
        store.query("DROP ALL")


def test_every_text_comes_back_as_it_went_in(store: Store) -> None:
    store.replace_graphs({G1: [quad(f"n{i}", value) for i, value in enumerate(NASTY)]})
    store.load([quad(f"n{i}", value, G2) for i, value in enumerate(NASTY)])
    for graph in (G1, G2):
        assert sorted(q.object.value for q in store.quads(graph)) == sorted(NASTY)


def test_replace_is_exact(store: Store) -> None:
    fill(store)
    new = [quad("c", "9"), quad("c", "8")]
    store.replace_graphs({G1: new})
    assert set(store.quads(G1)) == set(new)
    assert set(store.quads(G2)) == {quad("a", "3", G2)}
    store.replace_graphs({G1: new})
    assert len(list(store.quads(G1))) == 2


def test_replacing_by_nothing_removes_the_graph(store: Store) -> None:
    fill(store)
    store.replace_graphs({G1: [], G3: []})
    assert store.graphs() == [G2]
    store.replace_graphs({})
    assert store.graphs() == [G2]


def test_replacing_many_graphs_is_one_step(store: Store) -> None:
    fill(store)
    store.replace_graphs({G1: [], G2: [quad("x", "1", G2)], G3: (quad("y", str(n), G3) for n in range(2000))})
    assert store.graphs() == [G2, G3]
    assert len(list(store.quads(G3))) == 2000


def test_a_refused_replacement_changes_nothing(store: Store) -> None:
    fill(store)
    before = set(store.quads())

    def broken() -> list[ox.Quad]:
        return [quad("new", "1", G1), quad("astray", "1", G2)]

    with pytest.raises(StoreError, match="nothing was changed"):
        store.replace_graphs({G2: [], G1: broken()})
    with pytest.raises(StoreError, match="nothing was changed"):
        store.replace_graphs({G2: [], "not an IRI": [quad("a", "1")]})
    assert set(store.quads()) == before


def test_load_adds_and_counts_what_was_given(store: Store) -> None:
    fill(store)
    assert store.load(iter([quad("a", "1"), quad("z", "26")])) == 2
    assert store.load([]) == 0
    assert len(list(store.quads(G1))) == 3


def test_load_keeps_blank_nodes_joined(store: Store) -> None:
    graph = ox.NamedNode(G1)
    blank = ox.BlankNode("x")
    store.load([ox.Quad(node("a"), P, blank, graph), ox.Quad(blank, P, ox.Literal("1"), graph)])
    assert rows(store, "SELECT ?s ?o { ?s ?p ?b . ?b ?p ?o }") == [("https://example.org/a", "1")]


def test_quads_outside_named_graphs_are_kept_apart(store: Store) -> None:
    store.load([ox.Quad(node("a"), P, ox.Literal("d")), quad("a", "1")])
    assert store.graphs() == [G1]
    assert {(q.object.value, str(q.graph_name)) for q in store.quads()} == {("d", "DEFAULT"), ("1", f"<{G1}>")}


def test_quads_of_a_graph_that_is_not_there(store: Store) -> None:
    fill(store)
    assert list(store.quads(G3)) == []
    with pytest.raises(UsageError, match="graph 'nonsense'"):
        list(store.quads("nonsense"))


def test_closing_twice_is_allowed(store: Store) -> None:
    store.close()
    store.close()
