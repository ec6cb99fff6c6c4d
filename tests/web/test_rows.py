"""Rows from what the extraction writes, and from data with gaps."""

from __future__ import annotations

import pyoxigraph as ox

from kb.settings import NAMESPACE as ST
from kb.store import EmbeddedStore
from kb.web.links import Links
from kb.web.rows import read_rows, word

LINKS = Links("https://kb.test/")


def node(path: str) -> ox.NamedNode:
    return ox.NamedNode(f"https://kb.test/id/{path}")


def load(store: EmbeddedStore, *triples: tuple[str, str, str | ox.NamedNode]) -> None:
    graph = ox.NamedNode("https://kb.test/graph/article/a")
    kind = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
    quads = []
    for subject, predicate, value in triples:
        term = value if isinstance(value, ox.NamedNode) else ox.Literal(value)
        quads.append(ox.Quad(node(subject), ox.NamedNode(kind if predicate == "a" else ST + predicate), term, graph))
    store.load(quads)


def test_a_stance_with_gaps_is_still_a_row() -> None:
    with EmbeddedStore.in_memory() as store:
        load(store, ("stance/1", "a", ox.NamedNode(ST + "Stance")))
        row = read_rows(store, LINKS, ["https://kb.test/id/stance/1"])[0]
    assert (row["holder"], row["target"], row["chain"], row["author"]) == (None, None, [], None)
    assert (row["polarity"], row["confidence"], row["evidence"]["exact"]) == ("", None, "")


def test_a_chain_that_bites_its_tail_ends() -> None:
    with EmbeddedStore.in_memory() as store:
        load(
            store,
            ("stance/1", "a", ox.NamedNode(ST + "Stance")),
            ("stance/1", "voicedVia", node("attribution/1")),
            ("attribution/1", "relayedBy", node("attribution/2")),
            ("attribution/2", "relayedBy", node("attribution/1")),
        )
        assert len(read_rows(store, LINKS, ["https://kb.test/id/stance/1"])[0]["chain"]) <= 20


def test_author_without_a_name_is_an_author_and_a_commenter_a_comment() -> None:
    with EmbeddedStore.in_memory() as store:
        load(
            store,
            ("stance/1", "a", ox.NamedNode(ST + "Stance")),
            ("stance/1", "holder", node("source/1")),
            ("stance/1", "voice", node("source/2")),
            ("source/1", "a", ox.NamedNode(ST + "UnnamedAuthor")),
            ("source/2", "a", ox.NamedNode(ST + "UnnamedSource")),
            ("source/2", "a", ox.NamedNode(ST + "Commenter")),
        )
        row = read_rows(store, LINKS, ["https://kb.test/id/stance/1"])[0]
    assert (row["holder"]["kind"], row["voice"]["kind"]) == ("author", "comment")


def test_keys_may_hold_any_character() -> None:
    for key in ("Q76", "a b", "é/ü", "50%", "a#b"):
        iri = LINKS.iri("entity", key)
        assert ox.NamedNode(iri).value == iri
        assert LINKS.parts(iri) == ("entity", key)


def test_words_of_the_value_lists() -> None:
    assert [word(ST + name) for name in ("Support", "DirectQuote", "NIL", "")] == ["support", "direct-quote", "nil", ""]
