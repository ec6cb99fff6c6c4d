"""Lists and counts of stances by filter. Counts are of utterances by original outlet: republished text is one voice."""

from __future__ import annotations

import calendar
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pyoxigraph as ox

from kb.errors import UsageError
from kb.model import Polarity
from kb.settings import NAMESPACE as ST
from kb.store.base import Term, View
from kb.web.nodes import select

_XSD = "http://www.w3.org/2001/XMLSchema#"
#: A stance is taken back by its own status or by a review's. MINUS finds these few once; a FILTER NOT EXISTS asks it
#: of each stance: 79 ms against 2.9 s to count 100,000.
NOT_GONE = """MINUS {
    VALUES ?gone { st:Retracted st:Superseded }
    { ?s st:status ?gone } UNION { ?review st:reviews ?s ; st:status ?gone }
}"""
_ALL = "?s a st:Stance ."
_DATED = "?s st:sortDate ?day ."
_UNDATED = "?s a st:Stance . FILTER NOT EXISTS { ?s st:sortDate ?none }"
_DATE = re.compile(r"(\d{4})(?:-(\d\d)(?:-(\d\d))?)?")


@dataclass(frozen=True, slots=True)
class Filter:
    """Which stances; "" and None leave a field open. All but the last four are IRIs.

    `source` is an outlet, as publisher of the copy or of the original; `voice` anybody in the chain; `about` an entity
    that the target proposition is about. `since` and `until` are ISO dates (YYYY, YYYY-MM, YYYY-MM-DD), both inclusive.
    """

    holder: str = ""
    target: str = ""
    about: str = ""
    source: str = ""
    article: str = ""
    voice: str = ""
    polarity: str = ""
    since: str = ""
    until: str = ""
    min_confidence: float | None = None


def list_stances(view: View, wanted: Filter, limit: int, offset: int = 0) -> list[str]:
    """The IRIs of the stances, latest first.

    Raises:
        UsageError: a field of the filter has a value that cannot be used.
        StoreError: the store could not answer.
    """
    # By date alone: with the IRI as a second key the engine looks up 100,000 texts (6 s instead of 0.1 s).
    found = _page(view, wanted, _DATED, "ORDER BY DESC(?day)", limit, offset)
    if len(found) < limit and not wanted.since and not wanted.until:
        before = offset and _count(view, wanted, _DATED)
        found += _page(view, wanted, _UNDATED, "ORDER BY ?s", limit - len(found), max(0, offset - before))
    return found


def _page(view: View, wanted: Filter, start: str, order: str, limit: int, offset: int) -> list[str]:
    pattern, bindings = _pattern(wanted, start)
    text = f"SELECT DISTINCT ?s ?day WHERE {{ {pattern} }} {order} LIMIT {int(limit)} OFFSET {int(offset)}"
    return [row[0].value for row in select(view, text, "s", bindings=bindings) if row[0] is not None]


def count_stances(view: View, wanted: Filter) -> int:
    """How many stances; raises as `list_stances`."""
    return _count(view, wanted, _DATED if wanted.since or wanted.until else _ALL)


def _count(view: View, wanted: Filter, start: str) -> int:
    pattern, bindings = _pattern(wanted, start)
    query = f"SELECT (COUNT(DISTINCT ?s) AS ?n) WHERE {{ {pattern} }}"
    return next((int(row[0].value) for row in select(view, query, "n", bindings=bindings) if row[0] is not None), 0)


def tally(view: View, wanted: Filter) -> dict[str, dict[str, int]]:
    """Utterances by original outlet (its IRI, "" where none is known) and polarity; raises as `list_stances`."""
    pattern, bindings = _pattern(wanted, _ALL)
    query = f"""SELECT ?outlet ?way (COUNT(DISTINCT ?said) AS ?n) WHERE {{
        {pattern}
        ?s st:polarity ?way .
        OPTIONAL {{ ?s st:originPublisher ?outlet }}
        OPTIONAL {{ ?s st:utterance ?utterance }}
        BIND(COALESCE(?utterance, ?s) AS ?said)
    }} GROUP BY ?outlet ?way"""
    counts: dict[str, dict[str, int]] = {}
    for outlet, way, number in select(view, query, "outlet", "way", "n", bindings=bindings):
        if way is not None and number is not None:
            name = way.value.removeprefix(ST).lower()
            counts.setdefault(outlet.value if outlet else "", {})[name] = int(number.value)
    return counts


