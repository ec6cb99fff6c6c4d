"""The tables of names: what is in them, and how they are put in place of older ones."""

from __future__ import annotations

import threading
from collections.abc import Mapping

import pyoxigraph as ox
import pytest

from kb.errors import StoreError
from kb.store import EmbeddedStore
from kb.store.base import Answer, Term
from kb.store.public import PublicView
from kb.web.gathering import Kind
from kb.web.index import Index
from kb.web.links import Links

LINKS = Links("https://kb.test/")
LABEL = ox.NamedNode("http://www.w3.org/2000/01/rdf-schema#label")


class Versioned:
    """A real store that says which version it is of, and can be out of reach."""

    def __init__(self, store: EmbeddedStore) -> None:
        self.store, self.version, self.asked, self.lost = store, "1", 0, False

    def query(self, sparql: str, bindings: Mapping[str, Term] | None = None) -> Answer:
        self.asked += 1
        if self.lost:
            raise StoreError("gone")
        return self.store.query(sparql, bindings)

    def __getattr__(self, name: str) -> object:
        return getattr(self.store, name)

    def name(self, key: str, label: str) -> None:
        graph = ox.NamedNode("https://kb.test/graph/entities")
        self.store.load([ox.Quad(ox.NamedNode(f"https://kb.test/id/entity/{key}"), LABEL, ox.Literal(label), graph)])


def found(index: Index, text: str) -> list[str]:
    things = index.tables[Kind.ENTITY]
    return [things.label(hit.number) for hit in things.complete(text, 10)]


def test_a_new_version_is_read_and_the_same_is_not() -> None:
    with EmbeddedStore.in_memory() as store:
        view = Versioned(store)
        view.name("a", "Ada")
        index = Index(view, LINKS)  # type: ignore[arg-type]
        index.refresh()
        old, asked = index.tables, view.asked
        view.name("b", "Adam")
        index.refresh()
        assert (view.asked, index.tables, found(index, "ad")) == (asked, old, ["Ada"])
        view.version = "2"
        index.refresh()
        assert (index.version, found(index, "ad")) == ("2", ["Ada", "Adam"])
        # Who took the old tables goes on reading them.
        assert [old[Kind.ENTITY].label(hit.number) for hit in old[Kind.ENTITY].complete("ad", 5)] == ["Ada"]


def test_when_the_store_is_lost_the_old_names_stay() -> None:
    with EmbeddedStore.in_memory() as store:
        view = Versioned(store)
        view.name("a", "Ada")
        index = Index(view, LINKS)  # type: ignore[arg-type]
        index.refresh()
        view.version, view.lost = "2", True
        with pytest.raises(StoreError):
            index.refresh()
        assert (found(index, "ad"), index.version) == (["Ada"], "1")
        view.lost = False
        index.refresh()
        assert index.version == "2"


def test_a_view_without_versions_is_read_each_time_it_is_asked_to() -> None:
    with EmbeddedStore.in_memory() as store:
        index = Index(store, LINKS)
        assert (len(index), found(index, "a")) == (0, [])
        Versioned(store).name("a", "Ada")
        index.refresh()
        assert (len(index), found(index, "a"), index.version) == (1, ["Ada"], "")


def test_searches_go_on_while_new_names_come() -> None:
    with EmbeddedStore.in_memory() as store:
        view = Versioned(store)
        for number in range(200):
            view.name(f"k{number}", f"Ada {number}")
        index = Index(view, LINKS)  # type: ignore[arg-type]
        index.refresh()
        faults: list[str] = []
        stop = threading.Event()

        def search() -> None:
            while not stop.is_set():
                names = found(index, "ada")
                if len(names) != 10 or not all(name.startswith("Ada") for name in names):
                    faults.append(str(names))

        threads = [threading.Thread(target=search) for _ in range(3)]
        for thread in threads:
            thread.start()
        for version in range(5):
            view.version = f"v{version}"
            index.refresh()
        stop.set()
        for thread in threads:
            thread.join()
        assert faults == []


def test_what_is_read_of_each_kind(names_store: EmbeddedStore) -> None:
    tables = Index(names_store, LINKS).tables
    assert [len(tables[kind]) for kind in Kind] == [8, 2, 4]
    torvald = tables.row(Kind.ENTITY, 0)
    assert (torvald["name"], torvald["qid"], torvald["types"]) == ("Ilvana Torvald", "Q9100001", ["Person"])
    assert (torvald["description"], torvald["stances_held"], torvald["stances_towards"]) == (
        "minister of Freedonia",
        3,  # a fourth one was taken back
        1,
    )
    assert {"Minister Torvald", "Ильвана Торвальд", "伊尔瓦娜·托瓦尔德", "일바나 토르발"} <= set(torvald["aliases"])
    assert len(torvald["aliases"]) == len(set(torvald["aliases"]))
    plan = tables.row(Kind.PROPOSITION, tables.find(Kind.PROPOSITION, "aa03") or 0)
    assert plan["description"] == "about Freedonia, Ilvana Torvald"
    assert tables.find(Kind.ENTITY, "only-a-key") is None


def test_the_label_is_english_where_there_is_one(names_store: EmbeddedStore) -> None:
    tables = Index(names_store, LINKS).tables
    number = tables.find(Kind.ENTITY, "Q9100002")
    assert number is not None
    row = tables.row(Kind.ENTITY, number)
    assert (row["name"], row["aliases"], row["description"]) == (
        "Edouard Marlene-Ota",
        ["Édouard Marlène-Ôta"],
        "poète",
    )


def test_names_of_restricted_graphs_are_not_found() -> None:
    with EmbeddedStore.in_memory() as store:
        Versioned(store).name("a", "Ada Public")
        person = ox.NamedNode("https://kb.test/id/entity/b")
        graph = ox.NamedNode("https://kb.test/graph/restricted/article")
        store.load([ox.Quad(person, LABEL, ox.Literal("Ada Private"), graph)])
        assert found(Index(store, LINKS), "ada") == ["Ada Private", "Ada Public"]
        public = PublicView(store)
        assert found(Index(public, LINKS), "ada") == ["Ada Public"]
        public.close()


@pytest.mark.parametrize(
    ("kind", "text", "key"),
    [
        (Kind.ENTITY, "Q9100001", "Q9100001"),
        (Kind.ENTITY, "q9100004", "jon-vale-2222"),
        (Kind.ENTITY, "http://www.wikidata.org/entity/Q9100004", "jon-vale-2222"),
        (Kind.ENTITY, "jon-vale-1111", "jon-vale-1111"),
        (Kind.ENTITY, "https://kb.test/id/entity/jon-vale-1111", "jon-vale-1111"),
        (Kind.SOURCE, "free-press", "free-press"),
        (Kind.SOURCE, "beef01", "beef01"),
        (Kind.PROPOSITION, "aa02", "aa02"),
        (Kind.ENTITY, "beef01", None),
        (Kind.ENTITY, "Q99999999999999999999", None),
        (Kind.ENTITY, "Q0", None),
        (Kind.ENTITY, "\x00", None),
        (Kind.PROPOSITION, "Q9100001", None),
    ],
)
def test_a_thing_by_its_id(names_store: EmbeddedStore, kind: Kind, text: str, key: str | None) -> None:
    tables = Index(names_store, LINKS).tables
    number = tables.find(kind, text)
    assert (None if number is None else tables.row(kind, number)["id"]) == key
