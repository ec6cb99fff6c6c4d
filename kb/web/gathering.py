"""Reads the names of all things from a view, with what search shows of them: the only part of search that asks it.

Each query asks for one property of everything, because a store answers that at the speed it can read; joins of two
properties take several times as long.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum

import numpy as np
import numpy.typing as npt
import pyoxigraph as ox

from kb.settings import NAMESPACE as ST
from kb.store.base import View
from kb.web import catalogue
from kb.web.filters import NOT_GONE
from kb.web.links import Links, local_name, qid_of
from kb.web.nodes import OA, PROV, SCHEMA, select
from kb.web.rows import Row


class Kind(StrEnum):
    """What can be searched by name. An outlet is an entity and a source."""

    ENTITY = "entity"
    SOURCE = "source"
    PROPOSITION = "proposition"


ENGLISH, OTHER, FURTHER = range(3)  # what sort of name it is, best first
#: What names a thing, and whether it is its own name or a further one.
_NAMES = (("rdfs:label", True), ("skos:prefLabel", True), ("st:describedAs", True), ("skos:altLabel", False))
#: Classes of what has no name here; there are many of these for each thing that has one.
_NAMELESS = (OA, PROV, f"{SCHEMA}NewsArticle", f"{SCHEMA}Comment")
_NAMED = frozenset({f"{ST}{name}" for name in ("Group", "UnnamedSource", "UnnamedAuthor", "Commenter")})


@dataclass(slots=True)
class Gathered:
    """What there is of one kind, numbered as it came. A thing without a name is not there."""

    numbers: dict[str, int] = field(default_factory=dict)  # by IRI, without {base}id/ where it is ours
    owners: array[int] = field(default_factory=lambda: array("i"))  # of each name: the thing
    texts: list[str] = field(default_factory=list)  # of each name
    sorts: bytearray = field(default_factory=bytearray)  # of each name
    descriptions: list[str] = field(default_factory=list)
    qids: npt.NDArray[np.int32] = field(default_factory=lambda: np.zeros(0, np.int32))  # 0: none
    held: npt.NDArray[np.int32] = field(default_factory=lambda: np.zeros(0, np.int32))  # stances
    towards: npt.NDArray[np.int32] = field(default_factory=lambda: np.zeros(0, np.int32))
    types: npt.NDArray[np.uint16] = field(default_factory=lambda: np.zeros(0, np.uint16))  # numbers of `sets`
    sets: list[frozenset[str]] = field(default_factory=lambda: [frozenset()])  # local names of classes

    def add(self, tail: str, name: str, sort: int) -> int:
        """Note a name; the number of its thing."""
        number = self.numbers.setdefault(tail, len(self.numbers))
        self.owners.append(number)
        self.texts.append(name)
        self.sorts.append(sort)
        return number

    def close(self) -> None:
        """Make room for what is known of each thing; no new ones may come."""
        many = len(self.numbers)
        self.descriptions = [""] * many
        self.qids, self.held, self.towards = (np.zeros(many, np.int32) for _ in range(3))
        self.types = np.zeros(many, np.uint16)

    def add_type(self, number: int, name: str) -> None:
        """Note a class of a thing."""
        wanted = self.sets[self.types[number]] | {name}
        if wanted not in self.sets:
            self.sets.append(wanted)
        self.types[number] = self.sets.index(wanted)


def gather(view: View, links: Links) -> tuple[dict[Kind, Gathered], list[Row]]:
    """All things by kind, and the outlets as `kb.web.catalogue.outlets` has them.

    Raises:
        StoreError: the store could not answer.
    """
    found = {kind: Gathered() for kind in Kind}
    entities, sources, propositions = found[Kind.ENTITY], found[Kind.SOURCE], found[Kind.PROPOSITION]
    start = f"{links.base}id/"
    items = _Items(view, start)
    _read_names(view, start, found, items)
    outlets = catalogue.outlets(view, links)
    _add_outlets(start, outlets, sources, entities)
    for gathered in found.values():
        gathered.close()
    for qid, tails in items.linked.items():
        for tail in tails:
            if tail in entities.numbers:
                entities.qids[entities.numbers[tail]] = qid
    _read_types(view, start, entities, sources)
    _read_descriptions(view, start, entities, items)
    _read_subjects(view, start, propositions, entities)
    for side, counted in (("st:holder", [(entities, entities.held)]), ("st:voice", [(sources, sources.held)])):
        _count(view, start, side, counted)
    _count(view, start, "st:target", [(entities, entities.towards), (propositions, propositions.towards)])
    _describe_outlets(start, outlets, sources, entities)
    return found, outlets


class _Items:
    """Which entities are linked to which items of Wikidata."""

    def __init__(self, view: View, start: str) -> None:
        self.linked: dict[int, list[str]] = {}
        for tail, item in _pairs(view, start, "SELECT ?e ?v WHERE { ?e skos:exactMatch ?v }"):
            qid = qid_of(item)
            if qid and int(qid[1:]) < 2**31:
                self.linked.setdefault(int(qid[1:]), []).append(tail)

    def tails(self, iri: str) -> list[str]:
        """The entities that are linked to the item with that IRI."""
        qid = qid_of(iri)
        return self.linked.get(int(qid[1:]), []) if qid else []


def _read_names(view: View, start: str, found: dict[Kind, Gathered], items: _Items) -> None:
    kinds = {f"{start}{kind}/": gathered for kind, gathered in found.items()}
    of_wikidata: list[tuple[str, str]] = []  # what it calls the linked items, in all languages that were asked for
    for predicate, own in _NAMES:
        for iri, name in select(view, f"SELECT ?e ?n WHERE {{ ?e {predicate} ?n }}", "e", "n"):
            if iri is None or name is None:
                continue
            gathered = kinds.get(iri.value[: iri.value.find("/", len(start)) + 1])
            if gathered is not None:
                sort = FURTHER if not own else ENGLISH if _is_english(name) else OTHER
                gathered.add(iri.value[len(start) :], name.value, sort)
            elif not iri.value.startswith(start):
                of_wikidata += [(tail, name.value) for tail in items.tails(iri.value)]
    entities = found[Kind.ENTITY]
    for tail, text in of_wikidata:
        if tail in entities.numbers:
            entities.add(tail, text, FURTHER)


def _add_outlets(start: str, outlets: list[Row], sources: Gathered, entities: Gathered) -> None:
    """Outlets are sources under all the names that they have as entities."""
    wanted = {entities.numbers.get(row["iri"].removeprefix(start)) for row in outlets}
    names: dict[int, list[tuple[str, int]]] = {}
    for owner, text, sort in zip(entities.owners, entities.texts, entities.sorts, strict=True):
        if owner in wanted:
            names.setdefault(owner, []).append((text, sort))
    for row in outlets:
        tail = row["iri"].removeprefix(start)
        sources.add(tail, row["name"], ENGLISH)
        for name, sort in names.get(entities.numbers.get(tail, -1), ()):
            sources.add(tail, name, max(sort, OTHER))


def _describe_outlets(start: str, outlets: list[Row], sources: Gathered, entities: Gathered) -> None:
    for row in outlets:
        tail = row["iri"].removeprefix(start)
        number, entity = sources.numbers[tail], entities.numbers.get(tail)
        sources.held[number] = row["utterances"]
        if entity is not None:
            sources.descriptions[number] = entities.descriptions[entity]
            sources.qids[number] = entities.qids[entity]
            for name in entities.sets[entities.types[entity]]:
                sources.add_type(number, name)


def _read_types(view: View, start: str, *kinds: Gathered) -> None:
    classes = [row[0].value for row in select(view, "SELECT DISTINCT ?c WHERE { ?e a ?c }", "c") if row[0] is not None]
    for iri in sorted(classes):
        if iri.startswith(_NAMELESS) or (iri.startswith(ST) and iri not in _NAMED):
            continue
        name = local_name(iri)
        for row in select(view, f"SELECT ?e WHERE {{ ?e a {ox.NamedNode(iri)} }}", "e"):
            if row[0] is not None and row[0].value.startswith(start):
                tail = row[0].value[len(start) :]
                for gathered in kinds:
                    if tail in gathered.numbers:
                        gathered.add_type(gathered.numbers[tail], name)


def _read_descriptions(view: View, start: str, entities: Gathered, items: _Items) -> None:
    """What tells namesakes apart; of Wikidata where the base itself says nothing, English before others."""
    ranks = bytearray(b"\x04") * len(entities.numbers)
    for iri, text in select(view, "SELECT ?e ?d WHERE { ?e schema:description ?d }", "e", "d"):
        if iri is None or text is None:
            continue
        own = iri.value.startswith(start)
        rank = (0 if own else 2) + (not _is_english(text))
        for tail in [iri.value[len(start) :]] if own else items.tails(iri.value):
            number = entities.numbers.get(tail)
            if number is None or (rank, text.value) > (ranks[number], entities.descriptions[number] or text.value):
                continue
            ranks[number], entities.descriptions[number] = rank, text.value


def _read_subjects(view: View, start: str, propositions: Gathered, entities: Gathered) -> None:
    """Describe propositions by what they are about: their wording may be as short as "the plan"."""
    about: dict[int, list[int]] = {}
    for tail, iri in _pairs(view, start, "SELECT ?e ?v WHERE { ?e schema:about ?v }"):
        number, subject = propositions.numbers.get(tail), entities.numbers.get(iri[len(start) :])
        if number is not None and subject is not None:
            about.setdefault(number, []).append(subject)
    wanted = {subject for subjects in about.values() for subject in subjects}
    labels: dict[int, str] = {}
    for owner, text, sort in zip(entities.owners, entities.texts, entities.sorts, strict=True):
        if owner in wanted and sort != FURTHER:
            labels[owner] = min(labels.get(owner, text), text)
    for number, subjects in about.items():
        names = sorted({labels[subject] for subject in subjects if subject in labels})
        propositions.descriptions[number] = f"about {', '.join(names)}" if names else ""


def _count(view: View, start: str, side: str, counted: list[tuple[Gathered, npt.NDArray[np.int32]]]) -> None:
    """How many stances have each thing on that side, without those that were taken back, which no list has."""
    query = f"SELECT ?e (COUNT(DISTINCT ?s) AS ?v) WHERE {{ ?s {side} ?e {NOT_GONE} }} GROUP BY ?e"
    for tail, number in _pairs(view, start, query):
        for gathered, counts in counted:
            if tail in gathered.numbers:
                counts[gathered.numbers[tail]] = int(number)


def _pairs(view: View, start: str, query: str) -> Iterator[tuple[str, str]]:
    """The rows of a query for ?e and ?v, of the things of this base, whose IRIs lose their beginning."""
    for iri, value in select(view, query, "e", "v"):
        if iri is not None and value is not None and iri.value.startswith(start):
            yield iri.value[len(start) :], value.value


def _is_english(term: object) -> bool:
    language = getattr(term, "language", None)
    return language is None or language == "en" or language.startswith("en-")
