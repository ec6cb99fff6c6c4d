"""A picture of the answer to a query, where its columns ask for one.

A label and a number make bars, a date and a number a line of time, two labels and a number a heat map. Labels and
dates have to say which row is meant: an answer with two rows for the same label is a list, not a count.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from kb.web.pictures.columns import Column, Name, first_key, is_key, labels_of, read_columns, unique_names
from kb.web.pictures.picture import COLOURS, POLARITIES, Picture, config

BARS = 40  # of one picture
_ROWS = 1_000  # of an answer that is looked at
_SIDE = 30  # names along a side of a heat map
_HUES = 6  # colours of names that have none of their own
_WIDE, _NARROW = 700, 300  # pixels of a drawing with its names, for screens and for phones
_LONGEST, _SHORTEST = 34, 15  # letters of a name in them
_LETTER = 6.4  # pixels
_STEPS = 5  # colours of a heat map


def picture_of(found: Mapping[str, Any], name: Name, query: str = "", narrow: bool = False) -> Picture | None:
    """The picture of an answer, None where no picture says more than its table.

    Args:
        found: SPARQL results as JSON has them.
        name: what an IRI is called.
        query: whose answer it is.
        narrow: for a phone.
    """
    rows = found["results"]["bindings"]
    if not 2 <= len(rows) <= _ROWS:
        return None
    columns = read_columns(found, name)
    number = next((column for column in columns if column.kind == "number" and len(column.distinct) > 1), None)
    dates = [column for column in columns if column.kind == "date"]
    labels = labels_of(columns)
    if number is None:
        return None
    if len(dates) == 1 and len(labels) <= 1 and is_key([*dates, *labels]):
        return _through_time(dates[0], labels[0] if labels else None, number, query, narrow)
    if dates and len(labels) != 1 and not first_key(labels):
        colour = next((label for label in labels if label.is_polarity), None)
        return _points(dates[0], colour, number, query, narrow)
    if len(labels) == 2 and is_key(labels) and not dates:
        sides = sorted(labels, key=lambda side: side.is_polarity)
        if sides[1].is_polarity and number.is_count:
            return _bars(sides[0], sides[1], number, query, narrow)
        if not is_key(labels[:1]) and not is_key(labels[1:]):
            return _heat(labels[0], labels[1], number, query)
    key = first_key(labels)
    return _bars(key, None, number, query, narrow) if key else None


def _plain(value: float) -> int | float:
    return int(value) if value == int(value) else value


def _colour(column: Column | None, names: Mapping[Any, str]) -> dict[str, Any]:
    """How names are coloured: polarities in their own colours, others in the page's."""
    if column is None:
        return {"value": "var(--accent)"}
    if column.is_polarity:
        known = dict(zip(POLARITIES, COLOURS, strict=True))
        domain = [way for way in (*POLARITIES, "unclear") if way in column.distinct]
        colours = [known.get(way, "var(--quiet)") for way in domain]
    else:
        domain = list(names.values())
        colours = [f"var(--hue-{number + 1})" for number in range(len(domain))]
    return {
        "field": "colour",
        "type": "nominal",
        "title": None,
        "scale": {"domain": domain, "range": colours},
    }


def _bars(label: Column, colour: Column | None, number: Column, query: str, narrow: bool) -> Picture:
    shown = list(dict.fromkeys(label.values))[:BARS]
    names = unique_names(label, shown, _SHORTEST if narrow else _LONGEST)
    rows = [
        (row[0], row[1], _plain(row[2]))
        for row in zip(label.values, colour.values if colour else label.values, number.values, strict=True)
        if row[0] in names and row[2] is not None
    ]
    data = [
        {
            "label": names[one],
            "colour": (other or "not known") if colour else "",
            "number": value,
            "order": _order(other),
        }
        for one, other, value in rows
    ]
    left = len(set(label.values)) - len(shown)
    cut = f" The first {BARS} are drawn, {left} are left out." if left else ""
    title = f"{number.title} by {label.title}" + (f" and {colour.title}" if colour else "")
    text = f"{len(shown)} bars. {_extremes(data)}{cut}"
    encoding: dict[str, Any] = {
        "y": {
            "field": "label",
            "type": "nominal",
            "sort": None,
            "title": None,
            "axis": {"domain": False, "ticks": False},
        },
        "x": {"field": "number", "type": "quantitative", "title": number.title, "axis": _axis(number)},
        "color": _colour(colour, {}),
    }
    if colour:
        encoding["order"] = {"field": "order", "type": "quantitative"}
    mark = {"type": "bar", "height": {"band": 0.72}, "stroke": "var(--card)", "strokeWidth": 0.5}
    layers: list[dict[str, Any]] = [
        {"mark": mark, "encoding": {"color": encoding.pop("color"), **_take(encoding, "order")}}
    ]
    if colour is None:
        text_mark = {"type": "text", "align": "left", "dx": 5, "color": "var(--ink)", "fontSize": 12}
        layers.append({"mark": text_mark, "encoding": {"text": {"field": "number", "type": "quantitative"}}})
    spec = {
        "width": (_NARROW if narrow else _WIDE) - 80 - _LETTER * max(map(len, names.values())),
        "height": {"step": 26},
        "layer": layers,
        "encoding": encoding,
        **_frame(title, text, data),
    }
    columns = (label.name, *((colour.name,) if colour else ()), number.name)
    return Picture(title, text, columns, [row if colour else (row[0], row[2]) for row in rows], query, spec)


