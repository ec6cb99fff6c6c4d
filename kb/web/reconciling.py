"""Reconciliation (API 0.2): which entities the rows of somebody's table may mean.

A candidate's score is how like its name is, 0 to 100, and how well it agrees with what else the row says. It is a
match, to be taken without looking, only where nothing else comes near: a wrong person is worse than none.
"""

from __future__ import annotations

import json
import math
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from kb.errors import UsageError
from kb.store.base import View
from kb.web.facts import PROPERTIES, Value, entities_with, read_values
from kb.web.folding import fold
from kb.web.fuzzy import similarity
from kb.web.gathering import Kind
from kb.web.names import Mask
from kb.web.tables import Tables
from kb.web.things import Hit, Things

BATCH = 50  # queries in a request
LIMIT, MOST = 5, 50  # candidates of a query: where it does not say, and at the most
_LONGEST = 200  # letters of a query that are read; a name has fewer
_AHEAD = 10.0  # points that a match is better than what comes next
_WEIGHT = 0.4  # of a property, against the name
_UNKNOWN = 50.0  # how well an entity agrees of which nothing is known
_DIFFERS = 50.0  # less agreement than with what nothing is known of

Given = list[str | float | bool]  # values of a property; of a reconciled cell its id


@dataclass(frozen=True, slots=True)
class Query:
    """One row of the table."""

    text: str
    types: tuple[str, ...] = ()
    all_types: bool = False
    limit: int = LIMIT
    properties: dict[str, Given] = field(default_factory=dict)


@dataclass(slots=True)
class Candidate:
    """An entity that a row may mean.

    `like` is how like its name is, `whole` whether that name alone says who is meant, `known` whether it was found by
    its id, `agrees` how well it agrees with each property that the row gives.
    """

    number: int
    like: float
    whole: bool = False
    known: bool = False
    agrees: dict[str, float] = field(default_factory=dict)

    @property
    def score(self) -> float:
        """0 to 100."""
        score = (self.like + _WEIGHT * sum(self.agrees.values())) / (1 + _WEIGHT * len(self.agrees))
        return round(score, 1)

    @property
    def contradicted(self) -> bool:
        """Whether something else is held of it than the row says."""
        return any(value < _DIFFERS for value in self.agrees.values())


def read_queries(text: str, tables: Tables) -> dict[str, Query]:
    """The queries of a batch.

    Raises:
        UsageError: it is no JSON, not of the form that the protocol has, or names what there is not here.
    """
    batch = read_json("queries", text)
    if not isinstance(batch, dict):
        raise UsageError(f"queries: {shown(batch)} is no object; send one query by each name, as in {_EXAMPLE}")
    if len(batch) > BATCH:
        raise UsageError(f"queries: {len(batch)} are too many for one request; send {BATCH} at the most")
    return {name: _query(f"queries, {name!r}", query, tables) for name, query in batch.items()}


def read_json(parameter: str, text: str) -> Any:
    """What the parameter's JSON says.

    Raises:
        UsageError: it is none.
    """
    try:
        value = json.loads(text)
        # Half a surrogate pair may be escaped in it: no Unicode, which nothing here can write.
        return json.loads(json.dumps(value, ensure_ascii=False).encode("utf-8", "replace"))
    except (ValueError, RecursionError) as error:
        raise UsageError(f"{parameter}: {shown(text)} is no JSON ({error}); send it as UTF-8") from None


def answer(view: View, tables: Tables, queries: dict[str, Query]) -> dict[str, Any]:
    """The candidates for each query, the best first.

    Raises:
        StoreError: the store could not answer.
    """
    masks: dict[tuple[tuple[str, ...], bool], Mask | None] = {}
    found: dict[str, list[Candidate]] = {}
    for name, query in queries.items():
        key = query.types, query.all_types
        if key not in masks:
            masks[key] = _of_types(tables[Kind.ENTITY], *key)
        found[name] = _candidates(view, tables, query, masks[key])
    _compare(view, tables, queries, found)
    return {name: {"result": _result(tables, queries[name], found[name])} for name in queries}


def properties_of(type: str, limit: int | None = None) -> list[dict[str, str]]:
    """The properties that make sense for entities of a type, "" for any."""
    every = [known for known in PROPERTIES.values() if not type or not known.types or type in known.types]
    return [{"id": known.id, "name": known.name, "description": known.description} for known in every[:limit]]


_EXAMPLE = '{"q0": {"query": "John Kerry"}}'
_FIELDS = {"query", "type", "limit", "properties", "type_strict"}


def _query(place: str, given: Any, tables: Tables) -> Query:
    if not isinstance(given, dict):
        raise UsageError(f"{place}: {shown(given)} is no object; send one like those of {_EXAMPLE}")
    unknown = sorted(given.keys() - _FIELDS)
    if unknown:
        raise UsageError(f"{place}: {unknown[0]!r} is no field of a query; use {', '.join(sorted(_FIELDS))}")
    text = given.get("query", "")
    if not isinstance(text, str):
        raise UsageError(f"{place}, query: {shown(text)} is no text; send the name to look for")
    limit = given.get("limit", LIMIT)
    if isinstance(limit, bool) or not isinstance(limit, int | float) or not 1 <= limit < math.inf:
        raise UsageError(f"{place}, limit: {shown(limit)} is no positive number; send one from 1 to {MOST}")
    properties = _properties(place, given.get("properties", []))
    if "query" not in given and not properties:
        raise UsageError(f"{place}: nothing is asked; send a 'query', or 'properties' that are not empty")
    strict = given.get("type_strict", "any")
    if strict not in ("any", "all", "should"):
        raise UsageError(f"{place}, type_strict: {shown(strict)} is none; use any, all or should")
    types = _types(place, given.get("type", []), tables)
    return Query(
        text[:_LONGEST], () if strict == "should" else types, strict == "all", min(int(limit), MOST), properties
    )


