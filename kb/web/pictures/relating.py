"""From the base to the relations of a network or a matrix, and to the query with the same answer."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import pyoxigraph as ox

from kb.errors import UsageError
from kb.web.filters import pattern
from kb.web.gathering import Kind
from kb.web.naming import ENTITY, iri_of
from kb.web.pictures import matrix, network
from kb.web.pictures.making import Making
from kb.web.pictures.picture import Picture, stances
from kb.web.pictures.relation import Party, Relation
from kb.web.records import POLARITIES as WAYS
from kb.web.records import Records
from kb.web.rows import Row

NODES, CELLS, MOST_CELLS = 60, 20, 60  # of a network, and holders and targets of a matrix, where nobody says how many
Pairs = dict[tuple[int, int], int]


@dataclass(frozen=True, slots=True)
class Related:
    """Relations and where they are from.

    Attributes:
        query: SPARQL with the same answer as the data of a picture of them.
        known: how many there would be without a limit: entities of a network, holders of a matrix.
        shown: how many there are.
    """

    relations: list[Relation]
    query: str
    known: int
    shown: int


def draw_network(making: Making) -> Picture:
    """The network that a request asks for; see `relate_network`."""
    related = relate_network(making)
    return network.picture(related.relations, making.width, related.query)


def draw_matrix(making: Making) -> Picture:
    """The matrix that a request asks for; see `relate_matrix`."""
    related = relate_matrix(making)
    return matrix.picture(related.relations, making.width, making.params.get("order") or "known", related.query)


def relate_network(making: Making) -> Related:
    """Who takes sides on whom: entities only.

    Parameters of the request: `limit` entities at the most, those with the most utterances; `least` utterances of a
    pair; `around` an entity and those it has to do with.

    Raises:
        UsageError, ProblemError: a parameter has a value that cannot be used.
    """
    making = making.of(replace(making.asked.filter, target_kind="entity"), **making.asked.given)
    records, params = making.records, making.params
    limit, least = _number(params, "limit", NODES), _number(params, "least", 1)
    around = iri_of(making.tables, "around", params.get("around", ""), ENTITY)
    pairs = _pairs(making, least, "")
    near = pairs
    if around:
        middle = records.node(around)
        near = {pair: number for pair, number in pairs.items() if middle in pair}
    weights: Counter[int] = Counter()
    for pair, number in near.items():
        for node in pair:
            weights[node] += number
    chosen = _top(records, weights, limit)
    kept = [pair for pair in pairs if pair[0] in chosen and pair[1] in chosen]
    parts: list[str] = []
    core = _subselect(making, least, "")
    if least > 1:
        parts.append(f"{{ SELECT ?holder ?target WHERE {{\n{core}\n}} }}")
    if around or len(weights) > limit:
        middle_only = f"FILTER(?holder = <{around}> || ?target = <{around}>)" if around else ""
        first = f"""SELECT ?e (SUM(?n) AS ?weight) WHERE {{
{core}
{middle_only} VALUES ?end {{ 0 1 }} BIND(IF(?end = 0, ?holder, ?target) AS ?e)
}} GROUP BY ?e ORDER BY DESC(?weight) ?e LIMIT {limit}"""
        parts += [f"{{ SELECT (?e AS ?{end}) WHERE {{ {{ {first} }} }} }}" for end in ("holder", "target")]
    relations = relations_of(making, kept)
    return Related(relations, _query(_core(making, ""), parts), len(weights), len({n for pair in kept for n in pair}))


def relate_matrix(making: Making) -> Related:
    """Holders and what they take sides on.

    Parameters of the request: `limit` holders and targets, those with the most utterances, and of these holders; `type`
    of holders, such as Person.

    Raises:
        UsageError, ProblemError: a parameter has a value that cannot be used.
    """
    records, params = making.records, making.params
    limit, kind = _number(params, "limit", CELLS), params.get("type", "")
    if limit > MOST_CELLS:
        raise UsageError(f"limit: a matrix has {MOST_CELLS} holders and targets at the most, not {limit}")
    pairs = _pairs(making, 1, kind)
    by_holder: Counter[int] = Counter()
    for (holder, _), number in pairs.items():
        by_holder[holder] += number
    holders = _top(records, by_holder, limit)
    by_target: Counter[int] = Counter()
    for (holder, target), number in pairs.items():
        if holder in holders:
            by_target[target] += number
    targets = _top(records, by_target, limit)
    kept = [pair for pair in pairs if pair[0] in holders and pair[1] in targets]
    parts: list[str] = []
    core, some = _subselect(making, 1, kind), ""
    if len(by_holder) > limit:
        some = f"""{{ SELECT ?holder WHERE {{ {{ SELECT ?holder (SUM(?n) AS ?weight) WHERE {{
{core}
}} GROUP BY ?holder ORDER BY DESC(?weight) ?holder LIMIT {limit} }} }} }}"""
        parts.append(some)
    if len(by_target) > limit:
        parts.append(f"""{{ SELECT ?target WHERE {{ {{ SELECT ?target (SUM(?n) AS ?weight) WHERE {{
{core}
{some}
}} GROUP BY ?target ORDER BY DESC(?weight) ?target LIMIT {limit} }} }} }}""")
    return Related(
        relations_of(making, kept), _query(_core(making, kind), parts), len(by_holder), len({pair[0] for pair in kept})
    )


def party(row: Row) -> Party:
    """Somebody or something as relations have it."""
    plain = row["kind"] in ("entity", "proposition")
    return Party(row["iri"], row["name"], row["id"] if plain else row["iri"], row["page"])


def _pairs(making: Making, least: int, kind: str) -> Pairs:
    """Utterances by holder and target, of entities as holders."""
    records = making.records
    mask = making.mask() & (records.holder >= 0) & (records.target >= 0) & (records.holder != records.target)
    groups = records.group(mask & (records.polarity >= 0), records.holder, records.target)
    holders = {holder: _is_holder(making, holder, kind) for holder in set(groups.keys[:, 0].tolist())}
    return {
        (holder, target): number
        for (holder, target), number in zip(groups.keys.tolist(), groups.utterances.tolist(), strict=True)
        if number >= least and holders[holder]
    }


def _is_holder(making: Making, node: int, kind: str) -> bool:
    iri = making.records.nodes[node]
    if not iri.startswith(_entities(making)):
        return False
    if not kind:
        return True
    things = making.tables[Kind.ENTITY]
    number = things.find(iri)
    return number is not None and kind in things.types_of(number)


def _entities(making: Making) -> str:
    return f"{making.records.base}id/entity/"


def _top(records: Records, weights: Mapping[int, int], limit: int) -> set[int]:
    return set(sorted(weights, key=lambda node: (-weights[node], records.nodes[node]))[:limit])


def relations_of(making: Making, pairs: Iterable[tuple[int, int]]) -> list[Relation]:
    """The relations of these holders and targets in the stances that a request means, those with the most first.

    Raises:
        UsageError: a parameter has a value that cannot be used.
    """
    records = making.records
    wanted = set(pairs)
    mask = making.mask() & (records.polarity >= 0)
    groups = records.group(mask, records.holder, records.target, records.polarity)
    counts: dict[tuple[int, int], tuple[dict[str, int], dict[str, int]]] = {}
    for (holder, target, way), said, many in zip(
        groups.keys.tolist(), groups.utterances.tolist(), groups.stances.tolist(), strict=True
    ):
        if (holder, target) in wanted:
            of_pair = counts.setdefault((holder, target), ({}, {}))
            of_pair[0][WAYS[way]], of_pair[1][WAYS[way]] = said, many
    things = {node: party(row) for node, row in making.labels(sorted({n for pair in counts for n in pair})).items()}
    given = {name: value for name, value in making.asked.given.items() if name != "target_kind"}
    found = [
        Relation(
            things[holder],
            things[target],
            *by_way,
            stances(given, holder=things[holder].id, target=things[target].id),
        )
        for (holder, target), by_way in counts.items()
    ]
    return sorted(found, key=lambda relation: (-relation.total, relation.holder.iri, relation.target.iri))


def _core(making: Making, kind: str) -> str:
    """From stances to holders and targets."""
    of_type = f' ?holder a ?class . FILTER(REPLACE(STR(?class), "^.*[#/]", "") = {_text(kind)})' if kind else ""
    return f"""{pattern(making.asked.filter)}
  ?s st:holder ?holder ; st:target ?target ; st:polarity ?way .
  FILTER(?holder != ?target && STRSTARTS(STR(?holder), {_text(_entities(making))})){of_type}
  OPTIONAL {{ ?s st:utterance ?utterance }}
  BIND(COALESCE(?utterance, ?s) AS ?said)"""


def _subselect(making: Making, least: int, kind: str) -> str:
    having = f" HAVING (COUNT(DISTINCT ?said) >= {least})" if least > 1 else ""
    return f"""{{ SELECT ?holder ?target (COUNT(DISTINCT ?said) AS ?n) WHERE {{
{_core(making, kind)}
}} GROUP BY ?holder ?target{having} }}"""


def _query(core: str, parts: list[str]) -> str:
    """Counts of all pairs first, then those that are shown: the other way round takes twelve times as long."""
    counts = f"""SELECT ?holder ?target ?polarity
  (COUNT(DISTINCT ?said) AS ?utterances) (COUNT(DISTINCT ?s) AS ?stances)
WHERE {{
{core}
  BIND(LCASE(STRAFTER(STR(?way), "#")) AS ?polarity)
}}
GROUP BY ?holder ?target ?polarity"""
    for part in parts:  # each in a query of its own, or the engine makes all pairs of what is chosen
        counts = f"SELECT ?holder ?target ?polarity ?utterances ?stances WHERE {{\n{{ {counts} }}\n{part}\n}}"
    return f"{counts}\nORDER BY ?holder ?target ?polarity"


def _text(value: str) -> str:
    return str(ox.Literal(value))


def _number(params: Mapping[str, Any], name: str, otherwise: int) -> int:
    return int(params.get(name) or otherwise)
