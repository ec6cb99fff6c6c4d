"""Where things stand in pictures: parts of a network, names, rows of a matrix, the ends of an axis."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Mapping
from typing import Any

import pytest

from kb.web.pictures import components, labels, matrix, network, versus
from kb.web.pictures.drawing import Drawing
from kb.web.pictures.picture import HERE, Spec, draw
from kb.web.pictures.relation import Party, Relation, parties
from kb.web.pictures.versus import Bar


def party(key: str) -> Party:
    return Party(f"https://kb.test/id/entity/{key}", f"Name of {key}", key, f"/entities/{key}")


def relation(holder: str, target: str, **counts: int) -> Relation:
    return Relation(party(holder), party(target), counts, counts, f"{HERE}/stances?holder={holder}&target={target}")


def some(entities: int, seed: int = 1) -> list[Relation]:
    """A network of a large part, two pairs, and a pair on each other."""
    dice = random.Random(seed)
    pairs = {(f"e{i}", f"e{dice.randrange(i)}") for i in range(1, entities)}
    found = [relation(a, b, **{dice.choice(["support", "oppose"]): dice.randint(1, 9)}) for a, b in sorted(pairs)]
    return [*found, relation("a", "b", oppose=2), relation("c", "d", support=1), relation("d", "c", neutral=1)]


@pytest.mark.parametrize("width", [340, 960])
@pytest.mark.parametrize("entities", [2, 10, 120])
def test_every_node_is_inside_and_parts_are_apart(entities: int, width: int) -> None:
    relations = some(entities)
    spec = asyncio.run(drawn(relations, width))[0]
    across, down = network.size(len(parties(relations)), width)
    nodes = {node["iri"].rpartition("/")[2]: node for node in layer(spec, "circle")}
    assert len(nodes) == entities + 4
    assert all(0 <= node["x"] <= across and 0 <= node["y"] <= down for node in nodes.values())
    places = {(node["x"], node["y"]) for node in nodes.values()}
    assert len(places) == len(nodes)
    large = [node for key, node in nodes.items() if key.startswith("e")]
    for pair in ("ab", "cd"):
        between = [(nodes[pair[0]][axis] + nodes[pair[1]][axis]) / 2 for axis in ("x", "y")]
        inside = [
            min(n[axis] for n in large) < middle < max(n[axis] for n in large)
            for axis, middle in zip(("x", "y"), between, strict=True)
        ]
        assert not all(inside)


def test_the_same_relations_are_drawn_in_the_same_way() -> None:
    first, second = (asyncio.run(drawn(some(30), 700))[1] for _ in range(2))
    assert first == second


def test_lines_there_and_back_do_not_cover_each_other_and_end_at_the_target() -> None:
    spec = asyncio.run(drawn([relation("c", "d", support=3), relation("d", "c", oppose=3)], 700))[0]
    one, other = layer(spec, "rule")
    assert {one["polarity"], other["polarity"]} == {"support", "oppose"}
    assert abs(one["y"] - other["y2"]) > 3 or abs(one["x"] - other["x2"]) > 3
    nodes = {node["iri"].rpartition("/")[2]: node for node in layer(spec, "circle")}
    target = nodes["d" if one["href"].endswith("target=d") else "c"]
    away = ((one["hx"] - target["x"]) ** 2 + (one["hy"] - target["y"]) ** 2) ** 0.5
    assert target["radius"] < away < target["radius"] + 15


def test_names_do_not_lie_over_one_another() -> None:
    dice = random.Random(3)
    nodes = [
        {"name": f"A name of {i}", "x": dice.uniform(0, 600), "y": dice.uniform(0, 400), "radius": 5.0}
        for i in range(150)
    ]
    found = labels.choose(nodes, 600, 400, 20, limit=60)
    boxes = [
        (n["tx"] - labels.width(n["name"]) / 2, n["ty"] - 7, n["tx"] + labels.width(n["name"]) / 2, n["ty"] + 7)
        for n in found
    ]
    assert 10 < len(found) <= 60
    assert all(box[0] >= -0.1 and box[2] <= 600.1 for box in boxes)
    for i, a in enumerate(boxes):
        for b in boxes[:i]:
            assert max(a[0] - b[2], b[0] - a[2], a[1] - b[3], b[1] - a[3]) > -0.2


def test_every_node_is_in_one_part() -> None:
    dice = random.Random(2)
    pairs = [(dice.randrange(200), dice.randrange(200)) for _ in range(120)]
    found = components.cells(200, pairs, 900, 600)
    assert sorted(node for nodes, _ in found for node in nodes) == list(range(200))
    for nodes, (left, top, right, bottom) in found[:5]:
        assert nodes
        assert 0 <= left < right <= 900
        assert 0 <= top < bottom <= 600


def test_a_matrix_puts_those_together_who_are_alike() -> None:
    relations = [
        relation(
            holder,
            target,
            **{"support" if (holder in "ac") == (target in "xz") else "oppose": 5 - "abcd".index(holder)},
        )
        for holder in "abcd"
        for target in "xyz"
    ]
    known = matrix.picture(relations, 700, "known").spec
    alike = matrix.picture(relations, 700, "alike").spec
    assert isinstance(known, Mapping)
    assert isinstance(alike, Mapping)
    assert [name[-1] for name in known["encoding"]["y"]["sort"]] == list("abcd")
    assert [name[-1] for name in alike["encoding"]["y"]["sort"]] == list("acbd")


def test_holders_of_one_name_have_rows_of_their_own() -> None:
    twins = [Party(f"https://kb.test/id/entity/{i}", "Same Name", str(i)) for i in range(3)]
    relations = [Relation(twin, party("x"), {"support": 1}) for twin in twins]
    spec = matrix.picture(relations, 340).spec
    assert isinstance(spec, Mapping)
    assert len(set(spec["encoding"]["y"]["sort"])) == 3


def test_sides_are_told_by_more_than_colour() -> None:
    spec = asyncio.run(drawn([relation("a", "b", support=2), relation("b", "c", oppose=2)], 700))[0]
    assert spec["layer"][0]["encoding"]["strokeDash"]["field"] == spec["layer"][0]["encoding"]["color"]["field"]
    cells = matrix.picture([relation("a", "b", support=2), relation("b", "c", oppose=2)], 700).spec
    assert isinstance(cells, Mapping)
    assert {cell["sign"][0] for cell in cells["data"]["values"]} == {"+", "−"}


@pytest.mark.parametrize(
    ("counts", "side"),
    [
        ({"support": 3, "oppose": 1}, "support"),
        ({"support": 3, "oppose": 2}, "mixed"),
        ({"oppose": 1, "neutral": 9}, "oppose"),
        ({"neutral": 2}, "neutral"),
        ({"mixed": 2, "support": 1}, "support"),
    ],
)
def test_the_side_that_is_taken(counts: dict[str, int], side: str) -> None:
    assert relation("a", "b", **counts).side == side


def test_names_of_any_kind_can_be_drawn() -> None:
    names = [
        "<script>alert(1)</script>",
        "a\x00b\x0b\ud800",
        "\u202egnorw",
        'He said "no" & left',
        "أمل نور",
        "日本" * 30,
        "",
    ]
    everybody = [
        Party(f"https://kb.test/id/entity/{i}", name, f"x{i}", f"/entities/x{i}") for i, name in enumerate(names)
    ]
    relations = [Relation(one, everybody[0], {"support": 1}, {}, f"{HERE}/stances") for one in everybody[1:]]
    bars = [Bar("a", one.iri, one.name, "oppose", 1, 1, f"{HERE}/stances") for one in everybody]

    async def all_of_them() -> list[str]:
        drawing = Drawing()
        pictures = (
            network.picture(relations, 340),
            matrix.picture(relations, 960),
            versus.side_by_side(bars, {"a": names[0]}, names[1], 700),
        )
        made = [await draw(picture, drawing) for picture in pictures]
        await drawing.close()
        return made

    for svg in asyncio.run(all_of_them()):
        assert "<script" not in svg
        assert "\u202e" not in svg


async def drawn(relations: list[Relation], width: int) -> tuple[Spec, str]:
    drawing = Drawing()
    try:
        made = network.picture(relations, width)
        assert callable(made.spec)
        return await made.spec(drawing), await draw(made, drawing)
    finally:
        await drawing.close()


def layer(spec: Spec, mark: str) -> list[dict[str, Any]]:
    """The data of the first layer of that mark."""
    found: list[dict[str, Any]] = next(one["data"]["values"] for one in spec["layer"] if one["mark"]["type"] == mark)
    return found