def total(counts: dict[str, dict[str, int]]) -> dict[str, int]:
    """The sums of a tally over its outlets, by polarity, in the order of `kb.model.Polarity`."""
    names = [way.value for way in Polarity]
    names += sorted({way for by_way in counts.values() for way in by_way} - set(names))
    sums = {way: sum(by_way.get(way, 0) for by_way in counts.values()) for way in names}
    return {way: number for way, number in sums.items() if number}


def _pattern(wanted: Filter, start: str) -> tuple[str, dict[str, Term]]:
    """The graph pattern, beginning with `start`, and the values of its variables."""
    lines = [start]
    bindings: dict[str, Term] = {}
    for field, pattern in (
        ("holder", "?s st:holder ?holder ."),
        ("target", "?s st:target ?target ."),
        ("about", "?s st:target/schema:about ?about ."),
        ("source", "?s st:originPublisher|(st:reportedIn/schema:publisher) ?source ."),
        ("article", "?s st:reportedIn ?article ."),
        ("voice", "?s st:voicedVia/st:relayedBy*/prov:agent ?voice ."),
    ):
        value = getattr(wanted, field)
        if value:
            lines.append(pattern)
            bindings[field] = _node(field, value)
    if wanted.polarity:
        lines.append("?s st:polarity ?polarity .")
        bindings["polarity"] = ox.NamedNode(ST + _polarity(wanted.polarity).capitalize())
    if wanted.since:
        lines.append("FILTER(?day >= ?since)")
        bindings["since"] = _day("from", wanted.since, last=False)
    if wanted.until:
        lines.append("FILTER(?day <= ?until)")
        bindings["until"] = _day("to", wanted.until, last=True)
    if wanted.min_confidence is not None:
        lines.append("?s st:confidence ?confidence . FILTER(?confidence >= ?least)")
        bindings["least"] = ox.Literal(f"{wanted.min_confidence:.6f}", datatype=ox.NamedNode(_XSD + "decimal"))
    lines.append(NOT_GONE)
    return "\n".join(lines), bindings


def _node(field: str, iri: str) -> ox.NamedNode:
    try:
        return ox.NamedNode(iri)
    except ValueError:
        raise UsageError(f"{field}: {iri!r} is no IRI; give a key, a QID or an IRI from /entities") from None


def _polarity(name: str) -> str:
    ways = [way.value for way in Polarity]
    if name.lower() not in ways:
        raise UsageError(f"polarity: {name!r} is none; use one of: {', '.join(ways)}")
    return name.lower()


def _day(field: str, text: str, last: bool) -> ox.Literal:
    """The first or the last day of an ISO date of any precision, as an xsd:date."""
    match = _DATE.fullmatch(text.strip())
    if match:
        year, month, day = (int(part) if part else None for part in match.groups())
        month = month or (12 if last else 1)
        if year and 1 <= month <= 12:
            longest = calendar.monthrange(year, month)[1]
            day = day or (longest if last else 1)
            if 1 <= day <= longest:
                return ox.Literal(f"{year:04}-{month:02}-{day:02}", datatype=ox.NamedNode(_XSD + "date"))
    raise UsageError(f"{field}: {text!r} is no date; give YYYY, YYYY-MM or YYYY-MM-DD")


def by_source(
    rows: Sequence[dict[str, Any]], counts: dict[str, dict[str, int]], names: dict[str, dict[str, Any]]
) -> list[dict[str, Any]]:
    """Rows and counts put together by original outlet, the outlet with the most utterances first.

    Args:
        names: the outlet's name and addresses by IRI.
    """
    groups: dict[str, list[dict[str, Any]]] = {outlet: [] for outlet in counts}
    for row in rows:
        outlet = row["article"]["original_publisher"] or row["article"]["publisher"]
        groups.setdefault(outlet["iri"] if outlet else "", []).append(row)
    order = sorted(groups, key=lambda iri: (-sum(counts.get(iri, {}).values()), iri))
    return [
        {"source": names.get(iri), "counts": total({iri: counts.get(iri, {})}), "stances": groups[iri]} for iri in order
    ]
