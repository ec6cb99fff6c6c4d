"""Names of all entities, folded for search: built once, rebuilt now and then, read by every search."""

from __future__ import annotations

import threading
import time
import unicodedata
from dataclasses import dataclass, field
from typing import Any

from kb.store.base import View
from kb.web.links import Links, is_qid, local_name, qid_of
from kb.web.nodes import select

# Letters that are not a letter and an accent to Unicode, but are to who types a name on another keyboard.
_PLAIN = str.maketrans({"ł": "l", "ø": "o", "đ": "d", "æ": "ae", "œ": "oe", "ı": "i", "ð": "d", "þ": "th"})
_KEEP = 300.0  # seconds after which the next search reads the names anew


@dataclass(slots=True)
class Entry:
    """One entity as search knows it. `names` are folded, the first is its label."""

    iri: str
    key: str
    label: str = ""
    qid: str | None = None
    types: list[str] = field(default_factory=list)
    aliases: list[str] = field(default_factory=list)
    names: list[str] = field(default_factory=list)
    held: int = 0
    towards: int = 0

    @property
    def stances(self) -> int:
        """How often it is a holder or a target: only for ranking and for a look at what there is."""
        return self.held + self.towards


def fold(text: str) -> str:
    """The text without case, accents, punctuation and double spaces, for comparison.

    >>> fold("  Núria  O’Brien-Šimić ")
    'nuria o brien simic'
    """
    plain = unicodedata.normalize("NFKD", text.casefold()).translate(_PLAIN)
    letters = (c if c.isalnum() else " " for c in plain if not unicodedata.combining(c))
    return " ".join("".join(letters).split())


class Index:
    """Search over the entities of a view."""

    def __init__(self, view: View, links: Links) -> None:
        self._view = view
        self._links = links
        self._entries: dict[str, Entry] = {}
        self._by_qid: dict[str, Entry] = {}
        self._read_at: float | None = None
        self._lock = threading.Lock()

    def refresh(self) -> None:
        """Read all names anew.

        Raises:
            StoreError: the store could not answer.
        """
        entries: dict[str, Entry] = {}

        def entry(iri: str) -> Entry | None:
            kind, key = self._links.parts(iri)
            return entries.setdefault(iri, Entry(iri, key)) if kind == "entity" else None

        for predicate in ("rdfs:label", "skos:altLabel"):
            for iri, name in select(self._view, f"SELECT ?e ?n WHERE {{ ?e {predicate} ?n }}", "e", "n"):
                found = entry(iri.value) if iri and name else None
                if found is not None and name is not None:
                    if predicate == "rdfs:label" and not found.label:
                        found.label = name.value
                    elif name.value not in (found.label, *found.aliases):
                        found.aliases.append(name.value)
        for iri, item in select(self._view, "SELECT ?e ?i WHERE { ?e skos:exactMatch ?i }", "e", "i"):
            if iri and item and iri.value in entries:
                entries[iri.value].qid = qid_of(item.value)
        for iri, kind in select(self._view, "SELECT ?e ?t WHERE { ?e rdfs:label ?n ; a ?t }", "e", "t"):
            if iri and kind and iri.value in entries and kind.value not in entries[iri.value].types:
                entries[iri.value].types.append(kind.value)
        for side, attribute in (("st:holder", "held"), ("st:target", "towards")):
            query = f"SELECT ?e (COUNT(DISTINCT ?s) AS ?n) WHERE {{ ?s {side} ?e ; a st:Stance }} GROUP BY ?e"
            for iri, number in select(self._view, query, "e", "n"):
                if iri and number and iri.value in entries:
                    setattr(entries[iri.value], attribute, int(number.value))
        for one in entries.values():
            one.names = [fold(name) for name in (one.label, *one.aliases)]
            one.types.sort()
        by_qid: dict[str, Entry] = {}
        for one in sorted(entries.values(), key=lambda e: (-e.stances, e.key)):
            if one.qid:
                by_qid.setdefault(one.qid, one)
        self._entries, self._by_qid, self._read_at = entries, by_qid, time.monotonic()

    def _current(self) -> dict[str, Entry]:
        old = self._read_at is None or time.monotonic() - self._read_at > _KEEP
        # Who comes while another thread reads takes the old names, but the very first has to wait for them.
        if old and self._lock.acquire(blocking=self._read_at is None):
            try:
                if self._read_at is None or time.monotonic() - self._read_at > _KEEP:
                    self.refresh()
            finally:
                self._lock.release()
        return self._entries

    def __len__(self) -> int:
        return len(self._current())

    def search(self, text: str, limit: int, offset: int = 0) -> tuple[list[Entry], int]:
        """Entities whose label or alias holds the text, and how many there are in all.

        The same name comes first, then names with a word that begins so, then any others; in each the entity with the
        most stances first. A QID finds its entity; no text lists all.

        Raises:
            StoreError: the store could not answer.
        """
        entries = self._current()
        wanted = fold(text)
        if is_qid(text.strip().upper()):
            item = self._by_qid.get(text.strip().upper())
            return ([item] if item and offset == 0 else []), int(item is not None)
        if text.strip() and not wanted:
            return [], 0
        ranked = []
        for entry in entries.values():
            rank = min((_rank(name, wanted) for name in entry.names), default=3)
            if rank < 3:
                ranked.append((rank, -entry.stances, entry.names[0], entry.key, entry))
        ranked.sort(key=lambda row: row[:4])
        return [row[4] for row in ranked[offset : offset + limit]], len(ranked)

    def resolve(self, text: str) -> str | None:
        """The IRI of the entity with that key, QID or IRI; None where there is none.

        Raises:
            StoreError: the store could not answer.
        """
        entries = self._current()
        if text in entries:
            return text
        if self._links.iri("entity", text) in entries:
            return self._links.iri("entity", text)
        qid = qid_of(text) or text.upper()
        return self._by_qid[qid].iri if qid in self._by_qid else None

    def called(self, name: str) -> list[str]:
        """The IRIs of all entities of which this is the label or an alias, whatever its case and accents.

        Raises:
            StoreError: the store could not answer.
        """
        wanted = fold(name)
        return sorted(entry.iri for entry in self._current().values() if wanted and wanted in entry.names)

    def as_row(self, entry: Entry) -> dict[str, Any]:
        """The entity as search shows it."""
        return {
            "id": entry.key,
            "iri": entry.iri,
            "page": self._links.path(entry.iri),
            "name": entry.label or entry.key,
            "qid": entry.qid,
            "types": sorted(map(local_name, entry.types)),
            "aliases": entry.aliases,
            "stances_held": entry.held,
            "stances_towards": entry.towards,
        }


def _rank(name: str, wanted: str) -> int:
    if name == wanted:
        return 0
    if f" {name}".find(f" {wanted}") >= 0:
        return 1
    return 2 if wanted in name else 3
