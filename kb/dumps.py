"""The whole base as a file: N-Quads, TriG, Turtle or JSON-LD. The same content gives the same bytes.

Our own small writers instead of the libraries', because none of those promises an order; what they read back is tested.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import pyoxigraph as ox

from kb.errors import InputError, UnknownName
from kb.iris import PREFIXES
from kb.store.base import Store, View
from kb.store.public import is_restricted

_TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
_STRING = "http://www.w3.org/2001/XMLSchema#string"
_SUFFIXES = {
    ".nq": ox.RdfFormat.N_QUADS,
    ".nt": ox.RdfFormat.N_TRIPLES,
    ".trig": ox.RdfFormat.TRIG,
    ".ttl": ox.RdfFormat.TURTLE,
    ".jsonld": ox.RdfFormat.JSON_LD,
}
_NAMES = sorted(((iri, prefix) for prefix, iri in PREFIXES.items()), key=lambda p: -len(p[0]))


def export(view: View, format: str, public: bool = True) -> Iterator[bytes]:
    """The content in pieces, in a fixed order.

    Args:
        view: what to write; with `public`, its restricted graphs (comments, full texts) are left out.
        format: turtle (graphs merged), trig, nquads or jsonld.

    Raises:
        UnknownName: no such format.
    """
    if format not in FORMATS:
        raise UnknownName(f"format {format!r} is unknown; use one of {', '.join(FORMATS)}")
    graphs = [g for g in view.graphs() if not (public and is_restricted(g))]
    for text in FORMATS[format](view, graphs):
        yield text.encode()


def _nquads(view: View, graphs: list[str]) -> Iterator[str]:
    for graph in graphs:
        yield from sorted(f"{quad} .\n" for quad in view.quads(graph))


def _trig(view: View, graphs: list[str]) -> Iterator[str]:
    yield _prefix_lines()
    for graph in graphs:
        yield f"\n<{graph}> {{\n"
        yield from _subjects(view.quads(graph), "  ")
        yield "}\n"


def _turtle(view: View, graphs: list[str]) -> Iterator[str]:
    yield _prefix_lines()
    yield "\n"
    yield from _subjects((quad for graph in graphs for quad in view.quads(graph)), "")


def _prefix_lines() -> str:
    return "".join(f"@prefix {prefix}: <{iri}> .\n" for prefix, iri in sorted(PREFIXES.items()))


def _subjects(quads: Iterable[ox.Quad], indent: str) -> Iterator[str]:
    triples = sorted({(str(q.subject), q.predicate.value, _term(q.object)) for q in quads})
    at = 0
    while at < len(triples):
        subject = triples[at][0]
        lines: list[str] = []
        while at < len(triples) and triples[at][0] == subject:
            predicate = triples[at][1]
            objects: list[str] = []
            while at < len(triples) and triples[at][:2] == (subject, predicate):
                objects.append(triples[at][2])
                at += 1
            lines.append(f"{'a' if predicate == _TYPE else _short(predicate)} {', '.join(objects)}")
        yield f"{indent}{_short(subject[1:-1])} " + f" ;\n{indent}  ".join(lines) + " .\n"


def _term(term: object) -> str:
    if isinstance(term, ox.NamedNode):
        return _short(term.value)
    assert isinstance(term, ox.Literal)
    if term.language or term.datatype.value == _STRING:
        return str(term)
    value = str(ox.Literal(term.value))
    return f"{value}^^{_short(term.datatype.value)}"


def _short(iri: str) -> str:
    """The prefixed name where the rest of the IRI is plain enough to need no escape, else the IRI in brackets."""
    for base, prefix in _NAMES:
        if iri.startswith(base):
            rest = iri[len(base) :]
            if rest and rest.isascii() and rest.replace("_", "").replace("-", "").isalnum() and rest[0] != "-":
                return f"{prefix}:{rest}"
    return f"<{iri}>"


def _jsonld(view: View, graphs: list[str]) -> Iterator[str]:
    yield '{"@context": ' + json.dumps(PREFIXES, sort_keys=True, ensure_ascii=False) + ', "@graph": ['
    for n, graph in enumerate(graphs):
        nodes: dict[str, dict[str, list[object]]] = {}
        for quad in sorted(view.quads(graph), key=str):
            assert not isinstance(quad.subject, ox.Triple)
            node = nodes.setdefault(quad.subject.value, {})
            if quad.predicate.value == _TYPE and isinstance(quad.object, ox.NamedNode):
                node.setdefault("@type", []).append(_compact(quad.object.value))
            else:
                node.setdefault(_compact(quad.predicate.value), []).append(_json_value(quad.object))
        members = [{"@id": subject, **properties} for subject, properties in sorted(nodes.items())]
        yield ("" if n == 0 else ",") + "\n" + json.dumps({"@id": graph, "@graph": members}, ensure_ascii=False)
    yield "\n]}\n"


def _compact(iri: str) -> str:
    short = _short(iri)
    return iri if short.startswith("<") else short


def _json_value(term: object) -> dict[str, str]:
    if isinstance(term, ox.NamedNode):
        return {"@id": term.value}
    assert isinstance(term, ox.Literal)
    if term.language:
        return {"@value": term.value, "@language": term.language}
    if term.datatype.value == _STRING:
        return {"@value": term.value}
    return {"@value": term.value, "@type": _compact(term.datatype.value)}


FORMATS: dict[str, Callable[[View, list[str]], Iterator[str]]] = {
    "turtle": _turtle,
    "trig": _trig,
    "nquads": _nquads,
    "jsonld": _jsonld,
}


def load_dump(path: str | Path, store: Store) -> int:
    """Add the quads of a dump (.nq .nt .trig .ttl .jsonld, each also with .gz) to the store; returns how many.

    Raises:
        InputError: the file is missing, of an unknown kind, or broken; the store is as it was.
    """
    path = Path(path)
    name = path.name.removesuffix(".gz")
    format = _SUFFIXES.get(Path(name).suffix)
    if format is None:
        raise InputError(str(path), "no dump by its name", f"name it with one of {', '.join(_SUFFIXES)}, also .gz")
    try:
        content = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
        quads = list(ox.parse(content, format=format))
    except OSError as error:
        raise InputError(str(path), f"cannot be read ({error.strerror or error})", "check the path") from error
    except SyntaxError as error:
        raise InputError(
            str(path), f"line {error.lineno} does not parse ({error.msg})", "mend or fetch it again"
        ) from error
    return store.load(quads)
