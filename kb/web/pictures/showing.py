"""Pictures as pages and programs get them: words, data, addresses, the query behind."""

from __future__ import annotations

import csv
import io
import re
from typing import Any
from urllib.parse import urlencode

from kb.iris import PREFIXES
from kb.web.pictures.picture import Picture


def shown(kind: str, picture: Picture, given: dict[str, str]) -> dict[str, Any]:
    """A picture as the templates' macro `figure` takes it."""
    return {
        "kind": kind,
        "title": picture.title,
        "text": picture.text,
        "given": given,
        "empty": not picture.rows,
        "address": f"/pictures/{kind}?{urlencode(given)}",
        "query": f"/sparql?{urlencode({'query': with_prefixes(picture.query)})}" if picture.query else "",
    }


def with_prefixes(query: str) -> str:
    """The query with the declarations of the prefixes it uses."""
    used = [f"PREFIX {name}: <{iri}>" for name, iri in PREFIXES.items() if re.search(rf"\b{name}:", query)]
    return "\n".join([*used, query])


def to_csv(picture: Picture) -> str:
    """The data with a line of column names."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(picture.columns)
    writer.writerows(["" if value is None else value for value in row] for row in picture.rows)
    return text.getvalue()


def to_json(picture: Picture) -> dict[str, Any]:
    """All of a picture but the drawing."""
    return {
        "title": picture.title,
        "text": picture.text,
        "columns": list(picture.columns),
        "rows": [dict(zip(picture.columns, row, strict=True)) for row in picture.rows],
        "query": with_prefixes(picture.query) if picture.query else "",
    }
