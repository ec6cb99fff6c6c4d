"""Answers of the engine as a page shows them: names in place of IRIs, links, numbers that are known as such."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import quote

from kb.iris import PREFIXES
from kb.settings import NAMESPACE
from kb.store.base import View
from kb.web.gathering import Kind
from kb.web.links import Links, qid_of
from kb.web.nodes import Nodes
from kb.web.tables import Tables
from kb.web.terms import short

Cell = dict[str, Any]
Binding = Mapping[str, Any]

_XSD = PREFIXES["xsd"]
NUMBERS = frozenset(
    f"{_XSD}{name}"
    for name in """integer decimal double float int long short byte nonNegativeInteger positiveInteger
    nonPositiveInteger negativeInteger unsignedInt unsignedLong unsignedShort unsignedByte""".split()
)
_KINDS = {"entity": Kind.ENTITY, "source": Kind.SOURCE, "proposition": Kind.PROPOSITION}
_SHOWN_KEY = 8  # letters of a key that is a hash
_HASH = re.compile(r"[0-9a-f]{16,}")
_LONG, _SHORT = 40, 13  # letters from which on a cell gets more room, and up to which it stays on a line


class Namer:
    """Knows what the IRIs of an answer are called and where they lead."""

    def __init__(self, links: Links, tables: Tables) -> None:
        self._links, self._tables = links, tables
        self._articles: dict[str, str] = {}

    def read(self, view: View, iris: Iterable[str]) -> None:
        """Look up the names that are in no table: headlines of articles.

        Raises:
            StoreError: the store could not answer.
        """
        articles = [iri for iri in iris if self._links.parts(iri)[0] == "article"]
        nodes = Nodes()
        nodes.fetch(view, articles)
        self._articles = {iri: nodes[iri].name for iri in articles if nodes[iri].name}

    def name(self, iri: str) -> str:
        """What the thing is called; "" where it is one of those that have no name."""
        kind, key = self._links.parts(iri)
        if iri in self._articles:
            return self._articles[iri]
        if kind in _KINDS:
            number = self._tables[_KINDS[kind]].find(iri)
            if number is not None:
                return self._tables[_KINDS[kind]].label(number)
        return "" if kind and _HASH.fullmatch(key) else self.text(iri)

    def text(self, iri: str) -> str:
        """The shortest text that tells an IRI from others."""
        kind, key = self._links.parts(iri)
        if kind:
            return f"{kind} {key[:_SHOWN_KEY] if _HASH.fullmatch(key) else key}"
        if iri.startswith(f"{self._links.base}graph/"):
            return iri.removeprefix(self._links.base)
        return short(iri) or iri

    def path(self, iri: str) -> str:
        """Where it is shown; "" where no link can be made of it."""
        if iri.startswith(NAMESPACE):
            return f"/ns#{quote(iri.removeprefix(NAMESPACE))}"
        if iri.startswith(f"{self._links.base}graph/"):
            return f"/{iri.removeprefix(self._links.base)}"
        found = self._links.path(iri)
        if found or qid_of(iri) is None:
            return found or (iri if iri.startswith(("https://", "http://")) else "")
        return f"https://www.wikidata.org/wiki/{qid_of(iri)}"

    def cell(self, value: Binding | None) -> Cell:
        """One value as the page's table has it."""
        if value is None:
            return {"text": "", "title": "", "href": "", "language": "", "sort": "", "class": ""}
        text, title, href = text_of(value), "", ""
        if value["type"] == "uri":
            title, href, text = text, self.path(text), self.name(text) or self.text(text)
        number = number_of(value)
        class_ = (
            "number" if number is not None else "long" if len(text) > _LONG else "short" if len(text) < _SHORT else ""
        )
        datatype = value.get("datatype", "")
        if datatype and number is None and datatype != f"{_XSD}string":
            title = short(datatype) or datatype
        sort = text if number is None else repr(number)
        return {
            "text": text,
            "title": title,
            "href": href,
            "language": value.get("xml:lang", ""),
            "sort": sort,
            "class": class_,
        }


def number_of(value: Binding) -> float | None:
    """The number a literal stands for; None where it is none."""
    if value["type"] not in ("literal", "typed-literal") or value.get("datatype") not in NUMBERS:
        return None
    try:
        number = float(value["value"])
    except ValueError:
        return None
    return number if math.isfinite(number) else None


def text_of(value: Binding) -> str:
    """A value in plain text, quoted triples included."""
    inner = value["value"]
    if isinstance(inner, Mapping):
        return f"<<( {' '.join(text_of(inner[part]) for part in ('subject', 'predicate', 'object'))} )>>"
    return f"_:{inner}" if value["type"] == "bnode" else str(inner)
