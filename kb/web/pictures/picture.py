"""What a picture is: its data, what it shows in words, the query with the same answer, and how it is drawn."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from kb.web.pictures.drawing import HERE, Drawing, Spec

__all__ = [
    "COLOURS",
    "HERE",
    "POLARITIES",
    "Picture",
    "Spec",
    "config",
    "draw",
    "drawable",
    "sides",
    "stacked",
    "stances",
]

#: Polarities in the order in which pictures stack them, with the names of their colours.
POLARITIES = ("support", "mixed", "neutral", "oppose")
COLOURS = tuple(f"var(--{way})" for way in POLARITIES)

# What XML cannot hold ends the process that draws; what turns the direction of writing would reorder the text around.
_UNDRAWABLE = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_DIRECTIONS = re.compile("[\u200e\u200f\u202a-\u202e\u2066-\u2069]")


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture that has not been drawn.

    Attributes:
        title: what it shows, in a few words.
        text: the same as the picture says, for who cannot see it: a sentence or two with the numbers that matter.
        columns: of the data.
        rows: the data, each row as long as `columns`.
        query: a SPARQL query with the same answer, "" where there is none.
        spec: Vega-Lite, or what makes it where places have to be found first; colours are names of variables of our
            style sheet ("var(--support)"), addresses begin with `HERE`, and texts have gone through `drawable`.
    """

    title: str
    text: str
    columns: tuple[str, ...]
    rows: Sequence[tuple[str | int | float | None, ...]]
    query: str
    spec: Spec | Callable[[Drawing], Awaitable[Spec]]


def drawable(text: str, longest: int = 0) -> str:
    """A text as a picture may hold it: without what XML or the direction of writing forbids, on one line.

    Args:
        longest: characters; what is longer ends in "…". 0 for any length.

    >>> drawable("a" + chr(0) + "b" + chr(0x202e), 10)
    'a\ufffdb'
    >>> drawable("The Potomac Ledger", 12)
    'The Potomac…'
    """
    text = " ".join(_DIRECTIONS.sub("", _UNDRAWABLE.sub("\ufffd", text)).split())
    return text if not longest or len(text) <= longest else text[: longest - 1].rstrip() + "…"


def sides(present: Iterable[str], narrow: bool) -> dict[str, Any]:
    """The colour channel of polarities: those that occur, in the order of `POLARITIES`, with a legend that fits."""
    found = set(present)
    shown = [way for way in POLARITIES if way in found]
    # More columns than entries make Vega place the legend nowhere.
    legend = {"columns": 2} if narrow and len(shown) > 2 else {}
    return {
        "field": "polarity",
        "type": "nominal",
        "title": None,
        "scale": {"domain": shown, "range": [f"var(--{way})" for way in shown]},
        "legend": legend,
    }


def stacked(totals: Iterable[int], ticks: int) -> dict[str, Any]:
    """The channel of utterances, stacked by polarity, with whole numbers on its axis.

    Args:
        totals: the height of each stack.
        ticks: how many at the most on the axis, beside 0.
    """
    most = max(totals, default=1)
    step = next(step for power in range(12) for unit in (1, 2, 5) if most <= (step := unit * 10**power) * ticks)
    axis = {"values": list(range(0, most + step, step)), "domain": False, "format": "d"}
    return {"field": "n", "type": "quantitative", "title": "utterances", "stack": "zero", "axis": axis}


def config(**more: Any) -> dict[str, Any]:
    """What all pictures have in common, in Vega-Lite's words."""
    axis = {
        "labelColor": "var(--ink)",
        "titleColor": "var(--quiet)",
        "gridColor": "var(--line)",
        "domainColor": "var(--line)",
        "tickColor": "var(--line)",
        "labelFontSize": 12,
        "titleFontSize": 12,
        "titleFontWeight": "normal",
        "labelLimit": 200,
    }
    legend = {
        "labelColor": "var(--ink)",
        "titleColor": "var(--quiet)",
        "labelFontSize": 12,
        "titleFontSize": 12,
        "titleFontWeight": "normal",
        "orient": "top",
    }
    return {
        "background": None,
        "font": "sans-serif",  # naming one makes drawing several times slower; the page has its own
        "view": {"stroke": None},
        "axis": axis,
        "legend": legend,
        **more,
    }


async def draw(picture: Picture, drawing: Drawing) -> str:
    """The picture as an `svg` element for a page of ours.

    Raises:
        DrawingError: it cannot be drawn.
    """
    spec = picture.spec if isinstance(picture.spec, Mapping) else await picture.spec(drawing)
    return await drawing.svg(spec)


def stances(given: Mapping[str, str], **more: object) -> str:
    """The address of the stances behind a mark, for a specification.

    Args:
        given: parameters of /stances that hold for the whole picture.
        more: those of this mark; `since` is sent as "from", `until` as "to". Empty ones are left out.
    """
    names = {"since": "from", "until": "to"}
    pairs = {**given, **{names.get(name, name): str(value) for name, value in more.items() if value not in ("", None)}}
    return f"{HERE}/stances?{urlencode(pairs)}"
