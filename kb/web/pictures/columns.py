"""The columns of an answer as pictures see them: numbers, dates, and names that say which row is meant."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from kb.iris import PREFIXES
from kb.settings import NAMESPACE
from kb.web.cells import Binding, number_of, text_of
from kb.web.pictures.picture import POLARITIES, drawable

#: What an IRI is called; "" where it has no name of its own.
Name = Callable[[str], str]

_LONGEST = 30  # letters of a title
_LONG = 60  # letters on average from which on a column is text, not names
_XSD = PREFIXES["xsd"]
_DATES = frozenset(f"{_XSD}{name}" for name in ("date", "dateTime", "gYear", "gYearMonth"))
_DATE = re.compile(r"(\d{4})(?:-(\d\d)(?:-(\d\d)(?:T.*)?)?)?Z?")
_UNTYPED_DATE = re.compile(r"\d{4}-\d\d(-\d\d)?")


@dataclass(frozen=True, slots=True)
class Column:
    """One variable.

    Attributes:
        kind: number, date, label or iri.
        values: of each row, None where it has none; of IRIs the IRIs themselves.
        names: of IRIs, what they are called.
    """

    name: str
    kind: str
    values: list[Any]
    names: dict[str, str] = field(default_factory=dict)

    @property
    def title(self) -> str:
        """The variable's name in words."""
        return drawable(self.name.replace("_", " ").removesuffix(" name"), _LONGEST)

    @property
    def distinct(self) -> list[Any]:
        """The values, each once, as they come."""
        return list(dict.fromkeys(value for value in self.values if value is not None))

    @property
    def is_polarity(self) -> bool:
        """Whether the values are words for polarities."""
        return set(self.distinct) <= {*POLARITIES, "unclear"}

    @property
    def is_count(self) -> bool:
        """Whether the values are whole numbers from 0 on."""
        return all(value >= 0 and value == int(value) for value in self.distinct)

    def shown(self, value: Any) -> str:
        """What a value is called."""
        return "not known" if value is None else self.names.get(value, str(value))


def read_columns(found: Mapping[str, Any], name: Name) -> list[Column]:
    """The columns that a picture may have, in the answer's order.

    Args:
        found: SPARQL results as JSON has them.
    """
    rows = found["results"]["bindings"]
    return [column for variable in found["head"]["vars"] if (column := _column(rows, variable, name)) is not None]


def labels_of(columns: Sequence[Column]) -> list[Column]:
    """What names the rows, without IRIs that another column names and without what is the same in all rows."""
    found = [column for column in columns if column.kind == "label" and len(set(column.values)) > 1]
    for column in columns:
        if (
            column.kind == "iri"
            and len(set(column.values)) > 1
            and not any(_say_the_same(column, one) for one in found)
        ):
            found.append(column)
    return sorted(found, key=columns.index)


def is_key(columns: Sequence[Column]) -> bool:
    """Whether the values of these columns together say which row is meant."""
    rows = list(zip(*(column.values for column in columns), strict=True))
    return len(set(rows)) == len(rows)


def first_key(labels: Sequence[Column]) -> Column | None:
    """The first column that alone says which row is meant."""
    return next((label for label in labels if is_key([label])), None)


def unique_names(column: Column, values: Sequence[Any], longest: int) -> dict[Any, str]:
    """For each value a name of so many letters at the most, no two the same."""
    found: dict[Any, str] = {}
    taken: set[str] = set()
    for value in dict.fromkeys(values):
        name = column.shown(value)
        text, number = drawable(name, longest) or "(no name)", 1
        while text in taken:
            number += 1
            text = f"{drawable(name, longest - 5)} ({number})"
        taken.add(text)
        found[value] = text
    return found


def _column(rows: Sequence[Mapping[str, Binding]], variable: str, name: Name) -> Column | None:
    """The values of a variable; None where it has none, and where they are texts to read or things without names."""
    bound = [row.get(variable) for row in rows]
    values = [value for value in bound if value is not None]
    if not values:
        return None
    if all(number_of(value) is not None for value in values):
        return Column(variable, "number", [None if value is None else number_of(value) for value in bound])
    if all(map(_is_date, values)):
        return Column(variable, "date", [None if value is None else value["value"] for value in bound])
    texts = [None if value is None else text_of(value) for value in bound]
    if all(value["type"] == "uri" for value in values):
        return _of_iris(variable, texts, name)
    if sum(len(text or "") for text in texts) > _LONG * len(values):
        return None
    return Column(variable, "label", texts)


def _of_iris(variable: str, iris: list[str | None], name: Name) -> Column | None:
    words = [None if iri is None else iri.removeprefix(NAMESPACE).lower() for iri in iris]
    polarities = Column(variable, "label", words)
    if polarities.is_polarity:
        return polarities  # are called as they are elsewhere
    names = {iri: name(iri) for iri in dict.fromkeys(iris) if iri is not None}
    return Column(variable, "iri", iris, names) if any(names.values()) else None


def _is_date(value: Binding) -> bool:
    if value["type"] == "uri" or isinstance(value["value"], Mapping):
        return False
    form = _DATE if value.get("datatype") in _DATES else _UNTYPED_DATE if "datatype" not in value else None
    if form is None or not form.fullmatch(value["value"]):
        return False
    try:
        date.fromisoformat(f"{value['value'].rstrip('Z')}-01-01"[:10])
    except ValueError:
        return False
    return True


def _say_the_same(one: Column, other: Column) -> bool:
    pairs = set(zip(one.values, other.values, strict=True))
    return len(pairs) == len({pair[0] for pair in pairs}) == len({pair[1] for pair in pairs})