def _types(place: str, given: Any, tables: Tables) -> tuple[str, ...]:
    types = given if isinstance(given, list) else [given] if given else []
    known = tables[Kind.ENTITY].types
    for name in types:
        if not isinstance(name, str):
            raise UsageError(f"{place}, type: {shown(name)} is no text; send the id of a type, or a list of these")
        if name not in known:
            raise UsageError(f"{place}, type: nothing here is of the type {name!r}; use one of: {', '.join(known)}")
    return tuple(types)


def _properties(place: str, given: Any) -> dict[str, Given]:
    if not isinstance(given, list):
        raise UsageError(f"{place}, properties: {shown(given)} is no list")
    found: dict[str, Given] = {}
    for one in given:
        if not isinstance(one, dict) or not isinstance(one.get("pid"), str) or "v" not in one:
            raise UsageError(f'{place}, properties: {shown(one)} is not like {{"pid": "P27", "v": "France"}}')
        check_property(f"{place}, properties", one["pid"])
        values = one["v"] if isinstance(one["v"], list) else [one["v"]]
        for value in values:
            value = value.get("id") if isinstance(value, dict) else value
            if not isinstance(value, str | int | float):
                raise UsageError(f"{place}, properties, {one['pid']}: {shown(value)} is no value to compare with")
            found.setdefault(one["pid"], []).append(value)
    return found


def check_property(place: str, name: str) -> None:
    """Raise where there is no such property.

    Raises:
        UsageError: the message lists those there are.
    """
    if name not in PROPERTIES:
        raise UsageError(f"{place}: there is no property {name!r}; use one of: {', '.join(PROPERTIES)}")


def _of_types(things: Things, types: tuple[str, ...], every: bool) -> Mask | None:
    masks = [mask for name in types if (mask := things.only(name)) is not None]
    if not masks:
        return None
    joined: Mask = np.logical_and.reduce(masks) if every else np.logical_or.reduce(masks)
    return joined


def _candidates(view: View, tables: Tables, query: Query, only: Mask | None) -> list[Candidate]:
    things, text = tables[Kind.ENTITY], query.text.strip()
    many = max(20, 2 * query.limit)
    if not text:
        numbers = entities_with(view, tables, query.properties)
        return [Candidate(number, _UNKNOWN) for number in numbers if only is None or only[number]][:many]
    known = tables.find(Kind.ENTITY, text)
    if known is not None and (only is None or only[known]):
        return [Candidate(known, 100.0, known=True)]
    hits, _ = things.alike(text, many, only=only)
    return [Candidate(hit.number, hit.score, _is_whole(things, hit)) for hit in hits]


def _is_whole(things: Things, hit: Hit) -> bool:
    """Whether a name is one by itself: a surname is not, unless it is all that something is called."""
    return hit.matched == things.label(hit.number) or " " in fold(hit.matched)


def _compare(view: View, tables: Tables, queries: dict[str, Query], found: dict[str, list[Candidate]]) -> None:
    """Note how well candidates agree with what else the rows say."""
    wanted = {name for query in queries.values() for name in query.properties}
    if not wanted:
        return
    numbers = {c.number for name, query in queries.items() if query.properties for c in found[name]}
    values = read_values(view, tables, numbers, wanted)
    for name, query in queries.items():
        for candidate in found[name]:
            for prop, given in query.properties.items():
                candidate.agrees[prop] = _agreement(given, values[candidate.number][prop])


def _agreement(given: Given, held: list[Value]) -> float:
    """How well the best pair of values agrees, 0 to 100."""
    if not held:
        return _UNKNOWN
    best = 0.0
    for one in given:
        wanted = fold(str(one))
        for value in held:
            texts = [fold(str(text)) for text in value.values()]
            if wanted in texts:
                return 100.0
            if "int" not in value and "date" not in value:
                best = max(best, *similarity(wanted, texts).tolist())
    return best


def _result(tables: Tables, query: Query, found: list[Candidate]) -> list[dict[str, Any]]:
    found.sort(key=lambda candidate: (-candidate.score, candidate.number))
    certain = _certain(found)
    things = tables[Kind.ENTITY]
    result = []
    for candidate in found[: query.limit]:
        thing = things.thing(candidate.number)
        features: list[dict[str, Any]] = [
            {"id": "name", "value": candidate.like},
            {"id": "exact", "value": candidate.like == 100},
            {"id": "stances", "value": thing.held + thing.towards},
            {"id": "linked", "value": thing.qid is not None},
            *({"id": f"property:{name}", "value": round(value, 1)} for name, value in candidate.agrees.items()),
        ]
        row: dict[str, Any] = {
            "id": thing.key,
            "name": thing.label,
            "type": [{"id": name, "name": name} for name in thing.types],
            "score": candidate.score,
            "match": candidate is certain,
            "features": features,
        }
        result.append({**row, "description": thing.description} if thing.description else row)
    return result


def _certain(found: list[Candidate]) -> Candidate | None:
    """The candidate that is meant beyond doubt: by its id, or the only one of exactly that name, far ahead of others.

    Others that differ in what else the row says are no rivals.
    """
    if not found or found[0].contradicted:
        return None
    best, *others = found
    rivals = (other for other in others if other.like > 100 - _AHEAD and not other.contradicted)
    return best if best.known or (best.whole and best.like == 100 and not any(rivals)) else None


def shown(value: Any) -> str:
    """A value in an error, cut where it is long."""
    text = repr(value)
    return text if len(text) <= 100 else f"{text[:100]}…"
