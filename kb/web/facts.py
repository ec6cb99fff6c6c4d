"""What the base says of entities, property by property, as values that can stand in a table.

From search: item, types, description, names. From the graph of Wikidata, where `kb wikidata sync` has filled it:
country, office, party and so on. From the stances: how many there are, and how many utterances by polarity.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

import pyoxigraph as ox

from kb.iris import PREFIXES
from kb.model import Polarity
from kb.settings import NAMESPACE as ST
from kb.store.base import View
from kb.web.filters import NOT_GONE
from kb.web.gathering import Kind
from kb.web.links import is_qid, qid_of
from kb.web.nodes import select, values
from kb.web.tables import Tables

_CHUNK = 500  # entities asked for in one query
_DAY = re.compile(r"\d{4}-\d\d-\d\d")

Value = dict[
    str, str | int
]  # as the reconciliation protocol has it: {"str": "x"}, {"int": 1}, {"id": "Q1", "name": "x"}
Rows = dict[str, dict[str, list[Value]]]  # by IRI and property


@dataclass(frozen=True, slots=True)
class Property:
    """Something that is said of entities.

    `items`: its values are items of Wikidata. `types`: of which entities it is said, () for all.
    """

    id: str
    name: str
    description: str
    items: bool = False
    types: tuple[str, ...] = ()


_PERSON, _BODY = ("Person",), ("Organization", "NewsMediaOrganization")
_OWN = (
    Property("qid", "Wikidata QID", "the item's id as text, such as Q22316"),
    Property("item", "Wikidata item", "the item, reconciled with Wikidata, for further columns from there", items=True),
    Property("type", "Type", "person, organization, country and so on"),
    Property("description", "Description", "what tells it from others of the name"),
    Property("name", "Name", "what it is called here"),
    Property("alias", "Other names", "further names, in all languages that the base holds"),
)
_OF_WIKIDATA = (
    Property("P31", "Instance of", "class on Wikidata", items=True),
    Property("P27", "Citizenship", "country of citizenship", items=True, types=_PERSON),
    Property("P106", "Occupation", "occupations", items=True, types=_PERSON),
    Property("P39", "Office", "offices held, past ones too", items=True, types=_PERSON),
    Property("P102", "Party", "party membership", items=True, types=_PERSON),
    Property("P69", "Education", "where educated", items=True, types=_PERSON),
    Property("P22", "Father", "father", items=True, types=_PERSON),
    Property("P25", "Mother", "mother", items=True, types=_PERSON),
    Property("P26", "Spouse", "spouses", items=True, types=_PERSON),
    Property("P40", "Child", "children", items=True, types=_PERSON),
    Property("P3373", "Sibling", "siblings", items=True, types=_PERSON),
    Property("P569", "Born", "date of birth, as exactly as it is known", types=_PERSON),
    Property("P570", "Died", "date of death, as exactly as it is known", types=_PERSON),
    Property("P17", "Country", "country it belongs to", items=True, types=(*_BODY, "Place")),
)
#: Three lists that are never added up: the pattern of each, and what its counts are called.
_SIDES = {
    "held": ("?s st:holder ?e", "Stances it holds", "It supports|It opposes|It is neutral on|It has mixed views on"),
    "towards": ("?s st:target ?e", "Stances towards it", "Support|Opposition|Neutral views|Mixed views"),
    "about": (
        "?s st:target/schema:about ?e",
        "Stances towards propositions about it",
        "Support for propositions about it|Opposition to propositions about it|Neutral views on propositions about it"
        "|Mixed views on propositions about it",
    ),
}


def _counts() -> Iterator[Property]:
    for side, (_, all_of_it, by_way) in _SIDES.items():
        yield Property(f"stances_{side}", all_of_it, "how many stances, those of reprints too")
        for way, name in zip(Polarity, by_way.split("|"), strict=True):
            yield Property(f"{side}_{way.value}", name, "how many utterances; what is reprinted counts once")


PROPERTIES = {known.id: known for known in (*_OWN, *_OF_WIKIDATA, *_counts())}
_DIRECT = {PREFIXES["wdt"] + known.id: known.id for known in _OF_WIKIDATA}


def read_values(
    view: View, tables: Tables, numbers: Collection[int], properties: Collection[str]
) -> dict[int, dict[str, list[Value]]]:
    """The values of each property of each entity; a property that nothing is said of has none.

    Args:
        numbers: of entities.
        properties: keys of `PROPERTIES`.

    Raises:
        StoreError: the store could not answer.
    """
    things = tables[Kind.ENTITY]
    found: dict[int, dict[str, list[Value]]] = {number: {name: [] for name in properties} for number in numbers}
    by_iri = {things.iri(number): values for number, values in found.items()}
    for number, row in found.items():
        thing = things.thing(number)
        own: dict[str, list[Value]] = {
            "qid": [{"str": thing.qid}] if thing.qid else [],
            "item": [{"id": thing.qid, "name": thing.label}] if thing.qid else [],
            "type": [{"str": name} for name in thing.types],
            "description": [{"str": thing.description}] if thing.description else [],
            "name": [{"str": thing.label}],
            "alias": [{"str": name} for name in thing.aliases],
        }
        row.update({name: values for name, values in own.items() if name in row})
    wanted = [f"<{iri}>" for iri, name in _DIRECT.items() if name in properties]
    iris = list(by_iri)
    for start in range(0, len(iris), _CHUNK):
        some = {iri: by_iri[iri] for iri in iris[start : start + _CHUNK]}
        if wanted:
            _read_facts(view, some, wanted)
        for side, (pattern, *_) in _SIDES.items():
            names = {f"{side}_{way.value}" for way in Polarity} | {f"stances_{side}"}
            if not names.isdisjoint(properties):
                _read_counts(view, some, side, pattern)
    return found


def entities_with(view: View, tables: Tables, given: Mapping[str, Sequence[object]], most: int = 1000) -> list[int]:
    """Entities by what is said of them alone, the best known first: by item, by name, or by a fact of Wikidata.

    Args:
        given: values by property; the first property that can be looked for counts.
        most: how many are looked at.

    Raises:
        StoreError: the store could not answer.
    """
    things = tables[Kind.ENTITY]
    for name, wanted in given.items():
        texts = [str(value).strip() for value in wanted]
        if name in ("qid", "item"):
            return [number for text in texts if (number := tables.find(Kind.ENTITY, text)) is not None]
        if name in ("name", "alias"):
            return [number for text in texts for number in things.called(text)]
        if PROPERTIES[name].items:
            items = [f"{PREFIXES['wd']}{text}" for text in texts if is_qid(text)]
            labels = " ".join(f"{ox.Literal(text)} {ox.Literal(text, language='en')}" for text in texts)
            query = f"""SELECT DISTINCT ?e WHERE {{
                {{ {values("v", items)} }} UNION {{ VALUES ?label {{ {labels} }} ?v rdfs:label ?label }}
                ?item <{PREFIXES["wdt"]}{name}> ?v . ?e skos:exactMatch ?item }} LIMIT {most}"""
            found = (things.find(row[0].value) for row in select(view, query, "e") if row[0] is not None)
            return sorted({number for number in found if number is not None})
    return []


def _read_facts(view: View, by_iri: Rows, wanted: Sequence[str]) -> None:
    query = f"""SELECT DISTINCT ?e ?p ?v WHERE {{
        {values("e", list(by_iri))} VALUES ?p {{ {" ".join(wanted)} }} ?e skos:exactMatch ?item . ?item ?p ?v }}"""
    rows = [row for row in select(view, query, "e", "p", "v") if None not in row]
    labels = _labels(view, {v.value for _, _, v in rows if isinstance(v, ox.NamedNode)})
    for e, p, v in sorted(rows, key=lambda row: [str(term) for term in row]):
        assert e is not None
        assert p is not None
        assert v is not None
        found = by_iri[e.value][_DIRECT[p.value]]
        qid = qid_of(v.value)
        if PROPERTIES[_DIRECT[p.value]].items:
            found += [{"id": qid, "name": labels.get(v.value, qid)}] if qid else []
        elif _DAY.fullmatch(v.value):
            found.append({"date": f"{v.value}T00:00:00Z"})
        else:
            found.append({"str": v.value})


def _labels(view: View, iris: Collection[str]) -> dict[str, str]:
    """What things are called, in English where there is a choice."""
    found: dict[str, tuple[bool, str]] = {}
    ordered = sorted(iris)
    for start in range(0, len(ordered), _CHUNK):
        query = f"SELECT ?v ?n WHERE {{ {values('v', ordered[start : start + _CHUNK])} ?v rdfs:label ?n }}"
        for iri, name in select(view, query, "v", "n"):
            if iri is not None and name is not None:
                choice = (getattr(name, "language", None) != "en", name.value)
                found[iri.value] = min(choice, found.get(iri.value, choice))
    return {iri: name for iri, (_, name) in found.items()}


def _read_counts(view: View, by_iri: Rows, side: str, pattern: str) -> None:
    query = f"""SELECT ?e ?way (COUNT(DISTINCT ?s) AS ?stances) (COUNT(DISTINCT ?said) AS ?utterances) WHERE {{
        {values("e", list(by_iri))} {pattern} . ?s st:polarity ?way .
        OPTIONAL {{ ?s st:utterance ?utterance }}
        BIND(COALESCE(?utterance, ?s) AS ?said)
        {NOT_GONE}
    }} GROUP BY ?e ?way"""
    totals = dict.fromkeys(by_iri, 0)
    utterances: dict[tuple[str, str], int] = {}
    for e, way, stances, said in select(view, query, "e", "way", "stances", "utterances"):
        if e is not None and way is not None and stances is not None and said is not None:
            totals[e.value] += int(stances.value)
            utterances[e.value, way.value.removeprefix(ST).lower()] = int(said.value)
    for iri, row in by_iri.items():
        counts = {f"stances_{side}": totals[iri]}
        counts |= {f"{side}_{way.value}": utterances.get((iri, way.value), 0) for way in Polarity}
        row.update({name: [{"int": number}] for name, number in counts.items() if name in row})
