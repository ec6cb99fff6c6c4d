"""Labelled lines at the top of a file ("Title: ...", "Date: ...", YAML front matter): which field, which value."""

from __future__ import annotations

import re
from typing import NamedTuple

from kb.articles.lines import Line

_FIELD = re.compile(
    r"(?P<name>title|headline|authors?|by|byline|date|published|publication date|source|publisher|outlet|url|link|"
    r"language|lang|original[_ ]publisher|section|category|description)\s*:\s*(?P<value>\S.*)$",
    re.IGNORECASE,
)
_SAME = {
    "headline": "title",
    "authors": "author",
    "by": "author",
    "byline": "author",
    "published": "date",
    "publication date": "date",
    "source": "publisher",
    "outlet": "publisher",
    "link": "url",
    "lang": "language",
    "original publisher": "original_publisher",
}


class Field(NamedTuple):
    """`name` is title, author, date, publisher, original_publisher, url, language, or another label in lower case."""

    name: str
    value: str


def read_field(line: Line) -> Field | None:
    """The field that a short line gives, None where it gives none."""
    if line.words > 40:
        return None
    match = _FIELD.match(line.text)
    if match is None:
        return None
    name = match["name"].lower()
    value = match["value"].strip(" \"'“”")
    # "By: " and "Title: " introduce what they name; a running sentence after them is no field.
    return Field(_SAME.get(name, name), value) if value else None