def _through_time(day: Column, label: Column | None, number: Column, query: str, narrow: bool) -> Picture | None:
    if label is not None and len(label.distinct) > _HUES:
        return None
    rows, data, names = _dated(day, label, number)
    if len(rows) < 2:
        return None
    depth = max(len(row["date"]) if row["date"] else 0 for row in data)
    unit = {4: "utcyear", 7: "utcyearmonth"}.get(depth, "")
    title = f"{number.title} through time" + (f" by {label.title}" if label else "")
    text = f"{len(rows)} points from {data[0]['date']} to {data[-1]['date']}. {_extremes(data, 'date')}"
    x = _time(data, narrow)
    if unit and number.is_count:
        mark: dict[str, Any] = {"type": "bar", "stroke": "var(--card)", "strokeWidth": 0.5}
        x["timeUnit"] = unit
    else:
        mark = {"type": "line", "point": {"size": 45}, "strokeWidth": 2}
    y = {"field": "number", "type": "quantitative", "title": number.title, "axis": _axis(number)}
    spec = {
        "width": (_NARROW if narrow else _WIDE) - 100,
        "height": 240,
        "mark": mark,
        "encoding": {"x": x, "y": y, "color": _colour(label, names)},
        **_frame(title, text, data),
    }
    return Picture(title, text, (day.name, *((label.name,) if label else ()), number.name), rows, query, spec)


def _points(day: Column, label: Column | None, number: Column, query: str, narrow: bool) -> Picture | None:
    rows, data, names = _dated(day, label, number)
    if len(rows) < 2:
        return None
    title = f"{number.title} through time"
    text = f"{len(rows)} points from {data[0]['date']} to {data[-1]['date']}. {_extremes(data, 'date')}"
    spec = {
        "width": (_NARROW if narrow else _WIDE) - 100,
        "height": 240,
        "mark": {"type": "circle", "size": 70, "opacity": 0.8},
        "encoding": {
            "x": _time(data, narrow),
            "y": {"field": "number", "type": "quantitative", "title": number.title, "axis": _axis(number)},
            "color": _colour(label, names),
        },
        **_frame(title, text, data),
    }
    return Picture(title, text, (day.name, *((label.name,) if label else ()), number.name), rows, query, spec)


def _dated(
    day: Column, label: Column | None, number: Column
) -> tuple[list[tuple[str | int | float | None, ...]], list[dict[str, Any]], dict[Any, str]]:
    """The rows with a date and a number by date, the same for the picture, and the names of the colours."""
    names = unique_names(label, label.values, _SHORTEST) if label else {}
    others = label.values if label else day.values
    found = [
        (when[:10].rstrip("Z"), other, _plain(value))
        for when, other, value in zip(day.values, others, number.values, strict=True)
        if when is not None and value is not None
    ]
    found.sort(key=lambda row: row[0])
    data = [{"date": when, "colour": names.get(other, ""), "number": value} for when, other, value in found]
    return [row if label else (row[0], row[2]) for row in found], data, names


