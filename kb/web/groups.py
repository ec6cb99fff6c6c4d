"""Groups of holders by facts of Wikidata: those of a party, of a country, of an office, or in it at the time."""

from __future__ import annotations

import calendar
import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pyoxigraph as ox

from kb.errors import UsageError
from kb.iris import PREFIXES
from kb.store.base import Term, View
from kb.web.gathering import Kind
from kb.web.links import is_qid, qid_of
from kb.web.nodes import select, values
from kb.web.pictures.picture import stances
from kb.web.problems import not_found
from kb.web.records import NO_DAY, Mask, Records
from kb.web.tables import Tables

#: What holders can be put together by, and the property of Wikidata that says so.
BY = {"party": "P102", "country": "P27", "office": "P39"}
#: Those whose facts have a first and a last day.
DATED = ("party", "office")

Span = tuple[str, str]  # ISO dates of any precision, "" where not known
_DATE = re.compile(r"\d{4}(-\d\d){0,2}")
_LONGEST = 5_000  # members that are looked at


@dataclass(frozen=True, slots=True)
class Group:
    """Everybody of whom Wikidata says the same.

    Attributes:
        by: key of `BY`.
        qid: of the party, country or office.
        name: of the same.
        during: only what was said while it was so.
        members: their IRIs, each with the times in which it was so.
    """

    by: str
    qid: str
    name: str
    during: bool
    members: Mapping[str, list[Span]]

    def behind(self, given: Mapping[str, str], **more: object) -> str:
        """Where the stances behind a number are, for specifications: in /stances where that can tell them apart.

        Args:
            given, more: parameters of /stances, see `kb.web.pictures.picture.stances`.
        """
        if "holder" in more and not self.during:
            return stances(given, **more)
        own = {"by": self.by, "value": self.qid, "during": "true" if self.during else ""}
        address = stances({name: value for name, value in own.items() if value} | dict(given), **more)
        return address.replace("/stances?", "/groups?", 1)

    def mask(self, records: Records) -> Mask:
        """Which stances the members hold; with `during`, in the times in which they were members."""
        if not self.during:
            return np.isin(records.holder, [records.node(iri) for iri in self.members])
        mask = np.zeros(len(records), bool)
        for iri, spans in self.members.items():
            held = (records.holder == records.node(iri)) & (records.day != NO_DAY)
            for began, ended in spans:
                within = held.copy()
                if began:
                    within &= records.day >= _day(began, last=False)
                if ended:
                    within &= records.day <= _day(ended, last=True)
                mask |= within
        return mask

    def pattern(self) -> str:
        """The same in SPARQL, from ?holder and ?s."""
        value, name = f"wd:{self.qid}", BY[self.by]
        if not self.during:
            return f"?holder skos:exactMatch ?item . ?item wdt:{name} {value} ."
        # Days, months and years side by side: as text, and "~" sorts after every day of a year or month.
        return f"""?s st:sortDate ?said_on .
  FILTER EXISTS {{
    ?holder skos:exactMatch ?item . ?item p:{name} ?fact . ?fact ps:{name} {value} .
    OPTIONAL {{ ?fact pq:P580 ?began }}
    OPTIONAL {{ ?fact pq:P582 ?ended }}
    FILTER(BOUND(?began) || BOUND(?ended))
    FILTER(!BOUND(?began) || STR(?began) <= CONCAT(STR(?said_on), "~"))
    FILTER(!BOUND(?ended) || STR(?said_on) <= CONCAT(STR(?ended), "~"))
  }}"""


@dataclass(frozen=True, slots=True)
class Value:
    """A party, country or office that members of the base have.

    Attributes:
        members: entities of the base.
        utterances: that they hold.
    """

    qid: str
    name: str
    members: int
    utterances: int


def checked_by(by: str) -> str:
    """The property of Wikidata.

    Raises:
        UsageError: nothing can be grouped so.
    """
    if by not in BY:
        raise UsageError(f"by: {by!r} is nothing to group by; use one of: {', '.join(BY)}")
    return BY[by]


def list_values(view: View, records: Records, by: str, mask: Mask) -> list[Value]:
    """The values that holders of the stances of a mask have, those whose members said the most first.

    Raises:
        UsageError: nothing can be grouped so.
        StoreError: the store could not answer.
    """
    direct = f"<{PREFIXES['wdt']}{checked_by(by)}>"
    rows = np.flatnonzero(mask & (records.holder >= 0))
    pairs = np.unique(np.stack([records.holder[rows], records.utterance[rows]], axis=1), axis=0)
    nodes, starts = np.unique(pairs[:, 0], return_index=True)
    said = dict(zip(nodes.tolist(), np.split(pairs[:, 1], starts[1:]), strict=True)) if len(rows) else {}
    members: dict[str, set[int]] = {}
    query = f"SELECT DISTINCT ?v ?e WHERE {{ ?item {direct} ?v . ?e skos:exactMatch ?item }}"
    for value, entity in select(view, query, "v", "e"):
        if value is not None and entity is not None:
            node = records.node(entity.value)
            if node in said:
                members.setdefault(value.value, set()).add(node)
    utterances: Counter[str] = Counter()
    for iri, of_value in members.items():
        # Not added up: two members may be said to hold something in the same words.
        utterances[iri] = len(np.unique(np.concatenate([said[node] for node in of_value])))
    names = _names(view, list(members))
    found = [
        Value(qid, names.get(iri, qid), len(of_value), utterances[iri])
        for iri, of_value in members.items()
        if (qid := qid_of(iri))
    ]
    return sorted(found, key=lambda value: (-value.utterances, -value.members, value.name, value.qid))


