"""Stances as columns: what a filter means is what its SPARQL pattern means."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

import pyoxigraph as ox
import pytest

from kb.errors import UsageError
from kb.settings import NAMESPACE as ST
from kb.store import EmbeddedStore
from kb.web.filters import Filter, pattern
from kb.web.links import Links
from kb.web.nodes import select
from kb.web.recording import record
from kb.web.records import Records, month_name
from tests.web.conftest import BASE

LINKS = Links(BASE)


@pytest.fixture(scope="module")
def records(store: EmbeddedStore) -> Records:
    return record(store, LINKS)


def asked(store: EmbeddedStore, wanted: Filter) -> set[str]:
    rows = select(store, f"SELECT DISTINCT ?s WHERE {{ {pattern(wanted)} }}", "s")
    return {row[0].value for row in rows if row[0] is not None}


def filters(records: Records) -> Iterator[Filter]:
    yield Filter()
    for node in [*records.nodes, "https://kb.test/id/entity/nobody"]:
        for field in ("holder", "target", "about", "source", "origin", "article", "voice", "speaker"):
            yield Filter(**{field: node})
    for way, telling in product(("support", "Oppose", "neutral", "mixed"), ("", "author", "quoted")):
        yield Filter(polarity=way, telling=telling)  # type: ignore[arg-type]
    for since, until in product(("", "2024-05", "2024-05-02", "2030"), ("", "2024-05-02", "1990")):
        yield Filter(since=since, until=until)
    for least, below in product((None, 0.0, 0.8), (None, 0.9, 0.8)):
        yield Filter(min_confidence=least, below=below)
    for kind in ("entity", "proposition"):
        yield Filter(target_kind=kind)  # type: ignore[arg-type]
    yield from (Filter(unnamed=True), Filter(unnamed=False), Filter(kind="belief"), Filter(certainty="possible"))


def test_a_filter_means_what_its_pattern_means(store: EmbeddedStore, records: Records) -> None:
    found = 0
    for wanted in filters(records):
        mask = records.select(wanted)
        iris = records.iris(mask, 1000)
        assert set(iris) == asked(store, wanted), wanted
        assert records.count(mask).stances == len(iris)
        found += len(iris)
    assert found > 100


def test_utterances_are_counted_once(store: EmbeddedStore, records: Records) -> None:
    query = f"""SELECT ?h ?way (COUNT(DISTINCT ?u) AS ?n) (COUNT(DISTINCT ?s) AS ?m) WHERE {{
        {pattern(Filter())} ?s st:holder ?h ; st:polarity ?way . OPTIONAL {{ ?s st:utterance ?said }}
        BIND(COALESCE(?said, ?s) AS ?u) }} GROUP BY ?h ?way"""
    wanted = {
        (str(h.value), str(way.value).removeprefix(ST).lower()): (int(n.value), int(m.value))
        for h, way, n, m in select(store, query, "h", "way", "n", "m")
        if h is not None and way is not None and n is not None and m is not None
    }
    found = {}
    for holder in {iri for iri, _ in wanted}:
        for way, count in records.by_polarity(records.select(Filter(holder=holder))).items():
            found[holder, way] = (count.utterances, count.stances)
    assert found == wanted


def test_groups_of_nothing(records: Records) -> None:
    nothing = records.select(Filter(holder="https://kb.test/id/entity/nobody"))
    assert len(records.group(nothing, records.holder, records.polarity)) == 0
    assert records.by_polarity(nothing) == {}


@pytest.mark.parametrize(
    "wanted",
    [Filter(holder="not an iri"), Filter(polarity="against"), Filter(since="May"), Filter(kind="mood")],
    ids=str,
)
def test_a_value_that_cannot_be_used(records: Records, wanted: Filter) -> None:
    with pytest.raises(UsageError):
        records.select(wanted)
    with pytest.raises(UsageError):
        pattern(wanted)


def test_stances_without_a_date_come_last() -> None:
    graph = ox.NamedNode(f"{BASE}graph/article/a")
    kind = ox.NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
    with EmbeddedStore.in_memory() as store:
        quads = [
            ox.Quad(ox.NamedNode(f"{BASE}id/stance/{key}"), kind, ox.NamedNode(ST + "Stance"), graph) for key in "123"
        ]
        day = ox.Literal("2024-05-02", datatype=ox.NamedNode("http://www.w3.org/2001/XMLSchema#date"))
        dated = ox.Quad(ox.NamedNode(f"{BASE}id/stance/2"), ox.NamedNode(ST + "sortDate"), day, graph)
        store.load([*quads, dated])
        records = record(store, LINKS)
    every = records.select(Filter())
    assert [LINKS.key(iri) for iri in records.iris(every, 9)] == ["2", "1", "3"]
    assert records.iris(every, 9, 3) == []
    assert records.count(records.select(Filter(since="2024"))).stances == 1


def test_an_empty_base() -> None:
    with EmbeddedStore.in_memory() as store:
        records = record(store, LINKS)
    assert len(records) == 0
    assert records.span() == ()
    assert records.count(records.select(Filter(holder=f"{BASE}id/entity/a", about=f"{BASE}id/entity/b"))).stances == 0


def test_the_span_of_time(records: Records) -> None:
    first, last = records.span()
    assert first == "2024-04"
    assert first <= last


def test_months() -> None:
    assert [month_name(number) for number in (0, 553)] == ["1970-01", "2016-02"]