def _heat(down: Column, across: Column, number: Column, query: str) -> Picture | None:
    names = unique_names(down, list(dict.fromkeys(down.values))[:_SIDE], _LONGEST - 10)
    heads = unique_names(across, list(dict.fromkeys(across.values))[:_SIDE], _LONGEST - 10)
    rows = [
        (one, other, _plain(value))
        for one, other, value in zip(down.values, across.values, number.values, strict=True)
        if one in names and other in heads and value is not None
    ]
    values = [row[2] for row in rows]
    if len(set(values)) < 2:
        return None
    ranges = _ranges(min(values), max(values), number.is_count)
    data = []
    for one, other, value in rows:
        level = next(i for i, (_, end, _) in enumerate(ranges) if value <= end or i == len(ranges) - 1)
        words, dark = ranges[level][2], level > 2
        data.append({"label": names[one], "across": heads[other], "number": value, "range": words, "dark": dark})
    left = len(number.values) - len(rows)
    cut = f" {left} of {len(number.values)} rows are left out." if left else ""
    title = f"{number.title} by {down.title} and {across.title}"
    text = f"{len(data)} cells, {len(names)} down and {len(heads)} across. {_extremes(data)}{cut}"
    scale = {"domain": [words for _, _, words in ranges], "range": [f"var(--heat-{n + 1})" for n in range(len(ranges))]}
    ink = {"condition": {"test": "datum.dark", "value": "var(--paper)"}, "value": "var(--ink)"}
    spec = {
        "width": {"step": 34},
        "height": {"step": 28},
        "encoding": {
            "y": {"field": "label", "type": "nominal", "sort": None, "title": None},
            "x": {
                "field": "across",
                "type": "nominal",
                "sort": None,
                "title": None,
                "axis": {"orient": "top", "labelAngle": -45, "labelAlign": "left"},
            },
        },
        "layer": [
            {
                "mark": {"type": "rect", "cornerRadius": 3, "stroke": "var(--card)", "strokeWidth": 2},
                "encoding": {"color": {"field": "range", "type": "ordinal", "title": number.title, "scale": scale}},
            },
            {
                "mark": {"type": "text", "fontSize": 11},
                "encoding": {"text": {"field": "number", "type": "quantitative"}, "color": ink},
            },
        ],
        **_frame(title, text, data),
    }
    return Picture(title, text, (down.name, across.name, number.name), rows, query, spec)


def _ranges(lowest: float, highest: float, whole: bool) -> list[tuple[float, float, str]]:
    """Equal parts of what the numbers span: first, last, and in words."""
    steps = min(_STEPS, int(highest - lowest) + 1) if whole else _STEPS
    ends = [lowest + (highest - lowest) * (n + 1) / steps for n in range(steps)]
    if whole:
        ends = [float(int(end)) for end in ends]
        starts = [lowest, *(end + 1 for end in ends[:-1])]
    else:
        starts = [lowest, *ends[:-1]]
    words = [
        f"{start:g}" if start == end else f"{start:.4g} to {end:.4g}" for start, end in zip(starts, ends, strict=True)
    ]
    return list(zip(starts, ends, words, strict=True))


def _order(value: Any) -> int:
    return POLARITIES.index(value) if value in POLARITIES else len(POLARITIES)


def _take(encoding: dict[str, Any], name: str) -> dict[str, Any]:
    return {name: encoding.pop(name)} if name in encoding else {}


def _time(data: Sequence[Mapping[str, Any]], narrow: bool) -> dict[str, Any]:
    """The axis of days; its marks have the year, and the day where few days are drawn."""
    first, last = (
        date.fromisoformat(f"{data[0]['date']}-01-01"[:10]),
        date.fromisoformat(f"{data[-1]['date']}-01-01"[:10]),
    )
    days = (last - first).days
    form = "%Y" if days > 2_000 else "%b %Y" if days > 120 else "%-d %b %Y"
    axis = {"format": form, "tickCount": 3 if narrow else 6, "labelOverlap": True, "grid": False}
    return {"field": "date", "type": "temporal", "scale": {"type": "utc"}, "title": None, "axis": axis}


def _axis(number: Column) -> dict[str, Any]:
    """Whole numbers get whole marks."""
    return {"tickMinStep": 1, "format": "~d"} if number.is_count else {}


def _extremes(data: Sequence[Mapping[str, Any]], field: str = "label") -> str:
    most, least = max(data, key=lambda row: row["number"]), min(data, key=lambda row: row["number"])
    if most["number"] == least["number"]:
        return f"All are {most['number']}."
    return f"The most is {most['number']} ({_said(most, field)}), the least {least['number']} ({_said(least, field)})."


def _said(row: Mapping[str, Any], field: str) -> str:
    parts = [row[field], row.get("across", ""), row.get("colour", "")]
    return ", ".join(dict.fromkeys(str(part) for part in parts if part))


def _frame(title: str, text: str, data: list[dict[str, Any]]) -> dict[str, Any]:
    """What all of these pictures have in common. Text is measured with the server's fonts: there is room for others."""
    padding = {"left": 24, "right": 40, "top": 8, "bottom": 8}
    return {"description": f"{title}. {text}", "data": {"values": data}, "padding": padding, "config": config()}
