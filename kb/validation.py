"""Checks data against the shapes (`ontology/shapes.ttl`): SHACL Core by pySHACL, its SPARQL constraints by the store.

pySHACL asks a SPARQL constraint once for each node; the store answers it for all nodes at once, which took a base of 30
stances from 6 seconds to half a second. The shapes stay plain SHACL, for any validator to use.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache

import pyoxigraph as ox
import pyshacl
import rdflib
from rdflib.namespace import RDF, SH

from kb import resources
from kb.errors import ResourceError
from kb.store.base import View
from kb.store.embedded import EmbeddedStore

_CHUNK = 20_000  # quads that pySHACL is given at once
_OWNED = re.compile(r"(.*[/#]graph/)(?:article|restricted)/(.+)")
_NOWHERE = ox.NamedNode("urn:x-stancekb:default")
_TARGETS = {SH.targetClass: "?this a <{}>", SH.targetSubjectsOf: "?this <{}> []", SH.targetObjectsOf: "[] <{}> ?this"}


@dataclass(frozen=True, order=True, slots=True)
class Result:
    """One thing that is wrong. `severity` is "violation" or "warning", `shape` a local name such as "StanceShape",
    `focus` the IRI of the node, `path` the property in question or ""."""

    severity: str
    shape: str
    focus: str
    message: str
    path: str = ""


@dataclass(frozen=True, slots=True)
class Report:
    """All that is wrong, violations first."""

    results: tuple[Result, ...]

    @property
    def conforms(self) -> bool:
        """Whether there is no violation; warnings are allowed."""
        return all(result.severity != "violation" for result in self.results)


def validate(data: View | Iterable[ox.Quad]) -> Report:
    """Check a store, or quads, against all shapes.

    Raises:
        ResourceError: the shapes are missing or broken.
        StoreError: the store could not answer.
    """
    if not isinstance(data, View):
        memory = EmbeddedStore.in_memory()
        memory.load(_named(quad) for quad in data)
        data = memory
    shapes = _shapes()
    found = {result for rule in shapes.rules for result in rule.check(data)}
    for chunk in _chunks(data):
        found.update(shapes.check(chunk))
    return Report(tuple(sorted(found)))


@dataclass(frozen=True, slots=True)
class _Rule:
    """A SPARQL constraint for all nodes of its shape's targets."""

    shape: str
    severity: str
    message: str
    query: str

    def check(self, view: View) -> Iterator[Result]:
        answer = view.query(self.query)
        assert isinstance(answer, ox.QuerySolutions)
        for row in answer:
            focus = row["this"]
            assert isinstance(focus, ox.NamedNode | ox.BlankNode)
            yield Result(self.severity, self.shape, focus.value, self.message)


class _Shapes:
    def __init__(self, graph: rdflib.Graph) -> None:
        self.rules = tuple(_rules(graph))
        graph.remove((None, SH.sparql, None))
        self.graph = graph
        self.owners: dict[rdflib.term.Node, str] = {}
        for shape in graph.subjects(RDF.type, SH.NodeShape):
            self._own(shape, _local(shape))

    def _own(self, node: rdflib.term.Node, owner: str) -> None:
        """Note to which named shape a node belongs, and all blank nodes below it."""
        self.owners[node] = owner
        for value in self.graph.objects(node):
            if isinstance(value, rdflib.BNode) and value not in self.owners:
                self._own(value, owner)

    def check(self, chunk: rdflib.Graph) -> Iterator[Result]:
        _, report, _ = pyshacl.validate(chunk, shacl_graph=self.graph, inplace=True)
        assert isinstance(report, rdflib.Graph)
        for result in report.subjects(RDF.type, SH.ValidationResult):
            source = report.value(result, SH.sourceShape)
            owner = self.owners.get(source, "") if source is not None else ""
            severity = report.value(result, SH.resultSeverity)
            path = report.value(result, SH.resultPath)
            yield Result(
                "violation" if severity == SH.Violation else "warning",
                owner,
                str(report.value(result, SH.focusNode)),
                " ".join(str(report.value(result, SH.resultMessage)).split()),
                str(path) if isinstance(path, rdflib.URIRef) else "",
            )


