"""A matrix: holders in rows, targets in columns, each cell in the colour of the side that was taken."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

import numpy as np

from kb.web.pictures import labels
from kb.web.pictures.picture import POLARITIES, Picture, config, drawable
from kb.web.pictures.relation import CLEAR, COLUMNS, LEANING, SIGNS, Party, Relation, many, rows

ORDERS = ("known", "alike")
_NAME = 26  # characters of a name
_LETTER = 0.85  # of the width of a bold letter
#: From opposing to supporting.
_COLOURS = ("var(--oppose)", "var(--oppose-half)", "var(--neutral-soft)", "var(--support-half)", "var(--support)")
_WORDS = ("opposes", "rather opposes", "both or neutral", "rather supports", "supports")


def picture(relations: Sequence[Relation], width: int, order: str = "known", query: str = "") -> Picture:
    """The matrix of the pairs.

    Args:
        width: of the whole picture, in pixels; many columns take more.
        order: one of `ORDERS`: by number of utterances, or rows and columns next to those like them.
        query: with the same answer as the data.
    """
    holders, targets = _ordered(relations, order)
    # Names may be the same; Vega tells rows apart by their text.
    row_names, column_names = _told_apart(holders, 16 if width < 500 else _NAME), _told_apart(targets, _NAME)
    beside = max((labels.width(name) for name in row_names.values()), default=0) * _LETTER
    narrow = width < 500
    step = max(18.0, min(44.0, (width - beside - (40 if narrow else 90)) / max(1, len(targets))))
    cells = [_cell(relation, row_names, column_names, step) for relation in relations]
    text = _text(relations, len(holders), len(targets))
    return Picture(
        title="Holders and what they take sides on",
        text=text,
        columns=COLUMNS,
        rows=rows(relations),
        query=query,
        spec=_spec(cells, list(row_names.values()), list(column_names.values()), step, narrow, text),
    )


def _ordered(relations: Sequence[Relation], order: str) -> tuple[list[Party], list[Party]]:
    sides = []
    for end in ("holder", "target"):
        counts: Counter[str] = Counter()
        known: dict[str, Party] = {}
        for relation in relations:
            party: Party = getattr(relation, end)
            known[party.iri] = party
            counts[party.iri] += relation.total
        sides.append([known[iri] for iri in sorted(known, key=lambda iri: (-counts[iri], iri))])
    holders, targets = sides
    if order == "alike":
        row, column = ({party.iri: i for i, party in enumerate(side)} for side in sides)
        balances = np.zeros((len(holders), len(targets)))
        for relation in relations:
            balances[row[relation.holder.iri], column[relation.target.iri]] = relation.balance or 0.1
        holders = [holders[i] for i in _chain(balances)]
        targets = [targets[i] for i in _chain(balances.T)]
    return holders, targets


def _chain(vectors: np.ndarray[Any, Any]) -> list[int]:
    """From the first on always to the one that is most like the last one."""
    if not len(vectors):
        return []
    lengths = np.linalg.norm(vectors, axis=1)
    unit = vectors / np.where(lengths > 0, lengths, 1)[:, None]
    like = unit @ unit.T
    order, left = [0], set(range(1, len(vectors)))
    while left:
        order.append(max(left, key=lambda i: (round(float(like[order[-1], i]), 9), -i)))
        left.remove(order[-1])
    return order


def _told_apart(parties: Sequence[Party], longest: int) -> dict[str, str]:
    """Names short enough for the axis, no two the same."""
    names: dict[str, str] = {}
    seen: Counter[str] = Counter()
    for party in parties:
        name = drawable(party.name, longest)
        seen[name] += 1
        if seen[name] > 1:
            number = f" ({seen[name]})"
            name = drawable(party.name, longest - len(number)) + number
        names[party.iri] = name
    return names


def _cell(relation: Relation, rows: dict[str, str], columns: dict[str, str], step: float) -> dict[str, Any]:
    sign = SIGNS[relation.side]
    balance = relation.balance
    place = 2 + (balance > LEANING) + (balance > CLEAR) - (balance < -LEANING) - (balance < -CLEAR)
    return {
        "holder": rows[relation.holder.iri],
        "target": columns[relation.target.iri],
        "step": _WORDS[place],
        # Colour is not all that tells sides apart.
        "sign": f"{sign}{relation.total}" if step >= 32 and relation.total < 1000 else sign,
        "paper": "strong" if place in (0, 4) else "soft",
        "href": relation.address,
        "say": drawable(relation.say()),
    }


def _spec(
    cells: list[dict[str, Any]], holders: list[str], targets: list[str], step: float, narrow: bool, text: str
) -> dict[str, Any]:
    across = {
        "field": "target",
        "type": "nominal",
        "title": None,
        "sort": targets,
        "scale": {"domain": targets},
        "axis": {"orient": "top", "labelAngle": -90 if narrow else -50, "domain": False, "ticks": False, "grid": False},
    }
    down = {
        "field": "holder",
        "type": "nominal",
        "title": None,
        "sort": holders,
        "scale": {"domain": holders},
        "axis": {"domain": False, "ticks": False, "labelLimit": 230, "grid": False},
    }
    present = [word for word in _WORDS if any(cell["step"] == word for cell in cells)]
    colour = {
        "field": "step",
        "type": "nominal",
        "title": None,
        "scale": {"domain": present, "range": [_COLOURS[_WORDS.index(word)] for word in present]},
        "legend": {
            "orient": "bottom",
            "direction": "horizontal",
            "columns": 1 if narrow else max(1, min(5, round((len(targets) * step + 140) / 150))),
            "columnPadding": 24,
            "symbolType": "square",
            "symbolSize": 160,
        },
    }
    return {
        "description": text,
        "data": {"values": cells},
        "width": {"step": step},
        "height": {"step": min(step, 30.0)},
        "padding": {"left": 14 if narrow else 40, "top": 36, "right": 8 if narrow else 46, "bottom": 8},
        "encoding": {"x": across, "y": down},
        "layer": [
            {
                "mark": {"type": "rect", "cornerRadius": 3, "stroke": "var(--card)", "strokeWidth": 1.5},
                "encoding": {
                    "color": colour,
                    "href": {"field": "href", "type": "nominal"},
                    "description": {"field": "say", "type": "nominal"},
                },
            },
            {
                "mark": {"type": "text", "fontSize": 11 if step >= 26 else 10, "fontWeight": 600, "aria": False},
                "encoding": {
                    "text": {"field": "sign", "type": "nominal"},
                    "href": {"field": "href", "type": "nominal"},
                    "color": {
                        "field": "paper",
                        "type": "nominal",
                        "scale": {"domain": ["strong", "soft"], "range": ["var(--card)", "var(--ink)"]},
                        "legend": None,
                    },
                },
            },
        ],
        "resolve": {"scale": {"color": "independent"}},
        "config": config(),
    }


def _text(relations: Sequence[Relation], holders: int, targets: int) -> str:
    if not relations:
        return "Nobody takes a side here."
    sides = [relation.side for relation in relations]
    counts = ", ".join(f"{sides.count(way)} {way}" for way in POLARITIES if way in sides)
    strongest = max(relations, key=lambda r: (r.total, r.holder.iri, r.target.iri))
    return drawable(
        f"{many(holders, 'holder')} in rows and {many(targets, 'target')} in columns, "
        f"{many(len(relations), 'pair')} with a stance: {counts}. "
        f"The strongest: {strongest.say()}."
    )
