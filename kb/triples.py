"""Triples as they are written, each in one graph, and the literals of the base in the form the store gives back."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from functools import lru_cache

import pyoxigraph as ox

from kb.iris import PREFIXES

Node = str | ox.Literal
_SURROGATE = re.compile("[\ud800-\udfff]")
_ISO_DATE = re.compile(r"(\d{4})(?:-(\d\d)(?:-(\d\d))?)?")


class _Nodes(dict[str, ox.NamedNode]):
    """Nodes by IRI or prefixed name, each made once: making them is what writing triples costs."""

    def __missing__(self, name: str) -> ox.NamedNode:
        made = self[name] = term(name) if name.partition(":")[0] in PREFIXES else ox.NamedNode(name)
        return made


class Triples:
    """Triples with their graph. A triple written twice stays in the graph it was first written to."""

    def __init__(self) -> None:
        self._graphs: dict[tuple[ox.NamedNode, ox.NamedNode, ox.NamedNode | ox.Literal], str] = {}
        self._nodes = _Nodes()

    def add(self, graph: str, subject: str, predicate: str, *values: Node) -> None:
        """Write one triple a value; a value that is a string is an IRI or, with one of our prefixes, a term."""
        nodes = self._nodes
        for value in values:
            key = (nodes[subject], nodes[predicate], nodes[value] if isinstance(value, str) else value)
            self._graphs.setdefault(key, graph)

    def holds(self, subject: str, predicate: str, value: Node) -> bool:
        """Whether the triple was written, to whichever graph."""
        nodes = self._nodes
        return (nodes[subject], nodes[predicate], nodes[value] if isinstance(value, str) else value) in self._graphs

    def quads(self) -> dict[str, list[ox.Quad]]:
        """All of them by graph, in the order in which they were written."""
        found: dict[str, list[ox.Quad]] = {graph: [] for graph in dict.fromkeys(self._graphs.values())}
        nodes = self._nodes
        for (subject, predicate, value), graph in self._graphs.items():
            found[graph].append(ox.Quad(subject, predicate, value, nodes[graph]))
        return found


@lru_cache(maxsize=1024)
def term(name: str) -> ox.NamedNode:
    """A prefixed name as a node; the prefix is one of `kb.iris.PREFIXES`.

    >>> term("rdfs:label").value
    'http://www.w3.org/2000/01/rdf-schema#label'
    """
    prefix, _, local = name.partition(":")
    return ox.NamedNode(PREFIXES[prefix] + local)


def iri_of(node: object) -> str:
    """The IRI of a named node, "" of anything else that a triple may hold."""
    return node.value if isinstance(node, ox.NamedNode) else ""


def plain(text: str) -> ox.Literal:
    """A text of no language. Half a surrogate pair is no Unicode: another sign replaces it, so offsets hold."""
    return ox.Literal(text if text.isascii() else _SURROGATE.sub("\ufffd", text))


def worded(text: str, language: str) -> ox.Literal:
    """A text of a language (BCP 47); what is no language tag becomes "und"."""
    try:
        return ox.Literal(plain(text).value, language=language)
    except ValueError:
        return ox.Literal(plain(text).value, language="und")


@lru_cache(maxsize=1024)
def decimal(value: float) -> ox.Literal:
    """An xsd:decimal of at most 4 places and without idle zeros.

    >>> decimal(0.9).value, decimal(0.86254).value, decimal(-1).value, decimal(-0.0).value
    ('0.9', '0.8625', '-1', '0')
    """
    digits = f"{value:.4f}".rstrip("0").rstrip(".")
    return ox.Literal("0" if digits == "-0" else digits, datatype=term("xsd:decimal"))


@lru_cache(maxsize=65536)
def integer(value: int) -> ox.Literal:
    """An xsd:integer."""
    return ox.Literal(str(value), datatype=term("xsd:integer"))


@lru_cache(maxsize=2)
def boolean(value: bool) -> ox.Literal:
    """An xsd:boolean."""
    return ox.Literal("true" if value else "false", datatype=term("xsd:boolean"))


def dates(iso: str) -> tuple[ox.Literal, ox.Literal] | None:
    """An ISO 8601 date as it is known (xsd:gYear, gYearMonth or date) and its first day; None where it is no date.

    >>> [literal.value for literal in dates("2016-03")]
    ['2016-03', '2016-03-01']
    """
    match = _ISO_DATE.fullmatch(iso.strip()[:10])
    if match is None:
        return None
    year, month, day = (int(part) if part else 0 for part in match.groups())
    try:
        first = date(year, month if match[2] else 1, day if match[3] else 1).isoformat()
    except ValueError:
        return None
    datatype, length = ("date", 10) if match[3] else ("gYearMonth", 7) if match[2] else ("gYear", 4)
    return ox.Literal(first[:length], datatype=term(f"xsd:{datatype}")), ox.Literal(first, datatype=term("xsd:date"))


class Settled:
    """Gives each thing of a shared graph one name and one class, the first that came.

    Articles call the same thing "Co Inc" and "Co Inc.", and recognisers take it for this and that; every query would
    show it twice.
    """

    def __init__(self, known: Iterable[ox.Quad] = ()) -> None:
        """Args: known: what the graph holds already."""
        self._names: dict[tuple[object, ox.NamedNode], object] = {}
        self._classes: dict[object, set[object]] = {}
        for quad in known:
            if quad.predicate in _NAMES:
                self._names.setdefault((quad.subject, quad.predicate), quad.object)
            elif quad.predicate == _TYPE:
                self._classes.setdefault(quad.subject, set()).add(quad.object)

    def settle(self, quads: Iterable[ox.Quad]) -> list[ox.Quad]:
        """The quads of one article for the graph: further names as `skos:altLabel`, without further classes."""
        given = list(quads)
        classes: dict[object, set[object]] = {}
        for quad in given:
            if quad.predicate == _TYPE:
                classes.setdefault(quad.subject, set()).add(quad.object)
        for subject, found in classes.items():
            self._classes.setdefault(subject, found)
        return [self._settled(quad) for quad in given if self._fits(quad)]

    def _fits(self, quad: ox.Quad) -> bool:
        return quad.predicate != _TYPE or quad.object in self._classes[quad.subject]

    def _settled(self, quad: ox.Quad) -> ox.Quad:
        key = (quad.subject, quad.predicate)
        if quad.predicate not in _NAMES or self._names.setdefault(key, quad.object) == quad.object:
            return quad
        return ox.Quad(quad.subject, term("skos:altLabel"), quad.object, quad.graph_name)


_NAMES = (term("rdfs:label"), term("skos:prefLabel"))
_TYPE = term("rdf:type")