@cache
def _shapes() -> _Shapes:
    path = resources.folder("ontology") / "shapes.ttl"
    try:
        return _Shapes(rdflib.Graph().parse(path))
    except Exception as error:  # rdflib's parsers raise errors of many kinds
        raise ResourceError(f"{path} cannot be used ({error}); reinstall stancekb") from error


def _rules(graph: rdflib.Graph) -> Iterator[_Rule]:
    prefixes = "".join(
        f"PREFIX {graph.value(node, SH.prefix)}: <{graph.value(node, SH.namespace)}>\n"
        for node in graph.objects(None, SH.declare)
    )
    for shape, constraint in graph.subject_objects(SH.sparql):
        targets = [pattern.format(value) for kind, pattern in _TARGETS.items() for value in graph.objects(shape, kind)]
        target = " UNION ".join(f"{{ {pattern} }}" for pattern in sorted(targets))
        query = f"{prefixes}SELECT DISTINCT ?this WHERE {{ {target} {{ {graph.value(constraint, SH.select)} }} }}"
        warning = graph.value(shape, SH.severity) == SH.Warning
        message = str(graph.value(constraint, SH.message))
        yield _Rule(_local(shape), "warning" if warning else "violation", message, query)


def _local(shape: rdflib.term.Node) -> str:
    return str(shape).rpartition("#")[2]


def _named(quad: ox.Quad) -> ox.Quad:
    if isinstance(quad.graph_name, ox.NamedNode):
        return quad
    return ox.Quad(quad.subject, quad.predicate, quad.object, _NOWHERE)


def _chunks(view: View) -> Iterator[rdflib.Graph]:
    """The data in pieces that hold whole articles with what they refer to in the shared graphs."""
    owned: dict[str, list[str]] = {}
    shared: dict[object, list[ox.Quad]] = {}
    for graph in view.graphs():
        match = _OWNED.fullmatch(graph)
        if match:
            owned.setdefault(match[1] + match[2], []).append(graph)
        else:
            for quad in view.quads(graph):
                shared.setdefault(quad.subject, []).append(quad)
    seen: set[object] = set()
    chunk: list[ox.Quad] = []
    for graphs in owned.values():
        chunk.extend(quad for graph in graphs for quad in view.quads(graph))
        if len(chunk) >= _CHUNK:
            yield _with_shared(chunk, shared, seen)
            chunk = []
    yield _with_shared(chunk, shared, seen)
    chunk = []
    for subject in [s for s in shared if s not in seen]:
        chunk.extend(shared[subject])
        if len(chunk) >= _CHUNK:
            yield _with_shared(chunk, shared, seen)
            chunk = []
    yield _with_shared(chunk, shared, seen)


def _with_shared(chunk: list[ox.Quad], shared: dict[object, list[ox.Quad]], seen: set[object]) -> rdflib.Graph:
    graph = rdflib.Graph()
    here: set[object] = set()
    waiting = list(chunk)
    while waiting:
        quad = waiting.pop()
        graph.add((_term(quad.subject), rdflib.URIRef(quad.predicate.value), _term(quad.object)))
        for node in (quad.subject, quad.object):
            if node in shared and node not in here:
                here.add(node)
                waiting.extend(shared[node])
    seen.update(here)
    return graph


def _term(term: object) -> rdflib.term.Identifier:
    if isinstance(term, ox.NamedNode):
        return rdflib.URIRef(term.value)
    if isinstance(term, ox.BlankNode):
        return rdflib.BNode(term.value)
    assert isinstance(term, ox.Literal)
    if term.language:
        return rdflib.Literal(term.value, lang=term.language)
    return rdflib.Literal(term.value, datatype=rdflib.URIRef(term.datatype.value), normalize=False)
