"""Graphs as text in a fixed order: N-Quads, TriG, Turtle, JSON-LD. The same content gives the same bytes.

Writers of our own, because those of the libraries promise no order; the tests read their output back with the
libraries' parsers.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator
from functools import cache, lru_cache
from typing import Any

import pyoxigraph as ox

from kb import resources
from kb.errors import ResourceError
from kb.iris import PREFIXES
from kb.store.base import View

_RDF, _XSD = PREFIXES["rdf"], PREFIXES["xsd"]
_TYPE = f"{_RDF}type"
_PLAIN_LOCAL = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9_-]*[A-Za-z0-9])?")
_BASE = re.compile(r"(.*[/#])graph/")
_KINDS = """
    article attribution calibration comment entity link mention proposition review run software source stance utterance
"""
# Written as they are, without quotation marks and datatype.
_BARE = {
    f"{_XSD}integer": re.compile(r"[+-]?[0-9]+"),
    f"{_XSD}decimal": re.compile(r"[+-]?[0-9]*\.[0-9]+"),
    f"{_XSD}boolean": re.compile(r"true|false"),
}


def write_nquads(view: View, graphs: list[str]) -> Iterator[str]:
    """One line a quad."""
    for graph in graphs:
        yield from sorted(f"{quad} .\n" for quad in view.quads(graph))


def write_trig(view: View, graphs: list[str]) -> Iterator[str]:
    """One block a graph."""
    names = _Names(graphs)
    yield names.declarations()
    for graph in graphs:
        yield f"\n<{graph}> {{\n"
        yield from _subjects(view.quads(graph), names, "  ")
        yield "}\n"


def write_turtle(view: View, graphs: list[str]) -> Iterator[str]:
    """All graphs merged into one; which triple was in which is lost."""
    names = _Names(graphs)
    yield names.declarations() + "\n"
    yield from _subjects((quad for graph in graphs for quad in view.quads(graph)), names, "")


def write_jsonld(view: View, graphs: list[str]) -> Iterator[str]:
    """One named graph a graph, with the terms of `ontology/context.jsonld`, which is copied into the file."""
    yield '{"@context": ' + json.dumps(_context(), ensure_ascii=False) + ',\n"@graph": ['
    for n, graph in enumerate(graphs):
        members = _members(view.quads(graph))
        lines = ",\n".join(json.dumps(member, ensure_ascii=False) for member in members)
        yield ("," if n else "") + f'\n{{"@id": {json.dumps(graph)}, "@graph": [\n{lines}\n]}}'
    yield "\n]}\n"


def jsonld_document(triples: Iterable[ox.Triple]) -> str:
    """Triples without a graph, in the same form as `write_jsonld`: one object a subject, the context in it.

    Raises:
        ResourceError: the context is missing or broken.
    """
    return "".join(jsonld_pieces([triples]))


def jsonld_pieces(groups: Iterable[Iterable[ox.Triple]]) -> Iterator[str]:
    """The same, piece by piece: what is in a group is put together by subject, what is in several is not.

    Raises:
        ResourceError: the context is missing or broken.
    """
    yield '{"@context": ' + json.dumps(_context(), ensure_ascii=False) + ',\n"@graph": ['
    comma = "\n"
    for group in groups:
        for member in _members(group):
            yield comma + json.dumps(member, ensure_ascii=False)
            comma = ",\n"
    yield "\n]}\n"


def _members(triples: Iterable[ox.Triple | ox.Quad]) -> list[dict[str, Any]]:
    """One object a subject, with the names of the context."""
    context, terms = _context(), _terms()
    nodes: dict[str, dict[str, list[Any]]] = {}
    for triple in sorted(triples, key=str):
        node = nodes.setdefault(_identifier(triple.subject), {})
        predicate = triple.predicate.value
        if predicate == _TYPE and isinstance(triple.object, ox.NamedNode):
            node.setdefault("@type", []).append(_compacted(triple.object.value))
            continue
        name = terms.get(predicate) or _compacted(predicate)
        node.setdefault(name, []).append(_json_value(triple.object, context.get(name)))
    return [
        {"@id": subject, **{name: value[0] if len(value) == 1 else value for name, value in properties.items()}}
        for subject, properties in sorted(nodes.items())
    ]


Writer = Callable[[View, list[str]], Iterator[str]]
FORMATS: dict[str, Writer] = {
    "turtle": write_turtle,
    "trig": write_trig,
    "nquads": write_nquads,
    "jsonld": write_jsonld,
}


class _Names:
    """Prefixed names: those of the vocabularies, and one for each kind of IRI we mint, by the base the graphs show."""

    def __init__(self, graphs: Iterable[str]) -> None:
        self.prefixes = dict(PREFIXES)
        bases = {match[1] for match in map(_BASE.match, graphs) if match}
        if len(bases) == 1:
            base = bases.pop()
            self.prefixes.update({kind: f"{base}id/{kind}/" for kind in _KINDS.split()})
        self._by_base = {iri: prefix for prefix, iri in self.prefixes.items()}
        self.short = lru_cache(maxsize=4096)(self._short)

    def declarations(self) -> str:
        return "".join(f"@prefix {prefix}: <{iri}> .\n" for prefix, iri in sorted(self.prefixes.items()))

    def _short(self, iri: str) -> str:
        """The prefixed name where the rest of the IRI needs no escape, else the IRI in angle brackets."""
        at = max(iri.rfind("/"), iri.rfind("#")) + 1
        prefix = self._by_base.get(iri[:at])
        return f"{prefix}:{iri[at:]}" if prefix and _PLAIN_LOCAL.fullmatch(iri[at:]) else f"<{iri}>"

    def term(self, term: object) -> str:
        if isinstance(term, ox.NamedNode):
            return self.short(term.value)
        if not isinstance(term, ox.Literal) or term.language or term.datatype.value == f"{_XSD}string":
            return str(term)
        bare = _BARE.get(term.datatype.value)
        if bare and bare.fullmatch(term.value):
            return term.value
        return f"{ox.Literal(term.value)}^^{self.short(term.datatype.value)}"


def _subjects(quads: Iterable[ox.Quad], names: _Names, indent: str) -> Iterator[str]:
    """One sentence a subject, its classes first."""
    triples = sorted(
        {(str(q.subject), q.predicate.value != _TYPE, q.predicate.value, str(q.object)): q for q in quads}.items(),
        key=lambda item: item[0],
    )
    subject, predicate, text = "", "", ""
    for (this, _, verb, _), quad in triples:
        if this != subject:
            if text:
                yield f"{text} .\n"
            text = f"{indent}{names.term(quad.subject)} {_verb(verb, names)} {names.term(quad.object)}"
        elif verb != predicate:
            text += f" ;\n{indent}  {_verb(verb, names)} {names.term(quad.object)}"
        else:
            text += f" , {names.term(quad.object)}"
        subject, predicate = this, verb
    if text:
        yield f"{text} .\n"


def _verb(predicate: str, names: _Names) -> str:
    return "a" if predicate == _TYPE else names.short(predicate)


@cache
def _context() -> dict[str, Any]:
    path = resources.folder("ontology") / "context.jsonld"
    try:
        found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))["@context"]
    except (OSError, ValueError, KeyError) as error:
        raise ResourceError(f"{path} cannot be used ({error}); reinstall stancekb") from error
    return found


@cache
def _terms() -> dict[str, str]:
    """The names of the context by the IRIs they stand for."""
    return {_expanded(value["@id"]): name for name, value in _context().items() if isinstance(value, dict)}


def _expanded(name: str) -> str:
    prefix, _, local = name.partition(":")
    return PREFIXES[prefix] + local


def _compacted(iri: str) -> str:
    for prefix, base in PREFIXES.items():
        if iri.startswith(base) and _PLAIN_LOCAL.fullmatch(iri[len(base) :]):
            return f"{prefix}:{iri[len(base) :]}"
    return iri


def _identifier(node: object) -> str:
    return node.value if isinstance(node, ox.NamedNode) else str(node)


def _json_value(value: object, definition: dict[str, str] | None) -> str | dict[str, str]:
    """The value, without the type that the context gives to it."""
    given = (definition or {}).get("@type", "")
    if not isinstance(value, ox.Literal):
        iri = _compacted(_identifier(value))
        return iri if given == "@id" else {"@id": iri}
    if value.language:
        return {"@value": value.value, "@language": value.language}
    datatype = value.datatype.value
    if given:
        as_given = given != "@id" and _expanded(given) == datatype
        return value.value if as_given else {"@value": value.value, "@type": _compacted(datatype)}
    return value.value if datatype == f"{_XSD}string" else {"@value": value.value, "@type": _compacted(datatype)}
