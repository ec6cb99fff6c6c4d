"""Side by side: two entities on each other through time, and who says how much for and against one thing."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from kb.web.pictures.picture import COLOURS, POLARITIES, Picture, config, drawable

_MONTHS = 60  # the longest span that is shown by month
_FEWEST = 12  # months or years on the axis, so that a single bar is no wall
_NAME = 24  # characters of a name at an axis

TIMES = ("direction", "when", "polarity", "utterances", "stances")
BARS = ("voice", "iri", "name", "polarity", "utterances", "stances")


@dataclass(frozen=True, slots=True)
class Bar:
    """A piece of a bar.

    Attributes:
        panel: key of the panel it is in.
        iri: of what the bar is of; its first day where the bars are months or years.
        name: of the same.
        address: of the stances behind it.
    """

    panel: str
    iri: str
    name: str
    polarity: str
    utterances: int
    stances: int
    address: str


@dataclass(frozen=True, slots=True)
class Said:
    """What a panel shows, counted as a whole: its bars may not be added up.

    One utterance may be printed again in another month, and may support this and oppose that.

    Attributes:
        utterances: how many there are.
        ways: by polarity.
    """

    utterances: int
    ways: Mapping[str, int]


def by_years(first: str, last: str) -> bool:
    """Whether bars are years: of months (YYYY-MM) from the first to the last there would be too many.

    >>> by_years("2016-02", "2016-11"), by_years("2010-01", "2020-01")
    (False, True)
    """
    return bool(first) and _months(last) - _months(first) >= _MONTHS


def through_time(
    bars: Sequence[Bar],
    panels: Mapping[str, str],
    years: bool,
    width: int,
    query: str = "",
    said: Mapping[str, Said] | None = None,
) -> Picture:
    """One panel above the other, with the same axes.

    Args:
        bars: each with its month (YYYY-MM) or year (YYYY) as `iri`.
        panels: what each panel is called, in order.
        width: of the whole picture, in pixels.
        query: with the same answer as the data.
        said: of each panel, for its words; None adds up the bars.
    """
    said = said or _added(bars, panels)
    unit = "utcyear" if years else "utcyearmonth"
    domain = _domain([bar.iri for bar in bars], years)
    most = max(_heights(bars).values(), default=1)
    inside = max(200, width - 80)
    across: dict[str, Any] = {
        "field": "when",
        "type": "temporal",
        "timeUnit": unit,
        "title": None,
        "scale": {"domain": domain},
        "axis": {"grid": False, "labelOverlap": True, "tickCount": max(2, inside // 110), "format": "%Y"},
    }
    if not years:
        across["axis"]["format"] = "%b %Y"

    def panel(key: str) -> dict[str, Any]:
        some = [bar for bar in bars if bar.panel == key]
        return {
            "title": _heading(panels[key], said[key]),
            "width": inside,
            "height": 120,
            "data": {"values": [{**_piece(bar), "when": _first_day(bar.iri)} for bar in some]},
            "mark": {"type": "bar", "stroke": "var(--card)", "strokeWidth": 0.5},
            "encoding": {
                "x": across,
                "y": {
                    "field": "n",
                    "type": "quantitative",
                    "title": "Utterances",
                    "stack": "zero",
                    "scale": {"domain": [0, most], "nice": True},
                    "axis": {"tickMinStep": 1, "domain": False, "tickCount": 4, "format": "d"},
                },
                **_coloured(bars, 2 if width < 500 else 4),
            },
        }

    text = _text(said, panels)
    return Picture(
        title=" and ".join(panels.values()),
        text=text,
        columns=TIMES,
        rows=[(bar.panel, bar.iri, bar.polarity, bar.utterances, bar.stances) for bar in bars],
        query=query,
        spec={
            "description": text,
            "padding": {"left": 8, "top": 8, "right": 20, "bottom": 8},
            "vconcat": [panel(key) for key in panels],
            "spacing": 22,
            "config": config(),
        },
    )


def side_by_side(
    bars: Sequence[Bar],
    panels: Mapping[str, str],
    title: str,
    width: int,
    query: str = "",
    most_names: int = 20,
    share: bool = False,
    said: Mapping[str, Said] | None = None,
    each: Mapping[str, int] | None = None,
) -> Picture:
    """A bar for each name, in one panel or several with the same axes.

    Args:
        bars: of names in the order in which they shall stand.
        panels: what each panel is called, in order.
        title: of the picture.
        width: of the whole picture, in pixels.
        query: with the same answer as the data.
        most_names: names in the picture; the data have all.
        share: all bars are of one length, for names that say far more than others; counts stand at the names.
        said: of each panel, for its words; None adds up the bars.
        each: utterances of each IRI, for those counts; None adds up the bars.
    """
    said = said or _added(bars, panels)
    heights = _heights(bars)
    names = list(dict.fromkeys(bar.iri for bar in bars))[:most_names]
    every, bars = bars, [bar for bar in bars if bar.iri in set(names)]
    called = {bar.iri: bar.name for bar in bars}
    shown = _told_apart(called, names, 16 if width < 500 else _NAME)
    if share:
        each = each or {iri: sum(n for (_, of), n in heights.items() if of == iri) for iri in shown}
        shown = {iri: f"{name} {each[iri]}" for iri, name in shown.items()}
    beside = len(panels) > 1 and width >= 700
    most = max(_heights(bars).values(), default=1)
    room = 60 + 7 * max((len(text) for text in shown.values()), default=0)
    inside = max(120, (width - (len(panels) * room if beside else room)) // (len(panels) if beside else 1))

    def panel(key: str) -> dict[str, Any]:
        some = [bar for bar in bars if bar.panel == key]
        found: dict[str, Any] = {
            "width": inside,
            "height": {"step": 26},
            "data": {"values": [{**_piece(bar), "name": shown[bar.iri]} for bar in some]},
            "mark": {"type": "bar", "stroke": "var(--card)", "strokeWidth": 0.5},
            "encoding": {
                "y": {
                    "field": "name",
                    "type": "nominal",
                    "title": None,
                    "sort": list(shown.values()),
                    "scale": {"domain": list(shown.values())},
                    "axis": {"domain": False, "ticks": False, "labelLimit": 260, "grid": False},
                },
                "x": {
                    "field": "n",
                    "type": "quantitative",
                    "title": "Share of utterances" if share else "Utterances",
                    "stack": "normalize" if share else "zero",
                    "scale": {"domain": [0, 1 if share else most], "nice": not share},
                    "axis": {
                        "tickMinStep": 0.25 if share else 1,
                        "domain": False,
                        "tickCount": 4 if share else max(2, inside // 70),
                        "format": ".0%" if share else "d",
                    },
                },
                **_coloured(bars, 2 if width < 500 else 4),
            },
        }
        return {**found, "title": _heading(panels[key], said[key])} if panels[key] else found

    text = _text(said, panels)
    together = [panel(key) for key in panels]
    return Picture(
        title=title,
        text=text,
        columns=BARS,
        rows=[(bar.panel, bar.iri, bar.name, bar.polarity, bar.utterances, bar.stances) for bar in every],
        query=query,
        spec={
            "description": text,
            "padding": {"left": 16, "top": 8, "right": 20, "bottom": 8},
            ("hconcat" if beside else "vconcat"): together,
            "spacing": 20,
            "config": config(),
        },
    )


def _told_apart(names: Mapping[str, str], order: Sequence[str], longest: int) -> dict[str, str]:
    """Names short enough for the axis, no two the same, by IRI."""
    found: dict[str, str] = {}
    for iri in order:
        name, number = drawable(names[iri], longest), 2
        while name in found.values():
            name, number = f"{drawable(names[iri], longest - 4)} ({number})", number + 1
        found[iri] = name
    return found


def _piece(bar: Bar) -> dict[str, Any]:
    counted = f"{bar.utterances} utterance{'' if bar.utterances == 1 else 's'}"
    return {
        "n": bar.utterances,
        "polarity": bar.polarity,
        "order": POLARITIES.index(bar.polarity),
        "href": bar.address,
        "say": drawable(f"{bar.name or bar.iri}, {bar.polarity}: {counted}"),
    }


def _coloured(bars: Sequence[Bar], columns: int) -> dict[str, Any]:
    present = [way for way in POLARITIES if any(bar.polarity == way for bar in bars)]
    return {
        "color": {
            "field": "polarity",
            "type": "nominal",
            "title": None,
            "scale": {"domain": present, "range": [COLOURS[POLARITIES.index(way)] for way in present]},
            "legend": {"symbolType": "square", "columnPadding": 22, "columns": columns},
        },
        "order": {"field": "order", "type": "quantitative"},
        "href": {"field": "href", "type": "nominal"},
        "description": {"field": "say", "type": "nominal"},
    }


def _added(bars: Sequence[Bar], panels: Mapping[str, str]) -> dict[str, Said]:
    found = {}
    for key in panels:
        ways = {way: sum(b.utterances for b in bars if b.panel == key and b.polarity == way) for way in POLARITIES}
        found[key] = Said(sum(ways.values()), ways)
    return found


def _heading(name: str, said: Said) -> dict[str, Any]:
    total = said.utterances
    return {
        "text": drawable(f"{name}: {total}" if total else f"{name}: nothing", 70),
        "anchor": "start",
        "color": "var(--ink)",
        "fontSize": 13,
        "fontWeight": 600,
        "offset": 8,
    }


def _heights(bars: Sequence[Bar]) -> dict[tuple[str, str], int]:
    found: dict[tuple[str, str], int] = {}
    for bar in bars:
        place = bar.panel, bar.iri
        found[place] = found.get(place, 0) + bar.utterances
    return found


def _text(said: Mapping[str, Said], panels: Mapping[str, str]) -> str:
    parts = []
    for key, name in panels.items():
        ways = said[key].ways
        words = ", ".join(f"{ways[way]} {way}" for way in POLARITIES if ways.get(way)) or "nothing"
        parts.append(f"{name}: {words}" if name else words)
    return drawable(f"Utterances{'. ' if any(panels.values()) else ': '}{'. '.join(parts)}.")


def _months(month: str) -> int:
    year, _, number = month.partition("-")
    return 12 * int(year) + int(number or 1) - 1


def _first_day(when: str) -> str:
    return f"{when}-01" if "-" in when else f"{when}-01-01"


def _domain(whens: Sequence[str], years: bool) -> list[str]:
    """The first and the last day of the axis."""
    if not whens:
        return ["2000-01-01", "2001-01-01"]
    count: Callable[[str], int] = (lambda when: int(when)) if years else _months
    first, last = count(min(whens)), count(max(whens)) + 1
    missing = max(0, _FEWEST - (last - first))
    first, last = first - missing // 2, last + (missing + 1) // 2
    if years:
        return [f"{first:04}-01-01", f"{last:04}-01-01"]
    return [f"{month // 12:04}-{month % 12 + 1:02}-01" for month in (first, last)]
