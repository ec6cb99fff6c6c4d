"""Reads nodes of the graph with all their properties, following some of them: the one way rows get their data.

A page of rows needs one query a step away from its first nodes, however many rows it has.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

import pyoxigraph as ox

from kb.errors import StoreError
from kb.iris import PREFIXES
from kb.settings import NAMESPACE as ST
from kb.store.base import Term, View

RDF_TYPE = PREFIXES["rdf"] + "type"
RDFS, SKOS, SCHEMA, PROV = PREFIXES["rdfs"], PREFIXES["skos"], PREFIXES["schema"], PREFIXES["prov"]
OA = PREFIXES["oa"]

#: What may name a node, best first.
NAMES = (
    f"{RDFS}label",
    f"{SKOS}prefLabel",
    f"{ST}describedAs",
    f"{SCHEMA}headline",
    f"{SCHEMA}name",
)
_PROLOGUE = "".join(f"PREFIX {name}: <{iri}>\n" for name, iri in PREFIXES.items())
_BRIEF = "FILTER(?p NOT IN (st:hasLink, st:text))"
_TERMS = (ox.NamedNode, ox.Literal)
_CHUNK = 500  # nodes asked for in one query


class Node:
    """One subject and its properties. Values are IRIs and lexical forms, in a fixed order."""

    def __init__(self, iri: str) -> None:
        self.iri = iri
        self._values: dict[str, list[Term]] = {}

    def add(self, predicate: str, value: Term) -> None:
        """Note one more value; the same value is noted once."""
        values = self._values.setdefault(predicate, [])
        if value not in values:
            values.append(value)

    def all(self, predicate: str) -> list[str]:
        """All values of a property, sorted."""
        return sorted(value.value for value in self._values.get(predicate, []))

    def one(self, predicate: str) -> str:
        """The first value of a property in order, "" where there is none."""
        return next(iter(self.all(predicate)), "")

    def number(self, predicate: str) -> float | None:
        """The value as a number, None where there is none."""
        try:
            return float(self.one(predicate))
        except ValueError:
            return None

    def links(self, predicates: Iterable[str]) -> Iterator[str]:
        """The IRIs that the properties point to."""
        for predicate in predicates:
            for value in self._values.get(predicate, []):
                if isinstance(value, ox.NamedNode):
                    yield value.value

    @property
    def known(self) -> bool:
        """Whether the store says anything of it."""
        return bool(self._values)

    @property
    def types(self) -> list[str]:
        """The IRIs of its classes."""
        return self.all(RDF_TYPE)

    @property
    def name(self) -> str:
        """Its name, English first where there are several; "" where it has none."""
        for predicate in NAMES:
            values = self._values.get(predicate, [])
            if values:
                return min(values, key=lambda v: (getattr(v, "language", None) != "en", v.value)).value
        return ""

    def __iter__(self) -> Iterator[tuple[str, Term]]:
        for predicate in sorted(self._values):
            for value in sorted(self._values[predicate], key=str):
                yield predicate, value


class Nodes(Mapping[str, Node]):
    """Nodes by IRI. A node nobody asked for is an empty one, so that a gap in the data is no error."""

    def __init__(self) -> None:
        self._nodes: dict[str, Node] = {}

    def __getitem__(self, iri: str) -> Node:
        return self._nodes.get(iri) or Node(iri)

    def __iter__(self) -> Iterator[str]:
        return iter(self._nodes)

    def __len__(self) -> int:
        return len(self._nodes)

    def fetch(self, view: View, iris: Iterable[str], follow: Collection[str] = (), whole: bool = False) -> None:
        """Add the nodes, and all that the properties `follow` lead to from them.

        Args:
            whole: with the links of an entity (one an article) and the text of an article, which no row shows.

        Raises:
            StoreError: the store could not answer.
        """
        wanted = {iri for iri in iris if iri and iri not in self._nodes}
        while wanted:
            for iri in wanted:
                self._nodes[iri] = Node(iri)
            for chunk in _chunks(sorted(wanted)):
                query = f"SELECT ?s ?p ?o WHERE {{ {values('s', chunk)} ?s ?p ?o {'' if whole else _BRIEF} }}"
                for subject, predicate, value in select(view, query, "s", "p", "o"):
                    if subject is not None and predicate is not None and value is not None:
                        self._nodes[subject.value].add(predicate.value, value)
            wanted = {link for iri in wanted for link in self._nodes[iri].links(follow)} - self._nodes.keys()


def select(
    view: View, query: str, *names: str, bindings: Mapping[str, Term] | None = None
) -> Iterator[tuple[Term | None, ...]]:
    """Rows of a SELECT query, the named variables in order; the query has our prefixes.

    Raises:
        StoreError: the store could not answer.
    """
    found = view.query(_PROLOGUE + query, bindings)
    if not isinstance(found, ox.QuerySolutions):
        raise StoreError("the store answered a SELECT query without rows; check that it is a SPARQL 1.1 server")
    # Most of the time of a page goes through here, so variables are looked up once and not in each row.
    known = [variable.value for variable in found.variables]
    places = [known.index(name) for name in names]
    for solution in found:
        yield tuple([term if type(term) in _TERMS else None for term in map(solution.__getitem__, places)])


def values(variable: str, iris: Sequence[str]) -> str:
    """A VALUES block of IRIs; each is checked by its constructor, and IRIs that SPARQL cannot spell are left out."""
    terms = []
    for iri in iris:
        try:
            terms.append(str(ox.NamedNode(iri)))
        except ValueError:
            continue
    return f"VALUES ?{variable} {{ {' '.join(terms)} }}"


def _chunks(iris: list[str]) -> Iterator[list[str]]:
    for start in range(0, len(iris), _CHUNK):
        yield iris[start : start + _CHUNK]
