"""The vocabulary as it ships: its triples, and its terms for people."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import pyoxigraph as ox

from kb import resources
from kb.errors import ResourceError
from kb.iris import PREFIXES
from kb.settings import NAMESPACE

#: The IRI of the vocabulary; its terms are fragments of it.
ONTOLOGY = NAMESPACE.removesuffix("#")
_LABEL, _COMMENT = PREFIXES["rdfs"] + "label", PREFIXES["rdfs"] + "comment"
_DEFINITION, _TYPE = PREFIXES["skos"] + "definition", PREFIXES["rdf"] + "type"
_VERSION = "http://www.w3.org/2002/07/owl#versionInfo"


@dataclass(frozen=True, slots=True)
class Term:
    """A class, a property or a value. `name` is the part of its IRI behind the #."""

    name: str
    kind: str
    label: str
    definition: str
    comment: str


@cache
def triples() -> tuple[ox.Triple, ...]:
    """All triples of `ontology/stance.ttl`, in a fixed order.

    Raises:
        ResourceError: the file is missing or broken.
    """
    path = resources.folder("ontology") / "stance.ttl"
    try:
        found = {quad.triple for quad in ox.parse(path=path, format=ox.RdfFormat.TURTLE)}
    except (OSError, SyntaxError) as error:
        raise ResourceError(f"{path} cannot be used ({error}); reinstall stancekb") from error
    return tuple(sorted(found, key=str))


@cache
def terms() -> tuple[Term, ...]:
    """The terms by name; raises as `triples`."""
    texts: dict[str, dict[str, str]] = {}
    for triple in triples():
        subject, value = triple.subject, triple.object
        if isinstance(subject, ox.NamedNode) and isinstance(value, ox.NamedNode | ox.Literal):
            name = subject.value.removeprefix(NAMESPACE)
            if name != subject.value:
                texts.setdefault(name, {}).setdefault(triple.predicate.value, value.value)
    return tuple(
        Term(
            name,
            found.get(_TYPE, "").rpartition("#")[2],
            found.get(_LABEL, name),
            found.get(_DEFINITION, ""),
            found.get(_COMMENT, ""),
        )
        for name, found in sorted(texts.items())
    )


@cache
def version() -> str:
    """The vocabulary's own version; raises as `triples`."""
    return next(
        (t.object.value for t in triples() if t.predicate.value == _VERSION and isinstance(t.object, ox.Literal)), ""
    )


@cache
def context() -> bytes:
    """The JSON-LD context, as its file is.

    Raises:
        ResourceError: the file is missing.
    """
    path = resources.folder("ontology") / "context.jsonld"
    try:
        return path.read_bytes()
    except OSError as error:
        raise ResourceError(f"{path} cannot be used ({error}); reinstall stancekb") from error
