"""Stances by what they have in common: outlet, holder, target or speaker; and by our confidence."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np

from kb.web.pictures.making import Making, counting
from kb.web.pictures.picture import POLARITIES, Picture, config, drawable, sides, stacked, stances
from kb.web.records import POLARITIES as WAYS
from kb.web.records import Column

_SHOWN = 12  # bars
_NAMED = 3  # in words
#: What can be grouped by: the column of the records, the property, and the parameter of /stances.
_SIDES = {
    "outlet": ("origin", "st:originPublisher", "origin"),
    "holder": ("holder", "st:holder", "holder"),
    "target": ("target", "st:target", "target"),
    "speaker": ("speaker", "st:voice", "speaker"),
}
_TITLES = {
    "outlet": "By the outlet that had it first",
    "holder": "By holder",
    "target": "By target",
    "speaker": "By who speaks",
}
_STEPS = 20  # of confidence from 0 to 1


def bars(making: Making, side: str) -> Picture:
    """Utterances by one side of the stances and by polarity, the most first.

    Args:
        side: "outlet", "holder", "target" or "speaker".

    Raises:
        UsageError: a parameter has a value that cannot be used.
    """
    records = making.records
    name, property_, parameter = _SIDES[side]
    column: Column = getattr(records, name)
    mask = making.mask() & (column >= 0)
    groups, whole = records.group(mask, column, records.polarity), records.group(mask, column)
    # Not added up from the polarities: one utterance may support this and oppose that.
    totals = dict(zip(whole.keys[:, 0].tolist(), whole.utterances.tolist(), strict=True))
    order = sorted(totals, key=lambda node: (-totals[node], records.nodes[node]))
    wanted = order[:_NAMED] if making.brief else order
    things = making.labels(wanted)
    place = {node: number for number, node in enumerate(order)}
    rows: list[tuple[str, str, int, int, str]] = []
    values: list[dict[str, Any]] = []
    longest = 16 if making.narrow else 28
    called: dict[int, str] = {}
    for node in order[:_SHOWN]:
        if node in things:
            name = drawable(things[node]["name"], longest)
            others = sum(things[other]["name"] == things[node]["name"] for other in called)
            called[node] = f"{name} ({others + 1})" if others else name
    counted = sorted(
        zip(groups.keys.tolist(), groups.utterances.tolist(), groups.stances.tolist(), strict=True),
        key=lambda row: (place[row[0][0]], row[0][1]),
    )
    for (node, way), said, many in counted:
        if way < 0 or node not in things:
            continue
        thing = things[node]
        rows.append((thing["name"], WAYS[way], said, many, records.nodes[node]))
        if place[node] < _SHOWN:
            values.append(
                {
                    # A number in front keeps things of one name apart; the axis leaves it away.
                    "thing": f"{place[node]:02}{called[node]}",
                    "polarity": WAYS[way],
                    "n": said,
                    "order": POLARITIES.index(WAYS[way]),
                    "href": stances(making.asked.given, **{parameter: thing["iri"], "polarity": WAYS[way]}),
                    "say": f"{drawable(thing['name'])}: {said} {WAYS[way]}",
                }
            )
    query = counting(
        making.asked.filter, side, "polarity", patterns=f"?s {property_} ?{side} .", order=f"?{side} ?polarity"
    )
    spec = _spec(making, _TITLES[side], values)
    columns = (side, "polarity", "utterances", "stances", "iri")
    return Picture(
        _TITLES[side],
        _in_words(side, [things[node]["name"] for node in order[:_NAMED]], totals, order),
        columns,
        rows,
        query,
        spec,
    )


def confidence(making: Making) -> Picture:
    """Utterances by our confidence and polarity, in steps of 0.05.

    Raises:
        UsageError: a parameter has a value that cannot be used.
    """
    records = making.records
    mask = making.mask() & ~np.isnan(records.confidence)
    # A little is added because 0.55 * 20 is not 11 in floating point.
    steps = np.minimum(np.floor(np.nan_to_num(records.confidence) * _STEPS + 1e-9), _STEPS - 1).astype(np.int64)
    groups = records.group(mask, steps, records.polarity)
    rows: list[tuple[float, str, int, int]] = []
    values: list[dict[str, Any]] = []
    for (step, way), said, many in zip(
        groups.keys.tolist(), groups.utterances.tolist(), groups.stances.tolist(), strict=True
    ):
        if way < 0:
            continue
        low = step / _STEPS
        rows.append((low, WAYS[way], said, many))
        below = (step + 1) / _STEPS if step < _STEPS - 1 else ""
        values.append(
            {
                "low": low,
                "high": low + 1 / _STEPS,
                "polarity": WAYS[way],
                "n": said,
                "order": POLARITIES.index(WAYS[way]),
                "href": stances(making.asked.given, polarity=WAYS[way], min_confidence=low, below=below),
                "say": f"{low:.2f} to {low + 1 / _STEPS:.2f}: {said} {WAYS[way]}",
            }
        )
    rows.sort()
    spec = {
        "description": "Utterances by our confidence and polarity",
        "data": {"values": values},
        "width": making.width,
        "height": 180,
        "autosize": {"type": "fit", "contains": "padding"},
        "padding": {"left": 4, "right": 16, "top": 4, "bottom": 4},
        "mark": {"type": "bar", "stroke": "var(--card)", "strokeWidth": 0.5},
        "encoding": {
            "x": {
                "field": "low",
                "type": "quantitative",
                "bin": {"binned": True, "step": 1 / _STEPS},
                "title": "our confidence",
                "scale": {"domain": [min([0.5, *(row[0] for row in rows)]), 1]},
                "axis": {"grid": False, "format": ".0%"},
            },
            "x2": {"field": "high"},
            "y": stacked(_heights(values, "low"), 4),
            **_coloured(making, values),
        },
        "config": config(),
    }
    query = counting(
        making.asked.filter,
        "from",
        "polarity",
        patterns=f"?s st:confidence ?sure .\n  BIND(FLOOR(?sure * {_STEPS}) AS ?step)\n"
        f"  BIND(IF(?step >= {_STEPS}, {_STEPS - 1}, ?step) / {_STEPS}.0 AS ?from)",
    )
    sure, every = records.count(mask & (steps >= 0.9 * _STEPS)).utterances, records.count(mask).utterances
    text = f"{sure:,} of {every:,} utterances have a confidence of 90 % or more." if rows else "There are none."
    return Picture("By our confidence", text, ("from", "polarity", "utterances", "stances"), rows, query, spec)


def _spec(making: Making, title: str, values: list[dict[str, Any]]) -> dict[str, Any]:
    names = list(dict.fromkeys(value["thing"] for value in values))
    return {
        "description": f"{title}: utterances by polarity",
        "data": {"values": values},
        "width": making.width,
        "height": {"step": 24},
        "autosize": {"type": "fit-x", "contains": "padding"},
        "padding": {"left": 24, "right": 16, "top": 4, "bottom": 4},
        "mark": {"type": "bar", "stroke": "var(--card)", "strokeWidth": 0.5},
        "encoding": {
            "y": {
                "field": "thing",
                "type": "nominal",
                "title": None,
                "scale": {"domain": names, "paddingInner": 0.25},
                "axis": {"labelExpr": "slice(datum.value, 2)", "domain": False, "ticks": False, "labelPadding": 6},
            },
            "x": stacked(_heights(values, "thing"), 5 if making.narrow else 8),
            **_coloured(making, values),
        },
        "config": config(),
    }


def _heights(values: list[dict[str, Any]], field: str) -> Iterable[int]:
    """How high each stack is."""
    found: dict[Any, int] = {}
    for value in values:
        found[value[field]] = found.get(value[field], 0) + value["n"]
    return found.values()


def _coloured(making: Making, values: list[dict[str, Any]]) -> dict[str, Any]:
    """What all bars have in common: colours, links and texts."""
    return {
        "color": sides((value["polarity"] for value in values), making.narrow),
        "order": {"field": "order"},
        "href": {"field": "href"},
        "description": {"field": "say"},
    }


def _in_words(side: str, names: list[str], totals: dict[int, int], order: list[int]) -> str:
    if not names:
        return "There are none."
    first = [f"{name} ({totals[node]:,})" for name, node in zip(names, order, strict=False)]
    text = f"{len(order):,} {side}{'' if len(order) == 1 else 's'}; most utterances: {', '.join(first)}."
    left = len(order) - _SHOWN
    return text if left <= 0 else f"{text} The picture shows the first {_SHOWN}; {left:,} more are in the data."
