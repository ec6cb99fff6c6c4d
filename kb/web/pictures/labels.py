"""Names at points of a picture, as many as fit without one over another."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from typing import Any

_LINE = 15  # pixels of a line of text
_LETTER = 7.3  # pixels of a bold letter of 12 pixels in a wide font
_GAP = 3  # pixels between a name and what it names

Box = tuple[float, float, float, float]


def width(text: str) -> float:
    """About how wide a name is drawn, in pixels, in a font that is rather wide.

    >>> width("abc") < width("abcd") < width("日本日本")
    True
    """
    wide = sum(unicodedata.east_asian_width(letter) in "WF" for letter in text)
    none = sum(unicodedata.combining(letter) > 0 for letter in text)
    return _LETTER * (len(text) - none + 0.7 * wide)


def choose(
    nodes: Sequence[Mapping[str, Any]], across: float, down: float, top: float, limit: int
) -> list[dict[str, Any]]:
    """Those whose names fit, each with the middle of its name as `tx` and `ty`; who comes first is named first.

    Args:
        nodes: with `name`, `x`, `y` and `radius`.
        top: pixels above the area that names may use too.
        limit: how many names at the most.
    """
    taken: list[Box] = []
    circles = [(n["x"] - n["radius"], n["y"] - n["radius"], n["x"] + n["radius"], n["y"] + n["radius"]) for n in nodes]
    found: list[dict[str, Any]] = []
    for i, node in enumerate(nodes):
        if len(found) == limit:
            break
        half, away = width(node["name"]) / 2, node["radius"] + _GAP
        aside = away + half
        for dx, dy in ((0, -away - _LINE / 2), (0, away + _LINE / 2), (aside, 0), (-aside, 0)):
            # A name that would stand out at the side is moved in.
            x = min(max(node["x"] + dx, half), across - half) if dx == 0 else node["x"] + dx
            y = node["y"] + dy
            box = (x - half, y - _LINE / 2, x + half, y + _LINE / 2)
            inside = box[0] >= 0 and box[2] <= across and box[1] >= -top and box[3] <= down + _LINE
            # It may lie over lines and over circles of those who are less known, but for its own.
            before = circles[:i] if len(nodes) > 2 * limit else circles[:i] + circles[i + 1 :]
            if inside and not any(_meet(box, other) for other in (*taken, *before)):
                taken.append(box)
                found.append({**node, "tx": round(x, 1), "ty": round(y, 1)})
                break
    return found


def _meet(a: Box, b: Box) -> bool:
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]
