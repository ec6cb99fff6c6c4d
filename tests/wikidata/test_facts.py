"""Facts of an item: merged items, terms that are over, names without a language."""

from __future__ import annotations

from typing import Any

import pyoxigraph as ox

from kb.iris import PREFIXES
from kb.triples import Triples
from kb.wikidata.facts import add_facts, without

GRAPH = "https://example.org/graph"


def statement(prop: str, qid: str, number: int, **when: dict[str, Any] | None) -> dict[str, Any]:
    """A statement as the API gives it; `P582=None` says that the value is not known."""
    value = {"entity-type": "item", "id": qid}
    found = {
        "id": f"Q1${number}",
        "rank": "normal",
        "mainsnak": {"snaktype": "value", "datavalue": {"type": "wikibase-entityid", "value": value}},
        "qualifiers": {},
    }
    for name, time in when.items():
        datavalue = {"type": "time", "value": time}
        snak = {"snaktype": "somevalue"} if time is None else {"snaktype": "value", "datavalue": datavalue}
        found["qualifiers"][name] = [snak]
    return {prop: [found]}


def facts(entity: dict[str, Any]) -> set[tuple[str, str, str]]:
    """The facts as short texts."""
    triples = Triples()
    add_facts(triples, GRAPH, entity)
    quads = triples.quads().get(GRAPH, [])
    return {tuple(str(getattr(n, "value", n)).rpartition("/")[2] for n in (q[0], q[1], q[2])) for q in quads}  # type: ignore[misc]


def test_a_term_has_its_days() -> None:
    began = {"time": "+2000-05-07T00:00:00Z", "precision": 11}
    found = facts({"id": "Q1", "claims": statement("P39", "Q9", 1, P580=began)})
    assert {("Q1", "P39", "Q9"), ("Q1", "P39", "Q1-1"), ("Q1-1", "P39", "Q9"), ("Q1-1", "P580", "2000-05-07")} <= found


def test_a_term_that_ended_nobody_knows_when_is_no_term_that_goes_on() -> None:
    began = {"time": "+1990-01-01T00:00:00Z", "precision": 9}
    found = facts({"id": "Q1", "claims": statement("P39", "Q9", 1, P580=began, P582=None)})
    assert found == {("Q1", "P39", "Q9")}


def test_a_name_for_all_languages_does_where_there_is_no_other() -> None:
    assert any(o == "Ann" for _, _, o in facts({"id": "Q1", "labels": {"mul": {"value": "Ann"}}}))
    found = facts({"id": "Q1", "labels": {"mul": {"value": "Ann"}, "en": {"value": "Anne"}}})
    assert {o for _, _, o in found} == {"Anne"}


def test_what_is_said_of_an_item_and_its_statements_goes_together() -> None:
    node, graph = ox.NamedNode, ox.NamedNode(GRAPH)
    quads = [
        ox.Quad(node(PREFIXES["wd"] + "Q1"), node(PREFIXES["wdt"] + "P39"), node(PREFIXES["wd"] + "Q9"), graph),
        ox.Quad(node(PREFIXES["wds"] + "q1-ab"), node(PREFIXES["ps"] + "P39"), node(PREFIXES["wd"] + "Q9"), graph),
        ox.Quad(node(PREFIXES["wd"] + "Q11"), node(PREFIXES["wdt"] + "P39"), node(PREFIXES["wd"] + "Q9"), graph),
    ]
    assert without(quads, ["Q1"]) == quads[2:]
