"""From the base to what stands side by side: two entities on each other, outlets on one target, members of a group."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np

from kb.errors import UsageError
from kb.web import groups
from kb.web.filters import pattern
from kb.web.naming import ENTITY, SOURCE, iri_of
from kb.web.pictures.making import Making
from kb.web.pictures.picture import Picture, stances
from kb.web.pictures.relating import party
from kb.web.pictures.versus import Bar, Said, by_years, side_by_side, through_time
from kb.web.records import NO_DAY, Mask, month_name
from kb.web.records import POLARITIES as WAYS

#: By holder's node and polarity: utterances and stances.
Sides = dict[int, dict[str, tuple[int, int]]]
OUTLETS = 12  # side by side, where nobody names two

_COUNTS = "(COUNT(DISTINCT ?said) AS ?utterances) (COUNT(DISTINCT ?s) AS ?stances)"
_SAID = """?s st:polarity ?way .
  BIND(LCASE(STRAFTER(STR(?way), "#")) AS ?polarity)
  OPTIONAL { ?s st:utterance ?utterance }
  BIND(COALESCE(?utterance, ?s) AS ?said)"""


def draw_versus(making: Making) -> Picture:
    """Two entities on each other through time; parameters `first` and `second`.

    Raises:
        UsageError, ProblemError: a parameter has a value that cannot be used.
    """
    records = making.records
    sides = [iri_of(making.tables, name, making.params.get(name, ""), ENTITY) for name in ("first", "second")]
    if not all(sides):
        raise UsageError("first and second: name two entities, each by name, key or QID")
    nodes = [records.node(iri) for iri in sides]
    rows = making.labels(nodes)
    things = [party(rows[node]) if node in rows else None for node in nodes]
    base = making.mask() & (records.day != NO_DAY) & (records.polarity >= 0)
    pairs = (("first", 0, 1), ("second", 1, 0))
    masks = {key: base & (records.holder == nodes[a]) & (records.target == nodes[b]) for key, a, b in pairs}
    months = records.month()
    span = months[masks["first"] | masks["second"]]
    years = bool(len(span)) and by_years(month_name(int(span.min())), month_name(int(span.max())))
    bars: list[Bar] = []
    panels: dict[str, str] = {}
    for key, a, b in pairs:
        one, other = things[a], things[b]
        names = [thing.name if thing else making.links.key(sides[i]) for i, thing in ((a, one), (b, other))]
        panels[key] = f"{names[0]} on {names[1]}"
        found = records.group(masks[key], months // 12 if years else months, records.polarity)
        for (moment, way), said, many in zip(
            found.keys.tolist(), found.utterances.tolist(), found.stances.tolist(), strict=True
        ):
            when = str(1970 + moment) if years else month_name(moment)
            assert one is not None
            assert other is not None
            behind = stances(
                making.asked.given, holder=one.id, target=other.id, polarity=WAYS[way], since=when, until=when
            )
            bars.append(Bar(key, when, when, WAYS[way], said, many, behind))
    query = f"""SELECT ?direction ?when ?polarity {_COUNTS} WHERE {{
{pattern(making.asked.filter)}
  VALUES (?direction ?holder ?target) {{ ("first" <{sides[0]}> <{sides[1]}>) ("second" <{sides[1]}> <{sides[0]}>) }}
  ?s st:holder ?holder ; st:target ?target ; st:sortDate ?date .
  BIND(SUBSTR(STR(?date), 1, {4 if years else 7}) AS ?when)
  {_SAID}
}}
GROUP BY ?direction ?when ?polarity
ORDER BY ?direction ?when ?polarity"""
    said = {key: _said(making, mask) for key, mask in masks.items()}
    return through_time(bars, panels, years, making.width, query, said)


def draw_voices(making: Making) -> Picture:
    """Outlets on one thing, their authors' voice apart from those they quote; parameters `first` and `second` name two.

    Raises:
        UsageError, ProblemError: a parameter has a value that cannot be used.
    """
    records = making.records
    named = [iri_of(making.tables, name, making.params.get(name, ""), SOURCE) for name in ("first", "second")]
    wanted = [iri for iri in named if iri]
    mask = making.mask() & (records.origin >= 0) & (records.polarity >= 0)
    if wanted:
        mask &= np.isin(records.origin, [records.node(iri) for iri in wanted])
    quoted = (records.depth > 0).astype(np.int64)
    found = records.group(mask, records.origin, quoted, records.polarity)
    totals: Counter[int] = Counter()
    for (outlet, _, _), said in zip(found.keys.tolist(), found.utterances.tolist(), strict=True):
        totals[outlet] += said
    order = sorted(totals, key=lambda node: (-totals[node], records.nodes[node]))
    if wanted:
        order = [node for iri in wanted if (node := records.node(iri)) in totals]
    rows = making.labels(order)
    counted = {
        tuple(key): numbers
        for *numbers, key in zip(found.utterances.tolist(), found.stances.tolist(), found.keys.tolist(), strict=True)
    }
    bars = []
    for (outlet, voice, way), (said, many) in sorted(counted.items(), key=lambda pair: order.index(pair[0][0])):
        telling = "quoted" if voice else "author"
        iri = records.nodes[outlet]
        behind = stances(making.asked.given, origin=iri, telling=telling, polarity=WAYS[way])
        bars.append(Bar(telling, iri, rows[outlet]["name"], WAYS[way], said, many, behind))
    only = f"VALUES ?outlet {{ {' '.join(f'<{iri}>' for iri in wanted)} }}" if wanted else ""
    query = f"""SELECT ?voice ?outlet ?polarity {_COUNTS} WHERE {{
{pattern(making.asked.filter)}
  {only} ?s st:originPublisher ?outlet .
  OPTIONAL {{ ?s st:nestingDepth ?steps }}
  BIND(IF(COALESCE(?steps, 0) > 0, "quoted", "author") AS ?voice)
  {_SAID}
}}
GROUP BY ?voice ?outlet ?polarity
ORDER BY ?voice ?outlet ?polarity"""
    panels = {"author": "In the author’s own voice", "quoted": "By those who are quoted"}
    said = {key: _said(making, mask & (quoted == place)) for place, key in enumerate(("author", "quoted"))}
    return side_by_side(bars, panels, "By outlet and voice", making.width, query, OUTLETS, said=said)


def draw_members(making: Making) -> Picture:
    """Members of a group, each with a bar; parameters `by`, `value` and `during`, see `kb.web.groups`.

    Raises:
        UsageError, ProblemError: a parameter has a value that cannot be used.
    """
    group = groups.read_group(making.view, making.tables, making.params)
    bars, query = bars_of(making, group), query_of(making, group)
    records = making.records
    mask = group_mask(making, group)
    whole = records.group(mask, records.holder)
    each = {
        records.nodes[node]: said
        for node, said in zip(whole.keys[:, 0].tolist(), whole.utterances.tolist(), strict=True)
    }
    title, said = f"Members of {group.name}", {"": _said(making, mask)}
    return side_by_side(bars, {"": ""}, title, making.width, query, share=True, said=said, each=each)


def group_mask(making: Making, group: groups.Group) -> Mask:
    """Which stances a request means, of those that members of a group hold.

    Raises:
        UsageError: a parameter has a value that cannot be used.
    """
    records = making.records
    found: Mask = making.mask() & (records.polarity >= 0) & (records.holder >= 0) & group.mask(records)
    return found


def _said(making: Making, mask: Mask) -> Said:
    records = making.records
    ways = {way: count.utterances for way, count in records.by_polarity(mask).items()}
    return Said(records.count(mask).utterances, ways)


def bars_of(making: Making, group: groups.Group) -> list[Bar]:
    """Utterances of each member by polarity, the member with the most first."""
    records = making.records
    mask = group_mask(making, group)
    found = records.group(mask, records.holder, records.polarity)
    totals: Counter[int] = Counter()
    for (holder, _), said in zip(found.keys.tolist(), found.utterances.tolist(), strict=True):
        totals[holder] += said
    rows = making.labels(list(totals))
    bars = []
    for (holder, way), said, many in zip(
        found.keys.tolist(), found.utterances.tolist(), found.stances.tolist(), strict=True
    ):
        one = party(rows[holder])
        behind = group.behind(making.asked.given, holder=one.id, polarity=WAYS[way])
        bars.append(Bar("", one.iri, one.name, WAYS[way], said, many, behind))
    weights = {records.nodes[node]: number for node, number in totals.items()}
    return sorted(bars, key=lambda bar: (-weights[bar.iri], bar.iri, WAYS.index(bar.polarity)))


def query_of(making: Making, group: groups.Group, *columns: str) -> str:
    """The query with the same answer as `bars_of`; with more columns ("target"), counts by these too."""
    names = " ".join(f"?{name}" for name in ("holder", *columns, "polarity"))
    more = " ".join(f"?s st:{name} ?{name} ." for name in columns)
    return f"""SELECT {names} {_COUNTS} WHERE {{
{pattern(making.asked.filter)}
  ?s st:holder ?holder . {more}
  {group.pattern()}
  {_SAID}
}}
GROUP BY {names}
ORDER BY {names}"""


def shared_targets(making: Making, first: str, second: str) -> Sequence[tuple[int, Sides]]:
    """What both take sides on, that with the most utterances first: the target's node, and what each says of it.

    Raises:
        UsageError: a parameter has a value that cannot be used.
    """
    records = making.records
    nodes = [records.node(first), records.node(second)]
    mask = making.mask() & np.isin(records.holder, nodes) & (records.target >= 0) & (records.polarity >= 0)
    found = records.group(mask, records.target, records.holder, records.polarity)
    counts: dict[int, Sides] = {}
    for (target, holder, way), said, many in zip(
        found.keys.tolist(), found.utterances.tolist(), found.stances.tolist(), strict=True
    ):
        counts.setdefault(target, {}).setdefault(holder, {})[WAYS[way]] = (said, many)
    both = {target: sides for target, sides in counts.items() if len(sides) == 2}

    def weight(target: int) -> int:
        return sum(said for side in both[target].values() for said, _ in side.values())

    return [(target, both[target]) for target in sorted(both, key=lambda t: (-weight(t), records.nodes[t]))]


def shared_query(making: Making, first: str, second: str) -> str:
    """The query with the same answer as `shared_targets`."""
    wanted = pattern(making.asked.filter)
    of_each = "\n".join(
        f"{{ SELECT DISTINCT ?target WHERE {{\n{wanted}\n  ?s st:holder <{iri}> ; st:target ?target }} }}"
        for iri in (first, second)
    )
    return f"""SELECT ?target ?holder ?polarity {_COUNTS} WHERE {{
{of_each}
{wanted}
  VALUES ?holder {{ <{first}> <{second}> }}
  ?s st:holder ?holder ; st:target ?target .
  {_SAID}
}}
GROUP BY ?target ?holder ?polarity
ORDER BY ?target ?holder ?polarity"""
