"""A network: who supports and opposes whom. Vega's force transform places the nodes, Vega-Lite draws them.

relations -> layout -> Drawing.places -> placed -> Drawing.svg
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from kb.web.pictures import components, labels
from kb.web.pictures.drawing import Drawing
from kb.web.pictures.picture import COLOURS, HERE, POLARITIES, Picture, Spec, config, drawable
from kb.web.pictures.relation import COLUMNS, SIDES, Relation, many, parties, rows

Places = Sequence[tuple[float, float]]

_MANY = 60  # nodes from which on a network is drawn finely
_NAME = 30  # characters of a name
_MARGIN = 14  # pixels around
_TOP = 26  # pixels for names above the topmost node
_APART = 3.5  # pixels between a line and the one that goes back, by half
#: Lines differ by more than colour.
_DASHES = {"support": [1, 0], "mixed": [9, 3, 2, 3], "neutral": [2, 3], "oppose": [6, 4]}


def size(nodes: int, width: int) -> tuple[int, int]:
    """Width and height of the area that nodes are in, in pixels.

    >>> size(10, 700), size(500, 340)
    ((672, 370), (312, 437))
    """
    inside = width - 2 * _MARGIN
    share = 0.4 if nodes <= 4 else 1.4 if width < 500 else 0.55 if nodes <= 14 else 0.72
    return inside, round(inside * share)


def layout(relations: Sequence[Relation], width: int) -> Spec:
    """What Vega has to work out: `Drawing.places` of it is in the order of `kb.web.pictures.relation.parties`."""
    found = parties(relations)
    number = {party.iri: i for i, (party, _) in enumerate(found)}
    across, down = size(len(found), width)
    # Each node has about as much room as the others, whatever the size of the picture.
    room = math.sqrt(across * down / max(1, len(found)))
    pairs = sorted({(number[r.holder.iri], number[r.target.iri]) for r in relations})
    middles: dict[int, tuple[float, float]] = {}
    for nodes, (left, top, right, bottom) in components.cells(len(found), pairs, across, down):
        middles.update(dict.fromkeys(nodes, ((left + right) / 2, (top + bottom) / 2)))
    forces: list[dict[str, Any]] = [
        {"force": "collide", "radius": round(0.3 * room, 1), "strength": 0.9},
        # Beyond its reach a node repels nothing, so that parts without a link between them let each other be.
        {"force": "nbody", "strength": -round(1.5 * room, 1), "distanceMax": round(5 * room, 1)},
        {"force": "x", "x": "xf", "strength": round(0.09 * down / across, 4)},
        {"force": "y", "y": "yf", "strength": round(0.09 * across / down, 4)},
        {"force": "link", "links": "links", "distance": round(0.95 * room, 1)},
    ]
    force = {"type": "force", "static": True, "iterations": 300 if len(found) <= _MANY else 150, "forces": forces}
    places = [{"xf": round(middles[i][0], 1), "yf": round(middles[i][1], 1)} for i in range(len(found))]
    return {
        "width": across,
        "height": down,
        "data": [
            {"name": "parties", "values": places},
            {"name": "links", "values": [{"source": a, "target": b} for a, b in pairs]},
        ],
        "marks": [
            {
                "name": "nodes",
                "type": "symbol",
                "from": {"data": "parties"},
                "encode": {"enter": {"xf": {"field": "xf"}, "yf": {"field": "yf"}}},
                "transform": [force],
            }
        ],
    }


def picture(relations: Sequence[Relation], width: int, query: str = "") -> Picture:
    """The network.

    Args:
        width: of the whole picture, in pixels.
        query: with the same answer as the data.
    """
    text = _text(relations, parties(relations))

    async def spec(drawing: Drawing) -> Spec:
        return placed(relations, await drawing.places(layout(relations, width)) if relations else [], width, text)

    return Picture("Who supports and opposes whom", text, COLUMNS, rows(relations), query, spec)


def placed(relations: Sequence[Relation], places: Places, width: int, text: str) -> Spec:
    """What Vega-Lite draws: the nodes are where `places` says, the answer to `layout` of the same relations."""
    found = parties(relations)
    across, down = size(len(found), width)
    number = {party.iri: i for i, (party, _) in enumerate(found)}
    pairs = [(number[r.holder.iri], number[r.target.iri]) for r in relations]
    parts = components.cells(len(found), pairs, across, down)
    large = len(found) > _MANY
    nodes = _nodes(found, _fitted(places, parts, 16), large, width)
    edges = _edges(relations, {node["iri"]: node for node in nodes}, large)
    return _spec(nodes, edges, across, down, large, text)


def _fitted(
    places: Places, parts: Sequence[tuple[Sequence[int], components.Cell]], radius: float
) -> list[tuple[float, float]]:
    """Each part moved and scaled so that it fills its cell; not so far that a few nodes fly apart."""
    fitted = [(0.0, 0.0)] * len(places)
    for nodes, (left, top, right, bottom) in parts:
        xs, ys = [places[i][0] for i in nodes], [places[i][1] for i in nodes]
        by_x = max(1.0, right - left - 2 * radius) / max(max(xs) - min(xs), 1)
        by_y = max(1.0, bottom - top - 2 * radius) / max(max(ys) - min(ys), 1)
        by_x, by_y = min(by_x, 1.6 * by_y, 2.5), min(by_y, 1.6 * by_x, 2.5)
        middle_x, middle_y = (min(xs) + max(xs)) / 2, (min(ys) + max(ys)) / 2
        for i, x, y in zip(nodes, xs, ys, strict=True):
            fitted[i] = (
                round((left + right) / 2 + (x - middle_x) * by_x, 1),
                round((top + bottom) / 2 + (y - middle_y) * by_y, 1),
            )
    return fitted


def _nodes(
    found: Sequence[tuple[Any, int]], places: Sequence[tuple[float, float]], large: bool, width: int
) -> list[dict[str, Any]]:
    most = max((number for _, number in found), default=1)
    least, grows = (3.0, 9.0) if large else (5.0, 11.0)
    if width < 500:
        least, grows = 0.8 * least, 0.7 * grows
    nodes = []
    for (party, number), (x, y) in zip(found, places, strict=True):
        radius = round(least + grows * math.sqrt(number / most), 1)
        nodes.append(
            {
                "iri": party.iri,
                "name": drawable(party.name, _NAME),
                "x": x,
                "y": y,
                "radius": radius,
                "area": round(math.pi * radius**2, 1),
                "href": HERE + party.page,
                "say": drawable(f"{party.name}: {number} utterances"),
            }
        )
    return nodes


def _edges(relations: Sequence[Relation], nodes: Mapping[str, Mapping[str, Any]], large: bool) -> list[dict[str, Any]]:
    most = max((relation.total for relation in relations), default=1)
    both = {(r.holder.iri, r.target.iri) for r in relations}
    thin, thick = (0.9, 3.6) if large else (1.4, 6.0)
    edges = []
    for relation in sorted(relations, key=lambda r: r.total):  # the strong ones over the weak ones
        a, b = nodes[relation.holder.iri], nodes[relation.target.iri]
        length = math.hypot(b["x"] - a["x"], b["y"] - a["y"])
        if length < a["radius"] + b["radius"]:
            continue  # the circles cover the line
        ex, ey = (b["x"] - a["x"]) / length, (b["y"] - a["y"]) / length
        side = _APART * (0.6 if large else 1) if (relation.target.iri, relation.holder.iri) in both else 0.0
        sx, sy = -ey * side, ex * side
        line = round(thin + (thick - thin) * math.sqrt((relation.total - 1) / max(1, most - 1)), 2)
        head = (3.0 if large else 4.5) + line
        tip = b["radius"] + 1
        edges.append(
            {
                "x": round(a["x"] + ex * (a["radius"] + 1) + sx, 1),
                "y": round(a["y"] + ey * (a["radius"] + 1) + sy, 1),
                "x2": round(b["x"] - ex * (tip + 0.8 * head) + sx, 1),
                "y2": round(b["y"] - ey * (tip + 0.8 * head) + sy, 1),
                "hx": round(b["x"] - ex * (tip + head / 2) + sx, 1),
                "hy": round(b["y"] - ey * (tip + head / 2) + sy, 1),
                "angle": round(math.degrees(math.atan2(ex, -ey))),
                "head": round(head**2, 1),
                "width": line,
                "polarity": relation.side,
                "href": relation.address,
                "say": drawable(relation.say()),
            }
        )
    return edges


def _spec(
    nodes: list[dict[str, Any]], edges: list[dict[str, Any]], across: int, down: int, large: bool, text: str
) -> dict[str, Any]:
    def at(x: str, y: str) -> dict[str, Any]:
        def scale(low: float, high: float) -> dict[str, Any]:
            return {"type": "quantitative", "axis": None, "scale": {"domain": [low, high], "nice": False}}

        return {"x": {"field": x, **scale(0, across)}, "y": {"field": y, **scale(down, -_TOP)}}

    present = [way for way in POLARITIES if any(edge["polarity"] == way for edge in edges)]
    domain = {"domain": [SIDES[way] for way in present]}
    colour: dict[str, Any] = {
        "field": "word",
        "type": "nominal",
        "title": None,
        "scale": {**domain, "range": [COLOURS[POLARITIES.index(way)] for way in present]},
    }
    dash: dict[str, Any] = {"field": "word", "type": "nominal", "title": None}
    dash["scale"] = {**domain, "range": [_DASHES[way] for way in present]}
    colour["legend"] = {
        "columns": 2 if across < 500 else 4,
        "columnPadding": 28,
        "symbolType": "stroke",
        "symbolSize": 500,
        "symbolStrokeWidth": 3,
        "symbolOpacity": 1,
    }
    lines = [{**edge, "word": SIDES[edge["polarity"]]} for edge in edges]
    most = across * down // 9000 if large else 80
    named = labels.choose(nodes, across, down, _TOP, limit=min(most, 45) if large else most)
    words = {"type": "text", "fontSize": 12, "fontWeight": 600, "baseline": "middle", "aria": False}
    exactly = {"type": "quantitative", "scale": None}
    linked = {"href": {"field": "href"}, "description": {"field": "say"}}
    layers: list[dict[str, Any]] = [
        {
            "data": {"values": lines},
            "mark": {"type": "rule", "opacity": 0.5 if large else 0.85, "aria": not large},
            "encoding": {
                **at("x", "y"),
                "x2": {"field": "x2"},
                "y2": {"field": "y2"},
                "strokeWidth": {"field": "width", **exactly},
                "color": colour,
                "strokeDash": dash,
                **linked,
            },
        },
        {
            "data": {"values": lines},
            "mark": {"type": "point", "shape": "triangle", "filled": True, "opacity": 0.8 if large else 1},
            "encoding": {
                **at("hx", "hy"),
                "size": {"field": "head", **exactly},
                "angle": {"field": "angle", **exactly},
                "color": {**colour, "legend": None},
            },
        },
        {
            "data": {"values": nodes},
            "mark": {
                "type": "circle",
                "opacity": 1,
                "stroke": "var(--card)",
                "strokeWidth": 1.2,
                "color": "var(--link)",
            },
            "encoding": {**at("x", "y"), "size": {"field": "area", **exactly}, **linked},
        },
        # Twice: first as a halo.
        *(
            {
                "data": {"values": named},
                "mark": {**words, **paint},
                "encoding": {**at("tx", "ty"), "text": {"field": "name"}},
            }
            for paint in (
                {"stroke": "var(--card)", "strokeWidth": 4, "strokeJoin": "round"},
                {"color": "var(--ink)"},
            )
        ),
    ]
    layers[1]["mark"]["aria"] = False
    return {
        "description": text,
        "width": across,
        "height": down + _TOP,
        "padding": _MARGIN,
        "layer": layers if nodes else layers[2:3],
        "config": config(),
    }


def _text(relations: Sequence[Relation], found: Sequence[tuple[Any, int]]) -> str:
    if not relations:
        return "Nobody takes a side on anybody here."
    sides = [relation.side for relation in relations]
    parts = [f"{sides.count(way)} {way}" for way in POLARITIES if way in sides]
    strongest = max(relations, key=lambda r: (r.total, r.holder.iri, r.target.iri))
    return drawable(
        f"{many(len(found), 'entity', 'entities')} and {many(len(relations), 'pair')} of holder and target: "
        f"{', '.join(parts)}. "
        f"The strongest: {strongest.say()}."
    )
