"""The parts of a network that no link joins, each with its share of the picture."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

Cell = tuple[float, float, float, float]  # left, top, right, bottom
_GUTTER = 12.0  # pixels between cells
_LEAST = 3.0  # nodes that a part counts for at least: its names need room


def cells(nodes: int, pairs: Iterable[tuple[int, int]], across: float, down: float) -> list[tuple[list[int], Cell]]:
    """The parts, the largest first, each with its nodes and the cell that it may fill.

    >>> cells(3, [(0, 2)], 200, 100)
    [([0, 2], (0, 0, 94.0, 100)), ([1], (106.0, 0, 200, 100))]
    """
    parts = _parts(nodes, pairs)
    return list(zip(parts, _split([max(_LEAST, len(part)) for part in parts], (0, 0, across, down)), strict=True))


def _parts(nodes: int, pairs: Iterable[tuple[int, int]]) -> list[list[int]]:
    head = list(range(nodes))

    def root(i: int) -> int:
        while head[i] != i:
            head[i] = head[head[i]]
            i = head[i]
        return i

    for a, b in pairs:
        a, b = sorted((root(a), root(b)))
        head[b] = a
    found: dict[int, list[int]] = {}
    for i in range(nodes):
        found.setdefault(root(i), []).append(i)
    return sorted(found.values(), key=lambda part: (-len(part), part[0]))


def _split(weights: Sequence[float], cell: Cell) -> list[Cell]:
    """The cell cut into one for each weight, each time across its longer side."""
    if len(weights) < 2:
        return [cell] * len(weights)
    whole = sum(weights)
    cut, first = 1, weights[0]
    while cut < len(weights) - 1 and first + weights[cut] / 2 < whole / 2:
        first += weights[cut]
        cut += 1
    left, top, right, bottom = cell
    share, half = first / whole, _GUTTER / 2
    if right - left >= bottom - top:
        edge = left + share * (right - left)
        one, other = (left, top, edge - half, bottom), (edge + half, top, right, bottom)
    else:
        edge = top + share * (bottom - top)
        one, other = (left, top, right, edge - half), (left, edge + half, right, bottom)
    return _split(weights[:cut], one) + _split(weights[cut:], other)