def read_group(view: View, tables: Tables, params: Mapping[str, str]) -> Group:
    """The group that parameters name: `by`, `value` (a QID or a name), and `during`.

    Raises:
        UsageError: nothing can be grouped so, or a value is missing.
        ProblemError: nobody in the base has the value.
        StoreError: the store could not answer.
    """
    by, value, during = params.get("by") or "party", params.get("value", "").strip(), params.get("during") == "true"
    name = checked_by(by)
    if during and by not in DATED:
        raise UsageError(f"during: no days are known for {by}; use it with one of: {', '.join(DATED)}")
    qid = value.upper() if is_qid(value.upper()) else _called(view, tables, name, value)
    members: dict[str, list[Span]] = {}
    if not during:
        query = f"SELECT DISTINCT ?e WHERE {{ ?item wdt:{name} wd:{qid} . ?e skos:exactMatch ?item }} LIMIT {_LONGEST}"
        members = {row[0].value: [] for row in select(view, query, "e") if row[0] is not None}
    else:
        query = f"""SELECT DISTINCT ?e ?fact ?began ?ended WHERE {{
            ?item p:{name} ?fact . ?fact ps:{name} wd:{qid} . ?e skos:exactMatch ?item
            OPTIONAL {{ ?fact pq:P580 ?began }} OPTIONAL {{ ?fact pq:P582 ?ended }}
            FILTER(BOUND(?began) || BOUND(?ended)) }} LIMIT {_LONGEST}"""
        for entity, began, ended in select(view, query, "e", "began", "ended"):
            if entity is not None:
                span = (_date(began), _date(ended))
                members.setdefault(entity.value, []).append(span)
    if not members:
        step = f"See /groups?by={by} for those that somebody in the base has."
        raise not_found(f"{by} with members in the base: (parameter value)", value, step)
    iri = f"{PREFIXES['wd']}{qid}"
    return Group(by, qid, _names(view, [iri]).get(iri, qid), during, members)


def _called(view: View, tables: Tables, name: str, text: str) -> str:
    """The QID of the value of that name."""
    if not text:
        raise UsageError("value: it is missing; give the QID or the name of a party, country or office")
    known = tables.find(Kind.ENTITY, text)
    thing = tables[Kind.ENTITY].thing(known) if known is not None else None
    if thing is not None and thing.qid:
        return thing.qid
    query = f"SELECT DISTINCT ?v WHERE {{ ?item wdt:{name} ?v . ?v rdfs:label ?n . FILTER(LCASE(STR(?n)) = ?wanted) }}"
    bound = {"wanted": ox.Literal(text.lower())}
    found = sorted(
        {qid for row in select(view, query, "v", bindings=bound) if row[0] and (qid := qid_of(row[0].value))}
    )
    if not found:
        called = [tables[Kind.ENTITY].thing(number).qid for number in tables[Kind.ENTITY].called(text)]
        found = sorted({qid for qid in called if qid})
    if len(found) > 1:
        raise UsageError(f"value: {text!r} is the name of {len(found)} items; give one of: {', '.join(found)}")
    if not found:
        raise not_found("value (parameter value)", text, "Give a QID, or a name from /groups.")
    return found[0]


def _names(view: View, iris: list[str]) -> dict[str, str]:
    """What items are called, in English where there is a choice; by the item's label or that of the entity linked."""
    found: dict[str, tuple[bool, str]] = {}
    for start in range(0, len(iris), 500):
        block = values("v", iris[start : start + 500])
        query = (
            f"SELECT ?v ?n WHERE {{ {block} {{ ?v rdfs:label ?n }} UNION {{ ?e skos:exactMatch ?v ; rdfs:label ?n }} }}"
        )
        for iri, name in select(view, query, "v", "n"):
            if iri is not None and name is not None:
                choice = (getattr(name, "language", None) != "en", name.value)
                found[iri.value] = min(choice, found.get(iri.value, choice))
    return {iri: name for iri, (_, name) in found.items()}


def _date(term: Term | None) -> str:
    return term.value if term is not None and _DATE.fullmatch(term.value) else ""


def _day(text: str, last: bool) -> int:
    """The first or the last day of an ISO date of any precision, in days from 1970-01-01."""
    year, month, day = ([int(part) for part in text.split("-")] + [0, 0])[:3]
    month = month or (12 if last else 1)
    day = day or (calendar.monthrange(year, month)[1] if last else 1)
    return int(np.datetime64(f"{year:04}-{month:02}-{day:02}", "D").astype(int))
