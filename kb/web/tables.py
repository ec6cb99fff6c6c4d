"""What is kept in memory of one version of the content: the names of things by kind, and the stances as columns."""

from __future__ import annotations

import time
from dataclasses import dataclass
from urllib.parse import quote

import numpy as np

from kb.store.base import View
from kb.web.gathering import Kind, gather
from kb.web.links import Links, is_qid, qid_of
from kb.web.nodes import select
from kb.web.recording import record
from kb.web.records import Records
from kb.web.rows import Row
from kb.web.things import Hit, Thing, Things

_ARTICLES = "SELECT (COUNT(DISTINCT ?a) AS ?n) WHERE { ?a st:textSha256 ?sha }"


@dataclass(frozen=True, slots=True)
class Tables:
    """What was read of one version of the content; nothing in it changes."""

    version: str
    links: Links
    things: dict[Kind, Things]
    outlets: list[Row]
    records: Records
    totals: dict[str, int]
    reading: float = 0.0  # seconds that the store took to answer
    making: float = 0.0  # seconds that the tables took

    def __getitem__(self, kind: Kind) -> Things:
        return self.things[kind]

    def find(self, kind: Kind, text: str) -> int | None:
        """The number of the thing of that kind with that key, QID or IRI."""
        things = self.things[kind]
        qid = qid_of(text) or text.strip().upper()
        found = things.with_qid(qid) if is_qid(qid) else None
        # Only an outlet is of a kind that its IRI does not name.
        for iri in (text, self.links.iri(kind, text), self.links.iri(Kind.ENTITY, text)):
            by_iri = things.find(iri)
            if by_iri is not None:
                return by_iri
        return found

    def outlets_called(self, text: str) -> list[Row]:
        """The outlets with a name that holds the text, the best match first; no text finds all.

        Each row has the outlet's name and addresses, `articles` and `utterances`, which count for the order.
        """
        if not text.strip():
            return self.outlets
        sources = self.things[Kind.SOURCE]
        rows = {sources.find(row["iri"]): row for row in self.outlets}
        only = np.zeros(len(sources), bool)
        only[[number for number in rows if number is not None]] = True
        found, _ = sources.search(text, len(self.outlets), only=only)
        return [rows[number] for number in found]

    def page(self, thing: Thing) -> str:
        """Where this service shows the thing."""
        if thing.kind is Kind.SOURCE:
            return f"/sources/{quote(thing.key, safe='')}"
        return self.links.path(thing.iri)

    def row(self, kind: Kind, number: int) -> Row:
        """The thing as lists show it."""
        thing = self.things[kind].thing(number)
        found: Row = {
            "id": thing.key,
            "iri": thing.iri,
            "page": self.page(thing),
            "name": thing.label,
            "qid": thing.qid,
            "types": thing.types,
            "description": thing.description,
            "aliases": thing.aliases,
        }
        if kind is Kind.ENTITY:
            found["stances_held"] = thing.held
        return {**found, "stances_towards": thing.towards}

    def completion(self, kind: Kind, hit: Hit) -> Row:
        """What was found, in little, for a box that completes names."""
        thing = self.things[kind].thing(hit.number)
        return {
            "name": thing.label,
            "matched": hit.matched,
            "kind": str(kind),
            "id": thing.key,
            "iri": thing.iri,
            "page": self.page(thing),
            "qid": thing.qid,
            "types": thing.types,
            "description": thing.description,
            "stances": thing.held + thing.towards,
        }


def build(view: View, links: Links, version: str = "") -> Tables:
    """The tables of what the view shows now.

    Args:
        version: of the content, for who looks at the tables later.

    Raises:
        StoreError: the store could not answer.
    """
    began = time.perf_counter()
    gathered, outlets = gather(view, links)
    records = record(view, links)
    articles = next((int(row[0].value) for row in select(view, _ARTICLES, "n") if row[0] is not None), 0)
    read = time.perf_counter()
    things = {kind: Things(kind, gathered.pop(kind), links) for kind in Kind}
    totals = {
        "stances": len(records),
        "articles": articles,
        "entities": len(things[Kind.ENTITY]),
        "propositions": len(things[Kind.PROPOSITION]),
        "outlets": sum(1 for row in outlets if row["utterances"]),
    }
    return Tables(version, links, things, outlets, records, totals, read - began, time.perf_counter() - read)
