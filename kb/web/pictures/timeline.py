"""Stances through time, by polarity."""

from __future__ import annotations

import numpy as np

from kb.web.pictures.making import Making, counting
from kb.web.pictures.picture import POLARITIES, Picture, config, sides, stacked, stances
from kb.web.records import NO_DAY, Column, Mask, month_name
from kb.web.records import POLARITIES as WAYS

_MONTHS = 72  # a longer time is shown by years
_LEAST = 12  # months or years on the axis, so that one bar does not fill it


def timeline(making: Making) -> Picture:
    """Utterances by month or, where there are many years, by year, and by polarity.

    Raises:
        UsageError: a parameter has a value that cannot be used.
    """
    records = making.records
    mask = making.mask() & (records.day != NO_DAY)
    months = records.month()
    span = months[mask]
    by_year = bool(len(span)) and int(span.max() - span.min()) >= _MONTHS
    unit = "year" if by_year else "month"
    groups = records.group(mask, months // 12 if by_year else months, records.polarity)
    found = [
        (str(1970 + moment) if by_year else month_name(moment), WAYS[way], said, many)
        for (moment, way), said, many in zip(
            groups.keys.tolist(), groups.utterances.tolist(), groups.stances.tolist(), strict=True
        )
        if way >= 0
    ]
    rows = sorted(found)
    given = making.asked.given
    values = [
        {
            "at": f"{at}-01-01" if by_year else f"{at}-01",
            "polarity": way,
            "n": said,
            "order": POLARITIES.index(way),
            "href": stances(given, polarity=way, since=at, until=at),
            "say": f"{at}: {said} {way}",
        }
        for at, way, said, _ in ([] if making.brief else rows)
    ]
    heights: dict[str, int] = {}
    for at, _, said, _ in rows:
        heights[at] = heights.get(at, 0) + said
    first, last = _span([row[0] for row in rows], by_year)
    step = -(-(last - first) // (3 if making.narrow else 7))
    spec = {
        "description": f"Utterances by {unit} and polarity",
        "data": {"values": values},
        "width": making.width,
        "height": 200 if making.narrow else 240,
        "autosize": {"type": "fit", "contains": "padding"},
        "padding": {"left": 4, "right": 32, "top": 4, "bottom": 4},
        "mark": {"type": "bar", "stroke": "var(--card)", "strokeWidth": 0.5},
        "encoding": {
            "x": {
                "field": "at",
                "type": "temporal",
                "timeUnit": "utcyear" if by_year else "utcyearmonth",
                "title": None,
                "scale": {"domain": [_moment(first, by_year), _moment(last, by_year)]},
                # A label stands under the middle of its bar, and at the ends is not pushed inwards.
                "axis": {
                    "grid": False,
                    "ticks": False,
                    "labelFlush": False,
                    "labelPadding": 10,
                    "format": "%Y" if by_year else "%b %Y",
                    "values": [_moment(number, by_year, True) for number in range(first, last, step)],
                },
            },
            "y": stacked(heights.values(), 5),
            "color": sides((row[1] for row in rows), making.narrow),
            "order": {"field": "order"},
            "href": {"field": "href"},
            "description": {"field": "say"},
        },
        "config": config(),
    }
    cut = 4 if by_year else 7
    query = counting(
        making.asked.filter,
        unit,
        "polarity",
        patterns=f"?s st:sortDate ?date .\n  BIND(SUBSTR(STR(?date), 1, {cut}) AS ?{unit})",
    )
    columns = (unit, "polarity", "utterances", "stances")
    return Picture(
        f"Through time, by {unit}",
        _in_words(making, mask, months // 12 if by_year else months, unit),
        columns,
        rows,
        query,
        spec,
    )


def _span(moments: list[str], by_year: bool) -> tuple[int, int]:
    """The months or years of the axis, from the first to behind the last, in numbers from 1970."""
    if not moments:
        return 0, _LEAST
    first, last = (
        int(np.datetime64(moment, "Y" if by_year else "M").astype(int)) for moment in (moments[0], moments[-1])
    )
    more = max(0, _LEAST - (last - first + 1))
    return first - more // 2, last + 1 + (more - more // 2)


def _moment(number: int, by_year: bool, middle: bool = False) -> dict[str, int | bool]:
    """The first day of a month or year, or one in its middle, as Vega-Lite writes it."""
    year, month = (1970 + number, 7 if middle else 1) if by_year else (1970 + number // 12, number % 12 + 1)
    return {"year": year, "month": month, "date": 16 if middle and not by_year else 1, "utc": True}


def _in_words(making: Making, mask: Mask, moments: Column, unit: str) -> str:
    """Counted anew: what is printed again in another month, or supports this and opposes that, is one utterance."""
    records = making.records
    found = records.group(mask, moments)
    if not len(found):
        return "No stance has a date."
    names = [str(1970 + moment) if unit == "year" else month_name(moment) for moment in found.keys[:, 0].tolist()]
    every = records.count(mask).utterances
    ways = records.by_polarity(mask)
    counts = ", ".join(f"{ways[way].utterances} {way}" for way in POLARITIES if way in ways)
    when = f"in {names[0]}" if len(names) == 1 else f"from {names[0]} to {names[-1]}"
    both = " (one may be both)" if sum(count.utterances for count in ways.values()) > every else ""
    text = f"{every:,} {'utterance' if every == 1 else 'utterances'} {when}: {counts}{both}."
    if len(names) > 1:
        most = max(range(len(names)), key=lambda row: (found.utterances[row], names[row]))
        text = f"{text} Most in one {unit}: {found.utterances[most]} in {names[most]}."
    undated = records.count(making.mask() & (records.day == NO_DAY)).utterances
    return f"{text} {undated:,} without a date {'is' if undated == 1 else 'are'} not in it." if undated else text
