"""Dates as news pages write them -> ISO 8601."""

from __future__ import annotations

import datetime
import re

_NAMES = (
    "january jan januar janvier enero",
    "february feb februar février fevrier febrero",
    "march mar märz maerz mars marzo",
    "april apr avril abril",
    "may mai mayo",
    "june jun juni juin junio",
    "july jul juli juillet julio",
    "august aug août aout agosto",
    "september sept sep septembre septiembre",
    "october oct oktober octobre octubre",
    "november nov novembre noviembre",
    "december dec dezember décembre decembre diciembre",
)
_MONTHS = {name: number for number, names in enumerate(_NAMES, 1) for name in names.split()}
_ANY_MONTH = "(?:" + "|".join(sorted(_MONTHS, key=len, reverse=True)) + ")"
_MONTH = rf"(?P<month>{_ANY_MONTH})\b\.?"
_DAY = r"(?P<day>\d{1,2})(?:st|nd|rd|th|er|\.)?"
_YEAR = r"(?P<year>(?:19|20)\d\d)(?!\d)"
_FORMS = tuple(
    re.compile(form, re.IGNORECASE)
    for form in (
        rf"(?<!\d){_YEAR}[-/.](?P<number>\d\d?)[-/.](?P<day>\d\d?)(?!\d)",
        rf"\b{_MONTH}\s+{_DAY}(?:\s*,\s*|\s+){_YEAR}",
        rf"(?<!\d){_DAY}\s+(?:of\s+|de\s+)?{_MONTH},?\s+(?:de\s+)?{_YEAR}",
        rf"(?<!\d)(?P<first>\d\d?)(?P<mark>[/.-])(?P<second>\d\d?)(?P=mark){_YEAR}",
    )
)
_MONTH_YEAR = re.compile(rf"\b{_MONTH},?\s+{_YEAR}", re.IGNORECASE)
_MONTH_DAY = re.compile(
    rf"\b{_MONTH}\s+{_DAY}(?!\d)|(?<!\d)(?P<day2>\d\d?)\s+(?P<month2>{_ANY_MONTH})\b", re.IGNORECASE
)
_ANY_YEAR = re.compile(r"(?:19|20)\d\d")
_NOT_PUBLISHED = re.compile(
    r"\b(?:updated|modified|edited|revised|corrected|accessed|retrieved|aktualisiert|mis à jour)\b"
    r"(?:(?!published|posted)[^|•;·\n]){0,40}$",
    re.IGNORECASE,
)
_WEEKDAY = r"(?:mon|tue|tues|wed|wednes|thu|thur|thurs|fri|sat|satur|sun)(?:day)?\b\.?,?\s*"
_DATE_WORDS = re.compile(
    rf"(?:\b(?:{_WEEKDAY}|(?:first |originally )?published|publication date|posted|updated|last|modified|date|on|at|"
    r"am|pm|a\.m\.?|p\.m\.?|edt|est|gmt|utc|bst|cet|et|pt|pst|pdt|ist|uhr|le|el|il|min(?:ute)?s?|read|h)"
    r"(?![\w])|[\d\s:|,.()·•–—/+-]|(?<=\d)[tz](?=\d|\b))+",
    re.IGNORECASE,
)


def find_date(text: str, *, month_only: bool = False) -> str:
    """The first date in `text` that is not said to be an update, as YYYY-MM-DD, else "".

    A date in figures that could be read two ways (04/05/2016) gives its year alone. With `month_only` a month and
    year ("March 2016") is a date too (YYYY-MM).
    """
    if _ANY_YEAR.search(text) is None:
        return ""
    found = []
    for form in _FORMS:
        for match in form.finditer(text):
            value = _iso(match.groupdict())
            if value and not _NOT_PUBLISHED.search(text[max(0, match.start() - 60) : match.start()]):
                found.append((match.start(), value))
                break
    if found:
        return min(found)[1]
    month = _MONTH_YEAR.search(text) if month_only else None
    if month is not None and not _NOT_PUBLISHED.search(text[: month.start()]):
        return f"{month['year']}-{_MONTHS[month['month'].lower()]:02d}"
    return ""


def find_month_day(text: str, year: str) -> str:
    """The first month and day in `text` ("KYIV, March 3 (Agency)") in the given year, as YYYY-MM-DD, else ""."""
    found = _MONTH_DAY.search(text)
    if found is None:
        return ""
    return _iso({"year": year, "month": found["month"] or found["month2"], "day": found["day"] or found["day2"]})


def is_date_line(text: str) -> bool:
    """Whether the line says nothing but when ("Published on June 30, 2016 at 5:00 pm")."""
    if len(text) > 110 or _ANY_YEAR.search(text) is None:
        return False
    rest = without_dates(text)
    return rest != text and _DATE_WORDS.fullmatch(rest) is not None


def without_dates(text: str) -> str:
    """The text with each date (one that has a year) replaced by a space."""
    for form in (*_FORMS, _MONTH_YEAR):
        text = form.sub(" ", text)
    return text


def normalise_date(value: str) -> str:
    """A metadata field -> ISO date: "2016", "2016-03" and ISO date-times are kept as dates; "" where it is no date."""
    value = value.strip()
    if re.fullmatch(r"(?:19|20)\d\d(?:-(?:0[1-9]|1[0-2]))?", value):
        return value
    return find_date(value, month_only=True)


def _iso(parts: dict[str, str | None]) -> str:
    year = int(parts["year"] or 0)
    if parts.get("first"):
        one, two = int(parts["first"] or 0), int(parts["second"] or 0)
        if parts["mark"] == "." or one > 12:
            month, day = two, one
        elif two > 12 or one == two:
            month, day = one, two
        else:
            return str(year) if max(one, two) <= 12 else ""
    else:
        named = parts.get("month")
        month = _MONTHS[named.lower()] if named else int(parts["number"] or 0)
        day = int(parts["day"] or 0)
    try:
        return datetime.date(year, month, day).isoformat()
    except ValueError:
        return ""
