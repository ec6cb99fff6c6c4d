"""What Wikidata says of the linked items, in a graph of its own and in Wikidata's own terms.

Direct statements are `wdt:` triples; offices and parties also stand as statements with when they began and ended
(`p:`, `ps:`, `pq:`), so that a question can ask who held an office on the day of a stance.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

import pyoxigraph as ox

from kb.iris import PREFIXES
from kb.triples import Triples, iri_of, worded
from kb.wikidata.items import time_of

#: what is kept of an item: types, country, citizenship, occupations, offices, parties, education, family
DIRECT = ("P31", "P279", "P17", "P27", "P106", "P39", "P102", "P69", "P22", "P25", "P26", "P40", "P3373")
_DATED = ("P39", "P102")
_TIMES = ("P569", "P570")  # birth, death
_START, _END = "P580", "P582"
_XSD = PREFIXES["xsd"]
_DATES = {4: "gYear", 7: "gYearMonth", 10: "date"}  # by length

Entity = Mapping[str, Any]


def add_facts(triples: Triples, graph: str, entity: Entity, languages: Sequence[str] = ("en",)) -> set[str]:
    """Write what an item's JSON says; returns the QIDs that it refers to."""
    item = f"wd:{entity['id']}"
    add_names(triples, graph, entity, languages)
    claims: Mapping[str, Any] = entity.get("claims") or {}
    seen: set[str] = set()
    for prop in DIRECT:
        for statement in _best(claims.get(prop)):
            if qid := _item_of(statement):
                seen.add(qid)
                triples.add(graph, item, f"wdt:{prop}", f"wd:{qid}")
    for prop in _DATED:
        for statement in claims.get(prop) or ():
            qid = _item_of(statement)
            if not qid or statement.get("rank") == "deprecated" or "id" not in statement:
                continue
            seen.add(qid)
            qualifiers = statement.get("qualifiers") or {}
            ends = [snak for snak in qualifiers.get(_END) or () if snak.get("snaktype") != "novalue"]
            if ends and not any(map(_moment, ends)):
                continue  # it is over, nobody says since when: not to be taken for one that goes on
            node = f"wds:{str(statement['id']).replace('$', '-')}"
            triples.add(graph, item, f"p:{prop}", node)
            triples.add(graph, node, f"ps:{prop}", f"wd:{qid}")
            for when in (_START, _END):
                for snak in qualifiers.get(when) or ():
                    if moment := _moment(snak):
                        triples.add(graph, node, f"pq:{when}", moment)
    for prop in _TIMES:
        for statement in _best(claims.get(prop))[:1]:
            if moment := _moment(statement["mainsnak"]):
                triples.add(graph, item, f"wdt:{prop}", moment)
    return seen


def add_names(triples: Triples, graph: str, entity: Entity, languages: Sequence[str] = ("en",)) -> None:
    """Write an item's labels and descriptions."""
    item = f"wd:{entity['id']}"
    for part, predicate in (("labels", "rdfs:label"), ("descriptions", "schema:description")):
        texts = entity.get(part) or {}
        written = [language for language in languages if language in texts] or [m for m in ("mul",) if m in texts]
        for language in written:
            triples.add(graph, item, predicate, worded(str(texts[language]["value"]), language))


def without(quads: Iterable[ox.Quad], qids: Collection[str]) -> list[ox.Quad]:
    """The quads that are not about one of the items or a statement of it."""
    items = {PREFIXES["wd"] + qid for qid in qids}
    statements, known = PREFIXES["wds"], {qid.lower() for qid in qids}

    def about(quad: ox.Quad) -> bool:
        subject = iri_of(quad.subject)
        if subject.startswith(statements):  # a statement's id begins with its item's, in either case
            return subject[len(statements) :].partition("-")[0].lower() in known
        return subject in items

    return [quad for quad in quads if not about(quad)]


def _best(statements: Any) -> list[Any]:
    """As Wikidata's direct statements: the preferred ones, or all normal ones where none is preferred."""
    kept = [s for s in statements or () if s.get("rank") != "deprecated"]
    preferred = [s for s in kept if s.get("rank") == "preferred"]
    return preferred or kept


def _item_of(statement: Entity) -> str:
    snak = statement["mainsnak"]
    if snak.get("snaktype") != "value" or snak["datavalue"].get("type") != "wikibase-entityid":
        return ""
    value = snak["datavalue"]["value"]
    qid = value.get("id") or f"Q{value.get('numeric-id', '')}"
    return qid if qid[:1] == "Q" and qid[1:].isdecimal() else ""


def _moment(snak: Entity) -> ox.Literal | None:
    """A time as a day, month or year; None where it is not known that well."""
    if snak.get("snaktype") != "value" or snak["datavalue"].get("type") != "time":
        return None
    text = time_of(snak["datavalue"]["value"])
    return ox.Literal(text, datatype=ox.NamedNode(_XSD + _DATES[len(text)])) if len(text) in _DATES else None
