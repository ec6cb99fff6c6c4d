"""Contradicting accounts of propositions, and what is worth comparing: from the stances in memory."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from kb.web import comparisons
from kb.web.filters import pattern
from kb.web.pictures.making import Making
from kb.web.pictures.relating import party
from kb.web.pictures.relation import Party
from kb.web.records import POLARITIES as WAYS

COLUMNS = ("proposition", "proposition_name", "support", "oppose", "outlets")
_SUGGESTED = 8
_SUPPORT, _OPPOSE = WAYS.index("support"), WAYS.index("oppose")


@dataclass(frozen=True, slots=True)
class Contradiction:
    """A proposition that one outlet carries support for and another one opposition to.

    Attributes:
        support, oppose: utterances of each side.
        outlets: that had one of these first.
    """

    proposition: Party
    support: int
    oppose: int
    outlets: int

    def counts(self) -> dict[str, int]:
        """Its numbers by name."""
        return {"support": self.support, "oppose": self.oppose, "outlets": self.outlets}


def contradictions(making: Making) -> list[Contradiction]:
    """All of them in the stances that a request means, those with the most utterances on the weaker side first.

    Raises:
        UsageError: a parameter has a value that cannot be used.
    """
    records = making.records
    sided = (records.polarity == _SUPPORT) | (records.polarity == _OPPOSE)
    mask = making.mask() & sided & records.towards_proposition() & (records.origin >= 0)
    outlets: dict[int, dict[int, set[int]]] = {}
    for target, way, origin in records.group(mask, records.target, records.polarity, records.origin).keys.tolist():
        outlets.setdefault(target, {}).setdefault(way, set()).add(origin)
    both = {
        target: len(sides[_SUPPORT] | sides[_OPPOSE])
        for target, sides in outlets.items()
        if len(sides) == 2 and len(sides[_SUPPORT] | sides[_OPPOSE]) > 1
    }
    counts: dict[int, dict[int, int]] = {}
    groups = records.group(mask, records.target, records.polarity)
    for (target, way), said in zip(groups.keys.tolist(), groups.utterances.tolist(), strict=True):
        if target in both:
            counts.setdefault(target, {})[way] = said
    rows = making.labels(list(counts))
    found = [
        Contradiction(party(rows[target]), sides[_SUPPORT], sides[_OPPOSE], both[target])
        for target, sides in counts.items()
    ]
    return sorted(
        found, key=lambda row: (-min(row.support, row.oppose), -row.support - row.oppose, row.proposition.iri)
    )


def table(found: Sequence[Contradiction]) -> list[tuple[str | int, ...]]:
    """The same as rows with `COLUMNS`."""
    return [(row.proposition.iri, row.proposition.name, row.support, row.oppose, row.outlets) for row in found]


def shown(found: Sequence[Contradiction], making: Making) -> list[dict[str, Any]]:
    """The same as the page has them, with addresses."""
    given = making.asked.given
    return [
        {
            "proposition": row.proposition,
            "outlets": row.outlets,
            "sides": [
                {
                    "way": way,
                    "utterances": number,
                    "stances": number,
                    "address": comparisons.address(given, target=row.proposition.id, polarity=way),
                }
                for way, number in (("support", row.support), ("oppose", row.oppose))
            ],
        }
        for row in found
    ]


def query(making: Making) -> str:
    """The query with the same answer as `contradictions`, a row for each proposition."""
    wanted = pattern(making.asked.filter)

    def outlet(way: str, name: str) -> str:
        return f"""{{ SELECT DISTINCT ?proposition ?{name} WHERE {{
{wanted}
  ?s st:target ?proposition ; st:polarity st:{way} ; st:originPublisher ?{name} .
}} }}"""

    return f"""SELECT ?proposition ?support ?oppose ?outlets WHERE {{
{{ SELECT DISTINCT ?proposition WHERE {{
{outlet("Support", "one")}
{outlet("Oppose", "other")}
  FILTER(?one != ?other)
}} }}
{{ SELECT ?proposition (COUNT(DISTINCT ?for) AS ?support) (COUNT(DISTINCT ?against) AS ?oppose)
       (COUNT(DISTINCT ?outlet) AS ?outlets) WHERE {{
{wanted}
  ?s st:target ?proposition ; st:polarity ?way ; st:originPublisher ?outlet .
  FILTER(?way IN (st:Support, st:Oppose))
  OPTIONAL {{ ?s st:utterance ?utterance }}
  BIND(COALESCE(?utterance, ?s) AS ?said)
  BIND(IF(?way = st:Support, ?said, ?none) AS ?for)
  BIND(IF(?way = st:Oppose, ?said, ?none) AS ?against)
}} GROUP BY ?proposition }}
  ?proposition a st:Proposition .
}}
ORDER BY ?proposition"""


def on_each_other(making: Making) -> list[tuple[Party, Party, int]]:
    """Pairs of entities that take sides on each other, those with the most utterances first."""
    records = making.records
    mask = (records.holder >= 0) & (records.target >= 0) & (records.holder != records.target)
    groups = records.group(mask & ~records.towards_proposition(), records.holder, records.target)
    said = {tuple(pair): n for pair, n in zip(groups.keys.tolist(), groups.utterances.tolist(), strict=True)}
    pairs = [(said[a, b] + said[b, a], a, b) for a, b in said if (b, a) in said and records.nodes[a] < records.nodes[b]]
    if len(pairs) < _SUGGESTED:  # one-sided ones are better than none
        pairs += [(n, a, b) for (a, b), n in said.items() if (b, a) not in said]
    best = sorted(pairs, key=lambda row: (-(min(said[row[1:]], said.get((row[2], row[1]), 0)) > 0), -row[0], row))
    best = best[:_SUGGESTED]
    rows = making.labels([node for _, a, b in best for node in (a, b)])
    start = f"{records.base}id/entity/"
    return [
        (party(rows[a]), party(rows[b]), number)
        for number, a, b in best
        if rows[a]["iri"].startswith(start) and rows[b]["iri"].startswith(start)
    ]


def talked_about(making: Making) -> list[tuple[Party, int]]:
    """Targets that several outlets carry stances on, those with the most outlets first, each with how many."""
    records = making.records
    mask = (records.target >= 0) & (records.origin >= 0)
    outlets: dict[int, int] = {}
    weights: dict[int, int] = {}
    groups = records.group(mask, records.target, records.origin)
    for (target, _), said in zip(groups.keys.tolist(), groups.utterances.tolist(), strict=True):
        outlets[target] = outlets.get(target, 0) + 1
        weights[target] = weights.get(target, 0) + said
    best = sorted(outlets, key=lambda node: (-outlets[node], -weights[node], records.nodes[node]))[:_SUGGESTED]
    rows = making.labels(best)
    return [(party(rows[node]), outlets[node]) for node in best]
