"""What the editor of queries completes: prefixes, keywords, functions, and terms with what they mean."""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path
from typing import Any

import pyoxigraph as ox

from kb import queries, resources
from kb.errors import ResourceError
from kb.iris import PREFIXES
from kb.settings import NAMESPACE
from kb.store.sparql import tokens
from kb.web import vocabulary

KEYWORDS = """
    ADD AS ASC ASK BASE BIND BY CONSTRUCT DESC DESCRIBE DISTINCT EXISTS FILTER FROM GRAPH GROUP HAVING IN LIMIT MINUS
    NAMED NOT OFFSET OPTIONAL ORDER PREFIX REDUCED SELECT UNDEF UNION VALUES WHERE
""".split()
FUNCTIONS = """
    ABS AVG BNODE BOUND CEIL COALESCE CONCAT CONTAINS COUNT DATATYPE DAY ENCODE_FOR_URI FLOOR GROUP_CONCAT HOURS IF IRI
    isBLANK isIRI isLITERAL isNUMERIC isURI LANG LANGMATCHES LCASE MAX MD5 MIN MINUTES MONTH NOW RAND REGEX REPLACE
    ROUND SAMPLE sameTerm SECONDS SHA1 SHA256 SHA384 SHA512 STR STRAFTER STRBEFORE STRDT STRENDS STRLANG STRLEN
    STRSTARTS STRUUID SUBSTR SUM TIMEZONE TZ UCASE URI UUID YEAR
""".split()

_SHACL = "http://www.w3.org/ns/shacl#"
_LOCAL = re.compile(r"[A-Za-z]\w*")


@cache
def document() -> dict[str, Any]:
    """Everything but the names of entities, which `/complete` finds.

    Raises:
        ResourceError: a file of the ontology or a query is missing or broken.
    """
    ours = [
        {
            "name": f"st:{term.name}",
            "kind": "class" if term.kind == "Class" else "property" if term.kind.endswith("Property") else "value",
            "label": term.label,
            "definition": " ".join(f"{term.definition} {term.comment}".split()),
        }
        for term in vocabulary.terms()
        if _LOCAL.fullmatch(term.name)
    ]
    others = [
        {"name": name, "kind": _kind(name), "label": "", "definition": ""}
        for name in sorted(_of_context() | _of_data() | _of_queries())
        if not name.startswith("st:")
    ]
    return {
        "prefixes": [{"name": name, "iri": iri} for name, iri in PREFIXES.items()],
        "terms": [*ours, *others],
        "keywords": KEYWORDS,
        "functions": FUNCTIONS,
    }


def short(iri: str) -> str:
    """The IRI as a prefixed name that can stand in a query; "" where it has none.

    >>> short("http://www.w3.org/ns/oa#exact"), short("http://www.w3.org/ns/oa#a/b")
    ('oa:exact', '')
    """
    for prefix, start in sorted(PREFIXES.items(), key=lambda pair: -len(pair[1])):
        if iri.startswith(start) and re.fullmatch(r"\w+(?:-\w+)*", iri[len(start) :], re.ASCII):
            return f"{prefix}:{iri[len(start) :]}"
    return ""


def _kind(name: str) -> str:
    """What a term of another vocabulary is, by how such names are spelt."""
    prefix, _, local = name.partition(":")
    if prefix == "xsd":
        return "datatype"
    return "class" if local[:1].isupper() and prefix not in ("p", "ps", "pq", "wdt") else "property"


def _of_context() -> set[str]:
    """The names that our JSON-LD gives to properties."""
    context = json.loads(vocabulary.context())["@context"]
    found = {value["@id"] for value in context.values() if isinstance(value, dict)}
    found |= {value["@type"] for value in context.values() if isinstance(value, dict) and ":" in value.get("@type", "")}
    return {name for name in found if name.partition(":")[0] in PREFIXES}


def _of_data() -> set[str]:
    """Classes and properties that our shapes speak of, and those of the data that they are tried with."""
    folder = resources.folder("ontology")
    found = {quad.object for quad in _quads(folder / "shapes.ttl")}
    for path in sorted((folder / "examples").iterdir()):
        for quad in _quads(path):
            found.add(quad.predicate)
            if quad.predicate.value == f"{PREFIXES['rdf']}type":
                found.add(quad.object)
    iris = {node.value for node in found if isinstance(node, ox.NamedNode)}
    return {name for iri in iris if not iri.startswith((_SHACL, NAMESPACE)) and (name := short(iri))}


def _quads(path: Path) -> list[ox.Quad]:
    try:
        return list(ox.parse(path=path))
    except (OSError, SyntaxError, ValueError) as error:
        raise ResourceError(f"{path} cannot be used ({error}); reinstall stancekb") from error


def _of_queries() -> set[str]:
    """Terms of other vocabularies that the questions use."""
    found = set()
    for query in queries.list_queries():
        for token in tokens(query.text):
            prefix, _, name = token.text.partition(":")
            if token.kind == "word" and prefix in PREFIXES and _LOCAL.fullmatch(name):
                found.add(token.text)
    return found
